/** Something that can be ended. */
export interface Disposable {
  dispose(): void;
}

/** Time, handed in, so that an hour of chat can be tested in a millisecond. */
export interface Clock {
  /** Milliseconds since 1970 by this machine's clock, which a person or a sync can set forwards and backwards. */
  now(): number;
  /** Milliseconds since some moment; only ever goes forwards. */
  monotonic(): number;
  /** Calls once after so many milliseconds, unless disposed before. */
  setTimer(milliseconds: number, callback: () => void): Disposable;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return { dispose: () => clearTimeout(timer) };
  },
};

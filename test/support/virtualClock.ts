import type { Clock, Disposable } from '../../src/chapi/clock';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  #monotonic = 0;
  #wallOffset: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** @param startMs milliseconds since 1970 at the beginning */
  constructor(startMs = 1_600_000_000_000) {
    this.#wallOffset = startMs;
  }

  now(): number {
    return this.#monotonic + this.#wallOffset;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  setTimer(milliseconds: number, callback: () => void): Disposable {
    const timer = { at: this.#monotonic + Math.max(0, milliseconds), order: this.#order++, callback };
    this.#timers.add(timer);
    return { dispose: () => this.#timers.delete(timer) };
  }

  /** A promise that resolves after so many virtual milliseconds. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(milliseconds, resolve));
  }

  /** The person, or a time server, sets the machine's clock. */
  setWallClock(nowMs: number): void {
    this.#wallOffset = nowMs - this.#monotonic;
  }

  /**
   * The machine sleeps: its wall clock goes on. Its monotonic clock stops (Linux) or goes on without a timer being heard
   * (Windows); what is due by then is heard when time passes again.
   */
  suspend(milliseconds: number, monotonicClock: 'stops' | 'goesOn'): void {
    if (monotonicClock === 'stops') this.#wallOffset += milliseconds;
    else this.#monotonic += milliseconds;
  }

  /** Lets time pass: fires what is due in order, and lets promises settle after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.callback();
      await settle();
    }
    this.#monotonic = end;
  }

  /** Timers that are set. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  #next(end: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (found === undefined || timer.at < found.at || (timer.at === found.at && timer.order < found.order)) {
        found = timer;
      }
    }
    return found;
  }
}

/** Lets every promise that can settle without time passing do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

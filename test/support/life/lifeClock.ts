import type { Clock, Disposable } from '../../../src/chapi/clock';
import type { VirtualClock } from '../virtualClock';

interface Timer {
  /** By the machine's monotonic clock. */
  readonly dueAt: number;
  readonly callback: () => void;
  underlying: Disposable;
}

/** The hardware of one machine: its clock goes on from process to process, is off by some time, and stops in sleep. */
export class LifeClock {
  readonly #world: VirtualClock;
  readonly #skewMs: number;
  /** What the monotonic clock has missed. */
  #missedMs = 0;
  #asleepSince: number | undefined;
  #clockStops = false;
  readonly #held = new Set<Timer>();

  /** @param skewMs how far the wall clock is ahead */
  constructor(world: VirtualClock, skewMs: number) {
    this.#world = world;
    this.#skewMs = skewMs;
  }

  get isAsleep(): boolean {
    return this.#asleepSince !== undefined;
  }

  monotonic(): number {
    const now = this.#world.monotonic();
    return (this.#clockStops ? (this.#asleepSince ?? now) : now) - this.#missedMs;
  }

  /** A clock for one process. Its timers are dead once the process is. */
  forProcess(isAlive: () => boolean): Clock {
    return {
      now: () => this.#world.now() + this.#skewMs,
      monotonic: () => this.monotonic(),
      setTimer: (milliseconds, callback) =>
        // As in Node: whole milliseconds, and one at least.
        this.#set(this.monotonic() + Math.max(1, Math.ceil(milliseconds)), () => {
          if (isAlive()) callback();
        }),
    };
  }

  /** @param clockStops the monotonic clock stands still meanwhile */
  sleep(clockStops: boolean): void {
    this.#asleepSince = this.#world.monotonic();
    this.#clockStops = clockStops;
  }

  wake(): void {
    if (this.#asleepSince === undefined) return;
    if (this.#clockStops) this.#missedMs += this.#world.monotonic() - this.#asleepSince;
    this.#asleepSince = undefined;
    const held = [...this.#held];
    this.#held.clear();
    for (const timer of held) this.#start(timer);
  }

  #set(dueAt: number, callback: () => void): Disposable {
    const timer: Timer = { dueAt, callback, underlying: { dispose: () => undefined } };
    this.#start(timer);
    return {
      dispose: () => {
        timer.underlying.dispose();
        this.#held.delete(timer);
      },
    };
  }

  #start(timer: Timer): void {
    timer.underlying = this.#world.setTimer(Math.max(0, timer.dueAt - this.monotonic()), () => {
      if (this.isAsleep) this.#held.add(timer);
      // It was set before a sleep that the clock did not count.
      else if (this.monotonic() < timer.dueAt) this.#start(timer);
      else timer.callback();
    });
  }
}

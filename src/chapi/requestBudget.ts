import pLimit from 'p-limit';
import type { Clock, Disposable } from './clock';

/** Who goes first: a message to send, the room on screen, older messages somebody waits for, the other rooms. */
export const PRIORITIES = ['send', 'openRoom', 'loadOlder', 'otherRooms'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What the service allows. */
export interface BudgetLimits {
  /** Least time from a request to the next one, in milliseconds. */
  readonly spacingMs: number;
  /** Most requests that start within `windowMs`. */
  readonly perWindow: number;
  readonly windowMs: number;
  /** Most requests under way at once, of each priority: a hanging read never holds up a send. */
  readonly inFlight: Readonly<Record<Priority, number>>;
}

/**
 * 5 requests a second (the service's "things you should know" page), kept both as a count and as spacing, because a
 * gateway's spike arrest spaces requests. The margin covers the jitter of timers and of a fast network.
 */
export const CHAPI_LIMITS: BudgetLimits = {
  spacingMs: 205,
  perWindow: 5,
  windowMs: 1010,
  inFlight: { send: 2, openRoom: 1, loadOlder: 1, otherRooms: 1 },
};

/** How long a request without an answer holds back the next one, in milliseconds. */
const UNANSWERED_HOLDS_MS = 1000;

/** No answer is trusted to stop everything for longer. */
const LONGEST_PAUSE_MS = 5 * 60_000;

interface Waiting {
  readonly priority: number;
  readonly start: (startedAt: number) => void;
}

/**
 * The one gate that every request passes. A request may start when the last one was *answered* long enough ago, because
 * only then it is certain when the service saw it; one that stays without an answer holds back the next for a second.
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #limits: BudgetLimits;
  readonly #inFlight: Readonly<Record<Priority, ReturnType<typeof pLimit>>>;
  readonly #waiting: Waiting[] = [];
  /** Starts of the last `perWindow` requests, oldest first. */
  #starts: readonly number[] = [];
  /** When the request that started last was answered; infinite while it is not. */
  #lastAnswer = -Infinity;
  #pausedUntil = -Infinity;
  #timer: Disposable | undefined;

  constructor(clock: Clock, limits: BudgetLimits = CHAPI_LIMITS) {
    const { spacingMs, perWindow, windowMs } = limits;
    for (const [name, value] of Object.entries({ spacingMs, perWindow, windowMs })) {
      if (!(value > 0)) throw new RangeError(`${name} must be positive, not ${value}.`);
    }
    this.#clock = clock;
    this.#limits = limits;
    const { send, openRoom, loadOlder, otherRooms } = limits.inFlight;
    this.#inFlight = {
      send: pLimit(send),
      openRoom: pLimit(openRoom),
      loadOlder: pLimit(loadOlder),
      otherRooms: pLimit(otherRooms),
    };
  }

  /**
   * Runs the request when its turn has come.
   * @throws the signal's reason when it is aborted while waiting; whatever `request` throws
   */
  run<Result>(priority: Priority, signal: AbortSignal, request: () => Promise<Result>): Promise<Result> {
    return this.#inFlight[priority](async () => {
      const startedAt = await this.#turn(PRIORITIES.indexOf(priority), signal);
      try {
        return await request();
      } finally {
        if (this.#starts.at(-1) === startedAt) this.#lastAnswer = this.#clock.monotonic();
        this.#pump();
      }
    });
  }

  /** Lets nothing start for so long, in milliseconds, at most five minutes. A longer pause that is already set stays. */
  pause(milliseconds: number): void {
    const pausedUntil = this.#clock.monotonic() + Math.min(LONGEST_PAUSE_MS, milliseconds);
    this.#pausedUntil = Math.max(this.#pausedUntil, pausedUntil);
    this.#pump();
  }

  /** Ends a pause: another key, or another address, has not been refused. */
  endPause(): void {
    this.#pausedUntil = -Infinity;
    this.#pump();
  }

  #turn(priority: number, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        priority,
        start: (startedAt) => {
          signal.removeEventListener('abort', onAbort);
          resolve(startedAt);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const after = this.#waiting.findIndex((other) => other.priority > priority);
      this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, waiting);
      this.#pump();
    });
  }

  #pump(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const now = this.#clock.monotonic();
    const wait = this.#earliestStart() - now;
    if (wait > 0) {
      this.#timer = this.#clock.setTimer(Math.ceil(wait), () => this.#pump());
      return;
    }
    this.#starts = [...this.#starts, now].slice(-this.#limits.perWindow);
    this.#lastAnswer = Infinity;
    this.#waiting.shift()?.start(now);
    this.#pump();
  }

  #earliestStart(): number {
    const { spacingMs, perWindow, windowMs } = this.#limits;
    const lastStart = this.#starts.at(-1) ?? -Infinity;
    const lastSeen = Math.min(this.#lastAnswer + spacingMs, lastStart + UNANSWERED_HOLDS_MS);
    const windowEnd = this.#starts.length < perWindow ? -Infinity : (this.#starts[0] ?? -Infinity) + windowMs;
    return Math.max(lastStart + spacingMs, lastSeen, windowEnd, this.#pausedUntil);
  }
}

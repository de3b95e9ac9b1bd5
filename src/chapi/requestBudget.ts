import pLimit from 'p-limit';
import type { Clock, Disposable } from './clock';
import type { PaceOutcome } from './paceOutcome';
import { SharedPace, type PaceState } from './sharedPace';

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

/** What the answer to a request says about the limit. */
export interface Verdict {
  readonly outcome: PaceOutcome;
  /** What a refusal asked for, in milliseconds. */
  readonly retryAfterMs?: number;
}

interface Waiting {
  readonly priority: Priority;
  readonly start: (startedAt: number) => void;
}

/**
 * The one gate that every request passes, and the one that knows how the key is shared: it holds the pace that this
 * machine keeps among the others. A request may start when the last one was *answered* long enough ago, because
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
  readonly #random: () => number;
  #pace: SharedPace;
  /** The next look at a room is the one that the pace has planned. */
  #isPollNext = false;
  #timer: Disposable | undefined;

  /** @param random from 0 (included) to 1 (excluded) */
  constructor(clock: Clock, limits: BudgetLimits = CHAPI_LIMITS, random: () => number = Math.random) {
    const { spacingMs, perWindow, windowMs } = limits;
    for (const [name, value] of Object.entries({ spacingMs, perWindow, windowMs })) {
      if (!(value > 0)) throw new RangeError(`${name} must be positive, not ${value}.`);
    }
    this.#clock = clock;
    this.#limits = limits;
    this.#random = random;
    this.#pace = new SharedPace(random);
    const { send, openRoom, loadOlder, otherRooms } = limits.inFlight;
    this.#inFlight = {
      send: pLimit(send),
      openRoom: pLimit(openRoom),
      loadOlder: pLimit(loadOlder),
      otherRooms: pLimit(otherRooms),
    };
  }

  /** How the key is shared with other machines, as far as refusals tell. */
  get pace(): PaceState {
    return this.#pace.state();
  }

  /** When the next poll is due, in monotonic milliseconds: see `SharedPace`. */
  nextPollAt(wishedIntervalMs: number): number {
    return this.#pace.nextPollAt(this.#clock.monotonic(), wishedIntervalMs);
  }

  /** The look at a room that starts next is the poll of which `nextPollAt` told; any other is one beside the schedule. */
  pollIsNext(): void {
    this.#isPollNext = true;
    this.#pace.pollTaken();
  }

  /** How long a message that was refused has to wait, in milliseconds. */
  get sendWaitMs(): number {
    const now = this.#clock.monotonic();
    return this.#pace.mayStartAt(now, 'send') - now;
  }

  /** Another key, or another address, has not been refused. */
  reset(): void {
    this.#pace = new SharedPace(this.#random);
    this.#pump();
  }

  /**
   * Runs the request when its turn has come.
   * @param verdict what the result says about the limit; nothing is known when it is absent or `request` throws
   * @throws the signal's reason when it is aborted while waiting; whatever `request` throws
   */
  run<Result>(
    priority: Priority,
    signal: AbortSignal,
    request: () => Promise<Result>,
    verdict: (result: Result) => Verdict = () => ({ outcome: 'unknown' }),
  ): Promise<Result> {
    return this.#inFlight[priority](async () => {
      const startedAt = await this.#turn(priority, signal);
      const pace = this.#pace;
      const isPoll = this.#isPollNext && (priority === 'openRoom' || priority === 'otherRooms');
      if (isPoll) this.#isPollNext = false;
      pace.onStart(startedAt, isPoll ? 'poll' : priority === 'send' ? 'send' : 'other');
      let said: Verdict = { outcome: 'unknown' };
      try {
        const result = await request();
        said = verdict(result);
        return result;
      } finally {
        const now = this.#clock.monotonic();
        pace.onAnswer(startedAt, now, said.outcome, Math.min(LONGEST_PAUSE_MS, said.retryAfterMs ?? 0));
        if (this.#starts.at(-1) === startedAt) this.#lastAnswer = now;
        this.#pump();
      }
    });
  }

  #turn(priority: Priority, signal: AbortSignal): Promise<number> {
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
      const rank = PRIORITIES.indexOf(priority);
      const after = this.#waiting.findIndex((other) => PRIORITIES.indexOf(other.priority) > rank);
      this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, waiting);
      this.#pump();
    });
  }

  #pump(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const now = this.#clock.monotonic();
    const gate = this.#earliestStart();
    // A refused send waits longer than a look, so that the first in line is not always the next.
    const mayStartAt = ({ priority }: Waiting): number => Math.max(gate, this.#pace.mayStartAt(now, priority));
    const next = this.#waiting.find((waiting) => mayStartAt(waiting) <= now);
    if (next === undefined) {
      const wait = Math.min(...this.#waiting.map(mayStartAt)) - now;
      this.#timer = this.#clock.setTimer(Math.ceil(wait), () => this.#pump());
      return;
    }
    this.#starts = [...this.#starts, now].slice(-this.#limits.perWindow);
    this.#lastAnswer = Infinity;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    next.start(now);
    this.#pump();
  }

  #earliestStart(): number {
    const { spacingMs, perWindow, windowMs } = this.#limits;
    const lastStart = this.#starts.at(-1) ?? -Infinity;
    const lastSeen = Math.min(this.#lastAnswer + spacingMs, lastStart + UNANSWERED_HOLDS_MS);
    const windowEnd = this.#starts.length < perWindow ? -Infinity : (this.#starts[0] ?? -Infinity) + windowMs;
    return Math.max(lastStart + spacingMs, lastSeen, windowEnd);
  }
}

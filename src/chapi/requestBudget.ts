import pLimit from 'p-limit';
import { ageOf, isPaceRecent, LONGEST_PAUSE_MS, type BudgetState } from './budgetState';
import type { Clock, Disposable } from './clock';
import type { PaceOutcome } from './paceOutcome';
import { gistOfPace } from './paceSnapshot';
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

/** What changed is told once in so many milliseconds. */
const TOLD_EVERY_MS = 1000;

/** A pause that changes by less is not told again, in milliseconds. */
const PAUSE_STEP_MS = 250;

/** What the answer to a request says about the limit. */
export interface Verdict {
  readonly outcome: PaceOutcome;
  /** What the answer asked for, in milliseconds: nothing starts before it is over. */
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
  /** What a `Retry-After` asked for; monotonic milliseconds. */
  #pausedUntil = -Infinity;
  #onChange: ((state: BudgetState) => void) | undefined;
  #told = '';
  #toldAt = -Infinity;
  #tellLater: Disposable | undefined;

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

  /** How long a message that was refused, or any other, has to wait, in milliseconds: a pause counts for all. */
  get sendWaitMs(): number {
    const now = this.#clock.monotonic();
    return this.#pace.mayStartAt(now, 'send') - now;
  }

  /** What the next budget of the same key needs to go on from here. */
  state(): BudgetState {
    const now = this.#clock.monotonic();
    const pauseMs = Math.max(0, this.#pausedUntil - now, this.#earliestStart() - now);
    return { at: this.#clock.now(), pauseMs, pace: this.#pace.snapshot(now) };
  }

  /**
   * Goes on from what another budget of the same key knew. A pause is kept if it is longer than one's own, the pace if
   * it is younger. To be called before the first request.
   */
  restore(state: BudgetState): void {
    const now = this.#clock.monotonic();
    const ageMs = ageOf(state, this.#clock.now());
    const pauseMs = Math.min(LONGEST_PAUSE_MS, state.pauseMs - ageMs);
    if (pauseMs > 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    const isYounger = now - (this.#starts.at(-1) ?? -Infinity) > ageMs;
    if (isYounger && isPaceRecent(ageMs)) this.#pace = SharedPace.restore(this.#random, state.pace, now, ageMs);
    this.#pace.pauseUntil(this.#pausedUntil);
    this.#pump();
    this.#tellChange();
  }

  /**
   * Tells the state when something in it changes that is worth keeping: at most once a second, and never for a request
   * that went as those before. A new listener takes the place of the one before.
   */
  onChange(listener: (state: BudgetState) => void): Disposable {
    this.#onChange = listener;
    this.#told = this.#gist();
    return {
      dispose: () => {
        if (this.#onChange !== listener) return;
        this.#onChange = undefined;
        this.#tellLater?.dispose();
        this.#tellLater = undefined;
      },
    };
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
        const pauseMs = Math.min(LONGEST_PAUSE_MS, said.retryAfterMs ?? 0);
        pace.onAnswer(startedAt, now, said.outcome, pauseMs);
        if (pauseMs > 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
        // The pace may be another one by now.
        this.#pace.pauseUntil(this.#pausedUntil);
        if (this.#starts.at(-1) === startedAt) this.#lastAnswer = now;
        this.#pump();
        this.#tellChange();
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

  #gist(): string {
    const now = this.#clock.monotonic();
    const pause = this.#pausedUntil > now ? Math.round(this.#pausedUntil / PAUSE_STEP_MS) : 0;
    return `${pause} ${gistOfPace(this.#pace.snapshot(now), now)}`;
  }

  #tellChange(): void {
    if (this.#onChange === undefined || this.#tellLater !== undefined) return;
    const gist = this.#gist();
    if (gist === this.#told) return;
    const now = this.#clock.monotonic();
    const waitMs = this.#toldAt + TOLD_EVERY_MS - now;
    if (waitMs > 0) {
      this.#tellLater = this.#clock.setTimer(waitMs, () => {
        this.#tellLater = undefined;
        this.#tellChange();
      });
      return;
    }
    this.#told = gist;
    this.#toldAt = now;
    this.#onChange(this.state());
  }
}

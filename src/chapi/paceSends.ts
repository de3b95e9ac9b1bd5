import type { PaceOutcome } from './paceOutcome';
import type { SendsSnapshot } from './paceSnapshot';

/** The first wait after a refused send, in milliseconds, and its growth with each refusal in a row. */
const FIRST_RETRY_MS = 300;
const RETRY_GROWTH = 1.5;
const LONGEST_RETRY_MS = 30_000;

/**
 * When a refused send is tried again. Sends are few and people wait for them, so that they keep to no schedule: even in
 * a full one some request in three at a random time is let in.
 */
export class PaceSends {
  readonly #random: () => number;
  readonly #underWay = new Set<number>();
  #refusals = 0;
  #retryAt = -Infinity;

  /** @param random from 0 to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Goes on from what another process knew; that was `elapsedMs` ago. */
  restore({ refusals, retryInMs }: SendsSnapshot, nowMs: number, elapsedMs: number): void {
    this.#refusals = refusals;
    this.#retryAt = nowMs + retryInMs - elapsedMs;
  }

  /** What another process needs to go on from here. */
  snapshot(nowMs: number): SendsSnapshot {
    return { refusals: this.#refusals, retryInMs: Math.max(0, this.#retryAt - nowMs) };
  }

  /** Not before this time, in monotonic milliseconds. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** A send has started. */
  onStart(startedAtMs: number): void {
    this.#underWay.add(startedAtMs);
  }

  /** A request has ended; it may be no send. */
  onAnswer(startedAtMs: number, answeredAtMs: number, outcome: PaceOutcome): void {
    if (!this.#underWay.delete(startedAtMs) || outcome === 'unknown') return;
    if (outcome === 'accepted') {
      this.#refusals = 0;
      this.#retryAt = -Infinity;
      return;
    }
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * RETRY_GROWTH ** this.#refusals++);
    this.#retryAt = answeredAtMs + wait * (0.5 + this.#random());
  }
}

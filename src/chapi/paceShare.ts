import { levelIntervalMs, levelOf, nearestLevel, SLOWEST_LEVEL, type PaceLevel } from './paceLevel';
import type { ShareSnapshot } from './paceSnapshot';

/**
 * How long a slot is held before its machine tries to ask twice as often: in milliseconds and in polls, the larger. The
 * time is absolute: so the slow try as often as the fast, while the fast are refused more often, and all meet in the
 * middle. Tries that failed double the number of polls, at most four times.
 */
const CLIMB_AFTER_MS = 900_000;
const CLIMB_AFTER_POLLS = 8;
const MOST_CLIMB_FAILURES = 4;
/** Probes in a row, half-way between two slots, that must be let in. */
const PROBES_TO_CLIMB = 3;

/** To climb beyond what has been found to be fair takes so many accepted polls in a row: perhaps many have left. */
const BEYOND_AFTER_ACCEPTED = 200;
/** When that succeeds the next try comes sooner: its waiting time is multiplied by this. */
const SOON = 0.1;

/** What giving way and climbing teach about the fair interval; and how many levels an interval strays from it. */
const LESSON = 1.3;
const CLIMB_LESSON = 1.6;
const FARTHEST_FROM_FAIR = 0.7;

/** How often a machine asks among others: what it takes to be fair, and how it finds out that this has changed. */
export class PaceShare {
  readonly #random: () => number;
  #level: PaceLevel;
  #fairMs: number;
  #climbAt = Infinity;
  #climbFailures = 0;
  #probesAccepted = 0;
  #acceptedInARow = 0;
  #isGuess: boolean;

  /**
   * @param random from 0 to 1
   * @param fairMs the interval at which everybody gets the same, as far as is known
   */
  constructor(random: () => number, nowMs: number, fairMs: number, isGuess = false) {
    this.#random = random;
    this.#fairMs = fairMs;
    this.#level = nearestLevel(fairMs);
    this.#isGuess = isGuess;
    this.#planClimb(nowMs);
  }

  /** Goes on from what another process knew; its snapshot was made `elapsedMs` ago. */
  static restore(random: () => number, snapshot: ShareSnapshot, nowMs: number, elapsedMs: number): PaceShare {
    const { level, fairMs, climbInMs, climbFailures, probesAccepted, acceptedInARow, isGuess } = snapshot;
    const share = new PaceShare(random, nowMs, fairMs, isGuess);
    share.#level = level;
    share.#climbAt = nowMs + climbInMs - elapsedMs;
    share.#climbFailures = climbFailures;
    share.#probesAccepted = probesAccepted;
    share.#acceptedInARow = acceptedInARow;
    return share;
  }

  /** What another process needs to go on from here. */
  snapshot(nowMs: number): ShareSnapshot {
    return {
      level: this.#level,
      fairMs: this.#fairMs,
      climbInMs: Math.max(0, this.#climbAt - nowMs),
      climbFailures: this.#climbFailures,
      probesAccepted: this.#probesAccepted,
      acceptedInARow: this.#acceptedInARow,
      isGuess: this.#isGuess,
    };
  }

  get level(): PaceLevel {
    return this.#level;
  }

  /** The interval taken to be fair, in milliseconds. */
  get fairMs(): number {
    return this.#fairMs;
  }

  /** The slot was let in. */
  slotAccepted(): void {
    this.#acceptedInARow++;
  }

  /** The slot was refused. */
  slotRefused(): void {
    this.#acceptedInARow = 0;
    this.#probesAccepted = 0;
  }

  /** The slot is refused too often: asks half as often, unless that is far from fair. What is fair is learned from it. */
  giveWay(nowMs: number): void {
    this.#fairMs *= LESSON;
    if (this.#level >= SLOWEST_LEVEL || this.#level + 1 > levelOf(this.#fairMs) + FARTHEST_FROM_FAIR) return;
    this.#level++;
    this.#planClimb(nowMs);
  }

  /** It is time to try a slot half-way between two of one's own. */
  mayProbe(nowMs: number): boolean {
    return (
      this.#isGuess ||
      (nowMs >= this.#climbAt && (!this.#isBeyondFair() || this.#acceptedInARow >= BEYOND_AFTER_ACCEPTED))
    );
  }

  /** The slot half-way was refused. */
  probeRefused(nowMs: number): void {
    this.#isGuess = false;
    this.#climbFailures = Math.min(MOST_CLIMB_FAILURES, this.#climbFailures + 1);
    this.#planClimb(nowMs);
  }

  /** The slot half-way was let in. Tells whether that was often enough: then the machine asks twice as often. */
  probeAccepted(nowMs: number): boolean {
    if (++this.#probesAccepted < PROBES_TO_CLIMB) return false;
    const soonness = this.#isBeyondFair() ? SOON : 1;
    this.#fairMs /= CLIMB_LESSON;
    this.#climbFailures = Math.max(0, this.#climbFailures - 1);
    this.#level--;
    this.#planClimb(nowMs, soonness);
    return true;
  }

  #isBeyondFair(): boolean {
    return this.#level - 1 < levelOf(this.#fairMs) - FARTHEST_FROM_FAIR;
  }

  #planClimb(nowMs: number, soonness = 1): void {
    this.#probesAccepted = 0;
    const polls = CLIMB_AFTER_POLLS * 2 ** this.#climbFailures * levelIntervalMs(this.#level);
    this.#climbAt = nowMs + soonness * Math.max(polls, CLIMB_AFTER_MS) * (0.5 + this.#random());
  }
}

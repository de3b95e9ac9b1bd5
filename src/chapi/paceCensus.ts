import type { CensusSnapshot } from './paceSnapshot';

/** The shortest time from one trial request to the next, in milliseconds: a live conversation's interval. */
const FIRST_INTERVAL_MS = 1000;

/**
 * The interval grows by 1 ms in 15. It is a function of time and not of one's own luck, so that machines that began
 * together ask equally often, and what each sees is the crowd and not its own history.
 */
const INTERVAL_GROWTH = 1 / 15;

/** The interval stops growing while at least half of so many trials are let in. */
const RECENT_TRIALS = 14;

/** Trials after which the answer is good to about 35 %. When all the recent ones were let in there is no crowd. */
const ENOUGH_TRIALS = 45;

/** Most milliseconds that a census takes. */
const LONGEST_CENSUS_MS = 170_000;

/**
 * How sharply refusals fall as the interval grows: 1 describes a gateway that spaces requests, 2 about one that counts
 * them. Which of them the service has is not documented; between them the error for either is small.
 */
const STEEPNESS = 1.5;

/** The fair interval over the interval at which half of the trials are let in, for a schedule that leaves a fifth free. */
const FAIR_OVER_HALFWAY = 2.8;

/**
 * A census that ends far from the interval it looks for has seen little of it; and a machine that is too fast harms all,
 * one that is too slow only itself. So what is beyond this part of the way, at most as much again, is taken with caution.
 */
const SEEN_PART = 0.6;
const CAUTION = 1.2;

/** A random trial interval is the nominal one times 0.5 to 1.5, so that nobody's trials march in step. */
const SPREAD = 0.5;

interface Trial {
  readonly accepted: boolean;
  readonly intervalMs: number;
}

/**
 * Finds out how many share the key, from nothing but which of one's own requests are let in. A refusal in an orderly
 * schedule says little about that number; refusals of requests at random times say it well, because all who take part
 * ask equally often: half of them are refused at an interval that is proportional to the number of machines.
 */
export class PaceCensus {
  readonly #random: () => number;
  readonly #startedAt: number;
  readonly #firstIntervalMs: number;
  readonly #trials: Trial[] = [];
  #grownFor = 0;
  /** Accepted ones of the last trials, over what would be enough. */
  #accepting = 0;

  /**
   * @param random from 0 to 1
   * @param startedAtMs monotonic milliseconds
   * @param firstIntervalMs where to begin, when something is known from before
   */
  constructor(random: () => number, startedAtMs: number, firstIntervalMs = FIRST_INTERVAL_MS) {
    this.#random = random;
    this.#startedAt = startedAtMs;
    this.#firstIntervalMs = Math.max(FIRST_INTERVAL_MS, firstIntervalMs);
  }

  /** Goes on with a census that another process began; its snapshot was made `elapsedMs` ago. */
  static restore(random: () => number, snapshot: CensusSnapshot, nowMs: number, elapsedMs: number): PaceCensus {
    const { startedAgoMs, firstIntervalMs, grownForMs, trials } = snapshot;
    const census = new PaceCensus(random, nowMs - elapsedMs - startedAgoMs, firstIntervalMs);
    for (const trial of trials) census.#trials.push({ accepted: trial > 0, intervalMs: Math.abs(trial) });
    census.#grownFor = grownForMs;
    census.#accepting = census.#acceptingOfLast();
    return census;
  }

  /** What another process needs to go on with it. */
  snapshot(nowMs: number): CensusSnapshot {
    return {
      startedAgoMs: nowMs - this.#startedAt,
      firstIntervalMs: this.#firstIntervalMs,
      grownForMs: this.#grownFor,
      trials: this.#trials.map(({ accepted, intervalMs }) => (accepted ? intervalMs : -intervalMs)),
    };
  }

  /** The nominal time from one trial to the next, in milliseconds. */
  get intervalMs(): number {
    return this.#firstIntervalMs + this.#grownFor * INTERVAL_GROWTH;
  }

  /** A random wait before the next trial, in milliseconds. */
  nextWaitMs(): number {
    return this.intervalMs * (1 - SPREAD + 2 * SPREAD * this.#random());
  }

  /** Takes the outcome of a trial at that time, in monotonic milliseconds. */
  note(atMs: number, accepted: boolean): void {
    this.#trials.push({ accepted, intervalMs: this.intervalMs });
    this.#accepting = this.#acceptingOfLast();
    if (!this.#isSettled()) this.#grownFor = atMs - this.#startedAt;
  }

  /** Nothing but refusals: perhaps the service refused everything for a while, which tells nothing of a crowd. */
  get isBlind(): boolean {
    return this.#trials.every(({ accepted }) => !accepted);
  }

  /** The interval at which everybody gets the same, in milliseconds; nothing while too little has been seen. */
  verdictMs(nowMs: number): number | undefined {
    const isOver = this.#isSettled()
      ? this.#trials.length >= ENOUGH_TRIALS || this.#accepting >= 2
      : nowMs - this.#startedAt >= LONGEST_CENSUS_MS;
    if (!isOver) return undefined;
    if (this.isBlind) return this.intervalMs * FAIR_OVER_HALFWAY;
    const halfwayMs = this.#halfwayMs();
    const notSeen = Math.min(1, Math.max(0, halfwayMs / this.intervalMs - SEEN_PART));
    return halfwayMs * FAIR_OVER_HALFWAY * (1 + CAUTION * notSeen);
  }

  #acceptingOfLast(): number {
    const recent = this.#trials.slice(-RECENT_TRIALS);
    return recent.filter((trial) => trial.accepted).length / (RECENT_TRIALS / 2);
  }

  #isSettled(): boolean {
    return this.#trials.length >= RECENT_TRIALS && this.#accepting >= 1;
  }

  /** The interval at which half of the trials would be let in: the likeliest on a scale of steps of 20 %. */
  #halfwayMs(): number {
    let likeliest = FIRST_INTERVAL_MS;
    let best = -Infinity;
    for (let halfway = 100; halfway < 1_000_000; halfway *= 1.2) {
      const likelihood = this.#trials.reduce((sum, { accepted, intervalMs }) => {
        const odds = (halfway / intervalMs) ** STEEPNESS;
        return sum + Math.log((accepted ? 1 : odds) / (1 + odds));
      }, 0);
      if (likelihood > best) {
        best = likelihood;
        likeliest = halfway;
      }
    }
    return likeliest;
  }
}

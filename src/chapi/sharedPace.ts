import { PaceCensus } from './paceCensus';
import { levelIntervalMs, nearestLevel } from './paceLevel';
import type { PaceOutcome } from './paceOutcome';
import { PaceSends } from './paceSends';
import { PaceShare } from './paceShare';
import type { PaceSnapshot } from './paceSnapshot';
import type { Priority } from './requestBudget';

/** How the pace stands, for people who want to know. */
export interface PaceState {
  /** Others use the key so much that this machine keeps to a slot of the common schedule. */
  readonly shared: boolean;
  /** `counting` how many share the key, `seeking` a free slot, or `holding` one. */
  readonly phase: 'counting' | 'seeking' | 'holding';
  /** From one poll to the next, in milliseconds. */
  readonly intervalMs: number;
}

type Role = 'slot' | 'probe' | 'seek' | 'trial' | 'stray';

/** Outcomes of the last polls in the slot that are remembered. */
const REMEMBERED = 12;
/** Refusals among them that make one with a slot ask half as often. */
const TOO_OFTEN = 2;
/** Refusals among them that make it count anew: the crowd is another one. */
const CROWD_CHANGED = 7;
/** Tries to find a slot before it counts anew. */
const TRIES_BEFORE_COUNTING = 25;

/** A refused slot is most often one that begins a little too early behind another: it moves by 0.5 to 1.5 times this. */
const NUDGE_MS = 45;
/** A poll that starts later than this after its slot says nothing about the slot. */
const SLOT_TOLERANCE_MS = 60;
/** The gate lets no request of one machine follow another sooner. */
const LEAST_WAIT_MS = 350;

/** The first wait for another try at a free slot, as a part of the interval; and its growth with each try. */
const FIRST_SEEK = 0.05;
const SEEK_GROWTH = 1.6;

/** Who wishes for a longer interval than this never counts: it would take too long, and it is no burden. */
const LONGEST_COUNTED_WISH_MS = 4000;
/** Counting anew begins at this part of the fair interval known so far, so that a crowd is not flooded. */
const RECOUNT_FROM = 1 / 8;
/** Without a refusal for so long the key is taken to be one's own again. */
const CALM_MS = 3_600_000;

/**
 * When a machine asks, so that machines which share one key and never talk to each other share its 5 requests a second.
 *
 * All that a machine learns is which of its own requests are let in. While none is refused it polls as often as it
 * wishes. At the first refusal it counts the others (`PaceCensus`), takes the fair interval rounded to a power of two
 * (`PaceLevel`), and looks for a time of its own in that interval: its slot. There it stays as long as it is let in.
 * A single refusal moves the slot a little, two in a row make it look for another; refusals that keep coming halve its
 * rate, and now and then it tries to double it. Knows no timers: time (monotonic milliseconds) and chance are handed in.
 */
export class SharedPace {
  readonly #random: () => number;
  readonly #sends: PaceSends;
  #phase: PaceState['phase'] = 'holding';
  /** Nothing while the key seems to be one's own. */
  #share: PaceShare | undefined;
  #wishedMs = levelIntervalMs(0);
  #census: PaceCensus | undefined;
  /** The slot of the last round; nothing before the first poll. */
  #slotAt: number | undefined;
  /** When to seek or to try next. */
  #tryAt = 0;
  #probeNext = false;
  #plan: { readonly at: number; readonly role: Role; readonly isTaken?: true } | undefined;
  #poll: { readonly startedAt: number; readonly role: Role; readonly slotAt: number } | undefined;
  #recent: readonly boolean[] = [];
  #refusedInARow = 0;
  #seekTries = 0;
  #lastRefusal = -Infinity;
  #pausedUntil = -Infinity;

  /** @param random from 0 (included) to 1 (excluded) */
  constructor(random: () => number) {
    this.#random = random;
    this.#sends = new PaceSends(random);
  }

  /**
   * Goes on from what another process knew, in the slot that it held. What was under way there counts as not answered:
   * a try of which nothing is known is made anew after a wait at random, so that many who begin at once do not collide.
   * @param elapsedMs since the snapshot was made
   */
  static restore(random: () => number, snapshot: PaceSnapshot, nowMs: number, elapsedMs: number): SharedPace {
    const { phase, share, census, sends, slotAgoMs, tryInMs = -1, lastRefusalAgoMs = Infinity } = snapshot;
    const pace = new SharedPace(random);
    const then = nowMs - elapsedMs;
    pace.#phase = phase;
    if (share !== undefined) pace.#share = PaceShare.restore(random, share, nowMs, elapsedMs);
    if (census !== undefined) pace.#census = PaceCensus.restore(random, census, nowMs, elapsedMs);
    pace.#sends.restore(sends, nowMs, elapsedMs);
    pace.#slotAt = slotAgoMs === undefined ? undefined : then - slotAgoMs;
    pace.#probeNext = snapshot.probeNext;
    pace.#recent = snapshot.recent;
    pace.#refusedInARow = snapshot.refusedInARow;
    pace.#seekTries = snapshot.seekTries;
    pace.#lastRefusal = then - lastRefusalAgoMs;
    pace.#tryAt = then + tryInMs;
    if (pace.#tryAt >= nowMs) return pace;
    if (phase === 'counting') pace.#tryLater(nowMs, pace.#census?.nextWaitMs() ?? 0);
    else if (phase === 'seeking') pace.#seek(nowMs);
    return pace;
  }

  /** What another process needs to go on from here; without pauses, which the budget hands over. */
  snapshot(nowMs: number): PaceSnapshot {
    const poll = this.#poll;
    const slotAt = poll?.role === 'slot' ? poll.slotAt : this.#slotAt;
    const isTrying = poll !== undefined || this.#phase === 'holding';
    return {
      phase: this.#phase,
      ...(this.#share === undefined ? {} : { share: this.#share.snapshot(nowMs) }),
      ...(this.#census === undefined ? {} : { census: this.#census.snapshot(nowMs) }),
      sends: this.#sends.snapshot(nowMs),
      ...(slotAt === undefined ? {} : { slotAgoMs: nowMs - slotAt }),
      ...(isTrying ? {} : { tryInMs: Math.max(0, this.#tryAt - nowMs) }),
      probeNext: this.#probeNext && poll === undefined,
      recent: this.#recent,
      refusedInARow: this.#refusedInARow,
      seekTries: this.#seekTries,
      ...(this.#lastRefusal === -Infinity ? {} : { lastRefusalAgoMs: nowMs - this.#lastRefusal }),
    };
  }

  /**
   * When the machine's next poll is due. It stays the same until that poll is started or the wish changes.
   * @param wishedIntervalMs from one poll's start to the next, without jitter of its own: jitter breaks the schedule
   */
  nextPollAt(nowMs: number, wishedIntervalMs: number): number {
    if (!(wishedIntervalMs > 0)) throw new RangeError(`The interval must be positive, not ${wishedIntervalMs}.`);
    this.#wishedMs = wishedIntervalMs;
    this.#plan = this.#makePlan(nowMs);
    return this.#plan.at;
  }

  /** The poll that is planned is on its way to its start. */
  pollTaken(): void {
    if (this.#plan !== undefined) this.#plan = { ...this.#plan, isTaken: true };
  }

  /** Nothing starts before that time, in monotonic milliseconds. */
  pauseUntil(timeMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, timeMs);
  }

  /** The earliest time at which a request of that kind may start: polls by schedule come on top of it. */
  mayStartAt(nowMs: number, priority: Priority): number {
    return Math.max(nowMs, this.#pausedUntil, priority === 'send' ? this.#sends.retryAt : -Infinity);
  }

  /** A request has started. A `poll` is one that `nextPollAt` has planned; anything else is `send` or `other`. */
  onStart(nowMs: number, kind: 'poll' | 'send' | 'other'): void {
    if (kind === 'send') this.#sends.onStart(nowMs);
    if (kind !== 'poll') return;
    const plan = this.#plan ?? { at: nowMs, role: 'slot' };
    this.pollTaken();
    const inTime = Math.abs(nowMs - plan.at) <= SLOT_TOLERANCE_MS;
    const bound = this.#share !== undefined && (plan.role === 'slot' || plan.role === 'probe');
    this.#poll = { startedAt: nowMs, role: bound && !inTime ? 'stray' : plan.role, slotAt: bound ? plan.at : nowMs };
  }

  /**
   * A request has ended.
   * @param startedAtMs as given to `onStart`
   * @param retryAfterMs what the answer asked for, whatever its outcome: nothing starts before it is over. A service that
   *   is down for a while asks for it too, which says nothing of how the key is shared.
   */
  onAnswer(startedAtMs: number, answeredAtMs: number, outcome: PaceOutcome, retryAfterMs = 0): void {
    if (outcome === 'refused') this.#lastRefusal = answeredAtMs;
    if (retryAfterMs > 0) this.pauseUntil(answeredAtMs + retryAfterMs);
    this.#sends.onAnswer(startedAtMs, answeredAtMs, outcome);
    const poll = this.#poll;
    if (poll?.startedAt !== startedAtMs) return;
    this.#poll = undefined;
    this.#plan = undefined;
    if (poll.role === 'trial') this.#trialEnded(poll.startedAt, answeredAtMs, outcome);
    else if (poll.role === 'seek') this.#seekEnded(poll.startedAt, answeredAtMs, outcome);
    else if (poll.role === 'probe') this.#probeEnded(answeredAtMs, outcome);
    else if (poll.role === 'slot') this.#slotEnded(poll.slotAt, answeredAtMs, outcome);
  }

  /** How things stand. */
  state(): PaceState {
    const intervalMs = this.#phase === 'counting' ? (this.#census?.intervalMs ?? 0) : this.#intervalMs();
    return { shared: this.#share !== undefined, phase: this.#phase, intervalMs };
  }

  #intervalMs(): number {
    if (this.#share === undefined) return this.#wishedMs;
    return levelIntervalMs(Math.max(this.#share.level, nearestLevel(this.#wishedMs)));
  }

  #makePlan(nowMs: number): { readonly at: number; readonly role: Role; readonly isTaken?: true } {
    if (this.#phase !== 'holding') {
      return { at: Math.max(this.#tryAt, this.#pausedUntil), role: this.#phase === 'counting' ? 'trial' : 'seek' };
    }
    const earliest = Math.max(nowMs, this.#pausedUntil);
    if (this.#slotAt === undefined) return { at: earliest, role: 'slot' };
    const interval = this.#intervalMs();
    // Timers of a busy machine are late every time: better beside the slot than never.
    const planned = this.#plan;
    const isMissed =
      planned?.isTaken === undefined && earliest === nowMs && nowMs < (planned?.at ?? -Infinity) + interval;
    if (planned !== undefined && isMissed && planned.at <= nowMs) return planned;
    const halfway = this.#slotAt + interval / 2;
    if (this.#probeNext && halfway + SLOT_TOLERANCE_MS >= earliest) return { at: halfway, role: 'probe' };
    const next = this.#slotAt + interval;
    if (next + SLOT_TOLERANCE_MS >= earliest) return { at: next, role: 'slot' };
    if (this.#share === undefined) return { at: earliest, role: 'slot' };
    // Rounds were left out: the machine slept, or had to pause.
    const rounds = Math.ceil((earliest - this.#slotAt) / interval);
    return { at: this.#slotAt + rounds * interval, role: 'slot' };
  }

  #slotEnded(slotAt: number, nowMs: number, outcome: PaceOutcome): void {
    this.#slotAt = slotAt;
    this.#probeNext = false;
    if (outcome === 'unknown') return;
    this.#recent = [...this.#recent, outcome === 'accepted'].slice(-REMEMBERED);
    const refusals = this.#recent.filter((accepted) => !accepted).length;
    if (outcome === 'refused') this.#slotRefused(slotAt, nowMs, refusals);
    else this.#slotAccepted(nowMs, refusals);
  }

  #slotRefused(slotAt: number, nowMs: number, refusals: number): void {
    this.#refusedInARow++;
    this.#share?.slotRefused();
    // The first refusal is enough for a machine that thought itself alone: so all begin to count at once.
    if (this.#share === undefined || refusals >= CROWD_CHANGED) this.#countOrSlowDown(nowMs);
    else if (this.#refusedInARow >= 2) this.#seek(nowMs);
    else this.#slotAt = slotAt + NUDGE_MS * (0.5 + this.#random());
  }

  #slotAccepted(nowMs: number, refusals: number): void {
    this.#refusedInARow = 0;
    this.#seekTries = 0;
    const share = this.#share;
    if (share === undefined) return;
    share.slotAccepted();
    if (refusals >= TOO_OFTEN) {
      this.#recent = [];
      // The slot that was just accepted stays; every second one after it goes.
      share.giveWay(nowMs);
    } else if (share.level > nearestLevel(this.#wishedMs)) {
      this.#probeNext = refusals === 0 && share.mayProbe(nowMs);
    } else if (nowMs - this.#lastRefusal >= CALM_MS) {
      this.#share = undefined;
    }
  }

  #probeEnded(nowMs: number, outcome: PaceOutcome): void {
    this.#probeNext = false;
    const halfway = this.#intervalMs() / 2;
    if (outcome === 'refused') this.#share?.probeRefused(nowMs);
    if (outcome !== 'accepted' || this.#share?.probeAccepted(nowMs) !== true) return;
    this.#recent = [];
    if (this.#slotAt !== undefined) this.#slotAt += halfway;
  }

  #seekEnded(startedAt: number, nowMs: number, outcome: PaceOutcome): void {
    if (outcome === 'accepted') {
      this.#phase = 'holding';
      this.#slotAt = startedAt;
      this.#recent = [];
      this.#refusedInARow = 0;
      return;
    }
    if (outcome === 'refused' && ++this.#seekTries >= TRIES_BEFORE_COUNTING) this.#countOrSlowDown(nowMs);
    else this.#seek(nowMs);
  }

  #trialEnded(startedAt: number, nowMs: number, outcome: PaceOutcome): void {
    const census = this.#census;
    if (census === undefined) return;
    if (outcome !== 'unknown') census.note(startedAt, outcome === 'accepted');
    const verdict = census.verdictMs(nowMs);
    if (verdict === undefined) {
      this.#tryLater(nowMs, census.nextWaitMs());
      return;
    }
    this.#census = undefined;
    this.#share = new PaceShare(this.#random, nowMs, Math.max(this.#wishedMs, verdict), census.isBlind);
    this.#phase = 'seeking';
    this.#seekTries = 0;
    this.#tryLater(nowMs, this.#intervalMs() * this.#random());
  }

  #seek(nowMs: number): void {
    this.#phase = 'seeking';
    const interval = this.#intervalMs();
    const wait = Math.max(levelIntervalMs(0), interval * FIRST_SEEK * SEEK_GROWTH ** this.#seekTries);
    this.#tryLater(nowMs, Math.min(interval, wait) * (0.5 + this.#random()));
  }

  #countOrSlowDown(nowMs: number): void {
    this.#recent = [];
    this.#refusedInARow = 0;
    this.#seekTries = 0;
    if (this.#wishedMs <= LONGEST_COUNTED_WISH_MS) {
      this.#phase = 'counting';
      const knownMs = (this.#share?.fairMs ?? 0) * RECOUNT_FROM;
      this.#census = new PaceCensus(this.#random, nowMs, Math.max(this.#wishedMs, knownMs));
      this.#tryLater(nowMs, this.#census.nextWaitMs());
      return;
    }
    const before = this.#share?.level ?? nearestLevel(this.#wishedMs) - 1;
    this.#share = new PaceShare(this.#random, nowMs, levelIntervalMs(before + 1));
    this.#seek(nowMs);
  }

  /** After a pause that was asked for, not all at once. */
  #tryLater(nowMs: number, waitMs: number): void {
    this.#tryAt = Math.max(nowMs, this.#pausedUntil) + Math.max(LEAST_WAIT_MS, waitMs);
  }
}

import { decodePaceSnapshot } from '../../src/chapi/paceSnapshot';
import { SharedPace } from '../../src/chapi/sharedPace';
import type { PaceOutcome } from '../../src/chapi/paceOutcome';
import { createLimiter, type LimiterKind } from '../sandbox/limiter';
import { between, seededRandom, type Random } from '../sandbox/seededRandom';
import { EventQueue } from './sharedKeyEvents';

/** One machine that uses the key. Times in milliseconds of virtual time. */
export interface MachinePlan {
  readonly from: number;
  /** It leaves then; infinite when it stays. */
  readonly to: number;
  readonly wishedMs: number;
  /** Mean time from one message of its person to the next; none when left out. */
  readonly sendsEveryMs?: number;
  /** Polls at a fixed interval, whatever the service says, and with a program of its own. */
  readonly stubborn?: boolean;
}

export interface SimulationOptions {
  readonly limiter: Exclude<LimiterKind, 'none'>;
  readonly machines: readonly MachinePlan[];
  readonly seed: number;
  readonly untilMs: number;
  /** The part of all requests that get no answer. */
  readonly lossRate?: number;
  /** What the service asks for with each refusal. */
  readonly retryAfterMs?: number;
  /** From when until when the service refuses everything. */
  readonly refusesAll?: readonly [from: number, to: number];
  /** When all machines begin anew at the same moment. */
  readonly restartsAt?: readonly number[];
  /** Whether they know then what they knew before. */
  readonly remembers?: boolean;
}

/** One request as the service saw it. */
export interface SeenRequest {
  readonly at: number;
  readonly accepted: boolean;
  readonly kind: 'poll' | 'send' | 'other';
}

/** What became of one machine's requests. */
export interface MachineRecord {
  readonly plan: MachinePlan;
  readonly requests: readonly SeenRequest[];
  /** From a person's sending to the service's accepting, in milliseconds. */
  readonly sendDelays: readonly number[];
  /** When each request of the machine left it, by true time. */
  readonly starts: readonly number[];
}

/** The gate that every request of one machine passes: so long after the last start, and after the last answer. */
const GATE_MS = 205;
const JITTER_MS = 15;
/** How long a machine waits for an answer that was lost: until the connection is reset. */
const LOSS_NOTICED_MS = 1000;
/** A sender looks at the room soon after, to see its own message. */
const ECHO_AFTER_MS = 250;
/** Monotonic clocks of two machines run apart by so much at most, on either side. */
const CLOCK_DRIFT = 20e-6;

interface Pending {
  readonly kind: 'send' | 'other';
  readonly since: number;
}

class Machine {
  readonly plan: MachinePlan;
  readonly requests: SeenRequest[] = [];
  readonly sendDelays: number[] = [];
  readonly starts: number[] = [];
  readonly #random: Random;
  #pace: SharedPace;
  readonly #oneWayMs: number;
  readonly #clockOffset: number;
  readonly #clockRate: number;
  readonly #pending: Pending[] = [];
  #gateOpensAt = -Infinity;
  #underWay = false;
  #wakeUps = 0;
  #lives = 0;

  constructor(plan: MachinePlan, random: Random) {
    this.plan = plan;
    this.#random = random;
    this.#pace = new SharedPace(seededRandom(Math.floor(random() * 2 ** 31)));
    this.#oneWayMs = between(random, 20, 200) / 2;
    this.#clockOffset = random() * 1e6;
    this.#clockRate = 1 + CLOCK_DRIFT * between(random, -1, 1);
  }

  begin(world: World): void {
    this.#planSend(world, this.plan.from);
    world.queue.at(this.plan.from, () => this.#wake(world, this.plan.from));
  }

  /** Its process is killed, with what is under way, and another one begins: it looks at once, as one that just started. */
  restart(world: World, now: number, remembers: boolean): void {
    if (now < this.plan.from || now >= this.plan.to || this.plan.stubborn === true) return;
    const local = this.#local(now);
    const kept = decodePaceSnapshot(JSON.parse(JSON.stringify(this.#pace.snapshot(local))));
    this.#pace =
      kept !== undefined && remembers ? SharedPace.restore(this.#random, kept, local, 0) : new SharedPace(this.#random);
    this.#lives++;
    this.#underWay = false;
    this.#pending.length = 0;
    this.#pending.push({ kind: 'other', since: now });
    this.#wake(world, now);
  }

  #local(time: number): number {
    return this.#clockOffset + time * this.#clockRate;
  }

  #planSend(world: World, after: number): void {
    const { sendsEveryMs } = this.plan;
    if (sendsEveryMs === undefined) return;
    const at = after - Math.log(1 - this.#random()) * sendsEveryMs;
    world.queue.at(at, () => {
      this.#pending.push({ kind: 'send', since: at });
      this.#wake(world, at);
      this.#planSend(world, at);
    });
  }

  /** Starts what may start now, or comes back when something may. */
  #wake(world: World, now: number): void {
    if (this.#underWay || now >= this.plan.to) return;
    const first = this.#pending[0];
    const local = this.#local(now);
    const pollAt = this.plan.stubborn
      ? Math.max(local, this.#local(this.starts.at(-1) ?? -Infinity) + this.plan.wishedMs)
      : Math.max(this.#pace.nextPollAt(local, this.plan.wishedMs), this.#pace.mayStartAt(local, 'openRoom'));
    const sendAt =
      first === undefined ? Infinity : this.#pace.mayStartAt(local, first.kind === 'send' ? 'send' : 'openRoom');
    const gate = this.#local(this.#gateOpensAt);
    const next = Math.max(gate, Math.min(sendAt, pollAt));
    if (next - local > 0.001) {
      const wakeUp = ++this.#wakeUps;
      const at = now + (next - local) / this.#clockRate;
      world.queue.at(at, () => {
        if (wakeUp === this.#wakeUps) this.#wake(world, at);
      });
      return;
    }
    if (first !== undefined && sendAt <= Math.max(gate, local)) this.#start(world, now, first);
    else this.#start(world, now, undefined);
  }

  #start(world: World, now: number, pending: Pending | undefined): void {
    const kind = pending?.kind ?? 'poll';
    const startedAt = this.#local(now);
    this.starts.push(now);
    this.#underWay = true;
    this.#pace.onStart(startedAt, kind);
    const life = this.#lives;
    const end = (at: number, outcome: PaceOutcome): void => {
      if (life !== this.#lives) return;
      this.#underWay = false;
      this.#gateOpensAt = Math.max(now, at) + GATE_MS;
      const retryAfter = outcome === 'refused' ? world.retryAfterMs : 0;
      this.#pace.onAnswer(startedAt, this.#local(at), outcome, retryAfter);
      if (pending !== undefined && !(kind === 'send' && outcome !== 'accepted')) this.#done(world, at, pending);
      this.#wake(world, at);
    };
    const lost = this.#random() < world.lossRate;
    if (lost) world.queue.at(now + LOSS_NOTICED_MS, () => end(now + LOSS_NOTICED_MS, 'unknown'));
    // Half of what is lost is lost on the way back: the service has seen it.
    if (lost && this.#random() < 0.5) return;
    const arrival = now + this.#travelMs();
    world.queue.at(arrival, () => {
      const accepted = world.accept(arrival);
      this.requests.push({ at: arrival, accepted: accepted && !lost, kind });
      if (accepted && kind === 'send' && pending !== undefined && !lost) this.sendDelays.push(arrival - pending.since);
      const back = arrival + this.#travelMs();
      if (!lost) world.queue.at(back, () => end(back, accepted ? 'accepted' : 'refused'));
    });
  }

  #done(world: World, now: number, pending: Pending): void {
    this.#pending.splice(this.#pending.indexOf(pending), 1);
    // With others on the key a look beside the schedule costs them more than it gives: the next slot brings the echo.
    if (pending.kind !== 'send' || this.#pace.state().shared) return;
    const at = now + ECHO_AFTER_MS;
    world.queue.at(at, () => {
      this.#pending.push({ kind: 'other', since: at });
      this.#wake(world, at);
    });
  }

  #travelMs(): number {
    return Math.max(1, this.#oneWayMs + between(this.#random, -JITTER_MS, JITTER_MS));
  }
}

interface World {
  readonly queue: EventQueue;
  readonly accept: (now: number) => boolean;
  readonly lossRate: number;
  readonly retryAfterMs: number;
}

/** Lets machines that share a key poll one room in virtual time, each with a `SharedPace` of its own. */
export function simulateSharedKey(options: SimulationOptions): readonly MachineRecord[] {
  const {
    limiter: kind,
    machines: plans,
    seed,
    untilMs,
    lossRate = 0,
    retryAfterMs = 0,
    refusesAll = [0, 0],
    restartsAt = [],
    remembers = true,
  } = options;
  const random = seededRandom(seed);
  const limiter = createLimiter(kind);
  const queue = new EventQueue();
  const world: World = {
    queue,
    accept: (now) => (now < refusesAll[0] || now >= refusesAll[1]) && limiter.accept(now),
    lossRate,
    retryAfterMs,
  };
  const machines = plans.map((plan) => new Machine(plan, seededRandom(Math.floor(random() * 2 ** 31))));
  for (const machine of machines) machine.begin(world);
  for (const at of restartsAt) {
    queue.at(at, () => {
      for (const machine of machines) machine.restart(world, at, remembers);
    });
  }
  queue.run(untilMs);
  return machines;
}

/** Machines that start at random times of the first minute, stay, and all wish for the same. */
export function crowd(count: number, seed: number, wish: Partial<MachinePlan> = {}): readonly MachinePlan[] {
  const random = seededRandom(seed ^ 0x5bd1e995);
  return Array.from({ length: count }, () => ({ from: random() * 60_000, to: Infinity, wishedMs: 1000, ...wish }));
}

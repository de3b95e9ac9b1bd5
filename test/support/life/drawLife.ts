import { between, seededRandom, type Random } from '../../sandbox/seededRandom';
import { TEXT_CHANGES, type LifeEvent, type LifeScript, type MachineEvent, type ServiceTraits } from './lifeScript';
import { COLLEAGUES } from './lifeService';
import { drawText } from './lifeTexts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ROOMS = ['', 'Alpha', 'Beta'] as const;
const CODES = ['EIO', 'EMFILE', 'EPERM', 'EACCES', 'EBUSY', 'ENOSPC', 'EROFS'] as const;

/** Short texts that everybody writes. */
const SAME_FOR_ALL = ['ok', 'thanks', '+1'] as const;

/** How many of the lives have a service with every oddity at once. */
const WILD_LIVES = 0.05;

/** Draws a life by its number. The same number gives the same life. */
export function drawLife(seed: number): LifeScript {
  const random = seededRandom(seed);
  for (let warmUp = 0; warmUp < 3; warmUp++) random();
  const traits = drawTraits(random);
  const rooms = ROOMS.slice(0, pick(random, [1, 1, 2, 3])).map((room) => ({ room, history: drawHistory(random) }));
  const machines = Array.from({ length: pick(random, [1, 1, 1, 2, 2, 3]) }, () => ({
    skewMs: pick(random, [0, 0, -3 * HOUR, 40 * SECOND, 90 * SECOND, 26 * HOUR]),
  }));
  const names = rooms.map(({ room }) => room);
  const draw = new EventDrawer(random, names, machines.length);
  return { seed, traits, rooms, machines, events: draw.events(between(random, 2 * MINUTE, 5 * MINUTE)) };
}

function drawHistory(random: Random): number {
  return pick(random, [0, 1, 5, 12, 29, 30, 31, 60, 150, 400]);
}

/** Most services have few oddities, so that faults can be told apart. */
function drawTraits(random: Random): ServiceTraits {
  const isWild = random() < WILD_LIVES;
  const rate = isWild ? 0.7 : pick(random, [0, 0.06, 0.06, 0.15]);
  const traits: ServiceTraits = {};
  for (const draw of DRAWS) if (random() < rate) Object.assign(traits, draw(random));
  return traits;
}

const DRAWS: readonly ((random: Random) => ServiceTraits)[] = [
  () => ({ escapes: true }),
  (random) => ({ textChange: pick(random, TEXT_CHANGES) }),
  (random) => ({ textChange: pick(random, TEXT_CHANGES), lostAnswers: 0.15 }),
  () => ({ limitBeforeFilter: true }),
  (random) => ({ pageCap: pick(random, [30, 50, 100]) }),
  () => ({ oldestFirst: true }),
  () => ({ byArrival: true }),
  (random) => ({ coarseMs: pick(random, [SECOND, 10 * SECOND, MINUTE]) }),
  (random) => ({ lateStamps: pick(random, [0.05, 0.3]) }),
  () => ({ futureStamps: 0.03 }),
  (random) => ({ ts: pick(random, ['since', 'before'] as const) }),
  (random) => ({ replicaLagMs: pick(random, [500, 2000, 5000]) }),
  (random) => ({ slowPosts: 0.3, slowPostMs: pick(random, [5, 20, 40, 120]) * SECOND }),
  () => ({ slowPosts: 0.3, slowPostMs: 40 * SECOND, answersEarly: true }),
  (random) => ({ lostAnswers: pick(random, [0.05, 0.3]) }),
  (random) => ({ lostRequests: pick(random, [0.05, 0.3]) }),
  () => ({ etag: true }),
  () => ({ idsPerRoom: true }),
  () => ({ oneAuthor: true }),
  (random) => ({ limiter: pick(random, ['window', 'spacing'] as const) }),
  () => ({ limiter: 'spacing', refusesWith500: true }),
  (random) => ({ limiter: 'window', retryAfterSeconds: pick(random, [1, 5, 20]) }),
  () => ({ busy: 0.04 }),
  (random) => ({ garbage: pick(random, [0.01, 0.05]) }),
];

class EventDrawer {
  readonly #random: Random;
  readonly #rooms: readonly string[];
  readonly #machines: number;
  readonly #list: LifeEvent[] = [];
  #texts = 0;

  constructor(random: Random, rooms: readonly string[], machines: number) {
    this.#random = random;
    this.#rooms = rooms;
    this.#machines = machines;
  }

  events(lengthMs: number): readonly LifeEvent[] {
    const random = this.#random;
    for (const room of this.#rooms) this.#talk(room, lengthMs, pick(random, [0, 2, 6, 15, 40]));
    for (let machine = 0; machine < this.#machines; machine++) {
      this.#use(machine, lengthMs);
      this.#befall(machine, lengthMs);
    }
    return this.#list.sort((left, right) => left.at - right.at);
  }

  /** @param rate messages a minute */
  #talk(room: string, lengthMs: number, rate: number): void {
    const random = this.#random;
    const pauseMs = MINUTE / Math.max(rate, 0.3);
    for (let at = random() * pauseMs; at < lengthMs; at += 2 * random() * pauseMs) {
      const chance = random();
      if (chance < 0.04) {
        const place = pick(random, [0, 1, 2, 5, 12, 29, 30, 1000]);
        this.#add({ at, do: 'delete', room, place, count: pick(random, [1, 1, 1, 2, 4]) });
      } else if (chance < 0.08) {
        this.#add({ at, do: 'edit', room, place: pick(random, [0, 1, 4, 20, 1000]), text: this.#text('edited') });
      } else {
        const count = random() < 0.03 ? pick(random, [5, 29, 30, 31, 70, 110]) : 1;
        this.#add({
          at,
          do: 'say',
          room,
          who: whole(random, COLLEAGUES),
          text: this.#text('c'),
          ...(count > 1 ? { count } : {}),
        });
      }
    }
  }

  #use(machine: number, lengthMs: number): void {
    const random = this.#random;
    const pauseMs = pick(random, [8, 15, 30]) * SECOND;
    for (let at = random() * pauseMs; at < lengthMs; at += 2 * random() * pauseMs) {
      this.#add({ at, machine, ...this.#wish(pick(random, this.#rooms)) });
    }
  }

  #wish(room: string): MachineEvent {
    const random = this.#random;
    const chance = random();
    if (chance < 0.5) return { do: 'send', room, text: this.#text('m') };
    if (chance < 0.58) return { do: 'retry' };
    if (chance < 0.61) return { do: 'discard' };
    if (chance < 0.73) return { do: 'markRead', room };
    if (chance < 0.79) return { do: 'markRead', room, upTo: whole(random, 6) };
    if (chance < 0.85) return { do: 'loadOlder', room };
    if (chance < 0.88) return { do: 'loadMissing' };
    if (chance < 0.97 || this.#rooms.length === 1) return { do: 'open', room };
    return { do: random() < 0.5 ? 'removeRoom' : 'addRoom', room };
  }

  /** What happens to a machine. To many nothing does. */
  #befall(machine: number, lengthMs: number): void {
    const random = this.#random;
    for (let left = pick(random, [0, 0, 1, 2, 4]); left > 0; left--) {
      let at = random() * lengthMs;
      for (const event of this.#mishap(machine, at)) {
        this.#add({ at, machine, ...event });
        at += random() * 2 * SECOND;
      }
    }
  }

  /** What happens, one thing within seconds of the other. */
  #mishap(machine: number, at: number): readonly MachineEvent[] {
    const random = this.#random;
    const kill = random() < 0.5;
    const downMs = pick(random, [0, 100, 3 * SECOND, 40 * SECOND]);
    const restart = { do: 'restart', kill, downMs } as const;
    const takeOver = { do: 'takeOver', kill, downMs: pick(random, [0, 50, 1500]) } as const;
    switch (whole(random, 7)) {
      case 0:
        return [{ do: 'sleep', ms: pick(random, [20, 60, 300]) * SECOND, clockStops: random() < 0.5 }];
      case 1: {
        const isLong = random() < 0.05 && this.#machines === 1;
        return [{ do: 'offline', ms: isLong ? HOUR : pick(random, [10, 60]) * SECOND }];
      }
      case 2: {
        const op = random() < 0.5 ? 'read' : 'write';
        const fault = { do: 'diskFault', op, code: pick(random, CODES), ms: pick(random, [0, 3 * SECOND]) } as const;
        return random() < 0.6 ? [fault, random() < 0.5 ? restart : takeOver] : [fault];
      }
      case 3:
        return [takeOver];
      case 4: {
        // What is discarded must be gone, whatever the disk says now, once it had the time to say otherwise.
        const room = pick(random, this.#rooms);
        const fault = { do: 'diskFault', op: 'write', code: pick(random, CODES), ms: 3 * SECOND } as const;
        this.#add({ at: at + 30 * SECOND, machine, ...restart });
        return [
          { do: 'offline', ms: 40 * SECOND },
          { do: 'send', room, text: this.#text('m') },
          fault,
          { do: 'discard' },
        ];
      }
      default:
        return [restart];
    }
  }

  #text(kind: string): string {
    const random = this.#random;
    return kind !== 'edited' && random() < 0.08
      ? pick(random, SAME_FOR_ALL)
      : drawText(random, `${kind}${this.#texts++}`);
  }

  #add(event: LifeEvent): void {
    this.#list.push({ ...event, at: Math.round(event.at) });
  }
}

function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

function pick<Value>(random: Random, values: readonly [Value, ...Value[]] | readonly Value[]): Value {
  const value = values[whole(random, values.length)];
  if (value === undefined) throw new RangeError('There is nothing to pick from.');
  return value;
}

import { unescapeOnce } from '../../../src/chat/escaping';
import { VirtualClock } from '../virtualClock';
import type { SentText, Violation } from './lifeHistory';
import { findLostAndDoubled, findWrongList, findWrongMarks, type RoomTruth, type RoomView } from './lifeOracle';
import type { KeptMessage } from './lifeRoom';
import type { LifeEvent, LifeScript } from './lifeScript';
import { LifeService } from './lifeService';
import { LifeUser, type LifeWorld } from './lifeUser';
import { RoomWatch } from './lifeWatch';

/** What came of a life. */
export interface LifeReport {
  readonly violations: readonly Violation[];
  readonly users: readonly LifeUser[];
  readonly service: LifeService;
  readonly sent: readonly SentText[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How often what is shown is looked at, in milliseconds. */
const SAMPLE_MS = 2 * SECOND;

/** The time after the last event in which all must come right, in milliseconds. The longest is for what is still in doubt. */
const SHORTEST_CALM_MS = 4 * MINUTE;
const LONGEST_CALM_MS = 8 * MINUTE;
const CALM_CHECK_MS = 2 * MINUTE;

/** How often machines poll in calm, in seconds, and how often their users go to the next room, in milliseconds. */
const CALM_POLLING = [10, 30] as const;
const CALM_ROOM_MS = 30 * SECOND;

/** The longest page that a client asks for. */
const LONGEST_PAGE = 1920;

/** Lives a life, and says what was wrong with it. The same script always gives the same report. */
export async function liveALife(script: LifeScript): Promise<LifeReport> {
  const life = new Life(script);
  const stopListening = collectRejections((reason) => life.noteRejection(reason));
  try {
    await life.live();
    await life.calmDown();
  } finally {
    await stopListening();
  }
  return life.report();
}

class Life {
  readonly #clock = new VirtualClock();
  readonly #script: LifeScript;
  readonly #world: LifeWorld;
  readonly #users: readonly LifeUser[];
  readonly #watches = new Map<string, RoomWatch>();
  /** When a room was last taken off the list of a machine or put on it again, by machine and room. */
  readonly #listedAnew = new Map<string, { readonly from: number; to: number }[]>();
  #sampledAt = 0;

  constructor(script: LifeScript) {
    this.#script = script;
    const service = new LifeService(this.#clock, script);
    this.#world = { clock: this.#clock, service, script, sent: [], violations: [] };
    this.#users = script.machines.map((_, index) => new LifeUser(this.#world, index));
  }

  async live(): Promise<void> {
    for (const event of this.#script.events) {
      await this.#advanceTo(event.at);
      this.#do(event);
    }
    await this.#advanceTo(this.#clock.monotonic() + SECOND);
  }

  async calmDown(): Promise<void> {
    this.#world.service.calm();
    for (const user of this.#users) user.calm(...CALM_POLLING);
    for (const name of this.#listedAnew.keys()) this.#endAbsence(name);
    const begunAt = this.#clock.monotonic();
    let index = 0;
    for (let passed = 0; passed < LONGEST_CALM_MS; passed += CALM_ROOM_MS) {
      const isChecked = passed >= SHORTEST_CALM_MS && passed % CALM_CHECK_MS === 0;
      if (isChecked && this.#findAtEnd().length === 0) break;
      const room = this.#script.rooms[index++ % this.#script.rooms.length]?.room ?? '';
      for (const user of this.#users) user.open(room);
      await this.#advanceTo(begunAt + passed + CALM_ROOM_MS);
    }
  }

  report(): LifeReport {
    const violations = [...this.#world.violations, ...this.#findAtEnd()];
    for (const user of this.#users) user.switchOff();
    return { violations, users: this.#users, service: this.#world.service, sent: this.#world.sent };
  }

  noteRejection(reason: unknown): void {
    const what = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
    this.#world.violations.push({ kind: 'unhandledRejection', at: this.#clock.monotonic(), what });
  }

  #do(event: LifeEvent): void {
    const { service } = this.#world;
    if (!('machine' in event)) {
      if (event.do === 'edit') service.edit(event.room, event.place, event.text);
      else if (event.do === 'delete') service.delete(event.room, event.place, event.count);
      else this.#say(event);
      return;
    }
    const name = `${event.machine} ${'room' in event ? event.room : ''}`;
    if (event.do === 'removeRoom') {
      const absences = this.#listedAnew.get(name) ?? [];
      this.#listedAnew.set(name, [...absences, { from: this.#clock.monotonic(), to: Infinity }]);
    } else if (event.do === 'addRoom') {
      this.#endAbsence(name);
    }
    this.#users[event.machine]?.do(event);
  }

  #say({ room, who, text, count = 1 }: Extract<LifeEvent, { do: 'say' }>): void {
    for (let number = 0; number < count; number++) {
      this.#world.service.say(room, count === 1 ? text : `${text} ${number}`, who);
    }
  }

  /** A room that comes back has some seconds to catch up. */
  #endAbsence(name: string): void {
    const last = this.#listedAnew.get(name)?.at(-1);
    if (last?.to === Infinity) last.to = this.#clock.monotonic() + 5 * SECOND;
  }

  async #advanceTo(at: number): Promise<void> {
    while (this.#clock.monotonic() < at) {
      const next = Math.min(at, this.#sampledAt + SAMPLE_MS);
      await this.#clock.advance(next - this.#clock.monotonic());
      if (next < this.#sampledAt + SAMPLE_MS) continue;
      this.#sampledAt = next;
      this.#sample();
    }
  }

  #sample(): void {
    const { service, violations } = this.#world;
    for (const [machine, user] of this.#users.entries()) {
      if (user.engine === undefined) continue;
      for (const room of user.rooms) {
        const name = `${machine} ${room}`;
        const history = user.history.room(room);
        const watch =
          this.#watches.get(name) ?? new RoomWatch(machine, room, history, (violation) => violations.push(violation));
        this.#watches.set(name, watch);
        if (!watch.isDue(this.#clock.monotonic())) continue;
        watch.take({
          at: this.#clock.monotonic(),
          entries: user.entries(room),
          summary: user.engine.summary(room),
          truth: service.messages.in(room),
          reachable: () =>
            new Set(
              this.#script.traits.ts === 'before' ? service.messages.in(room) : service.honestPage(room, LONGEST_PAGE),
            ),
        });
      }
    }
  }

  #findAtEnd(): readonly Violation[] {
    const { service, sent } = this.#world;
    const { traits, rooms } = this.#script;
    const lagMs = (traits.replicaLagMs ?? 0) + SECOND;
    const truths: RoomTruth[] = rooms.map(({ room }) => ({
      room,
      all: service.messages.in(room),
      page: service.surePage(room),
    }));
    const views = new Map(
      rooms.map(({ room }) => [room, this.#users.map((user, index) => this.#view(user, index, room))]),
    );
    const violations = [...findLostAndDoubled(sent, truths, views)];
    for (const truth of truths) {
      for (const view of views.get(truth.room) ?? []) {
        violations.push(...findWrongList(truth, view, traits, unescapeOnce));
        violations.push(...findWrongMarks(truth, view, sent, lagMs));
      }
    }
    return violations;
  }

  #view(user: LifeUser, machine: number, room: string): RoomView {
    const summary = user.engine?.summary(room);
    const facts = user.engine?.facts;
    const absences = this.#listedAnew.get(`${machine} ${room}`) ?? [];
    return {
      machine,
      entries: user.entries(room),
      unreadCount: summary?.unreadCount ?? 0,
      loaded: summary?.loaded === true,
      history: user.history.room(room),
      escapes: facts?.escapes,
      ownAuthorId: facts?.ownAuthorId,
      isCertain: ({ storedAt }: KeptMessage) => absences.every(({ from, to }) => storedAt < from || storedAt > to),
    };
  }
}

/** Hears of promises that reject without a handler, in place of whoever else listens. Gives a function that ends it. */
export function collectRejections(tell: (reason: unknown) => void): () => Promise<void> {
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', tell);
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', tell);
    for (const other of others) process.on('unhandledRejection', other);
  };
}

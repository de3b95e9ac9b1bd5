import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_ROOM, type RoomName } from '../../../src/chat/message';
import type { Settings } from '../../sandbox/settings';
import { StateWorld, type Ending } from '../../support/stateWorld';

const OTHER = 'other';
const ROOMS = [DEFAULT_ROOM, OTHER];

const RUNS = Number(process.env['CHAPI_HANDOVERS'] ?? 40);

/** How a service may be. With a cap of 50, and no way to ask for what is older, gaps stay open. */
const settings = fc.record({
  escapes: fc.boolean(),
  etag: fc.boolean(),
  tsMeaning: fc.constantFrom('ignored' as const, 'before' as const, 'since' as const),
  pageCap: fc.constantFrom(50 as const, 'none' as const),
});

const room = fc.constantFrom(...ROOMS);
const text = fc.constantFrom('plain', 'a < b', 'a & b', '&lt;', '*Ann Example* ✍ signed', '<&>');

/** One thing that happens, and what is waited for after it. `back` counts from the room's newest message. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), room, text, isLate: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), room, text, back: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), room, back: fc.nat(12) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('absence' as const), said: fc.constantFrom(0, 3, 60, 75), room }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('send' as const), room, text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('readAll' as const), room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('readUpTo' as const), room, back: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loadOlder' as const), room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leaveAndComeBack' as const), said: fc.nat(3) }) },
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

/** Where in a history an engine ends, and how the next one begins. */
const cut = fc.record({
  after: fc.nat(9),
  waitMs: fc.nat(8000),
  way: fc.constantFrom('takeOver' as const, 'restart' as const),
  ending: fc.constantFrom<Ending>('closed', 'killed'),
});
type Cut = typeof cut extends fc.Arbitrary<infer Value> ? Value : never;

/** In this time both engines have seen all that there is, and twice what is gone: milliseconds. */
const CALM_MS = 75_000;
/** What was begun and dies with the process is no matter of its state: milliseconds. */
const UNDER_WAY_MS = 8000;

class Life {
  readonly world: StateWorld;
  readonly #cut: Cut | undefined;
  #count = 0;

  constructor(sandbox: Partial<Settings>, before: number, once?: Cut) {
    this.#cut = once;
    this.world = new StateWorld({
      settings: sandbox,
      rooms: ROOMS,
      before: (world) => {
        world.sayMany(0, before);
        world.sayMany(0, 5, OTHER);
      },
    });
  }

  async live(events: readonly Event[]): Promise<void> {
    await this.world.clock.advance(CALM_MS);
    for (const [index, happening] of events.entries()) {
      const isCut = this.#cut !== undefined && this.#cut.after % events.length === index;
      await this.#pass(happening, isCut ? this.#cut : undefined);
    }
    await this.world.clock.advance(4 * CALM_MS);
  }

  async #pass(happening: Event, once: Cut | undefined): Promise<void> {
    const { world } = this;
    const isUnderWay = happening.kind === 'send' || happening.kind === 'loadOlder';
    const waitMs = once === undefined ? 0 : once.waitMs + (isUnderWay ? UNDER_WAY_MS : 0);
    const cutNow = async (): Promise<void> => {
      await world.clock.advance(waitMs);
      if (once?.way === 'takeOver') await world.takeOver(once.ending);
      if (once?.way === 'restart') await world.restart(once.ending);
    };
    if (happening.kind === 'absence') {
      world.loss = () => ({ lost: 'request', code: 'ECONNREFUSED' });
      for (let count = 0; count < happening.said; count++) world.say(`missed ${++this.#count}`, happening.room);
      await cutNow();
      await world.clock.advance(40_000 - waitMs);
      world.loss = () => undefined;
    } else if (happening.kind === 'leaveAndComeBack') {
      world.setRooms([DEFAULT_ROOM]);
      for (let count = 0; count < happening.said; count++) world.say(`meanwhile ${++this.#count}`, OTHER);
      await cutNow();
      await world.clock.advance(20_000 - waitMs);
      world.setRooms(ROOMS);
    } else {
      this.#do(happening);
      await cutNow();
    }
    await world.clock.advance(CALM_MS + 20_000 - waitMs);
  }

  #do(happening: Exclude<Event, { readonly kind: 'absence' | 'leaveAndComeBack' }>): void {
    const { world } = this;
    const { engine, service } = world;
    const at = 'back' in happening ? world.room(happening.room).messages.at(-1 - happening.back) : undefined;
    switch (happening.kind) {
      case 'say':
        world.say(`${happening.text} ${++this.#count}`, happening.room, happening.isLate ? 'late' : undefined);
        return;
      case 'edit':
        if (at !== undefined) service.rooms.edit(at.id, `${happening.text} ${++this.#count}`);
        return;
      case 'delete':
        // Whoever comes from a disk does not know how lately the oldest message was seen, so that two polls without it may
        // be short ones: `roomRows.test.ts` tells of that.
        if (at !== undefined && at !== world.room(happening.room).messages[0]) service.rooms.remove(at.id);
        return;
      case 'send':
        void engine.send(happening.room, `${happening.text} ${++this.#count}`);
        return;
      case 'readAll':
        engine.markRead(happening.room);
        return;
      case 'readUpTo':
        engine.markRead(happening.room, at?.id);
        return;
      case 'loadOlder':
        void engine.loadOlder(happening.room);
    }
  }

  /** All that there is to see of a room. What is out of reach was tried by one engine, and is tried again by the next. */
  seen(of: RoomName): readonly string[] {
    const { unreadCount, older, unsentCount } = this.world.summary(of);
    const reach = older === 'unreachable' ? 'more' : older;
    return [...this.world.feed(of, 200), `${unreadCount} unread, ${unsentCount} unsent, older: ${reach}`];
  }
}

describe('any history', () => {
  it('handed over or restarted at any point gives the same feed as without it', async function () {
    this.timeout(24 * 3_600_000);
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.constantFrom(0, 3, 29, 30, 31, 49, 60),
        fc.array(event, { minLength: 2, maxLength: 8 }),
        cut,
        async (sandbox, before, events, once) => {
          const [whole, interrupted] = [new Life(sandbox, before), new Life(sandbox, before, once)];
          await whole.live(events);
          await interrupted.live(events);
          whole.world.engine.dispose();
          interrupted.world.engine.dispose();
          for (const of of ROOMS) assert.deepEqual(interrupted.seen(of), whole.seen(of), `in the room "${of}"`);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

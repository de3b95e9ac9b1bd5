import assert from 'node:assert/strict';
import type { HttpRequest } from '../../../src/chapi/transport';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import type { RoomState } from '../../../src/sync/roomState';
import { person } from '../../sandbox/people';
import type { StoredMessage } from '../../sandbox/rooms';
import { seededRandom } from '../../sandbox/seededRandom';
import { MemoryStateStore } from '../../support/memoryStateStore';
import { handedOver, StateWorld, type Ending } from '../../support/stateWorld';

const OTHER = 'other';
const HOUR_US = 3_600_000_000;

/** Every way in which one engine can follow another. */
const SUCCESSIONS = (['closed', 'killed'] as const).flatMap((ending: Ending) => [
  {
    name: `takeover from one that is ${ending}`,
    next: (world: StateWorld, awayMs = 0): Promise<void> => world.takeOver(ending, awayMs),
  },
  {
    name: `restart of one that is ${ending}`,
    next: (world: StateWorld, awayMs = 0): Promise<void> => world.restart(ending, awayMs),
  },
]);

/** A world whose first polls are over. */
async function begun(...options: ConstructorParameters<typeof StateWorld>): Promise<StateWorld> {
  const world = new StateWorld(...options);
  await world.seconds(20);
  return world;
}

/** Others say so many messages, a second after the other. */
async function sayOneByOne(world: StateWorld, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    world.say(`message ${number}`);
    await world.seconds(1);
  }
}

/** Nobody reaches the service for so many seconds, and others say so many messages meanwhile. */
async function away(world: StateWorld, seconds: number, said: number): Promise<void> {
  world.loss = () => ({ lost: 'request', code: 'ECONNREFUSED' });
  await world.seconds(seconds / 2);
  for (let count = 0; count < said; count++) world.say(`missed ${count}`);
  await world.seconds(seconds / 2);
  world.loss = () => undefined;
  await world.seconds(90);
}

const hasGap = (world: StateWorld): boolean => world.feed().some((line) => line.startsWith('…'));

/** Looks at the world after each second. */
async function watch(world: StateWorld, seconds: number, look: (second: number) => void): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await world.seconds(1);
    look(second);
  }
}

/** Lets so many polls of a room be answered. */
async function polls(world: StateWorld, count: number): Promise<void> {
  const isPoll = ({ method, status }: StateWorld['seen'][number]): boolean => method === 'GET' && status < 400;
  const enough = world.seen.filter(isPoll).length + count;
  for (let step = 0; world.seen.filter(isPoll).length < enough && step < 1000; step++) await world.clock.advance(50);
  await world.clock.advance(50);
}

describe('the state of a room', () => {
  for (const { name, next } of SUCCESSIONS) {
    describe(`through a ${name}`, () => {
      it('takes no message with < or & for edited, on a service that escapes', async () => {
        const world = await begun({ settings: { escapes: true } });
        for (const text of ['a < b', 'a & b', '&lt;']) world.say(text);
        await world.engine.send(DEFAULT_ROOM, 'my <own>');
        await world.seconds(10);
        const before = world.feed();
        assert.deepEqual(before, ['a < b [unread]', 'a & b [unread]', '&lt; [unread]', 'my <own> [own]']);
        await next(world);
        await world.seconds(20);
        assert.deepEqual(world.feed(), before);
        world.engine.dispose();
      });

      it('keeps "edited" and tombstones, and who signed what is gone', async () => {
        const world = await begun({ before: (one) => one.sayMany(0, 10) });
        const edited = world.say('before');
        const gone = world.say('*Ann Example* ✍ secret');
        world.say('last');
        await world.seconds(10);
        world.service.rooms.edit(edited.id, 'after');
        world.service.rooms.remove(gone.id);
        await world.seconds(10);
        const before = world.feed();
        assert.deepEqual(before.slice(-3), ['after [edited] [unread]', '(deleted) by Ann Example', 'last [unread]']);
        await next(world);
        await world.seconds(20);
        assert.deepEqual(world.feed(), before);
        assert.ok([...world.disk.values.values()].every((value) => !value.includes('secret')));
        world.engine.dispose();
      });

      it('does not bring back what was deleted before or meanwhile, nor announce it', async () => {
        const world = await begun({ before: (one) => one.sayMany(0, 40) });
        const [first, second] = [world.say('deleted before'), world.say('deleted meanwhile')];
        await world.seconds(10);
        world.service.rooms.remove(first.id);
        await world.seconds(10);
        world.announced.length = 0;
        world.service.rooms.remove(second.id);
        await next(world, 5000);
        await watch(world, 30, (at) => {
          assert.ok(!world.texts().includes('deleted before'));
          if (at > 3) assert.ok(!world.texts().includes('deleted meanwhile'));
        });
        assert.deepEqual(world.announced, []);
        assert.equal(world.summary().unreadCount, 0);
        assert.equal(world.deleted(), 2);
        world.engine.dispose();
      });

      it('keeps a gap open where it was', async () => {
        const world = await begun({ settings: { pageCap: 50 }, before: (one) => one.sayMany(0, 60) });
        await away(world, 60, 90);
        assert.ok(hasGap(world));
        const before = world.feed();
        await next(world);
        await world.seconds(60);
        assert.deepEqual(world.feed(), before);
        world.engine.dispose();
      });

      it('leaves read what is read: when all that is shown is unread, and after older ones were loaded', async () => {
        const world = await begun({ before: (one) => one.sayMany(0, 90) });
        await sayOneByOne(world, 90, 125);
        const check = async (unread: number, messages: number): Promise<void> => {
          assert.equal(world.summary().unreadCount, unread);
          await next(world);
          await world.seconds(10);
          assert.equal(world.summary().unreadCount, unread);
          assert.equal(world.texts().length, messages);
        };
        await check(35, 65);
        await world.loadOlder();
        await check(35, 125);
        world.engine.markRead(DEFAULT_ROOM);
        await world.seconds(1);
        await check(0, 125);
        world.engine.dispose();
      });

      for (const count of [50, 300]) {
        it(`${count} unread messages stay ${count}`, async () => {
          const world = await begun({ before: (one) => one.sayMany(0, 5) });
          for (let from = 0; from < count; from += 25) {
            world.sayMany(from, from + 25);
            await world.seconds(2);
          }
          assert.equal(world.summary().unreadCount, count);
          await next(world);
          await world.seconds(10);
          assert.equal(world.summary().unreadCount, count);
          world.engine.dispose();
        });
      }

      it('of one that was removed and is added again is the last one that was known', async () => {
        const world = await begun({ rooms: [DEFAULT_ROOM, OTHER], before: (one) => one.sayMany(0, 5, OTHER) });
        await next(world);
        await world.seconds(40);
        const later = world.say('later', OTHER);
        world.say('latest', OTHER);
        await world.seconds(40);
        world.engine.markRead(OTHER, later.id);
        world.service.rooms.edit(later.id, 'edited');
        await world.seconds(70);
        const before = world.feed(OTHER);
        assert.deepEqual(before.slice(-2), ['edited [edited]', 'latest [unread]']);
        world.setRooms([DEFAULT_ROOM]);
        await world.seconds(5);
        world.setRooms([DEFAULT_ROOM, OTHER]);
        assert.deepEqual(world.feed(OTHER), before);
        world.setRooms([DEFAULT_ROOM]);
        await next(world);
        await world.seconds(5);
        world.setRooms([DEFAULT_ROOM, OTHER]);
        await world.seconds(40);
        assert.deepEqual(world.feed(OTHER), before);
        world.engine.dispose();
      });

      it('keeps a Retry-After of 60 s, whatever status it came with', async () => {
        for (const status of [429, 503]) {
          const world = await begun();
          world.instead = () => ({ status, body: '{}', retryAfter: '60' });
          await polls(world, 0);
          const before = world.seen.length;
          while (world.seen.length === before) await world.clock.advance(100);
          const refusedAt = world.seen.at(-1)?.at ?? NaN;
          world.instead = () => undefined;
          await world.seconds(3);
          await next(world, 2000);
          await world.seconds(90);
          const [first, second] = world.seen.slice(before);
          assert.equal(first?.status, status);
          assert.ok(second !== undefined && second.at - refusedAt >= 59_500, `${(second?.at ?? 0) - refusedAt} ms`);
          world.engine.dispose();
        }
      });

      it('leaves own messages own and read, and a stranger’s with the same id in another room is not', async () => {
        const world = await begun({ rooms: [DEFAULT_ROOM, OTHER], before: (one) => one.sayMany(0, 3, OTHER) });
        for (const text of ['mine', 'mine too']) await world.engine.send(DEFAULT_ROOM, text);
        await world.seconds(10);
        const own = world.room().messages.at(-1);
        assert.ok(own !== undefined);
        world.service.rooms.add(world.room(OTHER), { author: person('Ben'), text: 'not mine', id: own.id });
        await world.seconds(40);
        const check = (): void => {
          assert.deepEqual(world.feed(), ['mine [own]', 'mine too [own]']);
          assert.equal(world.feed(OTHER).at(-1), 'not mine [unread]');
          assert.equal(world.summary().unreadCount, 0);
          assert.equal(world.summary(OTHER).unreadCount, 1);
        };
        check();
        await next(world);
        await world.seconds(40);
        check();
        world.engine.dispose();
      });
    });
  }

  it('that a window had before is no reason to bring back what is gone since', async () => {
    const world = await begun({ before: (one) => one.sayMany(0, 40) });
    const gone = world.say('gone');
    world.say('last');
    await world.seconds(10);
    const old = handedOver(world.engine).get(DEFAULT_ROOM) as RoomState;
    await world.takeOver('killed');
    await world.seconds(5);
    world.service.rooms.remove(gone.id);
    await world.seconds(10);
    world.engine.markRead(DEFAULT_ROOM);
    const before = world.feed();
    world.engine.adopt(DEFAULT_ROOM, old);
    assert.deepEqual(world.feed(), before);
    await world.seconds(10);
    assert.deepEqual(world.feed(), before);
    world.engine.dispose();
  });

  it('that cannot be read for a while comes back, and nothing is written over it meanwhile', async () => {
    for (const brokenMs of [3000, 8000]) {
      const world = await begun({ before: (one) => one.sayMany(0, 40) });
      await sayOneByOne(world, 40, 60);
      assert.equal(world.summary().unreadCount, 20);
      const healthyFrom = world.clock.monotonic() + brokenMs;
      world.makeStore = () => new UnreadableStore(world, healthyFrom);
      await world.end('killed');
      const kept = new Map(world.disk.values);
      world.start();
      await watch(world, brokenMs / 1000 - 1, () => {
        for (const [name, value] of kept) assert.equal(world.disk.values.get(name), value, name);
      });
      world.say('meanwhile');
      await world.seconds(10);
      assert.equal(world.summary().unreadCount, 21, `unreadable for ${brokenMs} ms`);
      await world.restart('killed');
      await world.seconds(5);
      assert.equal(world.summary().unreadCount, 21);
      world.engine.dispose();
    }
  });

  it('stays bounded in a busy room, and what is dropped can be loaded again', async () => {
    const world = await begun({ before: (one) => one.sayMany(0, 12_000) });
    const state = handedOver(world.engine).get(DEFAULT_ROOM);
    assert.ok(state !== undefined);
    const entries = world
      .room()
      .messages.slice(0, 10_990)
      .map(({ id, timestamp, text, author }) => ({
        message: { id, timestamp, text, author },
        ...{ late: false, edited: false, deleted: false },
      }));
    await world.end('closed');
    world.service.rooms.historyLimit = 10_990;
    const kept = new Set(entries.map(({ message }) => message.id));
    for (const { id } of [...world.room().messages]) if (!kept.has(id)) world.service.rooms.remove(id);
    const through = entries.at(-1)?.message;
    assert.ok(through !== undefined);
    world.disk.values.clear();
    world.start(new Map([[DEFAULT_ROOM, { ...state, entries, startReached: true, mark: { through, lateIds: [] } }]]));
    world.service.rooms.historyLimit = Infinity;
    await world.seconds(5);
    assert.equal(world.texts().length, 10_990);
    world.sayMany(12_000, 12_025);
    await world.seconds(5);
    assert.equal(world.texts().length, 10_000);
    assert.equal(world.summary().older, 'more');
    assert.equal(world.texts().at(-1), 'message 12024');
    assert.equal(world.summary().unreadCount, 25);
    world.engine.dispose();
  });
});

/** A store that cannot be read until some moment. */
class UnreadableStore extends MemoryStateStore {
  readonly #world: StateWorld;
  readonly #healthyFrom: number;

  constructor(world: StateWorld, healthyFrom: number) {
    super(world.disk);
    this.#world = world;
    this.#healthyFrom = healthyFrom;
  }

  override read(name: string): Promise<unknown> {
    if (this.#world.clock.monotonic() < this.#healthyFrom) return Promise.reject(new Error('EIO'));
    return super.read(name);
  }
}

describe('one answer', () => {
  it('that was limited before the room was picked deletes nothing and begins nothing', async () => {
    const world = new StateWorld({
      rooms: [DEFAULT_ROOM, OTHER],
      before: (one) => {
        for (let number = 0; number < 120; number++) {
          one.say(`message ${number}`);
          one.say(`message ${number}`, OTHER);
        }
      },
    });
    world.instead = (request) => {
      const asked = world.asked(request);
      return asked && limitedFirst(world, request, asked);
    };
    const check = (): void => {
      for (const room of [DEFAULT_ROOM, OTHER]) {
        assert.equal(world.deleted(room), 0, `${world.deleted(room)} deleted in "${room}"`);
        if (world.texts(room).length > 0) assert.notEqual(world.summary(room).older, 'end');
      }
    };
    await watch(world, 20, check);
    await world.loadOlder();
    for (let burst = 0; burst < 40; burst++) {
      world.sayMany(1000 + 7 * burst, 1007 + 7 * burst, burst % 4 === 0 ? DEFAULT_ROOM : OTHER);
      await watch(world, 5, check);
    }
    world.engine.dispose();
  });

  it('that is short among full ones deletes nothing and begins nothing', async () => {
    for (const length of [0, 1, 29]) {
      const world = await begun({ settings: { tsMeaning: 'before' }, before: (one) => one.sayMany(0, 240) });
      for (let press = 0; press < 10 && world.texts().length < 240; press++) await world.loadOlder();
      assert.equal(world.texts().length, 240);
      for (let time = 0; time < 5; time++) {
        let isDone = false;
        world.instead = (request) => {
          const asked = isDone ? undefined : world.asked(request);
          isDone ||= asked !== undefined;
          return asked && world.pageOf(asked.slice(asked.length - length), request);
        };
        await watch(world, 20, () => {
          assert.equal(world.deleted(), 0);
          assert.equal(world.texts().length, 240);
        });
      }
      world.engine.dispose();
    }
  });

  it('that is short does not let a room of 585 messages begin', async () => {
    for (const shortAnswers of [1, 3]) {
      const world = new StateWorld({
        settings: { tsMeaning: 'before' },
        before: (one) => one.sayMany(0, 585),
      });
      let count = 0;
      world.instead = (request) => {
        const asked = world.asked(request);
        const isShort = asked !== undefined && count++ % 5 === 0 && count < 5 * shortAnswers;
        return isShort ? world.pageOf(asked.slice(-29), request) : undefined;
      };
      await watch(world, 30, () => {
        if (world.texts().length > 0) assert.notEqual(world.summary().older, 'end');
      });
      for (let press = 0; press < 20 && world.summary().older === 'more'; press++) await world.loadOlder();
      assert.equal(world.texts().length, 585);
      world.engine.dispose();
    }
  });

  for (const lagMs of [1000, 3000, 4500, 6000]) {
    it(`of a replica that is ${lagMs} ms behind lets nothing flicker`, async () => {
      const { world, flickers } = await lagging(lagMs, 1);
      assert.deepEqual(flickers, []);
      world.engine.dispose();
    });
  }

  for (const lagMs of [8000, 15_000]) {
    it(`of a replica that is ${lagMs} ms behind lets something flicker only until that lag is known`, async () => {
      for (const seed of [1, 2, 3]) {
        const { world, flickers } = await lagging(lagMs, seed);
        const late = flickers.filter(({ known }) => known >= lagMs);
        assert.deepEqual(late, []);
        assert.ok(flickers.length <= 3, `${flickers.length} flickers`);
        world.engine.dispose();
      }
    });
  }

  it('whose edge lies among equal stamps deletes nothing', async () => {
    const stamp = 1_599_999_000_000_000;
    const messages: StoredMessage[] = Array.from({ length: 70 }, (_, index) => ({
      id: `e${index}`,
      timestamp: stamp + Math.floor(index / 7) * 1_000_000,
      author: person('Alice Fox'),
      text: `equal ${index}`,
    }));
    const random = seededRandom(7);
    const world = new StateWorld();
    // The order of equal stamps is the service's own, and another one each time.
    world.instead = (request) => {
      if (request.method !== 'GET') return undefined;
      const shuffled = messages.map((message) => ({ message, by: random() }));
      shuffled.sort((left, right) => left.message.timestamp - right.message.timestamp || left.by - right.by);
      return world.pageOf(
        shuffled.map(({ message }) => message),
        request,
      );
    };
    await world.seconds(20);
    await world.loadOlder();
    assert.equal(world.texts().length, 70);
    for (let number = 0; number < 40; number++) {
      const index = 70 + number;
      const timestamp = stamp + Math.floor(index / 7) * 1_000_000;
      messages.push({ id: `e${index}`, timestamp, author: person('Ben'), text: `equal ${index}` });
      await watch(world, 3, () => assert.equal(world.deleted(), 0));
    }
    assert.equal(new Set(world.texts()).size, world.texts().length);
    assert.equal(world.texts().length, 110);
    world.engine.dispose();
  });

  it('that lacks one message and holds a new one, in a small room: the one goes, and no cap is learned', async () => {
    for (const place of [0, 2]) {
      const world = await begun({ before: (one) => one.sayMany(0, 6) });
      await world.seconds(20);
      for (let round = 0; round < 3; round++) {
        const gone = world.room().messages[place];
        assert.ok(gone !== undefined);
        world.service.rooms.remove(gone.id);
        world.say(`new ${round}`);
        await polls(world, 2);
        assert.ok(!world.texts().includes(gone.text), `round ${round}, place ${place}`);
        assert.equal(world.facts.pageCap, undefined, `a cap of ${world.facts.pageCap} in round ${round}`);
        await world.seconds(30);
      }
      assert.deepEqual(world.texts(), world.truth());
      assert.equal(world.facts.pageCap, undefined);
      assert.equal(world.summary().older, 'end');
      world.engine.dispose();
    }
  });

  it('that is empty, the very first one, makes nothing new of what was there', async () => {
    for (const isDated of [true, false]) {
      const world = new StateWorld({
        isDated,
        before: (one) => {
          const start = one.clock.now() * 1000 - HOUR_US;
          for (let number = 0; number < 30; number++) one.say(`message ${number}`, DEFAULT_ROOM, start + number);
        },
      });
      let count = 0;
      world.instead = ({ method }) => (method === 'GET' && count++ === 0 ? { status: 200, body: '[]' } : undefined);
      await world.seconds(20);
      assert.equal(world.texts().length, 30);
      assert.deepEqual(world.announced, []);
      assert.equal(world.summary().unreadCount, 0);
      world.say('this one is new');
      await world.seconds(3);
      assert.deepEqual(world.announced, ['this one is new']);
      assert.equal(world.summary().unreadCount, 1);
      world.engine.dispose();
    }
  });

  it('with a stamp an hour ahead hides no gap after a minute without the network', async () => {
    for (const pageCap of ['none', 50] as const) {
      const world = await begun({ isDated: true, settings: { pageCap }, before: (one) => one.sayMany(0, 60) });
      world.say('from the future', DEFAULT_ROOM, world.clock.now() * 1000 + HOUR_US);
      await world.seconds(10);
      let wasMarked = false;
      world.onEntries = () => (wasMarked ||= hasGap(world));
      await away(world, 60, 71);
      assert.ok(wasMarked, 'a gap was marked');
      const missed = world.texts().filter((text) => text.startsWith('missed'));
      assert.equal(missed.length, pageCap === 'none' ? 71 : 49);
      assert.equal(hasGap(world), pageCap !== 'none');
      world.engine.dispose();
    }
  });

  for (const { name, count, place } of [
    { name: 'of the newest message', count: 60, place: -1 },
    { name: 'of the newest message of a small room', count: 6, place: -1 },
    { name: 'in the middle', count: 60, place: -10 },
    { name: 'in the middle of a small room', count: 6, place: -3 },
    { name: 'of the oldest message of a small room', count: 6, place: 0 },
    { name: 'of the only message', count: 1, place: 0 },
  ]) {
    it(`needs a second one, and no third, to show a deletion ${name}`, async () => {
      const world = await begun({ before: (one) => one.sayMany(0, count) });
      await world.seconds(20);
      const gone = world.room().messages.at(place);
      assert.ok(gone !== undefined);
      world.service.rooms.remove(gone.id);
      await polls(world, 1);
      assert.ok(world.texts().includes(gone.text), 'one poll deletes nothing');
      await polls(world, 1);
      assert.ok(!world.texts().includes(gone.text), 'two polls do');
      assert.equal(world.deleted(), 1);
      world.engine.dispose();
    });
  }
});

/** An answer of a service that limits over all rooms and picks the room then. */
function limitedFirst(
  world: StateWorld,
  request: HttpRequest,
  room: readonly StoredMessage[],
): ReturnType<StateWorld['pageOf']> {
  const all = [DEFAULT_ROOM, OTHER].flatMap((name) => world.room(name).messages);
  const pageSize = Number(new URL(request.url).searchParams.get('pageSize') ?? 30);
  const newest = new Set(all.sort((left, right) => left.timestamp - right.timestamp).slice(-pageSize));
  return world.pageOf(
    room.filter((message) => newest.has(message)),
    request,
  );
}

interface Flicker {
  readonly text: string;
  /** The lag that was known by then, in milliseconds. */
  readonly known: number;
}

/** Eleven messages come to a room that is answered for by two replicas, one of them so far behind. */
async function lagging(lagMs: number, seed: number): Promise<{ world: StateWorld; flickers: readonly Flicker[] }> {
  const world = new StateWorld({ before: (one) => one.sayMany(0, 40) });
  await world.seconds(20);
  const random = seededRandom(seed);
  world.instead = (request) => {
    const asked = world.asked(request);
    if (asked === undefined || random() < 0.4) return undefined;
    const until = (world.clock.now() - lagMs) * 1000;
    return world.pageOf(
      asked.filter(({ timestamp }) => timestamp <= until),
      request,
    );
  };
  const shown = new Set<string>();
  const flickers: Flicker[] = [];
  world.onEntries = () => {
    const now = new Set(world.texts());
    for (const text of shown) {
      if (now.has(text)) continue;
      shown.delete(text);
      flickers.push({ text, known: world.facts.lagMs ?? 0 });
    }
    for (const text of now) shown.add(text);
  };
  for (let number = 0; number < 11; number++) {
    world.say(`new ${number}`);
    await world.seconds(4);
  }
  await world.seconds(60);
  assert.deepEqual(world.texts().slice(-11), world.truth().slice(-11));
  return { world, flickers };
}

import assert from 'node:assert/strict';
import type { HttpRequest } from '../../../src/chapi/transport';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { person } from '../../sandbox/people';
import type { StoredMessage } from '../../sandbox/rooms';
import { seededRandom } from '../../sandbox/seededRandom';
import { begunWorld, StateWorld } from '../../support/stateWorld';

const OTHER = 'other';
const HOUR_US = 3_600_000_000;

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
    await world.watch(20, check);
    await world.loadOlder();
    for (let burst = 0; burst < 40; burst++) {
      world.sayMany(1000 + 7 * burst, 1007 + 7 * burst, burst % 4 === 0 ? DEFAULT_ROOM : OTHER);
      await world.watch(5, check);
    }
    world.engine.dispose();
  });

  it('that is short among full ones deletes nothing and begins nothing', async () => {
    for (const length of [0, 1, 29]) {
      const world = await begunWorld({ settings: { tsMeaning: 'before' }, before: (one) => one.sayMany(0, 240) });
      for (let press = 0; press < 10 && world.texts().length < 240; press++) await world.loadOlder();
      assert.equal(world.texts().length, 240);
      for (let time = 0; time < 5; time++) {
        let isDone = false;
        world.instead = (request) => {
          const asked = isDone ? undefined : world.asked(request);
          isDone ||= asked !== undefined;
          return asked && world.pageOf(asked.slice(asked.length - length), request);
        };
        await world.watch(20, () => {
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
      await world.watch(30, () => {
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
      await world.watch(3, () => assert.equal(world.deleted(), 0));
    }
    assert.equal(new Set(world.texts()).size, world.texts().length);
    assert.equal(world.texts().length, 110);
    world.engine.dispose();
  });

  it('that lacks one message and holds a new one, in a small room: the one goes, and no cap is learned', async () => {
    for (const place of [0, 2]) {
      const world = await begunWorld({ before: (one) => one.sayMany(0, 6) });
      await world.seconds(20);
      for (let round = 0; round < 3; round++) {
        const gone = world.room().messages[place];
        assert.ok(gone !== undefined);
        world.service.rooms.remove(gone.id);
        world.say(`new ${round}`);
        await world.polls(2);
        assert.ok(!world.texts().includes(gone.text), `round ${round}, place ${place}`);
        assert.equal(world.facts.pageCap, undefined, `a cap of ${world.facts.pageCap} in round ${round}`);
        // A room of which each new message drives the oldest out could just as well have a cap.
        if (place === 0) world.say(`more ${round}`);
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
      const world = await begunWorld({ isDated: true, settings: { pageCap }, before: (one) => one.sayMany(0, 60) });
      world.say('from the future', DEFAULT_ROOM, world.clock.now() * 1000 + HOUR_US);
      await world.seconds(10);
      let wasMarked = false;
      world.onEntries = () => (wasMarked ||= world.hasGap);
      await world.away(60, 71);
      assert.ok(wasMarked, 'a gap was marked');
      const missed = world.texts().filter((text) => text.startsWith('missed'));
      assert.equal(missed.length, pageCap === 'none' ? 71 : 49);
      assert.equal(world.hasGap, pageCap !== 'none');
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
      const world = await begunWorld({ before: (one) => one.sayMany(0, count) });
      await world.seconds(20);
      const gone = world.room().messages.at(place);
      assert.ok(gone !== undefined);
      world.service.rooms.remove(gone.id);
      await world.polls(1);
      assert.ok(world.texts().includes(gone.text), 'one poll deletes nothing');
      await world.polls(1);
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

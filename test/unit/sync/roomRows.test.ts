import assert from 'node:assert/strict';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import type { RoomState } from '../../../src/sync/roomState';
import { person } from '../../sandbox/people';
import { MemoryStateStore } from '../../support/memoryStateStore';
import { begunWorld, handedOver, type Ending, type StateWorld } from '../../support/stateWorld';

const OTHER = 'other';
const HOUR_US = 3_600_000_000;

/** Every way in which one engine can follow another. */
const SUCCESSIONS = (['closed', 'killed'] as const).flatMap((ending: Ending) => [
  {
    name: `takeover from one that is ${ending}`,
    next: (world: StateWorld, awayMs?: number): Promise<void> => world.takeOver(ending, awayMs),
  },
  {
    name: `restart of one that is ${ending}`,
    next: (world: StateWorld, awayMs?: number): Promise<void> => world.restart(ending, awayMs),
  },
]);

/** Others say so many messages, a second after the other. */
async function sayOneByOne(world: StateWorld, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    world.say(`message ${number}`);
    await world.seconds(1);
  }
}

describe('the state of a room', () => {
  for (const { name, next } of SUCCESSIONS) {
    describe(`through a ${name}`, () => {
      it('takes no message with < or & for edited, on a service that escapes', async () => {
        const world = await begunWorld({ settings: { escapes: true } });
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
        const world = await begunWorld({ before: (one) => one.sayMany(0, 10) });
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
        const world = await begunWorld({ before: (one) => one.sayMany(0, 40) });
        const [first, second] = [world.say('deleted before'), world.say('deleted meanwhile')];
        await world.seconds(10);
        world.service.rooms.remove(first.id);
        await world.seconds(10);
        world.announced.length = 0;
        world.service.rooms.remove(second.id);
        await next(world, 5000);
        await world.watch(30, (at) => {
          assert.ok(!world.texts().includes('deleted before'));
          if (at > 3) assert.ok(!world.texts().includes('deleted meanwhile'));
        });
        assert.deepEqual(world.announced, []);
        assert.equal(world.summary().unreadCount, 0);
        assert.equal(world.deleted(), 2);
        world.engine.dispose();
      });

      // A killed process has not said that the room was polled until then. To the next one the message may as well be out of
      // reach, so that it is shown for longer than it should be, rather than deleted by mistake.
      const isKilledAtRest = name === 'restart of one that is killed';
      it('shows that the oldest message of a small, quiet room was deleted meanwhile, or keeps it', async () => {
        const world = await begunWorld({ before: (one) => one.sayMany(0, 5) });
        await world.seconds(180);
        const [oldest] = world.room().messages;
        assert.ok(oldest !== undefined);
        world.service.rooms.remove(oldest.id);
        await next(world);
        await world.seconds(60);
        assert.equal(world.feed()[0] === '(deleted)', !isKilledAtRest);
        world.engine.dispose();
      });

      it('deletes nothing for a late message, on a service that picks by arrival', async () => {
        const world = await begunWorld({
          before: (one) => {
            const start = one.clock.now() * 1000 - HOUR_US;
            for (let at = 0; at < 60; at++) one.say(`message ${at}`, DEFAULT_ROOM, start + 1000 * at);
          },
        });
        await world.loadOlder();
        world.instead = (request) => {
          const pageSize = Number(new URL(request.url).searchParams.get('pageSize') ?? 30);
          const byArrival = [...(world.asked(request) ?? [])].sort((left, right) => (left.id < right.id ? -1 : 1));
          const page = byArrival.slice(-pageSize).sort((left, right) => left.timestamp - right.timestamp);
          return request.method === 'GET' ? world.pageOf(page, request) : undefined;
        };
        world.say('late', DEFAULT_ROOM, (world.room().messages[16]?.timestamp ?? 0) + 500);
        await world.seconds(10);
        const before = world.feed();
        assert.equal(before.length, 61);
        await next(world);
        await world.watch(20, () => assert.equal(world.deleted(), 0));
        assert.deepEqual(world.feed(), before);
        world.engine.dispose();
      });

      it('keeps a gap open where it was', async () => {
        const world = await begunWorld({ settings: { pageCap: 50 }, before: (one) => one.sayMany(0, 60) });
        await world.away(60, 90);
        assert.ok(world.hasGap);
        const before = world.feed();
        await next(world);
        await world.seconds(60);
        assert.deepEqual(world.feed(), before);
        world.engine.dispose();
      });

      it('leaves read what is read: when all that is shown is unread, and after older ones were loaded', async () => {
        const world = await begunWorld({ before: (one) => one.sayMany(0, 90) });
        await sayOneByOne(world, 90, 125);
        const check = async (unread: number): Promise<void> => {
          assert.equal(world.summary().unreadCount, unread);
          const before = world.feed();
          await next(world);
          await world.seconds(10);
          assert.equal(world.summary().unreadCount, unread);
          assert.deepEqual(world.feed(), before);
        };
        await check(35);
        await world.loadOlder();
        assert.equal(world.texts().length, 120);
        await check(35);
        world.engine.markRead(DEFAULT_ROOM);
        await world.seconds(1);
        await check(0);
        world.engine.dispose();
      });

      for (const count of [50, 300]) {
        it(`${count} unread messages stay ${count}`, async () => {
          const world = await begunWorld({ before: (one) => one.sayMany(0, 5) });
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
        const world = await begunWorld({ rooms: [DEFAULT_ROOM, OTHER], before: (one) => one.sayMany(0, 5, OTHER) });
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
          const world = await begunWorld();
          world.instead = () => ({ status, body: '{}', retryAfter: '60' });
          await world.polls(0);
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
        const world = await begunWorld({ rooms: [DEFAULT_ROOM, OTHER], before: (one) => one.sayMany(0, 3, OTHER) });
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
    const world = await begunWorld({ before: (one) => one.sayMany(0, 40) });
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
      const world = await begunWorld({ before: (one) => one.sayMany(0, 40) });
      await sayOneByOne(world, 40, 60);
      assert.equal(world.summary().unreadCount, 20);
      const healthyFrom = world.clock.monotonic() + brokenMs;
      world.makeStore = () => new UnreadableStore(world, healthyFrom);
      await world.end('killed');
      const kept = new Map(world.disk.values);
      world.start();
      await world.watch(brokenMs / 1000 - 1, () => {
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
    const world = await begunWorld({ before: (one) => one.sayMany(0, 12_000) });
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

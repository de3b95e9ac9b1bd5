import assert from 'node:assert/strict';
import { EngineMaker, type EngineOptions } from '../../../src/sync/engine';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { Service } from '../../sandbox/service';
import { defaultSettings } from '../../sandbox/settings';
import { MemoryDisk, MemoryStateStore } from '../../support/memoryStateStore';
import { serviceTransport, type SeenRequest, type Way } from '../../support/serviceTransport';
import { StartedEngine } from '../../support/startEngine';
import { VirtualClock } from '../../support/virtualClock';

const PAUSE_MS = 60_000;
const never = new AbortController().signal;

type Refusal = NonNullable<ReturnType<NonNullable<Way['instead']>>>;

/** Answers the next request of that method once, after it was told to. */
class OneRefusal implements Way {
  next: { readonly method: 'GET' | 'POST'; readonly refusal: Refusal } | undefined;
  readonly instead: NonNullable<Way['instead']> = ({ method }) => {
    if (this.next?.method !== method) return undefined;
    const { refusal } = this.next;
    this.next = undefined;
    return refusal;
  };
}

/** The times of arrival of all requests after the refused one, in milliseconds after it. */
function after(seen: readonly SeenRequest[], status: number): readonly number[] {
  const refused = seen.findIndex((request) => request.status === status);
  assert.ok(refused >= 0, 'nothing was refused');
  return seen.slice(refused + 1).map(({ at }) => at - seen[refused]!.at);
}

describe('a pause that the service asks for', () => {
  for (const status of [401, 403, 404, 429, 500, 502, 503]) {
    for (const method of ['GET', 'POST'] as const) {
      it(`holds back every poll and every send: ${status} to a ${method}`, async () => {
        const way = new OneRefusal();
        const started = new StartedEngine({}, way);
        const { clock, engine, seen } = started;
        for (const room of ['Backend', 'Design']) started.service.rooms.findOrMake(room);
        engine.setRooms([DEFAULT_ROOM, 'Backend', 'Design']);
        await clock.advance(20_000);
        way.next = { method, refusal: { status, body: '{}', retryAfter: '60' } };
        await engine.send(DEFAULT_ROOM, 'one');
        await engine.send('Backend', 'two');
        await clock.advance(10_000);
        await engine.send('Design', 'three');
        engine.setAttention({ openRoom: 'Backend', visible: true, focused: true });
        engine.retryAll();
        void engine.refresh();
        await clock.advance(PAUSE_MS + 60_000);
        const times = after(seen, status);
        // What was under way already had left before the answer came.
        const early = times.filter((at) => at > 40 && at < PAUSE_MS);
        assert.deepEqual(early, []);
        assert.ok(
          times.some((at) => at >= PAUSE_MS && at < PAUSE_MS + 2000),
          'it goes on when the pause is over',
        );
        const arrived = ['CHAPI sandbox', 'Backend', 'Design'].flatMap(
          (room) => started.service.rooms.find(room)?.messages.map(({ text }) => text) ?? [],
        );
        assert.deepEqual(arrived.sort(), ['one', 'three', 'two']);
        engine.dispose();
      });
    }
  }

  it('outlives the engine, and belongs to its key alone', async () => {
    const clock = new VirtualClock();
    const keys = ['test_key_one', 'test_key_two'] as const;
    const service = new Service({ ...defaultSettings(), keys }, () => clock.now());
    const way = new OneRefusal();
    const seen: SeenRequest[] = [];
    const maker = new EngineMaker(clock, serviceTransport(service, clock, way, seen));
    let lastId = 0;
    const options = (apiKey: string): EngineOptions => ({
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey,
      random: () => 0.5,
      newLocalId: () => `local-${++lastId}`,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      log: () => undefined,
      store: new MemoryStateStore(new MemoryDisk()),
    });
    const live = async (apiKey: string, milliseconds: number): Promise<number> => {
      const before = seen.length;
      const engine = maker.make(options(apiKey));
      engine.setRooms([DEFAULT_ROOM]);
      await clock.advance(milliseconds);
      engine.dispose();
      return seen.length - before;
    };
    way.next = { method: 'GET', refusal: { status: 503, body: '{}', retryAfter: '60' } };
    assert.equal(await live(keys[0], 10_000), 1);
    assert.equal(await live(keys[0], 10_000), 0, 'a new engine waits too');
    assert.ok((await live(keys[1], 10_000)) > 0, 'another key is not held back');
    const check = maker.checkKey(options(keys[1]).baseUrl, 'test_key_wrong', never);
    await clock.advance(1000);
    assert.deepEqual(await check, { kind: 'unauthorized' });
    const before = seen.length;
    const { kind } = (await maker.checkKey(options(keys[0]).baseUrl, keys[0], never)) ?? {};
    assert.equal(kind, 'throttled');
    assert.equal(seen.length, before, 'nor is the key itself checked before');
    assert.equal(await live(keys[0], 20_000), 0, 'no check and no other key ends the pause');
    assert.ok((await live(keys[0], 15_000)) > 0);
  });
});

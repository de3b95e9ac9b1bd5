import assert from 'node:assert/strict';
import { RequestBudget } from '../../../src/chapi/requestBudget';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { ChatEngine } from '../../../src/sync/chatEngine';
import { person } from '../../sandbox/people';
import { Service } from '../../sandbox/service';
import { defaultSettings } from '../../sandbox/settings';
import { MemoryStateStore } from '../../support/memoryStateStore';
import { serviceTransport, type SeenRequest, type Way } from '../../support/serviceTransport';
import { VirtualClock } from '../../support/virtualClock';
import { shownTexts } from '../../support/shownTexts';

const KEY = 'test_key_of_a_laptop';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const OTHER = 'Other';

interface Laptop {
  readonly way?: Way;
  /** The service's clock is so far ahead of the laptop's, in milliseconds. */
  readonly serviceAheadMs?: number;
  readonly backgroundSeconds?: number;
  readonly inSight?: boolean;
}

/** An engine that watches two rooms, the default one open. */
function start({ way = {}, serviceAheadMs = 0, backgroundSeconds = 15, inSight = true }: Laptop = {}) {
  const clock = new VirtualClock();
  const serviceNow = (): number => clock.now() + serviceAheadMs;
  const service = new Service({ ...defaultSettings(), keys: [KEY] }, serviceNow);
  service.rooms.make(OTHER, false);
  const seen: SeenRequest[] = [];
  let lastId = 0;
  const engine = new ChatEngine({
    baseUrl: 'https://chapi.test/chat/api/chat/v1',
    apiKey: KEY,
    clock,
    random: () => 0.5,
    newLocalId: () => `local-${++lastId}`,
    polling: { activeSeconds: 1, backgroundSeconds },
    budget: new RequestBudget(clock),
    transport: serviceTransport(service, clock, { latencyMs: () => 20, serviceNow, ...way }, seen),
    store: new MemoryStateStore(),
    log: () => undefined,
  });
  const attend = (attention: { visible?: boolean; focused?: boolean } = {}): void =>
    engine.setAttention({ openRoom: DEFAULT_ROOM, visible: inSight, focused: true, ...attention });
  attend();
  engine.setRooms([DEFAULT_ROOM, OTHER]);
  const say = (text: string, room = 'CHAPI sandbox') =>
    service.rooms.add(service.rooms.findOrMake(room), { author: person('Alice Fox'), text });
  const texts = (room = DEFAULT_ROOM): string[] => shownTexts(engine.entries(room, 1000));
  const truth = (): string[] => service.rooms.find('CHAPI sandbox')?.messages.map(({ text }) => text) ?? [];
  const looksAt = (room: string): number =>
    seen.filter(({ method, url }) => method === 'GET' && (url.searchParams.get('room') ?? DEFAULT_ROOM) === room)
      .length;
  return { clock, service, seen, engine, attend, say, texts, truth, looksAt };
}

describe('laptop life', () => {
  for (const monotonicClock of ['stops', 'goesOn'] as const) {
    describe(`sleep, during which the monotonic clock ${monotonicClock === 'stops' ? 'stands still' : 'goes on'}`, () => {
      it('ends in a look at every room within seconds, however far off the next one was', async () => {
        const { clock, engine, say, texts } = start({ backgroundSeconds: 3600, inSight: false });
        await clock.advance(MINUTE);
        clock.suspend(8 * HOUR, monotonicClock);
        say('while you slept');
        say('here too', OTHER);
        await clock.advance(6 * SECOND);
        assert.deepEqual([texts(), texts(OTHER)], [['while you slept'], ['here too']]);
        engine.dispose();
      });

      it('does not leave a look hanging on a connection that is dead, nor call that a fault', async () => {
        let dead = false;
        const { clock, engine, say, texts } = start({ way: { latencyMs: () => (dead ? 100 * HOUR : 20) } });
        await clock.advance(MINUTE);
        dead = true;
        await clock.advance(2 * SECOND);
        clock.suspend(8 * HOUR, monotonicClock);
        dead = false;
        say('good morning');
        await clock.advance(6 * SECOND);
        assert.deepEqual(texts(), ['good morning']);
        assert.deepEqual(engine.state().connection, { status: 'online' });
        engine.dispose();
      });

      it('costs no more than one look at each room', async () => {
        const { clock, engine, looksAt } = start({ backgroundSeconds: 3600, inSight: false });
        await clock.advance(MINUTE);
        const before = [looksAt(DEFAULT_ROOM), looksAt(OTHER)];
        clock.suspend(8 * HOUR, monotonicClock);
        await clock.advance(10 * MINUTE);
        assert.deepEqual([looksAt(DEFAULT_ROOM), looksAt(OTHER)], [before[0]! + 1, before[1]! + 1]);
        engine.dispose();
      });
    });
  }

  for (const hours of [-30, -3, 3, 30]) {
    it(`a wall clock that is set by ${hours} hours changes nothing`, async () => {
      const { clock, engine, say, texts, seen } = start();
      say('before');
      await clock.advance(MINUTE);
      seen.length = 0;
      clock.setWallClock(clock.now() + hours * HOUR);
      say('after');
      await clock.advance(MINUTE);
      assert.deepEqual(new Set(texts()), new Set(['before', 'after']));
      assert.ok(seen.length >= 30 && seen.length <= 70, `${seen.length} looks in a minute`);
      engine.dispose();
    });

    it(`a service whose clock is ${hours} hours off is no trouble`, async () => {
      const { clock, engine, say, texts, truth } = start({ serviceAheadMs: hours * HOUR });
      say('one');
      await clock.advance(2 * SECOND);
      await engine.send(DEFAULT_ROOM, 'two');
      await clock.advance(5 * SECOND);
      say('three');
      await clock.advance(15 * SECOND);
      assert.deepEqual(texts(), ['one', 'two', 'three']);
      assert.deepEqual(truth(), ['one', 'two', 'three']);
      assert.equal(engine.state().rooms[0]?.unreadCount, 1);
      engine.dispose();
    });
  }

  it('a service hours ahead that says until when to wait is not waited for hours', async () => {
    let refusing = true;
    const ahead = 5 * HOUR;
    const { clock, engine, say, texts } = start({
      serviceAheadMs: ahead,
      way: {
        instead: () =>
          refusing
            ? { status: 429, body: '', retryAfter: new Date(clock.now() + ahead + 4 * SECOND).toUTCString() }
            : undefined,
      },
    });
    await clock.advance(SECOND);
    assert.equal(engine.state().connection.status, 'throttled');
    refusing = false;
    say('still there');
    await clock.advance(30 * SECOND);
    assert.deepEqual(texts(), ['still there']);
    engine.dispose();
  });

  describe('without a network for an hour', () => {
    const offline = (laptop: Laptop = {}) => {
      let away = false;
      let inVain = 0;
      const loss: Way['loss'] = () => {
        if (!away) return undefined;
        inVain++;
        return { lost: 'request', code: 'ENOTFOUND' };
      };
      const started = start({ ...laptop, way: { loss } });
      return { ...started, setAway: (now: boolean) => (away = now), triesInVain: () => inVain };
    };

    it('what is on screen stays, and every room is up to date soon after it is back', async () => {
      const { clock, engine, say, texts, setAway } = offline();
      say('before');
      await clock.advance(MINUTE);
      setAway(true);
      await clock.advance(HOUR);
      assert.deepEqual(engine.state().connection, {
        status: 'offline',
        fault: { kind: 'network', code: 'ENOTFOUND' },
      });
      assert.deepEqual(texts(), ['before']);
      setAway(false);
      say('back');
      say('back too', OTHER);
      await clock.advance(12 * SECOND);
      assert.deepEqual([texts(), texts(OTHER)], [['before', 'back'], ['back too']]);
      assert.equal(engine.state().connection.status, 'online');
      engine.dispose();
    });

    it('what was written meanwhile leaves as soon as it is back, in its order', async () => {
      const { clock, engine, truth, setAway } = offline();
      await clock.advance(MINUTE);
      setAway(true);
      await clock.advance(SECOND);
      await engine.send(DEFAULT_ROOM, 'first');
      await engine.send(DEFAULT_ROOM, 'second');
      await clock.advance(HOUR);
      assert.deepEqual(truth(), []);
      setAway(false);
      await clock.advance(12 * SECOND);
      assert.deepEqual(truth(), ['first', 'second']);
      engine.dispose();
    });

    it('a chat out of sight finds it back within half a minute', async () => {
      const { clock, engine, say, texts, setAway } = offline({ inSight: false });
      await clock.advance(MINUTE);
      setAway(true);
      await clock.advance(HOUR);
      setAway(false);
      say('back');
      await clock.advance(34 * SECOND);
      assert.deepEqual(texts(), ['back']);
      engine.dispose();
    });

    it('looks at once when the person comes back to the window', async () => {
      const { clock, engine, attend, say, texts, setAway } = offline({ inSight: false });
      attend({ focused: false });
      await clock.advance(MINUTE);
      setAway(true);
      await clock.advance(HOUR);
      setAway(false);
      say('back');
      attend({ focused: true });
      await clock.advance(SECOND);
      assert.deepEqual(texts(), ['back']);
      engine.dispose();
    });

    it('tries no more than about eight times a minute', async () => {
      const { clock, engine, setAway, triesInVain } = offline();
      await clock.advance(MINUTE);
      setAway(true);
      await clock.advance(10 * MINUTE);
      assert.ok(triesInVain() >= 60 && triesInVain() <= 90, `${triesInVain()} tries in ten minutes`);
      engine.dispose();
    });
  });

  it('on focus, a room that is overdue by what holds now is looked at at once, another is not', async () => {
    const { clock, engine, attend, looksAt } = start({ inSight: false });
    attend({ focused: false });
    // Away for ten minutes, looks are 72 s apart; with a person, 15 s.
    await clock.advance(20 * MINUTE);
    const lookNow = looksAt(DEFAULT_ROOM);
    while (looksAt(DEFAULT_ROOM) === lookNow) await clock.advance(SECOND);
    attend({ focused: true });
    await clock.advance(SECOND);
    assert.equal(looksAt(DEFAULT_ROOM), lookNow + 1, 'just looked at');
    attend({ focused: false });
    await clock.advance(10 * MINUTE);
    const later = looksAt(DEFAULT_ROOM);
    while (looksAt(DEFAULT_ROOM) === later) await clock.advance(SECOND);
    await clock.advance(40 * SECOND);
    assert.equal(looksAt(DEFAULT_ROOM), later + 1);
    attend({ focused: true });
    // Rooms out of sight keep their distance from each other, 12 s here.
    await clock.advance(13 * SECOND);
    assert.equal(looksAt(DEFAULT_ROOM), later + 2);
    engine.dispose();
  });

  it('behind the sign-in page of a network, keeps what it has, loses nothing, and goes on after the sign-in', async () => {
    let portal = false;
    const { clock, engine, say, texts } = start({
      way: { instead: () => (portal ? { status: 200, body: '<!doctype html><title>Welcome</title>' } : undefined) },
    });
    say('before');
    await clock.advance(MINUTE);
    portal = true;
    await clock.advance(10 * SECOND);
    await engine.send(DEFAULT_ROOM, 'from the hotel');
    await clock.advance(HOUR);
    assert.equal(engine.state().connection.status, 'offline');
    assert.deepEqual(texts(), ['before', 'unconfirmed: from the hotel']);
    portal = false;
    say('after');
    await clock.advance(12 * SECOND);
    assert.equal(engine.state().connection.status, 'online');
    assert.ok(texts().includes('after'));
    assert.equal(texts().filter((text) => text.includes('from the hotel')).length, 1);
    engine.dispose();
  });

  it('one room that always answers badly is not asked more often because the others are well', async () => {
    const { clock, engine, looksAt } = start({
      way: { instead: ({ url }) => (url.includes(`room=${OTHER}`) ? { status: 200, body: 'oops' } : undefined) },
    });
    await clock.advance(10 * MINUTE);
    assert.ok(looksAt(OTHER) <= 25, `${looksAt(OTHER)} looks in ten minutes`);
    engine.dispose();
  });
});

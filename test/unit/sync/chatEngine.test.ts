import assert from 'node:assert/strict';
import { RequestBudget } from '../../../src/chapi/requestBudget';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { ChatEngine } from '../../../src/sync/chatEngine';
import type { FeedEvent } from '../../../src/sync/feed';
import { MemoryStateStore } from '../../support/memoryStateStore';
import { Service } from '../../sandbox/service';
import { defaultSettings, type Settings } from '../../sandbox/settings';
import { person } from '../../sandbox/people';
import { serviceTransport, type SeenRequest, type Way } from '../../support/serviceTransport';
import { VirtualClock } from '../../support/virtualClock';
import { shownTexts } from '../../support/shownTexts';

const KEY = 'test_key_of_the_engine';

function start(settings: Partial<Settings> = {}, way: Way = {}, rooms: readonly string[] = [DEFAULT_ROOM]) {
  const clock = new VirtualClock();
  const service = new Service({ ...defaultSettings(), keys: [KEY], ...settings }, () => clock.now());
  const seen: SeenRequest[] = [];
  const log: string[] = [];
  const events: FeedEvent[] = [];
  let lastId = 0;
  const engine = new ChatEngine({
    baseUrl: 'https://chapi.test/chat/api/chat/v1',
    apiKey: KEY,
    clock,
    random: () => 0.5,
    newLocalId: () => `local-${++lastId}`,
    polling: { activeSeconds: 1, backgroundSeconds: 15 },
    budget: new RequestBudget(clock),
    transport: serviceTransport(service, clock, { latencyMs: () => 20, ...way }, seen),
    store: new MemoryStateStore(),
    log: (line) => log.push(line),
  });
  engine.subscribe((event) => events.push(event));
  engine.setAttention({ openRoom: rooms[0] ?? DEFAULT_ROOM, visible: true, focused: true });
  engine.setRooms(rooms);
  const say = (text: string, room = 'CHAPI sandbox') =>
    service.rooms.add(service.rooms.findOrMake(room), { author: person('Alice Fox'), text });
  const texts = (room = DEFAULT_ROOM) => shownTexts(engine.entries(room, 1000));
  const truth = (room = 'CHAPI sandbox') => service.rooms.find(room)?.messages.map(({ text }) => text) ?? [];
  return { clock, service, seen, log, events, engine, say, texts, truth };
}

describe('chat engine', () => {
  it('shows what is there, then what comes, each once, and counts it as unread until it is read', async () => {
    const { clock, engine, say, texts, events } = start();
    say('one');
    await clock.advance(100);
    assert.deepEqual(texts(), ['one']);
    assert.equal(engine.state().connection.status, 'online');
    assert.equal(engine.state().rooms[0]?.unreadCount, 0);
    say('two');
    await clock.advance(12_000);
    assert.deepEqual(texts(), ['one', 'two']);
    assert.equal(engine.state().rooms[0]?.unreadCount, 1);
    const arrivals = events.flatMap((event) => (event.type === 'entries' ? event.arrivals : []));
    assert.deepEqual(
      arrivals.map(({ text }) => text),
      ['two'],
    );
    engine.markRead(DEFAULT_ROOM);
    assert.equal(engine.state().rooms[0]?.unreadCount, 0);
    engine.dispose();
  });

  it('shows an own message at once, then as sent, then as the one that the service has: never twice', async () => {
    for (const settings of [{}, { lateTimestamps: true }, { escapes: true }, { textField: 'messageParsed' as const }]) {
      const { clock, engine, say, texts, truth } = start(settings);
      say('before');
      await clock.advance(100);
      await engine.send(DEFAULT_ROOM, 'a < b && c');
      assert.deepEqual(texts(), ['before', 'sending: a < b && c']);
      const states: string[] = [];
      for (let step = 0; step < 100; step++) {
        await clock.advance(10);
        const own = engine
          .entries(DEFAULT_ROOM, 10)
          .filter((entry) => entry.kind === 'outgoing' || entry.localId !== undefined);
        assert.equal(own.length, 1);
        const [entry] = own;
        states.push(entry?.kind === 'outgoing' ? entry.outgoing.state : 'in the room');
      }
      assert.deepEqual([...new Set(states)], ['sending', 'sent', 'in the room']);
      assert.equal(truth().length, 2);
      assert.equal(engine.state().rooms[0]?.unreadCount, 0);
      engine.dispose();
    }
  });

  it('knows its own message when the page that holds it overtakes the answer to the send', async () => {
    let calls = 0;
    const { clock, engine, texts, truth } = start({}, { latencyMs: () => (calls++ % 2 === 0 ? 20 : 1500) });
    await clock.advance(100);
    await engine.send(DEFAULT_ROOM, 'same');
    await engine.send(DEFAULT_ROOM, 'same');
    await clock.advance(5000);
    assert.deepEqual(texts(), ['same', 'same']);
    assert.equal(truth().length, 2);
    engine.dispose();
  });

  it('sends what was written in the order of writing, also while the network is away, and loses nothing', async () => {
    let away = true;
    const { clock, engine, texts, truth } = start(
      {},
      { loss: () => (away ? { lost: 'request', code: 'ECONNREFUSED' } : undefined) },
    );
    const written = Array.from({ length: 8 }, (_, index) => `message ${index}`);
    for (const text of written) await engine.send(DEFAULT_ROOM, text);
    await clock.advance(60_000);
    assert.equal(engine.state().connection.status, 'offline');
    assert.equal(truth().length, 0);
    assert.equal(texts().length, 8);
    away = false;
    await clock.advance(120_000);
    assert.deepEqual(truth(), written);
    assert.deepEqual(texts(), written);
    assert.equal(engine.state().connection.status, 'online');
    engine.dispose();
  });

  it('leaves a send without an answer in doubt, and finds it in the room', async () => {
    const { clock, engine, texts, truth } = start(
      {},
      { loss: ({ method }) => (method === 'POST' ? { lost: 'answer', code: 'ECONNRESET' } : undefined) },
    );
    await clock.advance(100);
    await engine.send(DEFAULT_ROOM, 'did it arrive?');
    await clock.advance(250);
    assert.deepEqual(texts(), ['unconfirmed: did it arrive?']);
    await clock.advance(20_000);
    assert.deepEqual(texts(), ['did it arrive?']);
    assert.equal(truth().length, 1);
    engine.dispose();
  });

  it('keeps a refused message with its reason, and sends it on Retry', async () => {
    let refuse = true;
    const { clock, engine, texts, truth } = start(
      {},
      { instead: ({ method }) => (method === 'POST' && refuse ? { status: 403, body: '{}' } : undefined) },
    );
    await clock.advance(100);
    const localId = await engine.send(DEFAULT_ROOM, 'hello');
    await engine.send(DEFAULT_ROOM, 'after it');
    await clock.advance(1000);
    assert.deepEqual(texts(), ['failed: hello', 'failed: after it']);
    assert.equal(engine.state().rooms[0]?.unsentCount, 2);
    refuse = false;
    engine.retry(localId);
    await clock.advance(3000);
    assert.deepEqual(texts(), ['hello', 'failed: after it']);
    const failed = engine.entries(DEFAULT_ROOM, 10).at(-1);
    if (failed?.kind === 'outgoing') engine.discard(failed.outgoing.localId);
    await clock.advance(0);
    assert.deepEqual(texts(), ['hello']);
    assert.deepEqual(truth(), ['hello']);
    engine.dispose();
  });

  it('says which fault it is, keeps what is on screen, goes on, and is well again by itself', async () => {
    let bad: { status: number; body: string } | undefined;
    const { clock, engine, say, texts } = start({}, { instead: () => bad });
    say('here');
    await clock.advance(1000);
    const faults = [
      [
        { status: 500, body: '' },
        { status: 'offline', fault: { kind: 'server', status: 500 } },
      ],
      [
        { status: 200, body: '<html>' },
        { status: 'offline', fault: { kind: 'badAnswer', detail: 'not JSON' } },
      ],
      [{ status: 401, body: '' }, { status: 'unauthorized' }],
      [{ status: 429, body: '' }, { status: 'throttled' }],
    ] as const;
    for (const [answer, connection] of faults) {
      bad = answer;
      await clock.advance(20_000);
      assert.deepEqual(engine.state().connection, connection);
      assert.deepEqual(texts(), ['here']);
      bad = undefined;
      await clock.advance(100_000);
      assert.equal(engine.state().connection.status, 'online');
    }
    engine.dispose();
  });

  it('looks at the open room about every second, at the others now and then, and never twice within 200 ms', async () => {
    const { clock, engine, say, seen, service } = start({ limiter: 'spacing' }, {}, ['Open', 'Other 1', 'Other 2']);
    for (const room of ['Open', 'Other 1', 'Other 2']) service.rooms.make(room, false);
    for (let second = 0; second < 120; second++) {
      if (second % 20 === 0) say(`at ${second}`, 'Open');
      await clock.advance(1000);
    }
    const of = (room: string) => seen.filter(({ url }) => url.searchParams.get('room') === room).length;
    assert.ok(of('Open') >= 100 && of('Open') <= 121, `${of('Open')} looks at the open room`);
    assert.ok(of('Other 1') >= 7 && of('Other 1') <= 12, `${of('Other 1')} looks at another room`);
    seen.slice(1).forEach(({ at }, index) => assert.ok(at - seen[index]!.at >= 200));
    assert.ok(seen.every(({ status }) => status === 200));
    engine.dispose();
  });

  it('asks at most five times a minute when it is out of sight', async () => {
    const { clock, engine, seen } = start();
    engine.setAttention({ openRoom: DEFAULT_ROOM, visible: false, focused: true });
    await clock.advance(60_000);
    seen.length = 0;
    await clock.advance(10 * 60_000);
    assert.ok(seen.length <= 50 && seen.length >= 30, `${seen.length} in ten minutes`);
    engine.dispose();
  });

  it('does nothing more once it is disposed', async () => {
    const { clock, engine, seen, events } = start();
    await clock.advance(100);
    engine.dispose();
    const before = [seen.length, events.length];
    await clock.advance(100_000);
    assert.deepEqual([seen.length, events.length], before);
    assert.equal(clock.pendingTimers, 0);
  });

  it('notices edits and deletions', async () => {
    const { clock, engine, say, texts, service } = start();
    const [first] = [say('one'), say('two')];
    await clock.advance(100);
    service.rooms.edit(first.id, 'one, edited');
    await clock.advance(30_000);
    assert.deepEqual(texts(), ['one, edited', 'two']);
    service.rooms.remove(first.id);
    await clock.advance(30_000);
    assert.deepEqual(texts(), ['two']);
    engine.dispose();
  });

  it('tells of the connection: kinds of requests, refusals, delays, the next look; no text and no key', async () => {
    let refuse = false;
    const { clock, engine, say } = start(
      {},
      { instead: ({ method }) => (refuse && method === 'POST' ? { status: 403, body: '{}' } : undefined) },
      ['Open', 'Other'],
    );
    say('old words', 'Open');
    say('here too', 'Other');
    await clock.advance(2000);
    say('new words', 'Open');
    await clock.advance(30_000);
    await engine.send('Open', 'own words');
    await clock.advance(300);
    refuse = true;
    await engine.send('Open', 'refused words');
    await clock.advance(1100);
    const details = engine.connectionDetails();
    assert.deepEqual(details.connection, { status: 'online' });
    assert.deepEqual(details.lastMinute.send, { answered: 1, refused: 1, failed: 0 });
    assert.ok(details.lastMinute.openRoom.answered >= 25);
    assert.ok(details.lastMinute.otherRooms.answered >= 2);
    assert.equal(details.answerMs, 20);
    assert.deepEqual(
      details.troubles.map(({ priority, fault }) => [priority, fault]),
      [['send', { kind: 'forbidden' }]],
    );
    assert.equal(details.delays?.count, 2, 'one of the other and the echo of the own one, none of the first look');
    assert.ok(details.delays.longestMs <= 5100);
    assert.equal(details.next?.room, 'Open');
    assert.ok(details.next.inMs <= 1100);
    assert.deepEqual(
      details.rooms.map(({ room }) => room),
      ['Open', 'Other'],
    );
    assert.ok(!/words|here too|test_key/.test(JSON.stringify(details)));
    engine.dispose();
  });

  it('never logs a text, nor the key', async () => {
    const { clock, engine, log } = start({}, { instead: () => ({ status: 500, body: 'secret body' }) });
    await engine.send(DEFAULT_ROOM, 'private words');
    await clock.advance(60_000);
    assert.ok(log.length > 0);
    assert.ok(!/private words|secret body|test_key/.test(log.join('\n')));
    engine.dispose();
  });
});

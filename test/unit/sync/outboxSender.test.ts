import assert from 'node:assert/strict';
import fc from 'fast-check';
import { person } from '../../sandbox/people';
import { KEY, OutboxWorld, ROOM } from '../../support/outboxWorld';

describe('outbox', () => {
  it('knows a message that it was given, also when it is in the room already, and in the next engine', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(1000);
    await world.engine.send('', 'words', 'given');
    assert.equal(await world.engine.knows('given'), true);
    assert.equal(await world.engine.knows('another'), false);
    await world.clock.advance(5000);
    assert.equal(world.engine.entries('', 10).filter(({ kind }) => kind === 'outgoing').length, 0);
    world.kill();
    world.start();
    assert.equal(await world.engine.knows('given'), true);
  });

  it('does not send what is in the room already, when somebody who was thought dead kept it once more', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(1000);
    await world.engine.send('', 'words', 'given');
    const [kept] = [...world.disk.outgoing.values()];
    await world.clock.advance(5000);
    world.kill();
    world.disk.outgoing.set('given', kept!);
    world.start();
    await world.clock.advance(60_000);
    assert.equal(world.posts, 1);
    assert.equal(world.disk.outgoing.size, 0);
  });

  it('does not send what a window shows in the room already, when the engine was killed before it could drop it', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(1000);
    await world.engine.send('', 'words', 'given');
    await world.clock.advance(30);
    const sending = [...world.disk.outgoing.values()];
    await world.clock.advance(5000);
    const shown = world.engine.entries('', 10);
    assert.equal(shown.filter((entry) => entry.kind === 'message' && entry.localId === 'given').length, 1);
    const states = world.engine.states();
    world.kill();
    world.disk.dropped.clear();
    world.disk.outgoing.set('given', sending[0]!);
    world.start(states);
    await world.engine.restore();
    assert.deepEqual(world.engine.entries('', 10), shown);
    await world.clock.advance(120_000);
    assert.equal(world.posts, 1);
    assert.equal(world.disk.outgoing.size, 0);
  });

  it('has a message on disk before its first byte leaves, and not once it is in the room', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    let onDisk = -1;
    world.loss = () => {
      onDisk = world.disk.outgoing.size;
      return undefined;
    };
    await world.engine.send('', 'hello');
    await world.clock.advance(100);
    assert.equal(onDisk, 1);
    await world.clock.advance(5000);
    assert.equal(world.disk.outgoing.size, 0);
    assert.deepEqual(world.truth, ['first', 'hello']);
  });

  it('sends again what two later pages prove to be lost, once', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.loss = () => ({ lost: 'request', code: 'ECONNRESET' });
    await world.engine.send('', 'lost on the way');
    await world.clock.advance(250);
    world.loss = () => undefined;
    assert.deepEqual(world.shown, ['first', 'unconfirmed: lost on the way']);
    await world.clock.advance(140_000);
    assert.deepEqual(world.truth, ['first'], 'it may still be stored');
    await world.clock.advance(20_000);
    assert.deepEqual(world.truth, ['first', 'lost on the way']);
    assert.deepEqual(world.shown, world.truth);
  });

  it('leaves it to the user when no page can tell: too much was said since', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.loss = () => ({ lost: 'request', code: 'ECONNRESET' });
    await world.engine.send('', 'who knows');
    await world.clock.advance(250);
    for (let number = 0; number < 1500; number++) {
      world.service.rooms.add(world.service.rooms.findOrMake(ROOM), { author: person('Ben'), text: `talk ${number}` });
    }
    world.loss = () => undefined;
    await world.clock.advance(5 * 60_000);
    assert.equal(world.shown.at(-1), 'unconfirmed: who knows');
    const last = world.engine.entries('', 1000).at(-1);
    if (last?.kind === 'outgoing') world.engine.retry(last.outgoing.localId);
    await world.clock.advance(10_000);
    assert.equal(world.truth.at(-1), 'who knows');
  });

  it('does not take an old message of the same text for its own', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.loss = () => ({ lost: 'request', code: 'ECONNRESET' });
    await world.engine.send('', 'first');
    await world.clock.advance(250);
    world.kill();
    world.loss = () => undefined;
    world.start();
    await world.clock.advance(180_000);
    assert.deepEqual(world.truth, ['first', 'first']);
  });

  it('does not take somebody else’s message for one that the service refused', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.refusal = { status: 403, body: '{}' };
    await world.engine.send('', '+1');
    world.service.rooms.add(world.service.rooms.findOrMake(ROOM), { author: person('Ben'), text: '+1' });
    await world.clock.advance(5000);
    assert.deepEqual(world.shown, ['first', '+1', 'failed: +1']);
    assert.equal(world.engine.state().rooms[0]?.unreadCount, 1);
    world.refusal = undefined;
    world.engine.retryAll();
    await world.clock.advance(5000);
    assert.deepEqual(world.truth, ['first', '+1', '+1']);
  });

  it('waits as long as it is asked to, never shorter than it would by itself, and not for ever', async () => {
    for (const retryAfter of ['0', '3', 'Thu, 01 Jan 1970 00:00:00 GMT', '99999999999']) {
      const world = new OutboxWorld();
      await world.clock.advance(2000);
      world.refusal = { status: 429, body: '{}', retryAfter };
      await world.engine.send('', 'patience');
      await world.clock.advance(60_000);
      // With the shortest waits that chance allows, from 150 ms on and half as long again each time.
      assert.ok(world.posts <= 15, `${world.posts} sends after Retry-After: ${retryAfter}`);
      world.refusal = undefined;
      await world.clock.advance(10 * 60_000);
      assert.deepEqual(world.truth, ['first', 'patience']);
      world.engine.dispose();
    }
  });

  it('sends to a room that is not on the list, and shows it only while something is wrong there', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    await world.engine.send('Backend', 'hello');
    await world.clock.advance(5000);
    assert.equal(world.service.rooms.find('Backend')?.messages.length, 1);
    assert.deepEqual(
      world.engine.state().rooms.map(({ room }) => room),
      [''],
    );
    world.refusal = { status: 403, body: '{}' };
    await world.engine.send('Backend', 'refused');
    await world.clock.advance(5000);
    assert.deepEqual(
      world.engine.state().rooms.map(({ room, unsentCount }) => [room, unsentCount]),
      [
        ['', 0],
        ['Backend', 1],
      ],
    );
    world.refusal = undefined;
    world.engine.retryAll();
    await world.clock.advance(20_000);
    assert.deepEqual(
      world.engine.state().rooms.map(({ room }) => room),
      [''],
    );
    assert.equal(world.service.rooms.find('Backend')?.messages.length, 2);
  });

  it('goes on at once when the network is back', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.loss = () => ({ lost: 'request', code: 'ENOTFOUND' });
    await world.engine.send('', 'offline');
    await world.clock.advance(20 * 60_000);
    world.loss = () => undefined;
    void world.engine.refresh();
    await world.clock.advance(2000);
    assert.deepEqual(world.truth, ['first', 'offline']);
  });

  it('shows what it knows at once after a restart, offline too, and what is unread', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.kill();
    world.loss = () => ({ lost: 'request', code: 'ENOTFOUND' });
    world.start();
    await world.clock.advance(500);
    assert.deepEqual(world.shown, ['first']);
    assert.equal(world.engine.state().connection.status, 'offline');
    world.service.rooms.add(world.service.rooms.findOrMake(ROOM), {
      author: person('Ben'),
      text: 'while you were away',
    });
    world.loss = () => undefined;
    await world.clock.advance(90_000);
    assert.equal(world.engine.state().rooms[0]?.unreadCount, 1);
  });

  it('keeps what was typed while the key is refused, and sends it with the next key', async () => {
    const world = new OutboxWorld();
    world.service.configure({ keys: ['another'] });
    await world.engine.send('', 'still here');
    await world.clock.advance(10_000);
    assert.deepEqual(world.shown, ['queued: still here']);
    world.service.configure({ keys: [KEY] });
    await world.clock.advance(120_000);
    assert.deepEqual(world.truth, ['first', 'still here']);
  });

  it('forgets a message that the service took and that is buried under others', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    world.loss = () => undefined;
    await world.engine.send('', 'taken');
    await world.clock.advance(150);
    world.kill();
    for (let number = 0; number < 100; number++) {
      world.service.rooms.add(world.service.rooms.findOrMake(ROOM), { author: person('Ben'), text: `talk ${number}` });
    }
    world.start();
    await world.clock.advance(11 * 60_000);
    assert.equal(world.disk.outgoing.size, 0);
    assert.equal(world.truth.filter((text) => text === 'taken').length, 1);
    assert.ok(world.shown.every((text) => !text.startsWith('sent')));
  });

  it('does not hammer a service that refuses every send', async () => {
    const world = new OutboxWorld();
    await world.clock.advance(2000);
    let sends = 0;
    world.loss = () => {
      sends++;
      return { lost: 'answer', code: 'ECONNREFUSED' };
    };
    await world.engine.send('', 'again and again');
    await world.clock.advance(600_000);
    assert.ok(sends < 120, String(sends));
  });

  it('ends with every message in the room exactly once, in order, whatever is lost, delayed or killed', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('send' as const) },
      { weight: 3, arbitrary: fc.constant('wait' as const) },
      { weight: 2, arbitrary: fc.constant('loseRequests' as const) },
      { weight: 2, arbitrary: fc.constant('loseAnswers' as const) },
      { weight: 3, arbitrary: fc.constant('heal' as const) },
      { weight: 2, arbitrary: fc.constant('kill' as const) },
      { weight: 1, arbitrary: fc.constant('talk' as const) },
    );
    const settings = fc.record({
      lateTimestamps: fc.boolean(),
      escapes: fc.boolean(),
      limiter: fc.constantFrom('none' as const, 'spacing' as const, 'window' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ act: step, wait: fc.nat({ max: 4000 }), twin: fc.boolean() }), { maxLength: 25 }),
        settings,
        async (steps, how) => {
          const world = new OutboxWorld(how);
          const sent: string[] = [];
          for (const { act, wait, twin } of steps) {
            if (act === 'send') {
              const text = twin ? 'the same <words>' : `words ${sent.length} & more`;
              sent.push(text);
              void world.engine.send('', text);
            } else if (act === 'loseRequests') world.loss = () => ({ lost: 'request', code: 'ECONNRESET' });
            else if (act === 'loseAnswers') world.loss = () => ({ lost: 'answer', code: 'ECONNRESET' });
            else if (act === 'heal') world.loss = () => undefined;
            else if (act === 'talk') {
              world.service.rooms.add(world.service.rooms.findOrMake(ROOM), { author: person('Ben'), text: 'talk' });
            } else if (act === 'kill') {
              await world.clock.advance(1);
              world.kill();
              world.start();
            }
            await world.clock.advance(wait);
          }
          world.loss = () => undefined;
          await world.clock.advance(15 * 60_000);
          const own = world.truth.filter((text) => /words/.test(text));
          assert.deepEqual([...own].sort(), [...sent].sort());
          assert.deepEqual(
            world.shown,
            world.engine
              .entries('', 1000)
              .map((entry) => (entry.kind === 'message' ? entry.message.text : 'left over')),
          );
          assert.equal(world.disk.outgoing.size, 0);
          world.engine.dispose();
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(120_000);
});

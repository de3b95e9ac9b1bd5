import assert from 'node:assert/strict';
import { person, SHARED_KEY_AUTHOR } from '../../sandbox/people';
import { OutboxWorld } from '../../support/outboxWorld';
import { textChanges } from '../../support/textChanges';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A world in which the author of own messages is known, or is not. */
async function settled(isAuthorKnown = true): Promise<OutboxWorld> {
  const world = new OutboxWorld();
  await world.clock.advance(2 * SECOND);
  if (!isAuthorKnown) return world;
  await world.engine.send('', 'a message to be known by');
  await world.clock.advance(5 * SECOND);
  assert.equal(world.facts.ownAuthorId, SHARED_KEY_AUTHOR.id);
  return world;
}

/** The next POST gets no answer; what comes after goes well. */
function loseNext(world: OutboxWorld, lost: 'request' | 'answer'): void {
  world.loss = ({ method }) => {
    if (method !== 'POST') return undefined;
    world.loss = () => undefined;
    return { lost, code: 'ECONNRESET' };
  };
}

const count = (texts: readonly string[], text: string): number => texts.filter((other) => other === text).length;

describe('an echo', () => {
  it('is not what a colleague says while the own one gets lost: it stays in doubt, and the user sends it again', async () => {
    for (const isAuthorKnown of [true, false]) {
      const world = await settled(isAuthorKnown);
      loseNext(world, 'request');
      await world.engine.send('', 'ok');
      world.say('ok');
      await world.clock.advance(10 * MINUTE);
      assert.ok(!world.own.includes('ok'), 'it is not one’s own');
      assert.equal(world.shown.at(-1), 'unconfirmed: ok');
      assert.equal(world.unread, 1);
      assert.notEqual(world.facts.ownAuthorId, person('Ben').id);
      world.engine.retryAll();
      await world.clock.advance(5 * SECOND);
      assert.equal(count(world.truth, 'ok'), 2);
      assert.equal(world.own.at(-1), 'ok');
      assert.ok(world.shown.every((text) => !text.startsWith('unconfirmed')));
      world.engine.dispose();
    }
  });

  it('does not hold up what comes after, while another author’s message of its text keeps it in doubt', async () => {
    const world = await settled();
    loseNext(world, 'request');
    await world.engine.send('', 'ok');
    world.say('ok');
    await world.engine.send('', 'and now for something else');
    await world.clock.advance(20 * SECOND);
    assert.equal(world.truth.at(-1), 'and now for something else');
    world.engine.dispose();
  });

  it('is not an old message of the same text and author that a longer page brings', async () => {
    const world = new OutboxWorld();
    world.kill();
    const learned = { largestPage: 30, ownAuthorId: SHARED_KEY_AUTHOR.id };
    world.disk.values.set('learned', JSON.stringify(learned));
    world.say('ok', SHARED_KEY_AUTHOR);
    for (let number = 0; number < 40; number++) world.say(`talk ${number}`);
    world.start();
    await world.clock.advance(2 * SECOND);
    loseNext(world, 'request');
    await world.engine.send('', 'ok');
    await world.clock.advance(SECOND);
    // So many that the usual page can't tell, and a longer one is asked for.
    for (let number = 40; number < 100; number++) world.say(`talk ${number}`);
    await world.clock.advance(4 * MINUTE);
    assert.equal(world.shown[1], 'ok', 'the longer page brought it');
    assert.equal(count(world.truth, 'ok'), 2, 'the new one was lost, and sent again');
    assert.equal(world.shown.at(-1), 'ok');
    assert.equal(count(world.own, 'ok'), 1);
    world.engine.dispose();
  });

  it('of an answered send is accepted under another author after a while, and that author is learned', async () => {
    const world = await settled();
    world.kill();
    const learned = { largestPage: 2, ownAuthorId: person('Somebody Else').id };
    world.disk.values.set('learned', JSON.stringify(learned));
    world.start();
    await world.clock.advance(2 * SECOND);
    const { unread } = world;
    await world.engine.send('', 'this one has another author');
    await world.clock.advance(MINUTE);
    assert.equal(world.shown.at(-1), 'sent: this one has another author');
    await world.clock.advance(3 * MINUTE);
    assert.equal(world.own.at(-1), 'this one has another author');
    assert.equal(world.facts.ownAuthorId, SHARED_KEY_AUTHOR.id);
    assert.equal(world.unread, unread);
    world.engine.dispose();
  });

  it('teaches the author by a text that nobody else writes, or by two that agree', async () => {
    const world = await settled(false);
    await world.engine.send('', 'ok');
    await world.clock.advance(5 * SECOND);
    assert.equal(world.facts.ownAuthorId, undefined);
    await world.engine.send('', 'well');
    await world.clock.advance(5 * SECOND);
    assert.equal(world.facts.ownAuthorId, SHARED_KEY_AUTHOR.id);
    world.engine.dispose();
  });

  it('of a common text is known by an author that one message was probably by, though its answer was lost', async () => {
    const world = await settled(false);
    await world.engine.send('', 'ok');
    await world.clock.advance(5 * SECOND);
    loseNext(world, 'answer');
    await world.engine.send('', 'well');
    await world.clock.advance(5 * SECOND);
    assert.deepEqual(world.own, ['ok', 'well']);
    assert.ok(!world.announced.includes('well'));
    world.engine.dispose();
  });

  for (const seconds of [15, 30, 120]) {
    it(`that is listed ${seconds} s late is one’s own all the same: shown as sent meanwhile, and never unread`, async () => {
      for (const isAuthorKnown of [true, false]) {
        const world = await settled(isAuthorKnown);
        world.lagMs = () => seconds * SECOND;
        await world.engine.send('', 'ok');
        await world.clock.advance((seconds - 2) * SECOND);
        assert.equal(world.shown.at(-1), 'sent: ok');
        await world.clock.advance(10 * SECOND);
        assert.equal(world.shown.at(-1), 'ok');
        assert.equal(world.own.at(-1), 'ok');
        assert.equal(world.unread, 0);
        assert.ok(!world.announced.includes('ok'));
        assert.equal(count(world.truth, 'ok'), 1);
        world.engine.dispose();
      }
    });
  }

  it('belongs to one of two own messages of the same text, the other has its own', async () => {
    const world = await settled();
    await world.engine.send('', 'ok');
    await world.engine.send('', 'ok');
    await world.clock.advance(10 * SECOND);
    assert.equal(count(world.truth, 'ok'), 2);
    assert.equal(count(world.own, 'ok'), 2);
    world.engine.dispose();
  });

  it('that stood there when the user pressed Retry does not undo that', async () => {
    const world = await settled(false);
    loseNext(world, 'request');
    await world.engine.send('', 'ok');
    world.say('ok');
    await world.clock.advance(20 * SECOND);
    world.engine.retryAll();
    await world.clock.advance(5 * SECOND);
    assert.equal(count(world.truth, 'ok'), 2);
    world.engine.dispose();
  });
});

describe('a resend', () => {
  for (const seconds of [16, 20, 60, 110]) {
    it(`does not double what is stored ${seconds} s after it left`, async () => {
      const world = await settled();
      world.storesAfterMs = seconds * SECOND;
      await world.engine.send('', 'slow');
      await world.clock.advance(SECOND);
      world.storesAfterMs = undefined;
      await world.clock.advance(10 * MINUTE);
      assert.equal(count(world.truth, 'slow'), 1);
      assert.deepEqual(world.shown, world.truth);
      assert.equal(world.posts, 2);
      world.engine.dispose();
    });

    it(`does not double what is stored ${seconds} s after it left a host that was killed`, async () => {
      const world = await settled();
      world.storesAfterMs = seconds * SECOND;
      await world.engine.send('', 'slow and killed');
      await world.clock.advance(SECOND);
      world.storesAfterMs = undefined;
      world.kill();
      world.start();
      await world.clock.advance(10 * MINUTE);
      assert.equal(count(world.truth, 'slow and killed'), 1);
      assert.deepEqual(world.shown, world.truth);
      world.engine.dispose();
    });
  }

  for (const status of [500, 502, 503, 504]) {
    it(`does not double what is stored in spite of a ${status}, where replicas lag by 9 s`, async () => {
      const world = await settled();
      world.lagMs = () => 9 * SECOND;
      world.refusal = { status, body: '{}' };
      await world.engine.send('', 'stored in spite of it');
      await world.clock.advance(100);
      world.refusal = undefined;
      world.say('stored in spite of it', SHARED_KEY_AUTHOR);
      await world.clock.advance(10 * MINUTE);
      assert.equal(count(world.truth, 'stored in spite of it'), 1);
      assert.deepEqual(world.shown, world.truth);
      world.engine.dispose();
    });
  }

  it('of what the service says has failed comes soon, and before what was written after it', async () => {
    const world = await settled();
    world.refusal = { status: 500, body: '{}' };
    await world.engine.send('', 'one');
    await world.clock.advance(500);
    world.refusal = undefined;
    await world.engine.send('', 'two');
    await world.clock.advance(20 * SECOND);
    assert.deepEqual(world.truth.slice(-2), ['one', 'two']);
    world.engine.dispose();
  });

  it('comes at most twice by itself, then the user decides; Retry begins anew', async () => {
    const world = await settled();
    world.loss = ({ method }) => (method === 'POST' ? { lost: 'request', code: 'ECONNRESET' } : undefined);
    let posts = 0;
    const before = world.loss;
    world.loss = (request) => {
      if (request.method === 'POST') posts++;
      return before(request);
    };
    await world.engine.send('', 'again and again');
    await world.clock.advance(60 * MINUTE);
    assert.equal(posts, 3);
    assert.equal(world.shown.at(-1), 'unconfirmed: again and again');
    world.kill();
    world.start();
    await world.clock.advance(60 * MINUTE);
    assert.equal(posts, 3, 'the count outlives the process');
    world.engine.retryAll();
    await world.clock.advance(60 * MINUTE);
    assert.equal(posts, 6);
    world.loss = () => undefined;
    world.engine.retryAll();
    await world.clock.advance(5 * SECOND);
    assert.deepEqual(world.shown, world.truth);
    world.engine.dispose();
  });

  it('leaves at most three copies where answers get lost and nobody would know the text again', async () => {
    const world = await settled(false);
    world.change = (text) => `(${text.length} letters)`;
    world.loss = ({ method }) => (method === 'POST' ? { lost: 'answer', code: 'ECONNRESET' } : undefined);
    await world.engine.send('', 'hello everybody');
    await world.clock.advance(60 * MINUTE);
    assert.ok(world.posts <= 3, `${world.posts} copies`);
    assert.equal(world.shown.at(-1), 'unconfirmed: hello everybody');
    world.engine.dispose();
  });

  it('does not happen by itself where the service is known to change texts', async () => {
    const world = await settled();
    world.change = (text) => text.replace('see', 'SEE:');
    await world.engine.send('', 'see what becomes of it');
    await world.clock.advance(5 * SECOND);
    assert.equal(world.facts.changesTexts, true);
    loseNext(world, 'request');
    await world.engine.send('', 'lost for good');
    await world.clock.advance(30 * MINUTE);
    assert.ok(!world.truth.includes('lost for good'));
    assert.equal(world.shown.at(-1), 'unconfirmed: lost for good');
    world.engine.dispose();
  });

  it('is not needed when the first copy turns up while it waits for its turn', async () => {
    const world = await settled();
    let posts = 0;
    world.loss = ({ method }) => {
      if (method === 'POST') posts++;
      return method === 'POST' ? { lost: 'request', code: posts === 1 ? 'ECONNRESET' : 'ENOTFOUND' } : undefined;
    };
    await world.engine.send('', 'later than anybody waits');
    // The resend has failed for want of a network, and waits.
    await world.clock.advance(160 * SECOND);
    assert.ok(posts > 1);
    assert.equal(world.shown.at(-1), 'queued: later than anybody waits');
    const before = posts;
    world.say('later than anybody waits', SHARED_KEY_AUTHOR);
    await world.clock.advance(1200);
    world.loss = () => undefined;
    await world.clock.advance(2 * MINUTE);
    assert.equal(count(world.truth, 'later than anybody waits'), 1, `${posts} ${before}`);
    assert.deepEqual(world.shown, world.truth);
    assert.equal(world.own.at(-1), 'later than anybody waits');
    world.engine.dispose();
  });

  it('does not leave when the first copy turns up while it waits for the budget, or for the disk', async () => {
    const world = await settled();
    let posts = 0;
    world.loss = ({ method }) =>
      method === 'POST' && ++posts > 0 ? { lost: 'request', code: 'ECONNRESET' } : undefined;
    await world.engine.send('', 'just in time');
    await world.clock.advance(140 * SECOND);
    let release = (): void => undefined;
    world.disk.beforeKeep = new Promise((resolve) => (release = resolve));
    await world.clock.advance(30 * SECOND);
    assert.equal(world.shown.at(-1), 'sending: just in time');
    assert.equal(posts, 1);
    world.say('just in time', SHARED_KEY_AUTHOR);
    await world.clock.advance(3 * SECOND);
    release();
    world.disk.beforeKeep = undefined;
    await world.clock.advance(2 * MINUTE);
    assert.equal(posts, 1);
    assert.deepEqual(world.shown, world.truth);
    assert.equal(world.disk.outgoing.size, 0);
    world.engine.dispose();
  });
});

describe('one lost answer where the service', () => {
  let recognised = 0;
  for (const change of textChanges) {
    it(`${change.name} doubles nothing`, async () => {
      for (const isAuthorKnown of [true, false]) {
        const world = await settled(isAuthorKnown);
        world.change = (text) => (text === change.sent ? change.shown : text);
        loseNext(world, 'answer');
        const { posts } = world;
        await world.engine.send('', change.sent);
        await world.clock.advance(20 * MINUTE);
        assert.equal(world.posts - posts, 1);
        assert.equal(count(world.truth, change.shown), 1);
        // Where the service is known to escape, texts are shown without that.
        const isOwn = world.own.includes(change.shown) || world.own.includes(change.sent);
        if (isAuthorKnown) {
          if (isOwn) recognised++;
          assert.equal(isOwn, change.isRecognised);
        }
        assert.equal(world.shown.at(-1), isOwn ? world.own.at(-1) : `unconfirmed: ${change.sent}`);
        world.engine.dispose();
      }
    });
  }

  after(() => {
    assert.ok(recognised > textChanges.length / 2, `${recognised} of ${textChanges.length} are recognised`);
  });
});

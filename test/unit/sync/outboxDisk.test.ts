import assert from 'node:assert/strict';
import { DISK_ERRORS } from '../../support/rudeDisk';
import { OutboxWorld } from '../../support/outboxWorld';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

async function started(): Promise<OutboxWorld> {
  const world = new OutboxWorld();
  await world.clock.advance(2 * SECOND);
  return world;
}

function outbox(world: OutboxWorld): readonly string[] {
  return world.engine
    .entries('', 1000)
    .flatMap((entry) => (entry.kind === 'outgoing' ? [`${entry.outgoing.state}: ${entry.outgoing.text}`] : []));
}

function localIds(world: OutboxWorld): readonly string[] {
  return world.engine.entries('', 1000).flatMap((entry) => (entry.kind === 'outgoing' ? [entry.outgoing.localId] : []));
}

/** How often the log speaks of the disk. */
function complaints(world: OutboxWorld): number {
  return world.log.filter((line) => /outbox/i.test(line) && /could not/.test(line)).length;
}

describe('an outbox on a disk that fails', () => {
  for (const code of DISK_ERRORS) {
    it(`${code}: a takeover that fails once does not refuse what is sent later, and what it left is sent`, async () => {
      const world = await started();
      world.loss = () => ({ lost: 'request', code: 'ENOTFOUND' });
      await world.engine.send('', 'left behind');
      await world.clock.advance(SECOND);
      world.kill();
      world.loss = () => undefined;
      world.disk.fail({ call: 'takeOutgoing', code, times: 1 });
      world.start();
      await world.clock.advance(0);
      await world.engine.send('', 'new');
      await world.clock.advance(20 * SECOND);
      assert.deepEqual([...world.truth].sort(), ['first', 'left behind', 'new']);
      assert.deepEqual(outbox(world), []);
      world.engine.dispose();
    });

    it(`${code}: a send works while outboxes can't be taken over, and the log says so once`, async () => {
      const world = await started();
      world.kill();
      world.disk.fail({ call: 'takeOutgoing', code, times: Infinity });
      world.start();
      await world.engine.send('', 'all the same');
      await world.clock.advance(5 * MINUTE);
      assert.equal(world.truth.at(-1), 'all the same');
      assert.equal(complaints(world), 1);
      const asked = world.disk.failed.length;
      await world.clock.advance(MINUTE);
      assert.ok(world.disk.failed.length - asked <= 8, 'not asked for each second');
      world.engine.dispose();
    });

    it(`${code}: what the service took is not sent again, though that can't be written for a minute`, async () => {
      const world = await started();
      world.loss = ({ method }) => {
        if (method === 'POST') world.disk.fail({ call: 'keepOutgoing', code, times: Infinity });
        if (method === 'POST') world.disk.fail({ call: 'dropOutgoing', code, times: Infinity });
        return undefined;
      };
      await world.engine.send('', 'taken');
      await world.clock.advance(MINUTE);
      assert.equal(world.posts, 1);
      assert.equal(complaints(world), 1);
      world.loss = () => undefined;
      world.disk.heal();
      await world.clock.advance(MINUTE);
      assert.equal(world.disk.outgoing.size, 0, 'it is forgotten in the end');
      world.kill();
      world.start();
      await world.clock.advance(5 * MINUTE);
      assert.equal(world.posts, 1);
      world.engine.dispose();
    });

    it(`${code}: no byte leaves before that is on disk`, async () => {
      const world = await started();
      world.service.configure({ keys: [] });
      await world.engine.send('', 'patient');
      await world.clock.advance(SECOND);
      const { posts } = world;
      world.disk.fail({ call: 'keepOutgoing', code, times: Infinity });
      world.service.configure({ keys: ['test_key_of_the_outbox'] });
      await world.clock.advance(2 * MINUTE);
      assert.equal(world.posts, posts);
      assert.deepEqual(outbox(world), ['queued: patient']);
      assert.equal(complaints(world), 1);
      world.disk.heal();
      await world.clock.advance(MINUTE);
      assert.equal(world.truth.at(-1), 'patient');
      world.engine.dispose();
    });

    it(`${code}: what is discarded stays until the disk has forgotten it, is never sent, and does not come back`, async () => {
      const world = await started();
      world.refusal = { status: 403, body: '{}' };
      await world.engine.send('', 'regretted');
      await world.clock.advance(SECOND);
      const [localId] = localIds(world);
      world.disk.fail({ call: 'dropOutgoing', code, times: Infinity });
      world.engine.discard(localId!);
      await world.clock.advance(SECOND);
      assert.deepEqual(outbox(world), ['failed: regretted']);
      world.refusal = undefined;
      world.engine.retryAll();
      world.engine.retry(localId!);
      await world.clock.advance(MINUTE);
      assert.deepEqual(world.truth, ['first']);
      world.kill();
      world.start();
      await world.clock.advance(5 * MINUTE);
      assert.deepEqual(world.truth, ['first']);
      assert.deepEqual(outbox(world), [], 'the next process knows');
      world.disk.heal();
      await world.clock.advance(MINUTE);
      assert.equal(world.disk.outgoing.size, 0);
      world.engine.dispose();
    });

    it(`${code}: a send that can't be kept is refused, and what was half written does not turn up later`, async () => {
      const world = await started();
      world.disk.fail({ call: 'keepOutgoing', code, times: 1, isDoneAllTheSame: true });
      await assert.rejects(world.engine.send('', 'half written'));
      await world.clock.advance(10 * SECOND);
      world.kill();
      world.start();
      await world.clock.advance(MINUTE);
      assert.deepEqual(world.truth, ['first']);
      await world.engine.send('', 'whole');
      await world.clock.advance(5 * SECOND);
      assert.deepEqual(world.truth, ['first', 'whole']);
      world.engine.dispose();
    });

    it(`${code}: Retry and Retry All work on a disk that takes nothing, once it does again`, async () => {
      const world = await started();
      world.refusal = { status: 403, body: '{}' };
      await world.engine.send('', 'one');
      await world.engine.send('', 'two');
      await world.clock.advance(2 * SECOND);
      for (const call of ['keepOutgoing', 'dropOutgoing', 'takeOutgoing', 'wasDropped'] as const) {
        world.disk.fail({ call, code, times: Infinity });
      }
      world.refusal = undefined;
      world.engine.retryAll();
      for (const localId of localIds(world)) world.engine.retry(localId);
      await world.clock.advance(MINUTE);
      assert.deepEqual(world.truth, ['first']);
      world.disk.heal();
      await world.clock.advance(MINUTE);
      assert.deepEqual(world.truth, ['first', 'one', 'two']);
      world.engine.dispose();
    });
  }

  it('does not hand on what it can’t tell to be done with, and neither loses it', async () => {
    const world = await started();
    await world.engine.send('', 'done with');
    const [kept] = [...world.disk.outgoing.values()];
    await world.clock.advance(5 * SECOND);
    world.kill();
    world.disk.outgoing.set('local-1', kept!);
    world.disk.outgoing.set('local-9', {
      ...kept!,
      text: JSON.stringify({ ...(JSON.parse(kept!.text) as object), localId: 'local-9', text: 'not yet done' }),
    });
    world.disk.fail({ call: 'wasDropped', code: 'EIO', times: 3 });
    world.start();
    await world.clock.advance(MINUTE);
    assert.deepEqual(world.truth, ['first', 'done with', 'not yet done']);
    world.engine.dispose();
  });

  it('asks again for an outbox that could be taken only in part', async () => {
    const world = await started();
    world.loss = () => ({ lost: 'request', code: 'ENOTFOUND' });
    await world.engine.send('', 'left behind');
    await world.clock.advance(SECOND);
    world.kill();
    world.loss = () => undefined;
    world.disk.fail({ call: 'takeOutgoing', code: 'part', times: 2 });
    world.start();
    await world.clock.advance(30 * SECOND);
    assert.equal(world.truth.at(-1), 'left behind');
    world.engine.dispose();
  });

  it('does not say that a message is unknown while an outbox can’t be read', async () => {
    const world = await started();
    world.kill();
    world.disk.fail({ call: 'takeOutgoing', code: 'EIO', times: Infinity });
    world.start();
    const answer = assert.rejects(world.engine.knows('local-7'));
    await world.clock.advance(MINUTE);
    await answer;
    world.disk.heal();
    await world.clock.advance(MINUTE);
    assert.equal(await world.engine.knows('local-7'), false);
    world.engine.dispose();
  });
});

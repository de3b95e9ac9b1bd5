import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { engineName } from '../../../src/store/layout';
import { OutboxTakenError } from '../../../src/sync/stateStore';
import { KEY, StoreBench } from '../../support/storeBench';
import { HERE } from '../../support/testDisk';

const FAR = { machine: 'another-machine', place: 'another-place' };
const BEFORE_THE_START = { machine: HERE.machine, place: 'a-place-of-yesterday' };
/** No process can have this number. */
const DEAD = 999_999_999;

describe('a takeover of what an engine has left', () => {
  let bench: StoreBench;
  beforeEach(async () => (bench = await StoreBench.make()));
  afterEach(() => bench.close());

  it('deletes nothing because a folder could not be listed once', async () => {
    await bench.leave(['a', 'b']);
    const store = bench.open();
    // Patience is of no use here.
    bench.faulty.fail({ call: 'readdir', code: 'EACCES', path: 'taken-', times: 1 });
    assert.deepEqual(await bench.take(store), { texts: [], isComplete: false });
    assert.deepEqual(await bench.take(store), { texts: ['a', 'b'], isComplete: true });
  });

  it('that fails once succeeds with the next try', async () => {
    await bench.leave(['a']);
    const store = bench.open();
    for (const call of ['readdir', 'mkdir', 'rename', 'readFile'] as const) {
      bench.faulty.fail({ call, code: 'EACCES', path: bench.layout().key, times: 1 });
      const { texts, isComplete } = await bench.take(store);
      assert.deepEqual([call, texts, isComplete], [call, [], false]);
    }
    assert.deepEqual(await bench.take(store), { texts: ['a'], isComplete: true });
    assert.equal(
      bench.log.filter((line) => line.includes('Taking over')).length,
      2,
      'that it fails, and that it works',
    );
  });

  it('continues one that ended in the middle, in this process or in one that has died', async () => {
    await bench.leave(['a', 'b', 'c']);
    const store = bench.open();
    bench.faulty.fail({ call: 'readFile', code: 'EACCES', path: 'b.json' });
    assert.deepEqual(await bench.take(store), { texts: ['a', 'c'], isComplete: false });
    assert.deepEqual(await bench.take(store), { texts: [], isComplete: false }, 'nothing is given twice');
    bench.faulty.fail(undefined);
    const [own = ''] = await readdir(bench.layout().outboxes);
    assert.deepEqual((await readdir(path.join(bench.layout().outboxes, own))).length, 3);
    const next = bench.open();
    assert.deepEqual(await bench.takeAll(next), ['a', 'b', 'c']);
  });

  it('never gives a dropped message, even if it could not be removed', async () => {
    await bench.leave(['kept', 'dropped']);
    const store = bench.open();
    await bench.takeAll(store);
    bench.faulty.fail({ call: 'unlink', code: 'EACCES', path: 'dropped' });
    await bench.done(store.dropOutgoing('dropped'));
    await bench.release(store);
    const next = bench.open();
    assert.deepEqual((await bench.take(next)).texts, ['kept']);
    // Longer than a drop is remembered.
    await bench.clock.advance(3_600_000);
    bench.faulty.fail(undefined);
    await bench.release(next);
    assert.deepEqual(await bench.takeAll(bench.open()), ['kept']);
    assert.deepEqual(
      (await bench.files()).filter((name) => name.includes('dropped.')),
      [],
    );
  });

  it('waits while the list of dropped messages cannot be read', async () => {
    await bench.leave(['kept']);
    await bench.put({ [path.join(bench.layout().key, 'dropped', 'kept')]: '' });
    const store = bench.open();
    bench.faulty.fail({ call: 'readdir', code: 'EACCES', path: `dropped` });
    assert.deepEqual(await bench.take(store), { texts: [], isComplete: false });
    bench.faulty.fail(undefined);
    assert.deepEqual(await bench.take(store), { texts: [], isComplete: true });
  });

  it('rejects a drop that could not be made permanent, and makes it permanent when asked again', async () => {
    const store = bench.open();
    await bench.done(store.keepOutgoing('a', { text: 'a' }));
    bench.faulty.fail({ code: 'EROFS' });
    await assert.rejects(bench.done(store.dropOutgoing('a')), { code: 'EROFS' });
    bench.faulty.fail(undefined);
    await bench.done(store.dropOutgoing('a'));
    await bench.release(store);
    assert.deepEqual(await bench.takeAll(bench.open()), []);
  });

  it('leaves another machine’s outbox alone while it gives signs of life, and takes it ten minutes after the last', async () => {
    const far = bench.open({ place: FAR });
    await bench.done(far.keepOutgoing('a', { text: 'a' }));
    const near = bench.open();
    for (let minute = 0; minute < 30; minute++) {
      assert.deepEqual(await bench.takeAll(near), [], `minute ${minute}`);
      await bench.clock.advance(60_000);
      await bench.faulty.idle();
    }
    // It sleeps.
    bench.faulty.fail({ call: 'utimes', code: 'EIO' });
    for (let minute = 0; minute < 9; minute++) {
      assert.deepEqual(await bench.takeAll(near), [], `asleep for ${minute} minutes`);
      await bench.clock.advance(60_000);
    }
    await bench.clock.advance(120_000);
    assert.deepEqual(await bench.takeAll(near), ['a']);
    bench.faulty.fail(undefined);
    // It wakes, and must not send what another engine has taken.
    await assert.rejects(bench.done(far.keepOutgoing('a', { text: 'a' })), OutboxTakenError);
    await bench.done(far.keepOutgoing('b', { text: 'b' }));
    await bench.release(far);
    assert.deepEqual(await bench.takeAll(near), ['b'], 'what it released is taken at once');
  });

  it('takes what was left before a restart of the machine after a minute', async () => {
    await bench.put({
      [path.join(bench.layout().key, 'outbox', `${HERE.machine}.${BEFORE_THE_START.place}.${DEAD}.x`, 'a.json')]:
        '{"text":"a"}',
    });
    const store = bench.open();
    assert.deepEqual(await bench.takeAll(store), []);
    await bench.clock.advance(59_000);
    assert.deepEqual(await bench.takeAll(store), []);
    await bench.clock.advance(1000);
    assert.deepEqual(await bench.takeAll(store), ['a']);
  });

  it('takes nothing of another key', async () => {
    await bench.leave(['a'], { key: 'another' });
    assert.deepEqual(await bench.takeAll(bench.open()), []);
    assert.deepEqual(await bench.takeAll(bench.open({ key: 'another' })), ['a']);
  });

  it('gives messages from before each key had its own folder to their key, or to the user where the key is unknown', async () => {
    const living = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    const own = engineName('https://chapi.test/v1', KEY);
    const other = engineName('https://chapi.test/v1', 'another');
    const message = (text: string, state: string): string => JSON.stringify({ text, state });
    await bench.put({
      [`outbox/${DEAD}-${own}-x/own.json`]: message('own', 'queued'),
      [`outbox/${DEAD}-${other}-x/other.json`]: message('other', 'queued'),
      [`outbox/released-0e0e/nobody.json`]: message('nobody', 'unconfirmed'),
      [`outbox/${living.pid}-${other}-y/alive.json`]: message('alive', 'queued'),
    });
    const store = bench.open();
    bench.faulty.fail({ call: 'rename', code: 'EACCES', times: 1 });
    const values = [
      ...(await bench.done(store.takeOutgoing())).values,
      ...(await bench.done(store.takeOutgoing())).values,
    ];
    const states = values.map((value) => value as { readonly text: string; readonly state: string });
    assert.deepEqual(
      states.sort((left, right) => left.text.localeCompare(right.text)),
      [
        { text: 'nobody', state: 'failed' },
        { text: 'own', state: 'queued' },
      ],
    );
    assert.deepEqual(await bench.takeAll(bench.open({ key: 'another' })), ['other']);
    living.kill();
    await bench.release(store);
    const again = (await bench.done(bench.open().takeOutgoing())).values as readonly { readonly state: string }[];
    assert.deepEqual(again.map(({ state }) => state).sort(), ['failed', 'queued'], 'it stays so');
  });
});

describe('values', () => {
  let bench: StoreBench;
  beforeEach(async () => (bench = await StoreBench.make()));
  afterEach(() => bench.close());

  it('that cannot be read for a moment are neither absent nor overwritten', async () => {
    await bench.done(bench.open().write('marks', { unread: 20 }));
    const store = bench.open();
    bench.faulty.fail({ call: 'readFile', code: 'EACCES' });
    await assert.rejects(bench.done(store.read('marks')), { code: 'EACCES' });
    await assert.rejects(bench.done(store.write('marks', { unread: 0 })));
    bench.faulty.fail(undefined);
    assert.deepEqual(await bench.done(store.read('marks')), { unread: 20 });
    await bench.done(store.write('marks', { unread: 19 }));
    assert.deepEqual(await bench.done(bench.open().read('marks')), { unread: 19 });
  });

  it('are kept by each machine for itself, which starts with the newest of the others', async () => {
    const near = bench.open();
    const far = bench.open({ place: FAR });
    await bench.put({ [path.join(bench.layout().key, path.basename('x'))]: '' });
    await bench.done(near.write('marks', { readUpTo: 5 }));
    assert.deepEqual(await bench.done(far.read('marks')), { readUpTo: 5 });
    await bench.done(far.write('marks', { readUpTo: 3 }));
    assert.deepEqual(await bench.done(near.read('marks')), { readUpTo: 5 }, 'a mark does not go back');
    assert.deepEqual(await bench.done(far.read('marks')), { readUpTo: 3 });
  });

  it('from before each machine had its own are still found', async () => {
    const store = bench.open();
    await bench.done(store.write('marks', 1));
    const [file = ''] = await bench.files();
    await bench.put({ [path.join(bench.layout('another').key, path.basename(file))]: '{"old":1}' });
    assert.deepEqual(await bench.done(bench.open({ key: 'another' }).read('marks')), { old: 1 });
  });

  it('that cannot be written are logged once, reported to the user when that lasts, and logged when they can be', async () => {
    const store = bench.open();
    bench.faulty.fail({ call: 'open', code: 'ENOSPC' });
    for (let second = 0; second < 8; second++) {
      await assert.rejects(bench.done(store.write('marks', second)), { code: 'ENOSPC' });
      await bench.clock.advance(1000);
    }
    assert.equal(bench.log.length, 1, bench.log.join('\n'));
    assert.match(bench.log[0]!, /Writing failed \(ENOSPC\)/);
    assert.deepEqual(bench.troubles, ['ENOSPC']);
    bench.faulty.fail(undefined);
    await bench.done(store.write('marks', 9));
    assert.deepEqual(bench.troubles, ['ENOSPC', undefined]);
    assert.equal(bench.log.length, 2);
  });
});

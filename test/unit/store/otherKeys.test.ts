import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { finishRemoving, removeState } from '../../../src/store/forgetting';
import { diskErrors } from '../../support/faultyFileSystem';
import { StoreBench } from '../../support/storeBench';

const OLD = 'the_old_key';

describe('what was written with another key', () => {
  let bench: StoreBench;
  beforeEach(async () => (bench = await StoreBench.make()));
  afterEach(() => bench.close());

  it('is counted once its engine is gone, without messages that the service has', async () => {
    const old = bench.open({ key: OLD });
    for (const state of ['queued', 'failed', 'sent']) await bench.done(old.keepOutgoing(state, { text: state, state }));
    assert.deepEqual(await bench.done(bench.otherKeys().unsent()), []);
    await bench.release(old);
    assert.deepEqual(await bench.done(bench.otherKeys().unsent()), [{ key: bench.layout(OLD).key, count: 2 }]);
    assert.deepEqual(await bench.done(bench.otherKeys(OLD).unsent()), [], 'it is its own');
  });

  it('is handed to the key in use, or removed, when the user says so', async () => {
    await bench.leave(['a'], { key: OLD });
    const { key } = bench.layout(OLD);
    const store = bench.open();
    assert.deepEqual(await bench.done(bench.otherKeys().move(key)), { left: 0 });
    assert.deepEqual(await bench.takeAll(store), ['a']);
    await bench.leave(['b'], { key: OLD });
    assert.deepEqual(await bench.done(bench.otherKeys().discard(key)), { left: 0 });
    assert.deepEqual(await bench.done(bench.otherKeys().unsent()), []);
    assert.deepEqual(await bench.takeAll(bench.open({ key: OLD })), []);
  });

  it('stays where it is while an engine of that key lives, or the disk refuses', async () => {
    const old = bench.open({ key: OLD });
    await bench.done(old.keepOutgoing('a', { text: 'a' }));
    const { key } = bench.layout(OLD);
    assert.deepEqual(await bench.done(bench.otherKeys().move(key)), { left: 1 });
    assert.deepEqual(await bench.done(bench.otherKeys().discard(key)), { left: 1 });
    await bench.release(old);
    bench.faulty.fail({ call: 'rename', code: 'EACCES' });
    assert.deepEqual(await bench.done(bench.otherKeys().move(key)), { left: 1 });
    bench.faulty.fail(undefined);
    assert.deepEqual(await bench.done(bench.otherKeys().move(key)), { left: 0 });
    assert.deepEqual(await bench.takeAll(bench.open()), ['a']);
  });

  it('makes one window ask the user, and ask again after the key was in use again', async () => {
    await bench.leave(['a'], { key: OLD });
    const { key } = bench.layout(OLD);
    const asked = await Promise.all([1, 2, 3].map(() => bench.done(bench.otherKeys().mayAsk(key))));
    assert.equal(asked.filter((may) => may).length, 1);
    await bench.done(bench.otherKeys(OLD).forgetAsked());
    assert.equal(await bench.done(bench.otherKeys().mayAsk(key)), true);
  });
});

describe('removing all that is kept', () => {
  let bench: StoreBench;
  beforeEach(async () => (bench = await StoreBench.make()));
  afterEach(() => bench.close());

  it('is finished at the next start, whichever call fails', async () => {
    for (const call of ['rename', 'rm', 'unlink', 'readdir', 'open', 'mkdir', 'lstat', 'close'] as const) {
      for (const code of diskErrors) {
        await bench.leave(['a', 'b']);
        bench.faulty.fail({ call, code });
        const isDone = await bench.done(removeState(bench.disk, bench.folder)).then(
          () => true,
          () => false,
        );
        if (!isDone) await assert.rejects(bench.done(finishRemoving(bench.disk, bench.folder)), `${call} ${code}`);
        bench.faulty.fail(undefined);
        if (isDone) assert.deepEqual(await bench.files(), [], `${call} ${code}: it said that it was done`);
        else if (call !== 'lstat') await bench.done(finishRemoving(bench.disk, bench.folder));
        else await bench.done(removeState(bench.disk, bench.folder));
        assert.deepEqual(await bench.files(), [], `${call} ${code}`);
      }
    }
  });

  it('hides everything at once, so that no engine finds a part of it', async () => {
    await bench.leave(['a', 'b']);
    bench.faulty.fail({ call: 'rm', code: 'EACCES' });
    await assert.rejects(bench.done(removeState(bench.disk, bench.folder)), { code: 'EACCES' });
    assert.deepEqual(await bench.takeAll(bench.open()), []);
    bench.faulty.fail(undefined);
    await bench.done(finishRemoving(bench.disk, bench.folder));
    await assert.rejects(stat(path.join(bench.folder, 'v1', 'forgotten')));
  });
});

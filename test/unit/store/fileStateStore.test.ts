import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/chapi/clock';
import { FileStateStore } from '../../../src/store/fileStateStore';
import { removeState } from '../../../src/store/forgetting';
import { HERE, testDisk } from '../../support/testDisk';

const KEY = 'test_key_of_the_files';
const ADDRESS = 'https://chapi.test/v1';

describe('file state store', () => {
  let folder: string;
  let log: string[];
  const open = (apiKey = KEY, isHost = false): FileStateStore =>
    new FileStateStore({
      ...{ folder, baseUrl: ADDRESS, apiKey, disk: testDisk, clock: systemClock, place: HERE, isHost },
      log: (line) => log.push(line),
    });
  const take = async (store: FileStateStore): Promise<readonly unknown[]> => {
    const { values, isComplete } = await store.takeOutgoing();
    assert.ok(isComplete);
    return values;
  };
  const files = async (): Promise<string[]> =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((file) => file.isFile())
      .map((file) => path.join(file.parentPath, file.name));

  beforeEach(async () => {
    log = [];
    folder = await mkdtemp(path.join(tmpdir(), 'chapi-store-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives back what was kept, to the same key only', async () => {
    const store = open();
    await store.write('room:a/b\u0000:*', { n: 1 });
    assert.deepEqual(await open().read('room:a/b\u0000:*'), { n: 1 });
    assert.equal(await open('another_key').read('room:a/b\u0000:*'), undefined);
    assert.equal(await store.read('never written'), undefined);
  });

  it('never names the key or the address, nor leaves a half-written file', async () => {
    const store = open();
    await Promise.all([store.write('x', KEY.length), store.keepOutgoing('1', { text: 'x' })]);
    for (const file of await files()) {
      assert.ok(!file.includes(KEY) && !file.includes('chapi.test'));
      assert.ok(!(await readFile(file, 'utf8')).includes(KEY));
      assert.ok(file.endsWith('.json'), file);
    }
  });

  it('leaves the outbox of a live engine alone, and takes that of a dead one, once', async () => {
    const first = open();
    await first.keepOutgoing('1', { text: 'one' });
    await first.keepOutgoing('2', { text: 'two' });
    await first.dropOutgoing('2');
    const second = open();
    const third = open();
    assert.deepEqual(await take(second), []);
    first.release();
    const taken = [await take(second), await take(third)];
    assert.deepEqual(taken.flat(), [{ text: 'one' }]);
    await second.keepOutgoing('1', { text: 'changed' });
    second.release();
    assert.deepEqual(await take(third), [{ text: 'changed' }]);
  });

  it('gives the host every outbox of its key, even a live engine’s, and no other key’s', async () => {
    const superseded = open();
    const other = open('another_key');
    await superseded.keepOutgoing('1', { text: 'one' });
    await other.keepOutgoing('2', { text: 'two' });
    const host = open(KEY, true);
    assert.deepEqual(await take(host), [{ text: 'one' }]);
    // It has not noticed yet, and keeps one more.
    await superseded.keepOutgoing('3', { text: 'three' });
    assert.deepEqual(await take(host), [{ text: 'three' }]);
    assert.deepEqual(await take(host), [], 'its own is not taken twice');
    host.release();
    assert.equal((await take(open())).length, 2);
    assert.deepEqual(await take(open('another_key')), [], 'its engine lives');
    other.release();
    await other.settled();
    assert.deepEqual(await take(open('another_key')), [{ text: 'two' }]);
  });

  it('remembers for ten minutes that a message was dropped, whichever engine asks', async () => {
    const store = open();
    await store.keepOutgoing('1', { text: 'one' });
    assert.equal(await store.wasDropped('1'), false);
    await store.dropOutgoing('1');
    assert.equal(await open().wasDropped('1'), true);
    assert.equal(await store.wasDropped('2'), false);
    const [file] = (await files()).filter((name) => path.basename(path.dirname(name)) === 'dropped');
    const { size } = await stat(file!);
    assert.equal(size, 0, 'nothing of the message is left');
    await store.takeOutgoing();
    assert.equal(await store.wasDropped('1'), true);
    const longAgo = new Date(Date.now() - 11 * 60_000);
    await utimes(file!, longAgo, longAgo);
    await store.takeOutgoing();
    assert.equal(await store.wasDropped('1'), false);
  });

  it('takes over from a process that died, even in the middle of a takeover of its own', async () => {
    const store = open();
    await store.keepOutgoing('0', { text: 'own' });
    const [own = ''] = await files();
    const gone = path.join(path.dirname(path.dirname(own)), `${HERE.machine}.${HERE.place}.999999999.gone`);
    await mkdir(path.join(gone, 'taken-x'), { recursive: true });
    await writeFile(path.join(gone, 'a.json'), '{"text":"a"}');
    await writeFile(path.join(gone, 'b.json.part'), '{"text":');
    await writeFile(path.join(gone, 'taken-x', 'c.json'), '{"text":"c"}');
    const texts = (await take(store)).map((value) => (value as { text: string }).text);
    assert.deepEqual(texts.sort(), ['a', 'c']);
    assert.deepEqual(await take(store), []);
  });

  it('sets a damaged file aside and says so', async () => {
    const store = open();
    await store.write('x', { n: 1 });
    const [file = ''] = await files();
    for (const damage of ['', '{"n":', '\u0000\u0000\u0000', '{"n":1}}']) {
      await writeFile(file, damage);
      assert.equal(await store.read('x'), undefined, JSON.stringify(damage));
    }
    assert.match(log.join('\n'), /set aside/);
    assert.ok((await files()).some((name) => path.basename(path.dirname(name)) === 'damaged'));
    await store.write('x', { n: 2 });
    assert.deepEqual(await store.read('x'), { n: 2 });
  });

  it('says when it cannot write, and works again when it can', async function () {
    // The administrator may write everywhere, and Windows has no modes.
    const isRoot = process.platform === 'win32' || process.getuid?.() === 0;
    const store = open();
    await store.keepOutgoing('1', { text: 'one' });
    if (isRoot) {
      await rm(folder, { recursive: true });
      await writeFile(folder, 'a file where the folder was');
    } else await chmod(folder, 0o500);
    await assert.rejects(store.write('x', 1));
    if (isRoot) await rm(folder);
    else await chmod(folder, 0o700);
    await store.write('x', 2);
    assert.equal(await store.read('x'), 2);
  });

  it('removes everything', async () => {
    await open().write('x', 1);
    await open('another_key').keepOutgoing('1', {});
    await removeState(testDisk, folder);
    assert.deepEqual(await files(), []);
  });
});

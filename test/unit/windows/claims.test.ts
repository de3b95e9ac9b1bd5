import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Claims, type Claim } from '../../../src/sync/windows/claims';
import { openDoor, removeSocket } from '../../../src/sync/windows/socketPlace';
import { testDisk } from '../../support/testDisk';

const CLAIM: Claim = { protocol: 1, version: '0.1.0', address: '/tmp/nowhere', token: 'secret', pid: 1 };

describe('claims', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'chapi-claims-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const claims = (): Claims => new Claims(path.join(folder, 'hosts'), testDisk);

  it('are given to one of many who want the same generation', async () => {
    for (let generation = 1; generation <= 10; generation++) {
      const won = await Promise.all(
        Array.from({ length: 30 }, (_, index) => claims().claim(generation, { ...CLAIM, pid: index })),
      );
      assert.equal(won.filter((isMine) => isMine).length, 1);
      const highest = await claims().highest();
      assert.equal(highest?.generation, generation);
      assert.equal(highest.claim?.pid, won.indexOf(true));
    }
  });

  it('are given to one at a time when all go on from what they see', async () => {
    const reigning = new Set<number>();
    const sequence: number[] = [];
    const contender = async (pid: number): Promise<void> => {
      for (let turn = 0; turn < 8; turn++) {
        const generation = ((await claims().highest())?.generation ?? 0) + 1;
        if (!(await claims().claim(generation, { ...CLAIM, pid }))) continue;
        sequence.push(generation);
        reigning.add(generation);
        await claims().sweep(generation, Date.now());
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, pid) => contender(pid)));
    assert.equal(sequence.length, reigning.size, 'no generation was given twice');
    assert.equal((await claims().highest())?.generation, Math.max(...sequence));
  });

  it('know at once that a higher one is there, or that all are gone', async () => {
    const own = claims();
    await own.claim(5, CLAIM);
    assert.ok(own.isHighest(5));
    await claims().claim(6, CLAIM);
    assert.ok(!own.isHighest(5));
    await rm(path.join(folder, 'hosts'), { recursive: true });
    assert.ok(!own.isHighest(6));
  });

  it('that are lower are swept away with what a killed window left half-written; the highest stays', async () => {
    const own = claims();
    for (const generation of [1, 2, 3]) await own.claim(generation, { ...CLAIM, pid: generation });
    await writeFile(path.join(folder, 'hosts', 'part-old'), '');
    await writeFile(path.join(folder, 'hosts', 'host-x'), 'not ours');
    const swept = await own.sweep(3, Date.now() + 120_000);
    assert.deepEqual(swept.map(({ pid }) => pid).sort(), [1, 2]);
    assert.deepEqual((await readdir(path.join(folder, 'hosts'))).sort(), ['host-3', 'host-x']);
  });

  it('that cannot be read are claims all the same', async () => {
    await mkdir(path.join(folder, 'hosts'));
    await writeFile(path.join(folder, 'hosts', 'host-7'), '{"protocol":');
    assert.deepEqual(await claims().highest(), { generation: 7 });
    assert.equal(await claims().claim(7, CLAIM), false);
    assert.equal(await claims().claim(8, CLAIM), true);
  });

  it('name sockets that are cleared away, and nothing else is', async function () {
    // A pipe goes with its last handle.
    if (process.platform === 'win32') this.skip();
    const door = await openDoor(testDisk, () => undefined);
    assert.ok(Buffer.byteLength(door.address) <= 103);
    const before = await readdir(path.dirname(path.dirname(door.address)));
    door.close();
    const after = await readdir(path.dirname(path.dirname(door.address)));
    assert.deepEqual(
      before.filter((name) => !after.includes(name)),
      [path.basename(path.dirname(door.address))],
    );
    const precious = path.join(folder, 'precious');
    await writeFile(precious, 'words');
    await mkdir(path.join(folder, 'chapi-abcdef'));
    await writeFile(path.join(folder, 'chapi-abcdef', 's'), '');
    await writeFile(path.join(folder, 'chapi-abcdef', 'more'), 'words');
    removeSocket(testDisk, precious);
    removeSocket(testDisk, path.join(folder, 'chapi-abcdef', 's'));
    assert.deepEqual((await readdir(folder)).sort(), ['chapi-abcdef', 'precious']);
    assert.deepEqual(await readdir(path.join(folder, 'chapi-abcdef')), ['more']);
  });
});

import assert from 'node:assert/strict';
import { diskErrors, fileCalls, type DiskFault, type FileCall } from '../../support/faultyFileSystem';
import { StoreBench } from '../../support/storeBench';

/** The calls that a store makes. Nothing else can fail. */
const storeCalls: readonly FileCall[] = fileCalls.filter(
  (call) => !['link', 'mkdtemp', 'utimes', 'rm', 'readdirSync', 'mkdirSync', 'unlinkSync', 'rmdirSync'].includes(call),
);

const spans = {
  once: { times: 1 },
  'three times': { times: 3 },
  'for 3 s': { forMs: 3000 },
} as const satisfies Record<string, Pick<DiskFault, 'times' | 'forMs'>>;

/** What Windows says while a scanner has locked a file. There, the disk waits longer. */
const heldOnWindows: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

interface Life {
  /** The calls that have failed. */
  readonly failed: ReadonlySet<FileCall>;
  /** How often each call was made. */
  readonly calls: ReadonlyMap<FileCall, number>;
}

/** One life that uses everything a store can do, and a second one that finds what is left. */
async function live(fault: DiskFault | undefined, isWindows: boolean): Promise<Life> {
  const bench = await StoreBench.make(isWindows);
  try {
    await bench.leave(['left', 'gone', 'done']);
    await bench.done(bench.open().write('marks', { read: 20 }));
    bench.faulty.counts.clear();
    bench.faulty.fail(fault);

    const store = bench.open();
    assert.deepEqual(await bench.takeAll(store), ['done', 'gone', 'left'], 'what was left');
    assert.deepEqual(await bench.atLast(() => store.read('marks')), { read: 20 }, 'what was known');
    await bench.atLast(() => store.write('marks', { read: 21 }));
    await bench.atLast(() => store.keepOutgoing('new', { text: 'new' }));
    await bench.atLast(() => store.keepOutgoing('left', { text: 'left, changed' }));
    await bench.atLast(() => store.dropOutgoing('gone'));
    await bench.atLast(() => store.dropOutgoing('done'));
    assert.equal(await bench.atLast(() => store.wasDropped('gone')), true);
    assert.equal(await bench.atLast(() => store.wasDropped('new')), false);
    await bench.release(store);

    const next = bench.open();
    assert.deepEqual(await bench.takeAll(next), ['left, changed', 'new'], 'what is left in the end');
    assert.deepEqual(await bench.takeAll(next), [], 'nothing twice');
    assert.deepEqual(await bench.atLast(() => next.read('marks')), { read: 21 });
    await bench.release(next);

    const { failed, counts } = bench.faulty;
    const calls = new Map(counts);
    bench.faulty.fail(undefined);
    const last = bench.open();
    assert.deepEqual(await bench.takeAll(last), ['left, changed', 'new'], 'what is left to the last');
    const said = bench.log.filter((line) => /failed/.test(line));
    assert.ok(said.length <= bench.faulty.failures, 'what did not fail is not said');
    assert.ok(said.length <= 6, bench.log.join('\n'));
    return { failed, calls };
  } finally {
    await bench.close();
  }
}

async function judged(fault: DiskFault, isWindows = false): Promise<Life> {
  try {
    return await live(fault, isWindows);
  } catch (error) {
    const where = `${JSON.stringify(fault)} on ${isWindows ? 'Windows' : 'Unix'}`;
    return assert.fail(`${where}: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

describe('a rude disk', function () {
  this.timeout(60_000);

  for (const code of diskErrors) {
    for (const [span, lasts] of Object.entries(spans)) {
      it(`that says ${code} ${span} loses nothing and gives nothing that was dropped, whichever call it is`, async () => {
        const systems = heldOnWindows.includes(code) ? [false, true] : [false];
        for (const isWindows of systems) {
          const lives = await Promise.all(storeCalls.map((call) => judged({ call, code, ...lasts }, isWindows)));
          assert.deepEqual(
            lives.flatMap(({ failed }) => [...failed]).sort(),
            [...storeCalls].sort(),
            'each has failed',
          );
          await judged({ code, ...lasts }, isWindows);
        }
      });
    }
  }

  // This code is not retried, so that each call of a life can be the one that fails.
  for (const [span, lasts] of Object.entries(spans)) {
    it(`loses nothing and gives nothing that was dropped, at whichever moment it is rude ${span}`, async () => {
      const { calls } = await live(undefined, false);
      for (const [call, count] of calls) {
        const moments = Array.from({ length: count }, (_, after) => ({ call, code: 'EACCES', after, ...lasts }));
        const lives = await Promise.all(moments.map((fault) => judged(fault)));
        assert.ok(lives.every(({ failed }) => failed.has(call)));
      }
    });
  }
});

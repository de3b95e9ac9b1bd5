import assert from 'node:assert/strict';
import pLimit from 'p-limit';
import { PatientDisk } from '../../../src/store/patientDisk';
import { expectSoon } from '../../support/expectSoon';
import { fastClock } from '../../support/fastClock';
import { diskErrors, FaultyFileSystem, type DiskFault } from '../../support/faultyFileSystem';
import { WindowsHere } from '../../support/hostedWindow';

const SPEED = 4;
/** With more, each would keep the others waiting for longer than windows wait. */
const AT_ONCE = 12;

const spans = [{ times: 3 }, { forMs: 3000 }] as const;

/** The calls that claims, sockets, handshakes and the host's store make. */
const calls = [
  ...(['readdir', 'readFile', 'open', 'write', 'close', 'link', 'unlink', 'mkdir', 'mkdtemp'] as const),
  ...(['readdirSync', 'unlinkSync', 'renameSync'] as const),
];

/** A window joins, takes over and hosts, each time on a rude disk. */
async function live(fault: DiskFault): Promise<void> {
  const here = await WindowsHere.start(SPEED);
  try {
    const clock = fastClock(SPEED);
    const faulty = new FaultyFileSystem(clock);
    const disk = new PatientDisk({ clock, files: faulty.files });
    const first = here.open();
    await here.goesOn(first);
    faulty.fail(fault);
    const next = here.open({ disk });
    await here.goesOn(next);
    assert.deepEqual(here.hosts, [first], 'the one that comes joins');
    faulty.fail(fault);
    const sending = next.feed.send('', 'typed');
    first.feed.dispose();
    await sending;
    await here.goesOn(next);
    assert.deepEqual(here.hosts, [next], 'it takes over');
    faulty.fail(fault);
    await here.goesOn(next);
    assert.deepEqual(here.hosts, [next], 'it goes on');
    assert.equal(here.mostHosts, 1);
    await expectSoon(
      () => here.sandbox.control.listMessages().filter(({ text }) => text === 'typed').length,
      (count) => count > 0,
      'what was typed',
    );
    faulty.fail(undefined);
    await here.goesOn(next);
    const copies = here.sandbox.control.listMessages().filter(({ text }) => text === 'typed');
    assert.equal(copies.length, 1, 'it is sent once');
    assert.ok(!next.log.some((line) => line.includes('for itself alone')), 'it shares');
  } catch (error) {
    const what = error instanceof Error ? error.message : 'unknown';
    assert.fail(`${JSON.stringify(fault)}: ${what}`);
  } finally {
    await here.close();
  }
}

describe('windows on a rude disk', function () {
  this.timeout(120_000);
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => process.off('unhandledRejection', note));
  afterEach(() => assert.deepEqual(unhandled.splice(0), []));

  for (const code of diskErrors) {
    it(`that says ${code} agree on one engine, and send what is typed once, whichever call it is and how often`, async () => {
      const faults = calls.flatMap((call) => spans.map((lasts) => ({ call, code, ...lasts })));
      const limit = pLimit(AT_ONCE);
      await Promise.all(faults.map((fault) => limit(() => live(fault))));
    });
  }
});

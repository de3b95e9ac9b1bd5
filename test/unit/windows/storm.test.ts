import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Sandbox } from '../../sandbox/sandbox';
import { seededRandom } from '../../sandbox/seededRandom';
import { storm } from '../../support/windowStorm';

const KILLS = Number(process.env['CHAPI_WINDOW_KILLS'] ?? 15);
const WINDOWS = 10;

describe('ten windows', () => {
  let sandbox: Sandbox;
  let folder: string;

  before(async () => {
    sandbox = await Sandbox.start();
    folder = await mkdtemp(path.join(tmpdir(), 'chapi-storm-'));
  });
  it('agree on one engine beside a scanner that locks each file once', async function () {
    this.timeout(240_000);
    const scanned = await mkdtemp(path.join(tmpdir(), 'chapi-scanned-'));
    try {
      const other = await Sandbox.start();
      const options = { sandbox: other, folder: scanned, windows: 5, kills: 5, isScanned: true };
      const outcome = await storm({ ...options, random: seededRandom(5) });
      await other.close();
      assert.deepEqual(outcome.violations, []);
    } finally {
      await rm(scanned, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  });

  after(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it(`agree on one engine, whoever is killed, ${KILLS} times under a conversation`, async function () {
    this.timeout(KILLS * 10_000 + 360_000);
    const outcome = await storm({ sandbox, folder, windows: WINDOWS, kills: KILLS, random: seededRandom(11) });
    assert.deepEqual(outcome.violations, []);
    assert.equal(outcome.takeovers.length, KILLS);
    assert.ok(outcome.sent > KILLS / 2 && outcome.said > KILLS / 2, JSON.stringify(outcome));
    assert.ok(outcome.notified > outcome.said / 2, 'somebody is told of most that is said');
    const left = await readdir(folder, { recursive: true });
    const outbox = left.filter((file) => file.endsWith('.json') && file.includes('outbox'));
    assert.deepEqual(outbox, [], 'nothing is left to be sent');
    assert.equal(left.filter((file) => /host-\d+$/.test(file)).length, 1, 'one claim is left');
  });
});

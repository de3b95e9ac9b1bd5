import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sandbox } from '../../sandbox/sandbox';
import { seededRandom } from '../../sandbox/seededRandom';

const KILLS = Number(process.env['CHAPI_KILLS'] ?? 500);
const SPEED = 20;
const LONGEST_LIFE_MS = 160;

/** One life after so many is left to itself until nothing is in doubt, and its time passes faster: that takes minutes. */
const KILLS_UNTIL_CALM = 50;
const CALM_SPEED = 100;

describe('an engine that is killed', () => {
  let sandbox: Sandbox;
  let folder: string;
  const typed = new Set<string>();
  const kept = new Set<string>();

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.say({ author: 'Alice Fox', text: 'hello' });
    folder = await mkdtemp(path.join(tmpdir(), 'chapi-kill-'));
  });
  after(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  function start(onLine: (line: string) => void, speed = SPEED): ChildProcessWithoutNullStreams {
    const script = path.join(__dirname, '..', '..', 'support', 'engineProcess.js');
    const child = spawn(process.execPath, [script, sandbox.baseUrl, sandbox.key, folder, String(speed)]);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('kept ')) kept.add(line.slice('kept '.length));
      onLine(line);
    });
    child.stderr.pipe(process.stderr);
    // It may be killed with words still on their way to it.
    child.stdin.on('error', () => undefined);
    return child;
  }

  /** Lets an engine live until nothing is on its way or in doubt. */
  async function calmLife(): Promise<void> {
    const rest = { isIdle: false };
    const child = start((line) => (rest.isIdle = line === 'idle'), CALM_SPEED);
    const deadline = Date.now() + 5 * 60_000;
    for (let calm = 0; calm < 5; calm = rest.isIdle ? calm + 1 : 0) {
      assert.ok(Date.now() < deadline, 'the engine does not come to rest');
      await sleep(200);
    }
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  it(`loses nothing and doubles nothing, killed ${KILLS} times at random moments`, async function () {
    this.timeout(15 * 60_000);
    const random = seededRandom(7);
    for (let kill = 0; kill < KILLS; kill++) {
      let sayReady = (): void => undefined;
      const ready = new Promise<void>((resolve) => (sayReady = resolve));
      const child = start((line) => {
        if (line === 'ready') sayReady();
      });
      const closed = once(child, 'close');
      await ready;
      for (let count = Math.floor(random() * 3); count >= 0; count--) {
        const text = `message ${typed.size}`;
        typed.add(text);
        child.stdin.write(`${text}\n`);
      }
      // From before the first write to well after the answers.
      await sleep(random() * LONGEST_LIFE_MS);
      child.kill('SIGKILL');
      await closed;
      if (kill % KILLS_UNTIL_CALM === KILLS_UNTIL_CALM - 1) await calmLife();
    }
    await calmLife();

    const texts = sandbox.control.listMessages().map(({ text }) => text);
    assert.ok(kept.size > KILLS / 3, `${kept.size} messages were kept`);
    assert.deepEqual(
      [...kept].filter((text) => !texts.includes(text)),
      [],
      'lost',
    );
    assert.deepEqual(
      texts.filter((text, index) => texts.indexOf(text) !== index),
      [],
      'doubled',
    );
    assert.deepEqual(
      texts.filter((text) => text !== 'hello' && !typed.has(text)),
      [],
      'invented',
    );
    const left = (await readdir(folder, { recursive: true })).filter(
      (file) => file.endsWith('.json') && file.includes('outbox'),
    );
    assert.deepEqual(left, [], 'left on disk');
  });
});

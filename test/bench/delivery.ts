/**
 * `node dist/test/bench/delivery.js [SECONDS]`: how long it takes, in real time and over real HTTP to a sandbox on this
 * machine, from what somebody says to its place in the feed, and from an own message to its echo, in a window that looks.
 */
import { randomUUID } from 'node:crypto';
import { DEFAULT_ROOM } from '../../src/chat/message';
import { EngineMaker } from '../../src/sync/engine';
import { Sandbox } from '../sandbox/sandbox';
import { between, seededRandom } from '../sandbox/seededRandom';
import { MemoryStateStore } from '../support/memoryStateStore';

const SECONDS = Number(process.argv[2] ?? '60');
const OWN_EVERY_MS = 2500;

/** Long enough for the last ones to come. */
const REST_MS = 3000;

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

async function main(): Promise<void> {
  const random = seededRandom(1);
  const sandbox = await Sandbox.start({ limiter: 'spacing' });
  const engine = new EngineMaker().make({
    baseUrl: sandbox.baseUrl,
    apiKey: sandbox.key,
    random: Math.random,
    newLocalId: randomUUID,
    polling: { activeSeconds: 1, backgroundSeconds: 15 },
    store: new MemoryStateStore(),
    log: () => undefined,
  });
  const started = new Map<string, number>();
  const delivery: number[] = [];
  const echoes: number[] = [];
  engine.subscribe(() => {
    for (const entry of engine.entries(DEFAULT_ROOM, 30)) {
      if (entry.kind !== 'message') continue;
      const at = started.get(entry.message.text);
      if (at === undefined) continue;
      started.delete(entry.message.text);
      (entry.localId === undefined ? delivery : echoes).push(performance.now() - at);
    }
  });
  engine.setAttention({ openRoom: DEFAULT_ROOM, visible: true, focused: true });
  engine.setRooms([DEFAULT_ROOM]);
  const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
  await pause(1000);
  const end = performance.now() + SECONDS * 1000;
  const others = async (): Promise<void> => {
    for (let number = 0; performance.now() < end; number++) {
      started.set(`theirs ${number}`, performance.now());
      sandbox.control.say({ author: 'Alice Fox', text: `theirs ${number}` });
      await pause(between(random, 200, 2500));
    }
  };
  const own = async (): Promise<void> => {
    for (let number = 0; performance.now() < end; number++) {
      started.set(`mine ${number}`, performance.now());
      await engine.send(DEFAULT_ROOM, `mine ${number}`);
      await pause(between(random, 0.5, 1.5) * OWN_EVERY_MS);
    }
  };
  await Promise.all([others(), own()]);
  await pause(REST_MS);
  engine.dispose();
  const refused = sandbox.control.requests().filter(({ refusedByLimiter }) => refusedByLimiter).length;
  await sandbox.close();
  console.log('| what | measured | bar |\n| --- | --- | --- |');
  console.log(`| delivery, mean of ${delivery.length} | ${seconds(mean(delivery))} | ≤ 0.6 s |`);
  console.log(`| delivery, 95 % | ${seconds(quantile(delivery, 0.95))} | ≤ 1.1 s |`);
  console.log(`| own message to its echo, 95 % of ${echoes.length} | ${seconds(quantile(echoes, 0.95))} | ≤ 1 s |`);
  console.log(`| never arrived | ${started.size} | 0 |`);
  console.log(`| requests refused | ${refused} | 0 |`);
}

void main();

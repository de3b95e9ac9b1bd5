/**
 * What many windows cost, as a Markdown table with the bars they have to stay under: `node dist/test/bench/windows.js`.
 * `CHAPI_WINDOW_KILLS` says how many hosts are killed, 100 when absent. Exits with 1 when a bar is missed that does not
 * depend on the machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sandbox } from '../sandbox/sandbox';
import { seededRandom } from '../sandbox/seededRandom';
import { expectSoon } from '../support/expectSoon';
import { hourOfWindows } from '../support/hourOfWindows';
import { WindowProcess } from '../support/windows';
import { storm } from '../support/windowStorm';
import { emptyProcessBytes } from './emptyProcess';

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly bar: string;
  readonly isMet: boolean;
}

const WINDOWS = 10;
const KILLS = Number(process.env['CHAPI_WINDOW_KILLS'] ?? 100);
const MESSAGES = 10_000;
const TRIPS = 200;
const MEGABYTE = 1_000_000;

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((left, right) => left - right)[Math.ceil(values.length * part) - 1] ?? NaN;
}

async function withWindows<Result>(
  run: (sandbox: Sandbox, folder: string) => Promise<Result>,
  settings: Parameters<typeof Sandbox.start>[0] = {},
): Promise<Result> {
  const sandbox = await Sandbox.start(settings);
  const folder = await mkdtemp(path.join(tmpdir(), 'chapi-bench-'));
  try {
    return await run(sandbox, folder);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function requests(): Promise<Row> {
  const one = await hourOfWindows(1);
  const many = await hourOfWindows(WINDOWS);
  return {
    what: `requests of ${WINDOWS} windows in an hour`,
    measured: `${(many / one).toFixed(3)} × one window (${many} and ${one})`,
    bar: '≤ 1.05 ×',
    isMet: many <= 1.05 * one,
  };
}

/** From the moment the host shows a message to the moment another window does. */
function extraWay(): Promise<Row> {
  return withWindows(async (sandbox, folder) => {
    const options = { baseUrl: sandbox.baseUrl, key: sandbox.key, folder };
    const host = new WindowProcess({ ...options, name: 'host' });
    await host.ready();
    const mirror = new WindowProcess({ ...options, name: 'mirror' });
    try {
      await mirror.ready();
      for (let trip = 0; trip < TRIPS; trip++) {
        const text = `trip ${trip}`;
        sandbox.control.say({ author: 'Alice Fox', text });
        await sleep(5);
        if (trip % 10 < 9) continue;
        await expectSoon(
          () => mirror.texts.at(-1),
          (last) => last === text,
          text,
        );
      }
      const shownAt = (window: WindowProcess): Map<string, number> => {
        const times = new Map<string, number>();
        for (const { texts, at } of window.of('shown')) {
          for (const text of texts) if (!times.has(text)) times.set(text, at);
        }
        return times;
      };
      const there = shownAt(mirror);
      const ways = [...shownAt(host)].map(([text, at]) => (there.get(text) ?? Infinity) - at);
      const p95 = percentile(ways, 0.95);
      return {
        what: `extra way to another window, ${ways.length} messages`,
        measured: `${p95.toFixed(1)} ms p95, ${percentile(ways, 0.5).toFixed(1)} ms median`,
        bar: '≤ 5 ms p95',
        isMet: p95 <= 5,
      };
    } finally {
      await Promise.all([host.end(), mirror.end()]);
    }
  });
}

function takeover(): Promise<readonly Row[]> {
  return withWindows(async (sandbox, folder) => {
    const { takeovers, violations, sent, said, notified } = await storm({
      sandbox,
      folder,
      windows: WINDOWS,
      kills: KILLS,
      random: seededRandom(Number(process.env['CHAPI_WINDOW_SEED'] ?? 3)),
    });
    const p95 = percentile(takeovers, 0.95);
    for (const violation of violations) console.error(violation);
    return [
      {
        what: `takeover, ${takeovers.length} kills of the host`,
        measured: `${p95} ms p95, ${percentile(takeovers, 0.5)} ms median, ${Math.max(...takeovers)} ms at most`,
        bar: '≤ 2000 ms p95',
        isMet: p95 <= 2000,
      },
      {
        what: `engines at once, lost, doubled, notified twice: ${sent} sent, ${said} heard, ${notified} notified`,
        measured: String(violations.length),
        bar: '0',
        isMet: violations.length === 0,
      },
    ];
  });
}

function memory(): Promise<Row> {
  return withWindows(
    async (sandbox, folder) => {
      const options = { baseUrl: sandbox.baseUrl, key: sandbox.key, folder, nodeOptions: ['--expose-gc'] };
      sandbox.control.seed({ count: MESSAGES });
      const host = new WindowProcess({ ...options, name: 'host' });
      await host.ready();
      host.tell({ entries: MESSAGES });
      for (let shown = 0; shown < MESSAGES;) {
        const before = shown;
        host.tell({ loadOlder: true });
        shown = await expectSoon(
          () => host.texts.length,
          (length) => length > before,
          'older messages',
          60_000,
        );
      }
      const mirror = new WindowProcess({ ...options, name: 'mirror' });
      try {
        await mirror.ready();
        const bytesOf = async (count: number): Promise<number> => {
          mirror.tell({ entries: count });
          await expectSoon(
            () => mirror.texts.length,
            (length) => length >= count,
            `${count} messages`,
          );
          await sleep(2000);
          mirror.tell({ memory: true });
          const before = mirror.of('memory').length;
          const said = await expectSoon(
            () => mirror.of('memory'),
            ({ length }) => length > before,
            'a measurement',
          );
          return said.at(-1)!.bytes;
        };
        const empty = await emptyProcessBytes();
        const usual = (await bytesOf(201)) - empty;
        return {
          what: `memory of another window, ${MESSAGES} messages in the room, 201 shown`,
          measured: `${(usual / MEGABYTE).toFixed(1)} MB over a process without us`,
          bar: '≤ 15 MB',
          isMet: usual <= 15 * MEGABYTE,
        };
      } finally {
        await Promise.all([host.end(), mirror.end()]);
      }
    },
    { tsMeaning: 'before' },
  );
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  console.log('| what | measured | bar | |\n| --- | --- | --- | --- |');
  const show = (...more: readonly Row[]): void => {
    for (const { what, measured, bar, isMet } of more) {
      console.log(`| ${what} | ${measured} | ${bar} | ${isMet ? 'met' : 'not met'} |`);
    }
    rows.push(...more);
  };
  const wanted = process.argv.slice(2);
  const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part);
  if (isWanted('requests')) show(await requests());
  if (isWanted('way')) show(await extraWay());
  if (isWanted('memory')) show(await memory());
  if (isWanted('takeover')) show(...(await takeover()));
  process.exitCode = rows.every(({ isMet }) => isMet) ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

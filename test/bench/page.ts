/**
 * `node dist/test/bench/page.js [SECONDS]`: what the built page costs in Chromium, with a room of 10,000 messages. SECONDS
 * is how long an idle page and engine are watched, 60 when absent.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { DEFAULT_ROOM } from '../../src/chat/message';
import type { Attention } from '../../src/sync/feed';
import { EngineMaker } from '../../src/sync/engine';
import { launchBrowser } from '../support/chromium';
import { MemoryStateStore } from '../support/memoryStateStore';
import { checkoutFolder } from '../support/checkout';
import { runCommand } from '../support/childProcesses';
import { startSandboxProcess } from '../support/sandboxProcess';
import { cleanUp } from '../support/cleanup';
import { frame, NOON, strings } from '../webview/support/builders';
import { ORIGIN, servePage } from '../webview/support/pageFiles';
import { pageHost, type BenchWindow } from './pageHost';

const IDLE_SECONDS = Number(process.argv[2] ?? '60');
const MESSAGES = 10_000;
/** As many as the extension gives the page at once. */
const PORTION = 200;
const STARTS = 15;
const SAID = 200;
const SCROLLED = 2_000;

const texts = [
  'Good morning',
  'The build is *red* again, see https://ci.example/builds/4711 :fire:',
  '@Ben Okafor can you have a look at `src/chapi/client.ts`? It is the retry, I think; it waits for the wrong header.',
  '> It is the retry, I think\nYes. Fixing it now.',
  '```ts\nexport function wait(milliseconds: number): Promise<void> {\n  return new Promise((resolve) => setTimeout(resolve, milliseconds));\n}\n```',
  'Three things for tomorrow:\n- the release notes\n- the _new_ icons\n- a word with ~Carol~ Dana',
  'ok',
  'A longer one, as people write them when they explain why something is as it is, and what was tried before it came to that.',
];
const people = ['Alice Fox', 'Ben Okafor', 'Dana Lindqvist', 'Build Bot'];

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

async function open(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 320, height: 800 }, timezoneId: 'UTC' });
  const page = await context.newPage();
  const snapshot = { version: 1, frame: frame(), entries: [] };
  await context.addInitScript(pageHost, {
    start: { strings, locale: 'en-US', snapshot, drafts: [] },
    count: MESSAGES,
    portion: PORTION,
    words: { texts, people, noon: NOON },
  });
  await context.route('**', (route) => servePage(route, 'dark'));
  await page.goto(ORIGIN);
  await page.waitForFunction(() => (window as unknown as BenchWindow).paintedAt > 0);
  return { context, page };
}

async function build(parts: readonly string[]): Promise<void> {
  const result = await runCommand(process.execPath, ['esbuild.js', ...parts], {
    cwd: checkoutFolder,
    timeoutMs: 120_000,
  });
  if (result.code !== 0) throw new Error(`The page could not be built:\n${result.output}`);
}

const rows: string[] = [];
function row(what: string, measured: string, bar: string): void {
  rows.push(`| ${what} | ${measured} | ${bar} |`);
}

async function measureStart(browser: Browser): Promise<void> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const { context, page } = await open(browser);
    times.push(
      await page.evaluate(() => {
        const { startedAt, paintedAt } = window as unknown as BenchWindow;
        return paintedAt - startedAt;
      }),
    );
    await context.close();
  }
  row(
    `page script start to newest message painted, ${STARTS} starts`,
    `${quantile(times, 0.5).toFixed(0)} ms median, ${Math.max(...times).toFixed(0)} ms at most`,
    '≤ 100 ms median',
  );
}

async function measureMessages(browser: Browser): Promise<void> {
  const { context, page } = await open(browser);
  const cdp = await context.newCDPSession(page);
  await page.evaluate(() => {
    (window as unknown as BenchWindow).giveAll();
  });
  await sleep(1_000);
  const times: number[] = [];
  for (let index = 0; index < SAID; index++) {
    times.push(await page.evaluate((said) => (window as unknown as BenchWindow).say(said), MESSAGES + index));
  }
  row(
    `a new message, ${MESSAGES} in the page: received to painted, ${SAID} messages`,
    `${quantile(times, 0.95).toFixed(1)} ms p95, ${quantile(times, 0.5).toFixed(1)} ms median`,
    '≤ 16 ms p95',
  );
  await cdp.send('HeapProfiler.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  const { nodes } = await cdp.send('Memory.getDOMCounters');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  row('DOM nodes then', `${nodes} (${elements} elements)`, '≤ 6000');
  row('heap of the page then', `${(usedSize / 1e6).toFixed(1)} MB`, '≤ 25 MB');
  await context.close();
}

/** As a person does who turns the wheel fast: 5 lines or so in every frame. */
async function measureScrolling(browser: Browser): Promise<void> {
  const { context, page } = await open(browser);
  const { frames, jumps, seen, most } = await page.evaluate(async (wanted) => {
    const log = document.querySelector('.log')!;
    const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    const keys = new Set<string>();
    const durations: number[] = [];
    const moved: number[] = [];
    let highest = 0;
    for (let before = await nextFrame(), idle = 0; keys.size < wanted && idle < 200;) {
      const articles = [...log.getElementsByTagName('article')];
      const known = keys.size;
      for (const article of articles) keys.add(article.dataset['key'] ?? '');
      idle = keys.size === known ? idle + 1 : 0;
      highest = Math.max(highest, articles.length);
      const { top } = log.getBoundingClientRect();
      const inView = articles.find((article) => article.getBoundingClientRect().bottom > top);
      const place = inView?.getBoundingClientRect().top ?? 0;
      const from = log.scrollTop;
      log.scrollTop -= 100;
      const scrolled = from - log.scrollTop;
      const now = await nextFrame();
      durations.push(now - before);
      before = now;
      if (inView?.isConnected === true) moved.push(inView.getBoundingClientRect().top - place - scrolled);
    }
    return { frames: durations, jumps: moved, seen: keys.size, most: highest };
  }, SCROLLED);
  row(
    `scrolling up through ${seen} messages, ${frames.length} frames of 100 pixels`,
    `${Math.max(...frames).toFixed(0)} ms the longest frame, ${quantile(frames, 0.5).toFixed(0)} ms median; ${most} messages drawn at most`,
    'no frame over 50 ms',
  );
  row(
    'what was in view moved beside the scrolling by',
    `${Math.max(...jumps.map(Math.abs)).toFixed(2)} px at most`,
    'no visible jump',
  );
  await context.close();
}

async function taskSeconds(page: Page): Promise<() => Promise<number>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  return async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
}

async function measureIdlePage(browser: Browser): Promise<void> {
  const { context, page } = await open(browser);
  const seconds = await taskSeconds(page);
  await sleep(2_000);
  const before = await seconds();
  await sleep(IDLE_SECONDS * 1_000);
  const share = ((await seconds()) - before) / IDLE_SECONDS;
  row(`an idle page, ${IDLE_SECONDS} s`, `${(share * 100).toFixed(3)} % of a core`, '≤ 0.1 %');
  await context.close();
}

/** The engine in this process, which does nothing else meanwhile; the service in another one. */
async function measureIdleEngine(what: string, attention: Attention, bar: string): Promise<void> {
  const sandbox = await startSandboxProcess({ lively: false });
  const engine = new EngineMaker().make({
    baseUrl: sandbox.baseUrl,
    apiKey: sandbox.key,
    random: Math.random,
    newLocalId: randomUUID,
    polling: { activeSeconds: 1, backgroundSeconds: 15 },
    store: new MemoryStateStore(),
    log: () => undefined,
  });
  engine.setAttention(attention);
  engine.setRooms([DEFAULT_ROOM]);
  await sleep(5_000);
  const before = process.cpuUsage();
  await sleep(IDLE_SECONDS * 1_000);
  const { user, system } = process.cpuUsage(before);
  engine.dispose();
  await sandbox.process.stop();
  row(what, `${((user + system) / 1e4 / IDLE_SECONDS).toFixed(3)} % of a core`, bar);
}

async function main(): Promise<void> {
  await build(['extension', '--production']);
  const browser = await launchBrowser();
  await measureStart(browser);
  await measureScrolling(browser);
  await measureIdlePage(browser);
  await browser.close();
  // Received to painted is the page's work, not the wait for the screen's next frame.
  const eager = await launchBrowser(['--disable-frame-rate-limit', '--disable-gpu-vsync']);
  await measureMessages(eager);
  await eager.close();
  const away: Attention = { visible: false, focused: false };
  await measureIdleEngine(`an engine out of sight, ${IDLE_SECONDS} s`, away, '≤ 0.1 %');
  const looking: Attention = { openRoom: DEFAULT_ROOM, visible: true, focused: true };
  await measureIdleEngine(`an engine that looks every second at a silent room, ${IDLE_SECONDS} s`, looking, '');
  console.log('| what | measured | bar |\n| --- | --- | --- |');
  for (const line of rows) console.log(line);
}

main()
  .finally(() => build(['extension']))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => void cleanUp());

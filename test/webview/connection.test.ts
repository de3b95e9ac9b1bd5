import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { Channel } from '../../src/protocol/channel';
import {
  connectionRequestGuards,
  type ConnectionHostNotices,
  type ConnectionReport,
  type ConnectionRequests,
} from '../../src/protocol/connectionReport';
import { checkoutFolder } from '../support/checkout';
import { launchBrowser } from '../support/chromium';
import { bodyClass, themeCss, themeNames, type ThemeName } from './support/themes';

const ORIGIN = 'http://connection.test';
const POLICY = `default-src 'none'; style-src ${ORIGIN}; script-src 'nonce-bm9uY2U'`;

const report: ConnectionReport = {
  title: 'Connection Details',
  summary: 'The service answers.',
  chart: {
    label: 'Requests of the last 5 min: 9 answered, 2 refused, 1 failed.',
    bars: [
      { answered: 4, refused: 0, failed: 0 },
      { answered: 0, refused: 0, failed: 0 },
      { answered: 5, refused: 2, failed: 1 },
    ],
    legend: { answered: 'Answered', refused: 'Refused', failed: 'Failed' },
    start: '5 min ago',
    end: 'Now',
  },
  sections: [
    { heading: 'Messages', rows: [['Next look', 'in 1 s, at <b>R&D</b>']] },
    {
      heading: 'Requests in the last minute',
      columns: ['Kind', 'Answered', 'Refused', 'Failed'],
      rows: [['Open room', '9', '2', '1']],
    },
  ],
  copy: 'Copy as Text',
  copied: 'Copied, without the key.',
};

interface Opened {
  readonly page: Page;
  readonly offences: string[];
  readonly copies: () => number;
  readonly update: (report: ConnectionReport) => void;
}

/** The built page with the policy of the extension, and a host that speaks the real protocol with it. */
async function open(browser: Browser, theme: ThemeName, width: number): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  const offences: string[] = [];
  let copies = 0;
  const channel = new Channel<object, ConnectionHostNotices, ConnectionRequests, object>(
    (message) => void page.evaluate((data) => window.postMessage(data, window.origin), message),
    {
      requestGuards: connectionRequestGuards,
      noticeGuards: {},
      onRequest: {
        ready: () => report,
        copy: () => {
          copies++;
          return undefined;
        },
      },
      onNotice: {},
      onRefused: (why) => offences.push(why),
    },
  );
  await context.exposeFunction('toHost', (message: unknown) => channel.receive(message));
  await context.exposeFunction('violated', (what: string) => offences.push(what));
  await context.addInitScript(() => {
    const host = window as unknown as {
      toHost(message: unknown): void;
      violated(what: string): void;
      acquireVsCodeApi: unknown;
    };
    host.acquireVsCodeApi = () => ({ postMessage: (message: unknown) => host.toHost(message) });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => host.violated(violatedDirective));
  });
  page.on('pageerror', (error) => offences.push(error.message));
  page.on('console', (said) => {
    if (said.type() === 'error') offences.push(said.text());
  });
  const file = (name: string): Promise<Buffer> => readFile(path.join(checkoutFolder, name));
  await context.route('**', async (route) => {
    switch (new URL(route.request().url()).pathname) {
      case '/':
        return route.fulfill({
          contentType: 'text/html; charset=utf-8',
          body: `<!doctype html><html lang="en"><head><title>Connection Details</title>
            <meta http-equiv="Content-Security-Policy" content="${POLICY}">
            <link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="connection.css"></head>
            <body class="${bodyClass(theme)}"><div id="app"></div>
            <script nonce="bm9uY2U" src="connection.js"></script></body></html>`,
        });
      case '/connection.js':
        return route.fulfill({ contentType: 'text/javascript', body: await file('dist/connection.js') });
      case '/connection.css':
        return route.fulfill({ contentType: 'text/css', body: await file('media/connection.css') });
      case '/theme.css':
        return route.fulfill({ contentType: 'text/css', body: themeCss(theme) });
      default:
        return route.abort();
    }
  });
  await page.goto(ORIGIN);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return { page, offences, copies: () => copies, update: (changed) => channel.notify('report', changed) };
}

describe('Connection details', () => {
  let browser: Browser;
  const opened: Opened[] = [];
  const start = async (theme: ThemeName = 'dark', width = 800): Promise<Opened> => {
    const shown = await open(browser, theme, width);
    opened.push(shown);
    return shown;
  };

  before(async function () {
    this.timeout(10 * 60_000);
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const { page, offences } of opened.splice(0)) {
      await page.context().close();
      assert.deepEqual(offences, []);
    }
  });
  after(() => browser.close());

  it('shows the state, the tables and the chart, and takes every text as text', async () => {
    const { page } = await start();
    await page.getByText('The service answers.').waitFor();
    const counts = page.getByRole('table', { name: 'Requests in the last minute' });
    assert.deepEqual(await counts.getByRole('columnheader').allInnerTexts(), ['Kind', 'Answered', 'Refused', 'Failed']);
    assert.deepEqual(await counts.getByRole('cell').allInnerTexts(), ['9', '2', '1']);
    assert.equal(await page.getByRole('rowheader', { name: 'Open room' }).count(), 1);
    assert.equal(await page.getByRole('cell', { name: 'in 1 s, at <b>R&D</b>' }).count(), 1);
    const chart = page.getByRole('img', { name: report.chart?.label ?? '' });
    const bars = await chart
      .locator('rect')
      .evaluateAll((rects) => rects.map((rect) => [rect.getAttribute('class'), Number(rect.getAttribute('height'))]));
    assert.deepEqual(bars, [
      ['answered', 30],
      ['answered', 37.5],
      ['refused', 15],
      ['failed', 7.5],
    ]);
  });

  it('follows the host without moving the keyboard, and does without a chart', async () => {
    const { page, update } = await start();
    await page.getByRole('button').focus();
    const { chart, ...silent } = report;
    update({ ...silent, summary: 'There is no API key.' });
    await page.getByText('There is no API key.').waitFor();
    assert.equal(await page.getByRole('img').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Copy as Text');
  });

  it('asks the host to copy, and says when that is done', async () => {
    const { page, copies } = await start();
    await page.getByRole('button', { name: 'Copy as Text' }).press('Enter');
    await page.getByRole('status').getByText('Copied, without the key.').waitFor();
    assert.equal(copies(), 1);
  });

  for (const theme of themeNames) {
    it(`has no violations of accessibility in the theme ${theme}, narrow and wide`, async () => {
      for (const width of [300, 900]) {
        const { page } = await start(theme, width);
        await page.evaluate(
          await readFile(path.join(checkoutFolder, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8'),
        );
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
        );
        assert.deepEqual(
          violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
          [],
        );
        const colours = await page
          .locator('.chart [role=img] rect')
          .evaluateAll((rects) => rects.map((rect) => getComputedStyle(rect).fill));
        assert.equal(new Set(colours).size, 3, colours.join(' '));
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
          true,
        );
      }
    }).timeout(60_000);
  }
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { keepEvidence } from './artifacts';
import { openContext } from './browserContext';
import { checkoutFolder } from './checkout';
import { launchBrowser } from './chromium';
import { temporaryFolder } from './cleanup';
import { fillSampleFolder } from './sampleFolder';
import { readResults, type TestResults } from './testResults';
import { trustEnvironment } from './trustedHost';
import { ensureVsCode, type VsCodeVersion } from './vscodeInstall';
import { startVsCode, type VsCodeServer } from './vscodeServer';

/** How the host tests ended, and what they printed. */
export interface HostTestRun {
  /** Absent when they did not come to their end. */
  readonly results: TestResults | undefined;
  readonly output: string;
}

async function untilResults(file: string, server: VsCodeServer, page: Page, timeoutMs: number): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  let trouble = '';
  page.on('crash', () => (trouble = 'The browser page crashed.'));
  void server.ended.then(() => (trouble = "VS Code's server ended."));
  for (;;) {
    if (existsSync(file)) return '';
    if (trouble !== '') return trouble;
    const exit = /Extension Host Process exited with code: .*/.exec(server.logs());
    if (exit !== null) return `The extension host ended before the tests did. ${exit[0]}`;
    if (Date.now() > deadline) return `The tests did not end within ${timeoutMs / 1000} s.`;
    await sleep(100);
  }
}

/**
 * Runs the host tests inside the extension host of a VS Code: the extension from this checkout, a sample folder open.
 * The extension host of a VS Code server starts when a page opens its address, so that a browser is started too.
 */
export async function runHostTests(version: VsCodeVersion, timeoutMs: number): Promise<HostTestRun> {
  const install = await ensureVsCode(version);
  const { folder, remove } = temporaryFolder('host');
  const resultsFile = path.join(folder, 'results.json');
  const sample = path.join(folder, 'sample');
  await fillSampleFolder(sample);
  const server = await startVsCode({
    install,
    folder: sample,
    extensionDevelopmentPath: checkoutFolder,
    extensionTestsPath: path.join(checkoutFolder, 'dist', 'test', 'host', 'index.js'),
    env: { CHAPI_TEST_RESULTS: resultsFile, ...trustEnvironment(folder) },
  });
  const browser = await launchBrowser();
  try {
    const page = await (await openContext(browser, server.url)).newPage();
    await page.goto(server.url);
    const trouble = await untilResults(resultsFile, server, page, timeoutMs);
    const results = readResults(resultsFile);
    const printed = existsSync(`${resultsFile}.log`) ? readFileSync(`${resultsFile}.log`, 'utf8').trimEnd() : '';
    const isFine = results !== undefined && results.failed === 0;
    const evidence = isFine ? '' : await keepEvidence(`host-${version}`, page, server);
    return { results, output: [printed, trouble, evidence].filter((text) => text !== '').join('\n') };
  } finally {
    await browser.close();
    await server.stop();
    await remove();
  }
}

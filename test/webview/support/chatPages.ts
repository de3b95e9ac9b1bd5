import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../support/chromium';
import { ChatPage, type ChatPageOptions } from './chatPage';

/** Starting a browser may have to install one first. */
const LAUNCH_TIMEOUT_MS = 10 * 60_000;

/**
 * For a suite: one browser for all its tests, and a function that opens a page. Pages are closed after the test that
 * opened them, which fails if anything happened there that must not (see `ChatPage.offences`).
 */
export function chatPages(): (options?: ChatPageOptions) => Promise<ChatPage> {
  let browser: Browser | undefined;
  const open: ChatPage[] = [];
  before(async function () {
    this.timeout(LAUNCH_TIMEOUT_MS);
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const page of open.splice(0)) await page.close();
  });
  after(() => browser?.close());
  return async (options) => {
    if (browser === undefined) throw new Error('The browser is not there yet.');
    const page = await ChatPage.open(browser, options);
    open.push(page);
    return page;
  };
}

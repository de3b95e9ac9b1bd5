import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Route } from 'playwright-core';
import { checkoutFolder } from '../../support/checkout';
import { bodyClass, themeCss, type ThemeName } from './themes';

/** Nobody is there: every address is answered, or refused, by the test. */
export const ORIGIN = 'http://chat.test';

const NONCE = 'bm9uY2U';

/** The sentence that the host's HTML holds for a page that can't start, in no language of the page's own. */
const START_FAILURE = 'Kein Chat: {0} Neu &quot;öffnen&quot;.';

/** The policy that the extension gives the page. */
const POLICY = `default-src 'none'; style-src ${ORIGIN}; script-src 'nonce-${NONCE}'; img-src https:`;

/** Answers a request of the page with its file, as VS Code would. Gives the file's name, or nothing for what is none. */
export async function servePage(route: Route, theme: ThemeName): Promise<string | undefined> {
  const { origin, pathname } = new URL(route.request().url());
  const name: string = origin === ORIGIN ? pathname.slice(1) : 'elsewhere';
  switch (name) {
    case '':
      await route.fulfill({
        contentType: 'text/html; charset=utf-8',
        body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chat</title>
          <meta http-equiv="Content-Security-Policy" content="${POLICY}">
          <meta name="referrer" content="no-referrer">
          <link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="page.css"></head>
          <body class="${bodyClass(theme)}"><div id="app" data-start-failure="${START_FAILURE}" data-highlight="highlight.js" data-emoji="emoji.js"></div><script nonce="${NONCE}" src="page.js"></script></body></html>`,
      });
      return name;
    case 'page.js':
    case 'highlight.js':
    case 'emoji.js':
      await route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: await fileOf('dist', name) });
      return name;
    case 'page.css':
      await route.fulfill({ contentType: 'text/css; charset=utf-8', body: await fileOf('media', name) });
      return name;
    case 'theme.css':
      await route.fulfill({ contentType: 'text/css; charset=utf-8', body: themeCss(theme) });
      return name;
    default:
      await route.abort();
      return undefined;
  }
}

function fileOf(folder: string, name: string): Promise<Buffer> {
  return readFile(path.join(checkoutFolder, folder, name));
}

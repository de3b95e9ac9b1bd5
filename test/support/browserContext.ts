import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContext } from 'playwright-core';

/** How the window looks. */
export interface ContextOptions {
  readonly width?: number;
  readonly height?: number;
  /** Pixels per CSS pixel: 2 for pictures. */
  readonly scale?: number;
  /** The display language of VS Code; English when absent. */
  readonly language?: string;
}

/**
 * A browser profile in which VS Code's SecretStorage survives reloads and is shared by all pages. VS Code asks
 * `POST /mint-key` of its server for half of the key that it keeps secrets with; the bare server has no such address,
 * so that we answer.
 */
export async function openContext(
  browser: Browser,
  url: string,
  options: ContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    deviceScaleFactor: options.scale ?? 1,
  });
  if (options.language !== undefined) {
    // What a language pack does with its file of messages. VS Code's own texts stay English, extensions follow.
    await context.addInitScript((language) => {
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { value: language, writable: false });
    }, options.language);
  }
  const half = randomBytes(32);
  await context.addCookies([{ name: 'vscode-secret-key-path', value: '/mint-key', url: new URL(url).origin }]);
  await context.route('**/mint-key', (route) => route.fulfill({ body: half, contentType: 'application/octet-stream' }));
  return context;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { cacheFolder } from './checkout';
import type { VsCodeServer } from './vscodeServer';

const LOG_EXCERPT_LINES = 15;

/** What the server says in every run: parts that its npm package leaves out, and a gallery that is out of reach. */
const usualNoise = /vsda|extensionquery|DeprecationWarning|trace-deprecation|reconnection-grace-time/;

/** Where screenshots and logs of failures are kept. */
export const artifactsFolder: string = path.join(cacheFolder, 'artifacts');

/** A file among the artifacts, named after `title`. */
export function artifactFile(title: string, extension: string): string {
  mkdirSync(artifactsFolder, { recursive: true });
  const name = title.replace(/[^\p{L}\p{N}.]+/gu, '-').slice(0, 120);
  return path.join(artifactsFolder, `${name}.${extension}`);
}

/** Keeps a picture of the page and the server's log, and gives what to print: where they are, and the log's end. */
export async function keepEvidence(title: string, page: Page | undefined, server?: VsCodeServer): Promise<string> {
  const told: string[] = [];
  if (page !== undefined && !page.isClosed()) {
    const file = artifactFile(title, 'png');
    const saved = await page.screenshot({ path: file, timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (saved) told.push(`Screenshot: ${file}`);
  }
  if (server !== undefined) {
    const file = artifactFile(title, 'log');
    writeFileSync(file, server.logs());
    const lines = server
      .logs()
      .split('\n')
      .filter((line) => line.trim() !== '' && !usualNoise.test(line))
      .slice(-LOG_EXCERPT_LINES);
    told.push(`Log of VS Code's server: ${file}`, ...lines.map((line) => `  | ${line.slice(0, 300)}`));
  }
  return told.join('\n');
}

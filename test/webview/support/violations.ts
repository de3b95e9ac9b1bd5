import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import { checkoutFolder } from '../../support/checkout';
import type { ChatPage } from './chatPage';

/** What axe finds in a page, each with its element and what to do. */
export async function violations(chat: ChatPage): Promise<string[]> {
  await chat.page.evaluate(await readFile(path.join(checkoutFolder, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8'));
  const results = await chat.page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
  );
}

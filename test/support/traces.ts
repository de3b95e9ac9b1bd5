import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Workbench } from './workbench';

/** The name of each place in the browser's storage, with all that it holds as text. */
function readStorage(page: Page): Promise<(readonly [place: string, content: string])[]> {
  return page.evaluate(async () => {
    const request = <Result>(asked: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(new Error('IndexedDB could not be read.'));
      });
    // Files are kept as bytes, which JSON would spell as numbers.
    const asText = (_name: string, value: unknown): unknown =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder().decode(value) : value;
    const places: [string, string][] = [
      ['localStorage', JSON.stringify(Object.entries(localStorage))],
      ['sessionStorage', JSON.stringify(Object.entries(sessionStorage))],
      ['cookies', document.cookie],
    ];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await request(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const kept = database.transaction(store).objectStore(store);
        const all = [await request(kept.getAllKeys()), await request(kept.getAll())];
        places.push([`IndexedDB ${name} ${store}`, JSON.stringify(all, asText)]);
      }
      database.close();
    }
    return places;
  });
}

/** Puts `text` as bytes into a database of its own, as VS Code keeps files there. */
export async function plantBytes(page: Page, text: string): Promise<void> {
  await page.evaluate(
    (planted) =>
      new Promise<void>((resolve, reject) => {
        const fail = (): void => reject(new Error('The text could not be planted.'));
        const opening = indexedDB.open('planted');
        opening.onupgradeneeded = () => opening.result.createObjectStore('files');
        opening.onerror = fail;
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('files', 'readwrite');
          transaction.objectStore('files').put(new TextEncoder().encode(planted), '/file');
          transaction.onerror = fail;
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    text,
  );
}

/**
 * Every place of a VS Code where `text` can be read: the server's disk (settings, the extension's storage, and all log
 * files, whole), what the server prints, the browser's storage, and the pages on screen. Files by their path in the
 * server's data folder.
 */
export async function findTraces({ page, server }: Workbench, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of await readdir(server.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const whole = path.join(file.parentPath, file.name);
    // VS Code may remove a file of its own while we look.
    const content = await readFile(whole).catch(() => undefined);
    if (content?.includes(text)) found.push(`file ${path.relative(server.dataDir, whole)}`);
  }
  if (server.logs().includes(text)) found.push('output of the server');
  for (const [place, content] of await readStorage(page)) {
    if (content.includes(text)) found.push(place);
  }
  for (const frame of page.frames()) {
    const content = await frame.content().catch(() => '');
    if (content.includes(text)) found.push(`page ${new URL(frame.url()).pathname}`);
  }
  return found;
}

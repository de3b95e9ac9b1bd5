import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkoutFolder } from '../support/checkout';
import { runCommand } from '../support/childProcesses';

const LIST_TIMEOUT_MS = 60_000;

function read(...place: string[]): string {
  return readFileSync(path.join(checkoutFolder, ...place), 'utf8');
}

/** The packages in a bundle, as its source map tells: what the notices are made from is another list. */
function packagesIn(bundle: string): string[] {
  const { sources } = JSON.parse(read('dist', `${bundle}.map`)) as { sources: string[] };
  return sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
}

describe('what is shipped', () => {
  const bundles = [
    ...['extension.js', 'engine.js', 'commands.js', 'windowLink.js', 'page.js', 'highlight.js', 'emoji.js'],
    ...['connection.js', 'connectionView.js', 'notifications.js'],
  ];

  it('is what a person needs, and nothing else', async function () {
    this.timeout(LIST_TIMEOUT_MS);
    const vsce = path.join(checkoutFolder, 'node_modules', '@vscode', 'vsce', 'vsce');
    const args = [vsce, 'ls', '--no-dependencies'];
    const { code, output } = await runCommand(process.execPath, args, {
      cwd: checkoutFolder,
      timeoutMs: LIST_TIMEOUT_MS,
    });
    assert.equal(code, 0, output);
    const files = output.split('\n').filter((line) => /^[\w./-]+$/.test(line));
    assert.deepEqual(files.sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/ThirdPartyNotices.txt',
      ...bundles.map((name) => `dist/${name}`).sort(),
      'l10n/bundle.l10n.de.json',
      'media/activity-bar.svg',
      'media/chat.png',
      'media/connection.css',
      'media/icon.png',
      'media/page.css',
      'media/themes.png',
      ...['key', 'message', 'quiet', 'room', 'selection'].map((step) => `media/walkthrough/${step}.svg`),
      'package.json',
      'package.nls.de.json',
      'package.nls.json',
    ]);
  });

  it('names every package in the bundles, with its licence', () => {
    const bundled = [...new Set(bundles.flatMap(packagesIn))].sort();
    assert.ok(bundled.includes('node-fetch') && bundled.includes('preact'), bundled.join(', '));
    const [, ...parts] = read('dist', 'ThirdPartyNotices.txt').split(/^={80}\n/m);
    const notices = new Map<string, string>();
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const name = /^(\S+) \d/.exec(parts[at] ?? '')?.[1];
      assert.ok(name !== undefined, parts[at]);
      notices.set(name, parts[at + 1] ?? '');
    }
    assert.deepEqual([...notices.keys()].sort(), bundled);
    for (const [name, text] of notices) {
      assert.match(text, /copyright[^]*(permission|redistribution|licen[cs]e)/i, name);
    }
  });
});

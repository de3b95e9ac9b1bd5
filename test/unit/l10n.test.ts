import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkoutFolder } from '../support/checkout';
import { findL10nStrings } from '../support/l10nStrings';

type Bundle = Readonly<Record<string, string>>;

const inCheckout = (...parts: readonly string[]): string => path.join(checkoutFolder, ...parts);
const read = (file: string): Bundle => JSON.parse(readFileSync(inCheckout(file), 'utf8')) as Bundle;
const sorted = (values: Iterable<string>): readonly string[] => [...values].sort();

/** What a translation must not change: placeholders, links, settings and code. */
function kept(text: string): readonly string[] {
  return sorted(text.match(/\{\d+\}|\]\([^)]*\)|`[^`]*`|\bchapi\.[\w.]+|CHAPI_\w+|\$\([\w-]+\)/g) ?? []);
}

function assertTranslated(source: Bundle, translation: Bundle): void {
  assert.deepEqual(sorted(Object.keys(translation)), sorted(Object.keys(source)));
  for (const [key, text] of Object.entries(translation)) {
    assert.notEqual(text.trim(), '', key);
    assert.deepEqual(kept(text), kept(source[key] ?? ''), key);
  }
}

describe('translations', () => {
  const languages = readdirSync(inCheckout('l10n')).map((file) => /^bundle\.l10n\.(.+)\.json$/.exec(file)?.[1] ?? file);

  it('are German at least', () => {
    assert.ok(languages.includes('de'), languages.join());
  });

  it('find each text written out where it is used', async () => {
    assert.deepEqual((await findL10nStrings(inCheckout('src'))).computed, []);
  });

  for (const language of languages) {
    it(`hold every text of the program, and no other: ${language}`, async () => {
      const { strings } = await findL10nStrings(inCheckout('src'));
      assert.ok(strings.size > 100, `${String(strings.size)} texts`);
      const source = Object.fromEntries([...strings].map((text) => [text, text]));
      assertTranslated(source, read(path.join('l10n', `bundle.l10n.${language}.json`)));
    });

    it(`hold every text of the manifest, and no other: ${language}`, () => {
      assertTranslated(read('package.nls.json'), read(`package.nls.${language}.json`));
    });
  }

  it('are told to VS Code, for every text of the manifest', () => {
    const manifest = readFileSync(inCheckout('package.json'), 'utf8');
    assert.equal((JSON.parse(manifest) as { readonly l10n?: string }).l10n, './l10n');
    const used = new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!));
    assert.deepEqual(sorted(used), sorted(Object.keys(read('package.nls.json'))));
  });
});

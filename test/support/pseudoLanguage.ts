import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkoutFolder } from './checkout';
import { findL10nStrings } from './l10nStrings';

/** The name that VS Code's own tools give to a language for tests. */
export const PSEUDO_LANGUAGE = 'qps-ploc';

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ACCENTED = 'àƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ';
/** Placeholders, the addresses of links, code and icons mean something to the program. */
const MEANT_FOR_PROGRAMS = /(\{\d+\}|\]\([^)]*\)|`[^`]*`|\$\([\w-]+\))/;

/** A text with an accent on every letter: readable, and not to be mistaken for one that was never translated. */
export function pseudo(text: string): string {
  return text
    .split(MEANT_FOR_PROGRAMS)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[a-zA-Z]/g, (letter) => ACCENTED.charAt(PLAIN.indexOf(letter))),
    )
    .join('');
}

/** Words that no bundle has put its accents on. */
export function plainWords(text: string): readonly string[] {
  return text.match(/[A-Za-z]{3,}/g) ?? [];
}

/** Teaches the pseudo language to an unpacked extension. */
export async function addPseudoLanguage(extensionFolder: string): Promise<void> {
  const { strings } = await findL10nStrings(path.join(checkoutFolder, 'src'));
  const manifest = JSON.parse(await readFile(path.join(extensionFolder, 'package.nls.json'), 'utf8')) as Record<
    string,
    string
  >;
  const translated = (entries: readonly (readonly [string, string])[]): string =>
    JSON.stringify(Object.fromEntries(entries.map(([key, text]) => [key, pseudo(text)])));
  await writeFile(
    path.join(extensionFolder, 'l10n', `bundle.l10n.${PSEUDO_LANGUAGE}.json`),
    translated([...strings].map((text) => [text, text])),
  );
  await writeFile(
    path.join(extensionFolder, `package.nls.${PSEUDO_LANGUAGE}.json`),
    translated(Object.entries(manifest)),
  );
}

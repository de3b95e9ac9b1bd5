import type { MarkupContext } from './markup';
import { foldedClusters, foldedName } from './nameFolding';

/** What goes on with a name, so that it is another one: `Ann_x`, `Ann-Marie`; but `_@Ann_` is Ann. */
const goesOn = /^(?:_*[\p{L}\p{M}\p{N}]|-\p{Lu})/u;

/** What makes code of an `@` and a name: a package (`@ann/tools`), its registry, a decorator (`@ann.command`). */
const goesOnInCode = /^(?:[\w.~-]*\/[a-z0-9~._*-]|:registry=|\.[a-z_])/;
/** Names in code are written so. */
const nameInCode = /^[\w.~-]+$/;

/** So much of what follows is looked at. */
const LOOKAHEAD = 80;

/** Longer ones are nobody's; all beginnings of a name are kept. */
const MAX_NAME_LENGTH = 100;

/**
 * Finds the names of people in a text, the longest one that stands there, whatever its case, and whether its accents are
 * letters of their own or not.
 * @param mine the names that mean this person
 */
export function knownNames(names: readonly string[], mine: readonly string[]): MarkupContext['mentionAt'] {
  const folded = (all: readonly string[]): string[] =>
    all.map((name) => foldedName(name.trim())).filter((name) => name !== '' && name.length <= MAX_NAME_LENGTH);
  const own = new Set(folded(mine));
  const known = new Set([...folded(names), ...own]);
  const beginnings = new Set<string>();
  for (const name of known) for (let end = 1; end <= name.length; end++) beginnings.add(name.slice(0, end));
  return (text, start) => {
    let found: ReturnType<MarkupContext['mentionAt']>;
    let written = '';
    for (const { end, folded: cluster } of foldedClusters(text, start)) {
      written += cluster;
      if (!beginnings.has(written)) break;
      if (!known.has(written)) continue;
      const name = text.slice(start, end);
      if (!isOtherName(name, text.slice(end, end + LOOKAHEAD))) found = { name, isMe: own.has(written) };
    }
    return found;
  };
}

function isOtherName(name: string, rest: string): boolean {
  if (goesOn.test(rest)) return true;
  // `@Ann/Ben` and `@Ann.Thanks` are words of a hurried person.
  return nameInCode.test(name) && goesOnInCode.test(rest) && (name === name.toLowerCase() || !/^[.:]/.test(rest));
}

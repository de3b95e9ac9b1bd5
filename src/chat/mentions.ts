import type { MarkupContext } from './markup';

/** What goes on with a name, so that it is another one: `Ann_x`, `Ann-Marie`; but `_@Ann_` is Ann. */
const goesOn = /^(?:_*[\p{L}\p{M}\p{N}]|-\p{Lu})/u;

/** So much of what follows is looked at. */
const LOOKAHEAD = 4;

/** So many first letters of a name tell which names to compare. */
const KEY_LENGTH = 2;

function keyOf(text: string): string {
  return text.slice(0, KEY_LENGTH).toLowerCase();
}

/**
 * Finds the names of people in a text, the longest one that stands there, in upper or lower case.
 * @param mine the names that mean this person
 */
export function knownNames(names: readonly string[], mine: readonly string[]): MarkupContext['mentionAt'] {
  const own = new Set(mine.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''));
  const known = new Map<string, Set<string>>();
  for (const name of [...names, ...mine].map((each) => each.trim().toLowerCase()).filter((each) => each !== '')) {
    const key = keyOf(name);
    known.set(key, (known.get(key) ?? new Set()).add(name));
  }
  const sorted = new Map([...known].map(([key, set]) => [key, [...set].sort((a, b) => b.length - a.length)] as const));
  return (text, start) => {
    for (const length of [KEY_LENGTH, 1]) {
      for (const name of sorted.get(text.slice(start, start + length).toLowerCase()) ?? []) {
        const found = text.slice(start, start + name.length);
        const end = start + name.length;
        if (found.toLowerCase() === name && !goesOn.test(text.slice(end, end + LOOKAHEAD))) {
          return { name: found, isMe: own.has(name) };
        }
      }
    }
    return undefined;
  };
}

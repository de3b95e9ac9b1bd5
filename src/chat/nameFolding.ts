/** A character with the marks on it. */
const cluster = /[^\p{M}]\p{M}{0,16}|\p{M}{1,16}/uy;

/** Most of what is compared. */
const ascii = /^[\0-\x7F]$/;

/** A piece of a text that is compared as a whole: where it ends, and what it is compared by. */
export interface FoldedCluster {
  readonly end: number;
  readonly folded: string;
}

/**
 * What a character is compared by: without its case, and with its accents as marks of their own. The letters `i`, `I`,
 * `İ` and `ı` are one: each language folds them in its own way, and the language of a name is not known.
 */
function fold(character: string): string {
  if (ascii.test(character)) return character.toLowerCase();
  const lower = character.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return lower.startsWith('i') ? lower.replaceAll('\u0307', '') : lower;
}

/** The characters of a text from a place on, as they are compared. Reads no further than it is asked. */
export function* foldedClusters(text: string, start: number): Generator<FoldedCluster, void> {
  for (let at = start; at < text.length;) {
    cluster.lastIndex = at;
    const found = cluster.exec(text)?.[0] ?? text.charAt(at);
    at += found.length;
    yield { end: at, folded: fold(found) };
  }
}

/** A name as it is compared with what stands in a text: see `foldedClusters`. */
export function foldedName(name: string): string {
  return Array.from(foldedClusters(name, 0), ({ folded }) => folded).join('');
}

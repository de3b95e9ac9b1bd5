/**
 * For each run of backticks, by its place, where the next one of the same length begins: a code span ends there. Takes
 * time linear in the text.
 */
export function backtickPairs(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  if (!text.includes('`')) return pairs;
  const last = new Map<number, number>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const before = last.get(run.length);
    if (before !== undefined) pairs.set(before, index);
    last.set(run.length, index);
  }
  return pairs;
}

/** What a code span says: a line end in it is a blank, and one blank at each end only keeps backticks apart. */
export function codeSpanText(written: string): string {
  const line = written.replaceAll('\n', ' ');
  return line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '' ? line.slice(1, -1) : line;
}

/**
 * For each run of backticks, by its place, where the next one of the same length begins: a code span ends there. One over
 * the end of a line does so only where a run is left over in the line it ends in: a forgotten backtick does not turn the
 * code below it inside out. Takes time linear in the text.
 */
export function backtickPairs(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  if (!text.includes('`')) return pairs;
  const next = new Map<number, { readonly at: number; readonly line: number; readonly count: number }>();
  let line = 0;
  for (const { 0: found, index } of Array.from(text.matchAll(/`+|\n/g)).reverse()) {
    if (found === '\n') {
      line++;
      continue;
    }
    const behind = next.get(found.length);
    const isSameLine = behind?.line === line;
    if (behind !== undefined && (isSameLine || behind.count % 2 === 1)) pairs.set(index, behind.at);
    next.set(found.length, { at: index, line, count: isSameLine ? behind.count + 1 : 1 });
  }
  return pairs;
}

/** What a code span says: a line end in it is a blank, and one blank at each end only keeps backticks apart. */
export function codeSpanText(written: string): string {
  const line = written.replaceAll('\n', ' ');
  return line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '' ? line.slice(1, -1) : line;
}

/** A tab goes on to the next column that is a multiple of this. */
const TAB_COLUMNS = 4;

/** How many columns of blanks a line begins with. A tab is up to four. */
export function leadingColumns(line: string): number {
  let columns = 0;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === ' ') columns++;
    else if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else break;
  }
  return columns;
}

/** The line without so many columns of the blanks it begins with. Of a tab that is too wide, blanks are left. */
export function withoutColumns(line: string, count: number): string {
  let columns = 0;
  let at = 0;
  for (; columns < count && at < line.length; at++) {
    const character = line.charAt(at);
    if (character === ' ') columns++;
    else if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else break;
  }
  return ' '.repeat(Math.max(0, columns - count)) + line.slice(at);
}

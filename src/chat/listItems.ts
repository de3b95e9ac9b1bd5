import { leadingColumns } from './indent';

/** What a line says that begins an item of a list. */
export interface ListItemStart {
  /** So many columns of blanks stand before its mark. */
  readonly markColumn: number;
  /** In this column its text begins: lines that are indented so far belong to it. */
  readonly textColumn: number;
  /** So many characters stand before its text. */
  readonly length: number;
  /** Absent for one that does not count. */
  readonly number: number | undefined;
  /** `-`, `*` or `•`; behind a number, `.` or `)`. Items of one list have the same. */
  readonly mark: string;
}

const MAX_MARK_COLUMN = 12;

/**
 * The blanks before the mark, the mark, and the blanks behind it. An item of nothing is none, and neither is one that goes
 * on with a mark, such as the times of cron (`* * * * *`) or a date (`24. 11. 2026`). `01.` would be shown as another number.
 */
const item = /^([ \t]{0,12})(?:([-*•])|(0|[1-9]\d{0,8})([.)]))[ \t]{1,4}(?!\2(?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$))(?=\S)/;
const emptyItem = /^([ \t]{0,12})(?:([-*•])|(0|[1-9]\d{0,8})([.)]))[ \t]*$/;

function startOf(match: RegExpExecArray, text: string): ListItemStart | undefined {
  const [, blanks = '', bullet, digits = '', delimiter = ''] = match;
  const markColumn = leadingColumns(blanks);
  if (markColumn > MAX_MARK_COLUMN) return undefined;
  const textColumn = leadingColumns(blanks + text.slice(blanks.length).replace(/\S/g, ' '));
  const number = bullet === undefined ? Number(digits) : undefined;
  return { markColumn, textColumn, length: text.length, number, mark: bullet ?? delimiter };
}

/** How a line begins an item of a list, if it begins one. */
export function listItemStart(line: string): ListItemStart | undefined {
  const match = item.exec(line);
  return match === null ? undefined : startOf(match, match[0]);
}

/** How a line is an item in which nothing stands. Only within a list: else it is a dash. */
export function emptyItemStart(line: string): ListItemStart | undefined {
  const match = emptyItem.exec(line);
  return match === null ? undefined : startOf(match, `${match[0].trimEnd()} `);
}

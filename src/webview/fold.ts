import { fencePlaces } from '../chat/fences';
import { unixLineEnds } from '../chat/visibleText';

/** A text longer than this many UTF-16 code units, or than `MAX_LINES`, is folded. */
export const MAX_CHARACTERS = 10_000;
export const MAX_LINES = 60;

/** Code of more lines than this is folded by itself. */
export const MAX_CODE_LINES = 30;

/** What is shown of what is folded: clearly less than what folds it, so that unfolding is worth the press. */
const PREVIEW_CHARACTERS = 4_000;
const PREVIEW_LINES = 24;
const PREVIEW_CODE_LINES = 18;

/** A block of code, however short, takes the room of some lines. */
const CODE_FRAME_LINES = 2;

/** Where line `count` after `start` ends, or `limit` if that comes first. Looks no further. */
function endOfLine(text: string, start: number, count: number, limit: number): number {
  let end = start - 1;
  for (let line = 0; line < count; line++) {
    end = text.indexOf('\n', end + 1);
    if (end === -1 || end >= limit) return limit;
  }
  return Math.max(start, end);
}

/** How many lines there are between two places; more than `most` are not counted. */
function countLines(text: string, start: number, end: number, most: number): number {
  let count = 1;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end && count < most; at = text.indexOf('\n', at + 1)) {
    count++;
  }
  return count;
}

/** Never between the two halves of one character. */
function wholeCharacters(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  const isSplit = length < text.length && last >= 0xd800 && last <= 0xdbff;
  return isSplit ? length - 1 : length;
}

function isLong(text: string, maxLines: number): boolean {
  return text.length > MAX_CHARACTERS || endOfLine(text, 0, maxLines, text.length) < text.length;
}

/** A place not behind `at`, and not within a word if that can be: half of an address leads to another place. */
function wholeWords(text: string, at: number, limit: number): number {
  if (at >= limit) return limit;
  for (let end = at; end > 0 && end > at - PREVIEW_CHARACTERS / 2; end--) if (/\s/.test(text.charAt(end))) return end;
  return wholeCharacters(text, at);
}

/** The first lines of code that is too long to be shown as a whole, or `undefined` for code that is not. */
export function foldedCode(code: string): string | undefined {
  if (!isLong(code, MAX_CODE_LINES)) return undefined;
  const end = Math.min(PREVIEW_CHARACTERS, endOfLine(code, 0, PREVIEW_CODE_LINES, code.length));
  return code.slice(0, wholeCharacters(code, end));
}

const quoted = /^ {0,3}>/;

/** The end of the quote that is cut at `end`, if one is: what stands in it, code perhaps, is whole or not there. */
function endOfQuote(text: string, start: number, end: number, limit: number): number {
  let at = end;
  let lineStart = Math.max(start, text.lastIndexOf('\n', at - 1) + 1);
  while (at < limit && quoted.test(text.slice(lineStart, lineStart + 4))) {
    const newline = text.indexOf('\n', Math.max(at, lineStart));
    at = newline === -1 ? limit : Math.min(newline, limit);
    lineStart = at + 1;
  }
  return at;
}

/**
 * The beginning of a text that is too long to stand in the list as a whole, or `undefined` for one that is not. A block of
 * code counts as what `foldedCode` shows of it, and is never cut. Takes time linear in the text.
 */
export function foldedText(text: string): string | undefined {
  if (!isLong(text, MAX_LINES)) return undefined;
  const lines = unixLineEnds(text);
  let shownLines = 0;
  let shownCharacters = 0;
  let cut: number | undefined;
  const isOver = (): boolean => shownLines > MAX_LINES || shownCharacters > MAX_CHARACTERS;
  const addText = (start: number, end: number): void => {
    const linesLeft = PREVIEW_LINES - shownLines;
    const charactersLeft = PREVIEW_CHARACTERS - shownCharacters;
    const count = countLines(lines, start, end, MAX_LINES + 1);
    if (cut === undefined && (count > linesLeft || end - start > charactersLeft)) {
      const whole = wholeWords(lines, start + charactersLeft, end);
      cut = endOfQuote(lines, start, Math.max(start, Math.min(whole, endOfLine(lines, start, linesLeft, end))), end);
    }
    shownLines += count;
    shownCharacters += end - start;
  };
  let textStart = 0;
  for (const { start, end, codeStart, codeEnd } of fencePlaces(lines)) {
    if (start > textStart) addText(textStart, start - 1);
    if (isOver()) break;
    shownLines += CODE_FRAME_LINES + Math.min(PREVIEW_CODE_LINES, countLines(lines, codeStart, codeEnd, MAX_LINES));
    shownCharacters += Math.min(PREVIEW_CHARACTERS, codeEnd - codeStart);
    if (shownLines >= PREVIEW_LINES || shownCharacters >= PREVIEW_CHARACTERS) cut ??= end;
    textStart = end + 1;
  }
  if (!isOver() && textStart < lines.length) addText(textStart, lines.length);
  return isOver() && cut !== undefined && cut < lines.length ? lines.slice(0, cut) : undefined;
}

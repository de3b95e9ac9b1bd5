import { unixLineEnds } from './visibleText';

/** A piece of a message: running text, or what stands in a fence of backticks. Line ends are `\n`. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly language?: string; readonly text: string };

/** A line of up to three spaces, three or more backticks, and an info string without backticks. Lines end with `\n` only. */
const opening = /(?<![^\n]) {0,3}(`{3,})([^`\n]*)(?![^\n])/g;
const closing = /(?<![^\n]) {0,3}(`{3,})[ \t]*(?![^\n])/g;

/** Where a fenced block of code stands in a text. */
export interface FencePlace {
  readonly language: string | undefined;
  /** Its lines, from the beginning of the opening fence to the end of the closing one, without that one's line end. */
  readonly start: number;
  readonly end: number;
  /** The code between the fences. */
  readonly codeStart: number;
  readonly codeEnd: number;
}

/**
 * The fenced blocks of a text whose line ends are `\n`, by CommonMark's rules for backtick fences: a fence is closed by
 * one at least as long, or by the end of the text; the language is the first word after the opening fence. Takes time
 * linear in the text.
 */
export function* fencePlaces(lines: string): Generator<FencePlace, void> {
  for (let from = 0; ;) {
    const open = execFrom(opening, lines, from);
    if (open === null) return;
    const [{ length }, fence = '', info = ''] = open;
    const language = info.trim().split(/\s/, 1)[0] || undefined;
    const codeStart = open.index + length + 1;
    const close = closingFence(lines, codeStart, fence.length);
    const codeEnd = close === undefined ? lines.length - (lines.endsWith('\n') ? 1 : 0) : close.start - 1;
    const end = close?.end ?? lines.length;
    yield { language, start: open.index, end, codeStart, codeEnd: Math.max(codeStart, codeEnd) };
    if (close === undefined) return;
    from = end + 1;
  }
}

function closingFence(
  lines: string,
  codeStart: number,
  length: number,
): { readonly start: number; readonly end: number } | undefined {
  for (let from = codeStart; ;) {
    const match = execFrom(closing, lines, from);
    if (match === null) return undefined;
    const end = match.index + match[0].length;
    if ((match[1] ?? '').length >= length) return { start: match.index, end };
    from = end;
  }
}

/** The first match of a global pattern at or behind a place. */
function execFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  if (from > text.length) return null;
  pattern.lastIndex = from;
  return pattern.exec(text);
}

/**
 * Splits a message into running text and fenced blocks of code (see `fencePlaces`). The line ends beside a fence belong to
 * neither piece, and running text of nothing is left out. Takes time linear in the text.
 */
export function splitFences(text: string): readonly Segment[] {
  const lines = unixLineEnds(text);
  const segments: Segment[] = [];
  let textStart = 0;
  const addText = (end: number): void => {
    if (end > textStart) segments.push({ kind: 'text', text: lines.slice(textStart, end) });
  };
  for (const { language, start, end, codeStart, codeEnd } of fencePlaces(lines)) {
    addText(start - 1);
    const code = lines.slice(codeStart, codeEnd);
    segments.push(language === undefined ? { kind: 'code', text: code } : { kind: 'code', language, text: code });
    textStart = end + 1;
  }
  addText(lines.length);
  return segments;
}

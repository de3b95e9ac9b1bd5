import { unixLineEnds } from './visibleText';

/** A piece of a message: running text, or what stands in a fence of backticks. Line ends are `\n`. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly language?: string; readonly text: string };

/** Up to three spaces, three or more backticks, and an info string without backticks. */
const opening = /^ {0,3}(`{3,})([^`]*)$/;
const closing = /^ {0,3}(`{3,})[ \t]*$/;

interface OpenFence {
  readonly length: number;
  readonly language: string | undefined;
  /** Where its first line of code begins. */
  readonly start: number;
}

function openFence(line: string, nextLine: number): OpenFence | undefined {
  const match = opening.exec(line);
  if (match === null) return undefined;
  const [, fence = '', info = ''] = match;
  return { length: fence.length, language: info.trim().split(/\s/, 1)[0] || undefined, start: nextLine };
}

function closes(line: string, fence: OpenFence): boolean {
  const run = closing.exec(line)?.[1];
  return run !== undefined && run.length >= fence.length;
}

/**
 * Splits a message into running text and fenced blocks of code, by CommonMark's rules for backtick fences: a fence is
 * closed by one at least as long, or by the end of the message; the language is the first word after the opening fence.
 * The line ends beside a fence belong to neither piece, and running text of nothing is left out. Takes time linear in
 * the text.
 */
export function splitFences(text: string): readonly Segment[] {
  const lines = unixLineEnds(text);
  const segments: Segment[] = [];
  let fence: OpenFence | undefined;
  let textStart = 0;
  const addText = (end: number): void => {
    if (end > textStart) segments.push({ kind: 'text', text: lines.slice(textStart, end) });
  };
  const addCode = ({ language, start }: OpenFence, end: number): void => {
    const code = lines.slice(start, Math.max(start, end));
    segments.push(language === undefined ? { kind: 'code', text: code } : { kind: 'code', language, text: code });
  };
  for (let start = 0; start <= lines.length;) {
    const newline = lines.indexOf('\n', start);
    const end = newline === -1 ? lines.length : newline;
    const line = lines.slice(start, end);
    if (fence === undefined) {
      fence = openFence(line, end + 1);
      if (fence !== undefined) addText(start - 1);
    } else if (closes(line, fence)) {
      addCode(fence, start - 1);
      fence = undefined;
      textStart = end + 1;
    }
    start = end + 1;
  }
  if (fence === undefined) addText(lines.length);
  else addCode(fence, lines.endsWith('\n') ? lines.length - 1 : lines.length);
  return segments;
}

import { isCodeLanguage } from './codeLanguages';
import { fenceInfo, tildeFenceInfo, type FenceInfo } from './fenceInfo';
import { leadingColumns, withoutColumns } from './indent';
import { listItemStart } from './listItems';
import type { CodeBlock } from './markup';
import { unixLineEnds } from './visibleText';

/** A piece of a message: running text, or what stands in a fence. Line ends are `\n`. */
export type Segment = { readonly kind: 'text'; readonly text: string } | CodeBlock;

/** Where a fenced block of code stands in a text. */
export interface FencePlace {
  readonly language: string | undefined;
  /** What else stands behind the opening fence about the code, as it was written. */
  readonly info: string | undefined;
  /** From the line of the opening fence, or from the fence itself behind words, to the end of the closing one. */
  readonly start: number;
  readonly end: number;
  /** The code between the fences. */
  readonly codeStart: number;
  readonly codeEnd: number;
  /** So many columns of blanks stand before the fence. They are no part of the lines of code. */
  readonly indent: number;
  /** Whether there is a closing fence; else the text ends within the code. */
  readonly isClosed: boolean;
}

type Opening = Pick<FencePlace, 'language' | 'info' | 'start' | 'codeStart' | 'indent'> & {
  /** Of backticks, or of tildes. */
  readonly sign: string;
  readonly length: number;
};
type Closing = Pick<FencePlace, 'end' | 'codeEnd'>;

const RUNS: Readonly<Record<string, string>> = { '`': '```', '~': '~~~' };
const anyRun = /`{3}|~{3}/g;
const MAX_INDENT = 3;
/** Longer ones behind words are no fences: for each length the whole text may have to be looked through. */
const MAX_LENGTH_BEHIND_WORDS = 8;

const strictOpening = /^[ \t]*(?:(`{3,})([^`]*)|(~{3,})([^\n]*))$/;
const strictClosing = /^[ \t]*(`{3,}|~{3,})[ \t]*$/;
const looseOpening = /^(`{3,})([\w+#.-]{0,30}|(?=[\w{])[^`]{0,80}[^`\s])[ \t]*$/;
const plainName = /^[\w+#.-]{0,30}$/;
const looseClosing = /^(`{3,})[ \t]*$/;
/** Behind its blank, what follows is text. */
const closingBeforeWords = /^[ \t]*(`{3,})[ \t](?=[^`]*$)/;
const quoted = /^ {0,3}>/;

/** Reads the fences of a text one after another, strictly by CommonMark's rules or as people write them. */
class FenceReader {
  readonly #text: string;
  readonly #isLoose: boolean;
  /** The line that is read next. */
  #at = 0;
  /** In an item of a list, the column of its text. */
  #itemColumn = 0;
  /** Up to here, nothing closes a fence of so many backticks behind words. */
  #unclosed = { until: 0, length: 0 };
  /** Nothing more closes a fence of so many tildes. */
  #unclosedTildes = Infinity;
  /** Fences that were opened and not closed, and those behind words that were not read as fences. */
  leftovers = 0;

  constructor(text: string, isLoose: boolean) {
    this.#text = text;
    this.#isLoose = isLoose;
  }

  next(): FencePlace | undefined {
    let run = -1;
    while (this.#at <= this.#text.length) {
      if (run < this.#at) run = this.#nextRun();
      if (run === -1) return undefined;
      const start = this.#at;
      const end = endOfLine(this.#text, start);
      const line = this.#text.slice(start, end);
      this.#at = end + 1;
      this.#enterItem(line);
      if (run >= end) continue;
      const place = this.#strictFence(line, start) ?? this.#looseFence(line, start);
      if (place === undefined) continue;
      this.#at = place.end + 1;
      return place;
    }
    return undefined;
  }

  /** Where the next fence may begin, from the line that is read next. */
  #nextRun(): number {
    anyRun.lastIndex = this.#at;
    return anyRun.exec(this.#text)?.index ?? -1;
  }

  #enterItem(line: string): void {
    const item = listItemStart(line);
    if (item !== undefined) this.#itemColumn = item.textColumn;
    else if (line !== '' && leadingColumns(line) < 2 && line.trim() !== '') this.#itemColumn = 0;
  }

  #strictFence(line: string, start: number): FencePlace | undefined {
    const match = strictOpening.exec(line);
    const indent = leadingColumns(line);
    if (match === null || indent > this.#itemColumn + MAX_INDENT) return undefined;
    const [, backticks, words = '', tildes, about = ''] = match;
    const fence = backticks ?? tildes ?? '';
    const sign = fence.charAt(0);
    const named = sign === '~' ? tildeFenceInfo(about) : fenceInfo(words);
    const codeStart = start + line.length + (named === undefined ? -words.trimStart().length : 1);
    const { language, info }: FenceInfo = named ?? {};
    const opening = { language, info, sign, start, codeStart, indent, length: fence.length };
    // `~~~ Release 1.2 ~~~` is a headline.
    const isHeadline = about.trimEnd().endsWith('~~~');
    if (isHeadline && fence.length >= this.#unclosedTildes) return undefined;
    const close = this.#closing(opening, this.#isLoose && sign === '`', this.#at);
    if (typeof close === 'object') return placeOf(opening, close, true);
    if (isHeadline) {
      this.#unclosedTildes = fence.length;
      return undefined;
    }
    this.leftovers++;
    const { length } = this.#text;
    const codeEnd = length - (this.#text.endsWith('\n') ? 1 : 0);
    return placeOf(opening, { end: length, codeEnd }, false);
  }

  /** A fence behind words, if there is one that closes it and there are no other backticks that it could belong to. */
  #looseFence(line: string, start: number): FencePlace | undefined {
    const column = line.indexOf('```');
    if (column === -1) return undefined;
    const run = start + column;
    const before = line.slice(0, column);
    const match = looseOpening.exec(line.slice(column));
    if (match === null || before.trim() === '' || quoted.test(line)) return undefined;
    const [, fence = '', written = ''] = match;
    const named = plainName.test(written) ? { language: written } : fenceInfo(written);
    if (named === undefined || (!plainName.test(written) && !isCodeLanguage(named.language ?? ''))) return undefined;
    if (fence.length > MAX_LENGTH_BEHIND_WORDS || (before.includes('`') && before.split('`').length % 2 === 0)) {
      return undefined;
    }
    this.leftovers++;
    const isKnown = start < this.#unclosed.until && fence.length >= this.#unclosed.length;
    if (!this.#isLoose || isKnown) return undefined;
    const indent = listItemStart(line)?.textColumn ?? leadingColumns(line);
    const codeStart = this.#at;
    const { language, info }: FenceInfo = named;
    const opening = {
      language: language || undefined,
      info,
      sign: '`',
      start: run,
      codeStart,
      indent,
      length: fence.length,
    };
    const close = this.#closing(opening, true, this.#at, true);
    if (typeof close === 'number') this.#unclosed = { until: close, length: fence.length };
    if (typeof close === 'number' || close.codeEnd < codeStart) return undefined;
    this.leftovers--;
    return placeOf(opening, close, true);
  }

  /**
   * What closes a fence; or the place before which nothing does, the end of the text, or another fence with a language if
   * one must not be run over.
   */
  #closing({ sign, length }: Opening, isLoose: boolean, from: number, stopsAtOpenings = false): Closing | number {
    for (let at = from; ;) {
      const run = this.#text.indexOf(RUNS[sign] ?? sign, at);
      if (run === -1) return this.#text.length;
      const start = Math.max(from, this.#text.lastIndexOf('\n', run) + 1);
      const end = endOfLine(this.#text, run);
      const line = this.#text.slice(start, end);
      const strict = strictClosing.exec(line)?.[1] ?? '';
      if (strict.startsWith(sign) && strict.length >= length && leadingColumns(line) <= this.#itemColumn + MAX_INDENT) {
        return { end, codeEnd: start - 1 };
      }
      if (isLoose && strict === '' && !quoted.test(line)) {
        const [closed = '', before = ''] = closingBeforeWords.exec(line) ?? [];
        if (before.length >= length) return { end: start + closed.length - 1, codeEnd: start - 1 };
        const behind = line.slice(run - start);
        const loose = looseClosing.exec(behind)?.[1] ?? '';
        if (loose.length >= length) return { end, codeEnd: run };
        if (stopsAtOpenings && loose === '' && (strictOpening.test(line) || looseOpening.test(behind))) return start;
      }
      at = end;
    }
  }
}

function placeOf(opening: Opening, { end, codeEnd }: Closing, isClosed: boolean): FencePlace {
  const { language, info, start, codeStart, indent } = opening;
  return { language, info, start, end, codeStart, codeEnd: Math.max(codeStart, codeEnd), indent, isClosed };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function readFences(
  text: string,
  isLoose: boolean,
): { readonly places: readonly FencePlace[]; readonly leftovers: number } {
  const reader = new FenceReader(text, isLoose);
  const places: FencePlace[] = [];
  for (let place = reader.next(); place !== undefined; place = reader.next()) places.push(place);
  return { places, leftovers: reader.leftovers };
}

/**
 * The fenced blocks of a text whose line ends are `\n`. CommonMark's rules come first: a fence is closed by one
 * at least as long, or by the end of the text; what stands behind the opening fence says which language it is. Beyond
 * them, an item of a list may have fences that are indented as its text is, and code may begin behind the opening fence.
 *
 * People also open a fence behind words, close it behind the last line of code, and go on behind the closing one. So a text is read when more of its
 * fences find each other that way; one behind words that nothing closes is text. Takes time linear in the text.
 */
export function fencePlaces(text: string): readonly FencePlace[] {
  const strictly = readFences(text, false);
  if (strictly.leftovers === 0) return strictly.places;
  const loosely = readFences(text, true);
  return loosely.leftovers < strictly.leftovers ? loosely.places : strictly.places;
}

/** The code of a fence, without the blanks that stand before the fence itself. */
export function codeOf(text: string, { codeStart, codeEnd, indent }: FencePlace): string {
  const code = text.slice(codeStart, codeEnd);
  if (indent === 0) return code;
  return code
    .split('\n')
    .map((line) => withoutColumns(line, indent))
    .join('\n');
}

/** Where the running text before a fence ends: before a line end, or before the blanks in front of it. */
export function endOfTextBefore(text: string, { start }: FencePlace): number {
  if (start === 0 || text.charAt(start - 1) === '\n') return start - 1;
  let end = start;
  while (end > 0 && /[ \t]/.test(text.charAt(end - 1))) end--;
  return end;
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
  for (const place of fencePlaces(lines)) {
    addText(endOfTextBefore(lines, place));
    segments.push(codeSegment(lines, place));
    textStart = place.end + 1;
  }
  addText(lines.length);
  return segments;
}

/** A fence as a piece of a message. */
export function codeSegment(text: string, place: FencePlace): CodeBlock {
  const { language, info } = place;
  const said = { ...(language === undefined ? {} : { language }), ...(info === undefined ? {} : { info }) };
  return { kind: 'code', ...said, text: codeOf(text, place) };
}

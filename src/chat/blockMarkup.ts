import { codeSegment, endOfTextBefore, fencePlaces } from './fences';
import { leadingColumns, withoutColumns } from './indent';
import { inlineMarkup } from './inlineMarkup';
import { emptyItemStart, listItemStart, type ListItemStart } from './listItems';
import type { Block, CodeBlock, Inline, ListItem, MarkupContext } from './markup';
import { unixLineEnds, visibleText } from './visibleText';

/** Quotes and lists within one another; what is deeper is text. */
const MAX_DEPTH = 4;

/** Lines that are indented so far go on with an item. */
const MIN_INDENT = 2;

/** More blocks than this are a flood: every one is a handful of elements. */
export const MAX_BLOCKS = 400;

/** Not the faces `>:(`, `>_<` and `>.<`, not `>= 5`, and not the end of a conflict: `>>>>>>> main`. */
const quoted = /^ {0,3}>(?!=|>{6}|[:;]-?[()DOP/\\|]|[._-]<)[ \t]?/;

type Kind = 'quote' | 'list' | 'text' | 'code';

/** A line; or the lines of a fence, which are never looked at one by one. */
interface Piece {
  readonly lines: readonly string[];
  readonly code?: CodeBlock;
  /** Whether it is one of some lines of which there are less and more: a change, and no list. */
  readonly isDiff?: boolean;
}

interface Item {
  readonly lines: string[];
  readonly start: ListItemStart;
}

/** The items of a list, and the piece behind it. */
interface ItemRun {
  readonly items: readonly Item[];
  readonly end: number;
  readonly isSpaced: boolean;
}

/** Blocks; and whether there is a blank line between them, or in one that is text. */
interface Read {
  readonly blocks: readonly Block[];
  readonly isSpaced: boolean;
}

/** Reads blocks, and counts them over the whole message. */
class BlockReader {
  readonly #context: MarkupContext;
  #blocksLeft = MAX_BLOCKS;

  constructor(context: MarkupContext) {
    this.#context = context;
  }

  read(text: string, depth: number): Read {
    const lines = unixLineEnds(text);
    const pieces = moreLines.test(lines) ? withDiffs(piecesOf(lines)) : piecesOf(lines);
    const blocks: Block[] = [];
    let start = 0;
    let isSpaced = false;
    let isBehindBlank = false;
    while (start < pieces.length) {
      const kind = this.#kindOf(pieces[start], depth);
      const run = kind === 'list' ? itemsOf(pieces, start) : undefined;
      let end = run?.end ?? start + 1;
      if (kind === 'quote') while (this.#kindOf(pieces[end], depth) === kind) end++;
      if (kind === 'text') while (end < pieces.length && !this.#interrupts(pieces, end, depth)) end++;
      const said = pieces.slice(start, end);
      const isText = run === undefined || run.items.length > this.#blocksLeft;
      const read = isText ? this.#readBlock(kind, said, depth) : [this.#list(run, depth)];
      const { before, within, behind } = blankLines(isText && kind !== 'quote' ? said : []);
      isSpaced ||= within || (blocks.length > 0 && read.length > 0 && (isBehindBlank || before));
      isBehindBlank = behind || (isBehindBlank && read.length === 0);
      blocks.push(...read);
      start = end;
    }
    return { blocks, isSpaced };
  }

  #kindOf(piece: Piece | undefined, depth: number): Kind | undefined {
    if (piece === undefined) return undefined;
    if (piece.code !== undefined) return 'code';
    if (depth >= MAX_DEPTH || this.#blocksLeft <= 0 || piece.isDiff === true) return 'text';
    const line = firstLine(piece);
    return quoted.test(line) ? 'quote' : listItemStart(line) !== undefined ? 'list' : 'text';
  }

  /** Whether a piece ends the text before it. In a text that goes on, `14.` is no item, but the end of a sentence. */
  #interrupts(pieces: readonly Piece[], at: number, depth: number): boolean {
    const kind = this.#kindOf(pieces[at], depth);
    if (kind !== 'list') return kind !== 'text';
    const { number = 1 } = listItemStart(firstLine(pieces[at])) ?? {};
    return number === 1 || isBlank(pieces[at - 1]);
  }

  #readBlock(kind: Kind | undefined, pieces: readonly Piece[], depth: number): readonly Block[] {
    const [{ code } = {}] = pieces;
    if (code !== undefined) {
      this.#blocksLeft--;
      return [code];
    }
    const lines = pieces.flatMap((piece) => piece.lines);
    if (kind !== 'quote') return this.#paragraph(lines.join('\n'));
    this.#blocksLeft--;
    const inner = lines.map((line) => line.replace(quoted, '')).join('\n');
    return [{ kind, children: this.read(inner, depth + 1).blocks }];
  }

  #list({ items, isSpaced }: ItemRun, depth: number): Block {
    this.#blocksLeft -= 1 + items.length;
    let isLoose = isSpaced;
    const read = items.map(({ lines, start: { number } }): ListItem => {
      const inner = this.read(lines.join('\n'), depth + 1);
      isLoose ||= inner.isSpaced;
      return number === undefined ? { children: inner.blocks } : { number, children: inner.blocks };
    });
    return { kind: 'list', isOrdered: items[0]?.start.number !== undefined, isLoose, items: read };
  }

  #paragraph(text: string): readonly Block[] {
    const said = withoutBlankEnds(text);
    if (said.trim() === '') return [];
    this.#blocksLeft--;
    const children: readonly Inline[] = inlineMarkup(visibleText(said), this.#context);
    return [{ kind: 'paragraph', children }];
  }
}

function firstLine(piece: Piece | undefined): string {
  return piece?.lines[0] ?? '';
}

function isBlank(piece: Piece | undefined): boolean {
  return piece?.code === undefined && firstLine(piece).trim() === '';
}

/** Where there are blank lines in a text. */
function blankLines(pieces: readonly Piece[]): { before: boolean; within: boolean; behind: boolean } {
  const blanks = pieces.map(isBlank);
  const [first, last] = [blanks.indexOf(false), blanks.lastIndexOf(false)];
  return {
    before: first !== 0 && blanks.length > 0,
    within: blanks.indexOf(true, first) < last && blanks.indexOf(true, first) !== -1,
    behind: last < blanks.length - 1,
  };
}

/** The lines of a text, and its fences. One behind the mark of a list's item is left to be read within the item. */
function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const addLines = (end: number): void => {
    if (end < from) return;
    for (const line of text.slice(from, end).split('\n')) pieces.push({ lines: [line] });
  };
  for (const place of fencePlaces(text)) {
    const { start, end, codeStart } = place;
    const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
    if (start > lineStart && listItemStart(text.slice(lineStart, codeStart)) !== undefined) {
      addLines(lineStart - 1);
      pieces.push({ lines: text.slice(lineStart, end).split('\n') });
    } else {
      addLines(endOfTextBefore(text, place));
      const indent = start > lineStart ? ' '.repeat(place.indent) : '';
      pieces.push({ lines: `${indent}${text.slice(start, end)}`.split('\n'), code: codeSegment(text, place) });
    }
    from = end + 1;
  }
  addLines(text.length);
  return pieces;
}

const diffLine = /^[-+@ \t]/;
/** `+1` is what people say. */
const moreLines = /^\+(?!\d)/m;

/** Marks the lines of a change, that is lines with a `-` beside lines with a `+`, and those around them. */
function withDiffs(pieces: readonly Piece[]): readonly Piece[] {
  const marked = [...pieces];
  let start = 0;
  for (let end = 0; end <= pieces.length; end++) {
    const piece = pieces[end];
    if (piece !== undefined && piece.code === undefined && diffLine.test(firstLine(piece))) continue;
    const run = pieces.slice(start, end);
    if (run.some((one) => moreLines.test(firstLine(one))) && run.some((one) => firstLine(one).startsWith('-'))) {
      run.forEach((one, index) => (marked[start + index] = { ...one, isDiff: true }));
    }
    start = end + 1;
  }
  return marked;
}

/**
 * The items of the list that begins with a piece. One goes on with lines that are indented, at least as its text is behind
 * a blank line. What is not indented is no part of it: people go on below a list without one.
 */
function itemsOf(pieces: readonly Piece[], from: number): ItemRun {
  const items: Item[] = [];
  let isSpaced = false;
  let end = from;
  let blanks = 0;
  for (let at = from; at < pieces.length; at++) {
    const piece = pieces[at];
    const last = items.at(-1);
    if (piece === undefined) break;
    if (last !== undefined && isBlank(piece)) {
      blanks++;
      continue;
    }
    const [line = '', ...more] = piece.lines;
    const start = piece.code !== undefined || piece.isDiff === true ? undefined : itemStart(line, last);
    if (start !== undefined && (last === undefined || !isNested(start, last.start))) {
      if (last !== undefined && !isSameList(start, last.start)) break;
      isSpaced ||= blanks > 0;
      items.push({
        lines: [line.slice(start.length), ...more.map((one) => withoutColumns(one, start.textColumn))],
        start,
      });
    } else {
      const columns = leadingColumns(line);
      const least = start !== undefined || blanks === 0 ? MIN_INDENT : (last?.start.textColumn ?? 0);
      if (last === undefined || piece.isDiff === true || columns < least) break;
      // The lines of a fence keep their places below one another.
      const indent = Math.min(last.start.textColumn, columns);
      for (let blank = 0; blank < blanks; blank++) last.lines.push('');
      for (const one of piece.lines) last.lines.push(withoutColumns(one, indent));
    }
    blanks = 0;
    end = at + 1;
  }
  return { items, end, isSpaced };
}

function itemStart(line: string, last: Item | undefined): ListItemStart | undefined {
  const start = listItemStart(line);
  if (start !== undefined || last === undefined) return start;
  const empty = emptyItemStart(line);
  return empty !== undefined && isSameList(empty, last.start) && !isNested(empty, last.start) ? empty : undefined;
}

function isNested(start: ListItemStart, last: ListItemStart): boolean {
  const isOtherKind = (start.number === undefined) !== (last.number === undefined);
  return start.markColumn >= last.textColumn || (start.markColumn >= MIN_INDENT && isOtherKind);
}

function isSameList(start: ListItemStart, last: ListItemStart): boolean {
  return start.mark === last.mark && (start.number === undefined) === (last.number === undefined);
}

/** Without the blank lines at both ends, which the margins of blocks already are. */
function withoutBlankEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (text.charAt(start) === '\n') start++;
  while (end > start && text.charAt(end - 1) === '\n') end--;
  return text.slice(start, end);
}

/**
 * A message as a tree: fences, quotes (`>`), lists (`-`, `*`, `•`, `1.`), and paragraphs with the markup of
 * `inlineMarkup`, in which characters that act without being seen are made visible. Line breaks and blanks within a
 * paragraph stay as they are. Takes time linear in the text.
 */
export function markupOf(text: string, context: MarkupContext): readonly Block[] {
  return new BlockReader(context).read(text, 0).blocks;
}

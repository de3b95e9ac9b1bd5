import { codeSegment, endOfTextBefore, fencePlaces } from './fences';
import { leadingColumns, withoutColumns } from './indent';
import { inlineMarkup } from './inlineMarkup';
import { listItemStart, type ListItemStart } from './listItems';
import type { Block, Inline, ListItem, MarkupContext } from './markup';
import { unixLineEnds, visibleText } from './visibleText';

/** Quotes and lists within one another; what is deeper is text. */
const MAX_DEPTH = 4;

/** More blocks than this are a flood: every one is a handful of elements. */
export const MAX_BLOCKS = 400;

/** Not the faces `>:(`, `>_<` and `>.<`, not `>= 5`, and not the end of a conflict: `>>>>>>> main`. */
const quoted = /^ {0,3}>(?!=|>{6}|[:;]-?[()DOP/\\|]|[._-]<)[ \t]?/;

type Kind = 'quote' | 'list' | 'text' | 'code';

/** A line; or the lines of a fence, which are never looked at one by one. */
interface Piece {
  readonly lines: readonly string[];
  readonly code?: Block;
  /** Whether it is one of some lines of which there are less and more: a change, and no list. */
  readonly isDiff?: boolean;
}

interface Item {
  readonly lines: string[];
  readonly start: ListItemStart;
}

/** Reads blocks, and counts them over the whole message. */
class BlockReader {
  readonly #context: MarkupContext;
  #blocksLeft = MAX_BLOCKS;

  constructor(context: MarkupContext) {
    this.#context = context;
  }

  read(text: string, depth: number): readonly Block[] {
    const lines = unixLineEnds(text);
    const pieces = moreLines.test(lines) ? withDiffs(piecesOf(lines)) : piecesOf(lines);
    const blocks: Block[] = [];
    let start = 0;
    while (start < pieces.length) {
      const kind = this.#kindOf(pieces[start], depth);
      let end = start + 1;
      while (end < pieces.length && this.#goesOn(kind, pieces, start, end, depth)) end++;
      blocks.push(...this.#readBlock(kind, pieces.slice(start, end), depth));
      start = end;
    }
    return blocks;
  }

  #kindOf(piece: Piece | undefined, depth: number): Kind {
    if (piece?.code !== undefined) return 'code';
    if (depth >= MAX_DEPTH || this.#blocksLeft <= 0 || piece?.isDiff === true) return 'text';
    const line = firstLine(piece);
    return quoted.test(line) ? 'quote' : listItemStart(line) !== undefined ? 'list' : 'text';
  }

  #goesOn(kind: Kind, pieces: readonly Piece[], start: number, at: number, depth: number): boolean {
    const piece = pieces[at];
    const line = firstLine(piece);
    const next = this.#kindOf(piece, depth);
    if (kind === 'list') {
      if (next === 'list' && isOrdered(firstLine(pieces[start])) === isOrdered(line)) return true;
      return next !== 'quote' && leadingColumns(line) >= 2 && line.trim() !== '' && piece?.isDiff !== true;
    }
    return next === kind && kind !== 'code';
  }

  #readBlock(kind: Kind, pieces: readonly Piece[], depth: number): readonly Block[] {
    const [{ code } = {}] = pieces;
    if (code !== undefined) {
      this.#blocksLeft--;
      return [code];
    }
    const lines = pieces.flatMap((piece) => piece.lines);
    const items = kind === 'list' ? itemsOf(pieces) : [];
    if (kind === 'text' || items.length > this.#blocksLeft) return this.#paragraph(lines.join('\n'));
    this.#blocksLeft -= 1 + items.length;
    if (kind === 'quote') {
      return [{ kind, children: this.read(lines.map((line) => line.replace(quoted, '')).join('\n'), depth + 1) }];
    }
    const read = items.map(({ lines: inner, start: { number } }): ListItem => {
      const children = this.read(inner.join('\n'), depth + 1);
      return number === undefined ? { children } : { number, children };
    });
    return [{ kind: 'list', isOrdered: isOrdered(lines[0] ?? ''), items: read }];
  }

  #paragraph(text: string): readonly Block[] {
    const said = withoutBlankEnds(text);
    if (said === '') return [];
    this.#blocksLeft--;
    const children: readonly Inline[] = inlineMarkup(visibleText(said), this.#context);
    return [{ kind: 'paragraph', children }];
  }
}

function firstLine(piece: Piece | undefined): string {
  return piece?.lines[0] ?? '';
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

function isOrdered(line: string): boolean {
  return /^[ \t]*\d/.test(line);
}

function itemsOf(pieces: readonly Piece[]): readonly Item[] {
  const items: Item[] = [];
  for (const { lines, code } of pieces) {
    const [line = '', ...more] = lines;
    const start = code === undefined ? listItemStart(line) : undefined;
    const last = items.at(-1);
    const isNested =
      last !== undefined &&
      start !== undefined &&
      (start.markColumn >= last.start.textColumn ||
        (start.markColumn >= 2 && (start.number === undefined) !== (last.start.number === undefined)));
    if (start !== undefined && !isNested) {
      const inner = more.map((one) => withoutColumns(one, start.textColumn));
      items.push({ lines: [line.slice(start.length), ...inner], start });
    } else if (last !== undefined) {
      // The lines of a fence keep their places below one another.
      const columns = Math.min(last.start.textColumn, leadingColumns(line));
      for (const one of lines) last.lines.push(withoutColumns(one, columns));
    }
  }
  return items;
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
  return new BlockReader(context).read(text, 0);
}

import { splitFences } from './fences';
import { inlineMarkup } from './inlineMarkup';
import type { Block, Inline, MarkupContext } from './markup';
import { visibleText } from './visibleText';

/** Quotes and lists within one another; what is deeper is text. */
const MAX_DEPTH = 4;

/** More blocks than this are a flood: every one is a handful of elements. */
export const MAX_BLOCKS = 400;

const quoted = /^ {0,3}>[ \t]?/;
/** The indent, the mark, and the blanks after it. An item of nothing is none. */
const item = /^( {0,12})([-*•]|\d{1,9}[.)])( {1,4})(?=\S)/;
const indent = /^ */;

type Kind = 'quote' | 'list' | 'text';

interface Item {
  readonly lines: string[];
  /** Where its text begins: lines that are indented so far belong to it. */
  readonly indent: number;
  readonly number: number | undefined;
}

/** Reads blocks, and counts them over the whole message. */
class BlockReader {
  readonly #context: MarkupContext;
  #blocksLeft = MAX_BLOCKS;

  constructor(context: MarkupContext) {
    this.#context = context;
  }

  read(text: string, depth: number): readonly Block[] {
    return splitFences(text).flatMap((segment): readonly Block[] => {
      if (segment.kind === 'text') return this.#readText(segment.text, depth);
      this.#blocksLeft--;
      return [segment];
    });
  }

  #readText(text: string, depth: number): readonly Block[] {
    const blocks: Block[] = [];
    const lines = text.split('\n');
    let start = 0;
    while (start < lines.length) {
      const kind = this.#kindOf(lines[start] ?? '', depth);
      let end = start + 1;
      while (end < lines.length && this.#goesOn(kind, lines, start, end, depth)) end++;
      blocks.push(...this.#readBlock(kind, lines.slice(start, end), depth));
      start = end;
    }
    return blocks;
  }

  #kindOf(line: string, depth: number): Kind {
    if (depth >= MAX_DEPTH || this.#blocksLeft <= 0) return 'text';
    return quoted.test(line) ? 'quote' : item.test(line) ? 'list' : 'text';
  }

  #goesOn(kind: Kind, lines: readonly string[], start: number, at: number, depth: number): boolean {
    const line = lines[at] ?? '';
    const next = this.#kindOf(line, depth);
    if (next === kind) {
      return kind !== 'list' || isOrdered(lines[start] ?? '') === isOrdered(line) || indentOf(line) > 1;
    }
    return kind === 'list' && next === 'text' && indentOf(line) >= 2 && line.trim() !== '';
  }

  #readBlock(kind: Kind, lines: readonly string[], depth: number): readonly Block[] {
    const items = kind === 'list' ? itemsOf(lines) : [];
    if (kind === 'text' || items.length > this.#blocksLeft) return this.#paragraph(lines.join('\n'));
    this.#blocksLeft -= 1 + items.length;
    if (kind === 'quote') {
      return [{ kind, children: this.read(lines.map((line) => line.replace(quoted, '')).join('\n'), depth + 1) }];
    }
    const children = items.map((one) => this.read(one.lines.join('\n'), depth + 1));
    const start = items[0]?.number;
    return [start === undefined ? { kind, items: children } : { kind, start, items: children }];
  }

  #paragraph(text: string): readonly Block[] {
    const said = withoutBlankEnds(text);
    if (said === '') return [];
    this.#blocksLeft--;
    const children: readonly Inline[] = inlineMarkup(visibleText(said), this.#context);
    return [{ kind: 'paragraph', children }];
  }
}

function isOrdered(line: string): boolean {
  return /^ *\d/.test(line);
}

function indentOf(line: string): number {
  return indent.exec(line)?.[0].length ?? 0;
}

function itemsOf(lines: readonly string[]): readonly Item[] {
  const items: Item[] = [];
  for (const line of lines) {
    const match = item.exec(line);
    const last = items.at(-1);
    if (match !== null && (last === undefined || indentOf(line) < last.indent)) {
      const [whole, , mark = ''] = match;
      const number = Number.parseInt(mark, 10);
      items.push({
        lines: [line.slice(whole.length)],
        indent: whole.length,
        number: Number.isNaN(number) ? undefined : number,
      });
    } else {
      last?.lines.push(line.slice(Math.min(last.indent, indentOf(line))));
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

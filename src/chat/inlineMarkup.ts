import type { Inline, MarkupContext } from './markup';
import { NODE, roleOfMark } from './markRoles';
import { SpanReader, type Budget, type LabelReader, type Span } from './markupSpans';
import { inSkinTone } from './skinTones';
import { SPACED_WORD } from './unspacedScripts';

/** Text without any markup in it, or something that markup goes around; or a run of one of the marks. */
type Token =
  | { readonly kind: 'node'; readonly node: Inline }
  | {
      readonly kind: 'mark';
      readonly mark: string;
      readonly before: string;
      readonly opens: boolean;
      readonly closes: boolean;
    };

const STYLES: Readonly<Record<string, 'bold' | 'italic' | 'strike'>> = {
  '*': 'bold',
  '**': 'bold',
  _: 'italic',
  '~': 'strike',
  '~~': 'strike',
};

/** More pieces than this in one paragraph are a flood, and what is left of it stays text: each may be an element. */
const MAX_PIECES = 2000;
const MAX_LINKS = 500;

/** Links with pictures in their words, pictures with links in theirs: what is deeper is text. */
const MAX_LABEL_DEPTH = 4;

const word = new RegExp(SPACED_WORD, 'u');
const special = /\*+|_+|~+|@|:[a-z0-9_+-]{1,40}:/gu;
const skinTone = /:skin-tone-(\d):/y;
/** Between paragraphs, nothing goes on. */
const blankLines = /\n[ \t]*(?=\n)/g;

/** Reads one paragraph. What it gives joined is the text, but for the marks and addresses behind labels. */
class InlineReader {
  readonly #text: string;
  readonly #context: MarkupContext;
  readonly #budget: Budget;
  /** The text stands so deep in the labels of links; in the text itself 0. */
  readonly #labelDepth: number;
  #spans: readonly Span[] = [];
  readonly #tokens: Token[] = [];

  constructor(text: string, context: MarkupContext, budget: Budget, labelDepth: number) {
    this.#text = text;
    this.#context = context;
    this.#budget = budget;
    this.#labelDepth = labelDepth;
  }

  /** First what nothing else can stand in, then token by token what is around it. */
  read(): readonly Inline[] {
    this.#spans = this.#readSpans();
    this.#readSpecials();
    return write(this.#tokens, pairMarks(this.#tokens), 0, this.#tokens.length);
  }

  #readSpans(): readonly Span[] {
    const spans: Span[] = [];
    let from = 0;
    const addUntil = (end: number): void => {
      if (end <= from) return;
      const part = this.#text.slice(from, end);
      const reader = new SpanReader(part, this.#context, this.#budget, this.#readLabel, this.#labelDepth > 0);
      for (const span of reader.read()) spans.push({ ...span, start: from + span.start, end: from + span.end });
    };
    for (const { index } of this.#text.matchAll(blankLines)) {
      addUntil(index);
      from = index;
    }
    addUntil(this.#text.length);
    return spans;
  }

  readonly #readLabel: LabelReader = (label, isImage) => {
    const isDeep = this.#labelDepth >= MAX_LABEL_DEPTH;
    const nodes: readonly Inline[] = isDeep
      ? [{ kind: 'text', text: label }]
      : new InlineReader(label, this.#context, this.#budget, this.#labelDepth + 1).read();
    return isImage ? [{ kind: 'text', text: wordsOf(nodes) }] : nodes;
  };

  /** The text as it is for marks and names: of what was read before they see only that there is something. */
  #shape(): string {
    const pieces: string[] = [];
    let from = 0;
    for (const { start, end } of this.#spans) {
      pieces.push(this.#text.slice(from, start), NODE.repeat(end - start));
      from = end;
    }
    return pieces.join('') + this.#text.slice(from);
  }

  #readSpecials(): void {
    const shape = this.#shape();
    let from = 0;
    let next = 0;
    const addUntil = (index: number): void => {
      for (; (this.#spans[next]?.start ?? index) < index; next++) {
        const span = this.#spans[next];
        if (span === undefined) break;
        this.#addText(from, span.start);
        for (const node of span.nodes) this.#tokens.push({ kind: 'node', node });
        from = span.end;
      }
      this.#addText(from, index);
      from = index;
    };
    special.lastIndex = 0;
    for (let left = this.#budget.pieces; left > 0;) {
      const found = special.exec(shape);
      if (found === null) break;
      const token = this.#specialAt(shape, found[0], found.index);
      if (token === undefined) {
        // An emoji that is none may end in the colon that another one begins with.
        if (found[0].startsWith(':')) special.lastIndex = found.index + found[0].length - 1;
        continue;
      }
      addUntil(found.index);
      this.#tokens.push(token);
      left--;
      this.#budget.pieces--;
      from += lengthOf(token) ?? found[0].length;
      special.lastIndex = from;
    }
    addUntil(shape.length);
  }

  #specialAt(shape: string, found: string, index: number): Token | undefined {
    const before = lastCharacter(shape, index);
    if (found === '@') {
      if (this.#labelDepth > 0 || word.test(before)) return undefined;
      const mention = this.#context.mentionAt(shape, index + 1);
      return mention === undefined ? undefined : { kind: 'node', node: { kind: 'mention', ...mention } };
    }
    const end = index + found.length;
    if (found.startsWith(':')) return word.test(before) ? undefined : this.#emojiAt(shape, found, end);
    if (!(found in STYLES)) return undefined;
    const { opens, closes } = roleOfMark(shape, index, end);
    return opens || closes ? { kind: 'mark', mark: found, before, opens, closes } : undefined;
  }

  #emojiAt(shape: string, found: string, end: number): Token | undefined {
    const emoji = this.#context.emojiOf(found.slice(1, -1));
    if (emoji === undefined) return undefined;
    skinTone.lastIndex = end;
    const [tone = '', number] = skinTone.exec(shape) ?? [];
    const toned = number === undefined ? undefined : inSkinTone(emoji, Number(number));
    if (startsWithWord(shape, end + (toned === undefined ? 0 : tone.length))) return undefined;
    const node: Inline =
      toned === undefined
        ? { kind: 'emoji', shortcode: found, emoji }
        : { kind: 'emoji', shortcode: found + tone, emoji: toned };
    return { kind: 'node', node };
  }

  #addText(start: number, end: number): void {
    if (end > start) this.#tokens.push({ kind: 'node', node: { kind: 'text', text: this.#text.slice(start, end) } });
  }
}

/** The character that ends at a place; nothing at the beginning. */
function lastCharacter(text: string, end: number): string {
  return Array.from(text.slice(Math.max(0, end - 2), end)).at(-1) ?? '';
}

function startsWithWord(text: string, start: number): boolean {
  const [first = ''] = text.slice(start, start + 2);
  return word.test(first);
}

/** How much of the text a token is; `undefined` for all that was found. */
function lengthOf(token: Token): number | undefined {
  if (token.kind === 'mark') return undefined;
  const { node } = token;
  return node.kind === 'mention' ? 1 + node.name.length : node.kind === 'emoji' ? node.shortcode.length : undefined;
}

/** What is read of nodes that a label is made of. */
function wordsOf(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if ('children' in node) return wordsOf(node.children);
      if (node.kind === 'emoji') return node.emoji;
      return 'text' in node ? node.text : '';
    })
    .join('');
}

/** A mark that began a style, and what is still open of the brackets around it and in it. */
interface OpenMark {
  readonly mark: string;
  readonly at: number;
  readonly bracket: string;
  readonly depth: number;
}

const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '"': '"' };

/** The mark behind a text that follows it; none when the bracket or quote right before the mark is closed there. */
function openBehind(open: OpenMark, text: string): readonly OpenMark[] {
  const end = BRACKETS[open.bracket];
  if (end === undefined || !(text.includes(end) || text.includes(open.bracket))) return [open];
  let { depth } = open;
  for (const character of text) {
    if (character === end) depth--;
    else if (character === open.bracket) depth++;
    if (depth < 0) return [];
  }
  return [{ ...open, depth }];
}

/**
 * For each mark that begins a style, where it ends. Marks pair within one line, the nearest ones, and never crosswise;
 * one style is not opened twice, so that nothing is deeper than three. What begins in brackets or quotes ends in them:
 * `f(*a) + g(b*)` has no style.
 */
function pairMarks(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  let open: readonly OpenMark[] = [];
  tokens.forEach((token, at) => {
    if (token.kind === 'node') {
      const text = token.node.kind === 'text' ? token.node.text : '';
      open = text.includes('\n') ? [] : open.flatMap((one) => openBehind(one, text));
      return;
    }
    const { mark, before, opens, closes } = token;
    const opener = open.findLastIndex((other) => other.mark === mark);
    const from = open[opener]?.at;
    if (closes && from !== undefined && from < at - 1) {
      pairs.set(from, at);
      open = open.slice(0, opener);
    } else if (opens) {
      const style = STYLES[mark];
      open = [...open.filter((other) => STYLES[other.mark] !== style), { mark, at, bracket: before, depth: 0 }];
    }
  });
  return pairs;
}

/** Takes time linear in the tokens: each is written once, in nodes no deeper than the styles are many. */
function write(tokens: readonly Token[], pairs: ReadonlyMap<number, number>, start: number, end: number): Inline[] {
  const nodes: Inline[] = [];
  const add = (node: Inline): void => {
    const last = nodes.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') {
      nodes[nodes.length - 1] = { kind: 'text', text: last.text + node.text };
    } else nodes.push(node);
  };
  for (let at = start; at < end; at++) {
    const token = tokens[at];
    if (token === undefined) continue;
    const close = pairs.get(at);
    const style = token.kind === 'mark' ? STYLES[token.mark] : undefined;
    if (close !== undefined && style !== undefined) {
      add({ kind: style, children: write(tokens, pairs, at + 1, close) });
      at = close;
    } else {
      add(token.kind === 'node' ? token.node : { kind: 'text', text: token.mark });
    }
  }
  return nodes;
}

/**
 * The markup of one paragraph as people use it in 8x8 Work: `*bold*`, `_italic_`, `~strike~`, `` `code` ``, addresses,
 * `[words](address)`, `![words](address)`, `<address>`, `@Full Name`, `:emoji:`; `**` and `~~` too. Where a mark is one says `roleOfMark`. There are no
 * escapes, but a mark after a backslash is none. Takes time linear in the text.
 */
export function inlineMarkup(text: string, context: MarkupContext): readonly Inline[] {
  return new InlineReader(text, context, { pieces: MAX_PIECES, links: MAX_LINKS }, 0).read();
}

import type { Inline, MarkupContext } from './markup';
import { NODE, roleOfMark } from './markRoles';

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

/** Where a node stands that was read before the marks. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly node: Inline;
}

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

const word = /[\p{L}\p{M}\p{N}]/u;
const codeSpan = /(?<!`)(`{1,8})(?!`)([^\n]+?)(?<!`)\1(?!`)/gu;
/** Not around what is written in the place of an invisible character: that is nobody's label. */
const labelledLink = /\[(?!U\+[0-9A-F]{4}\])([^[\]\n]{1,200})\]\(((?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000})\)/gu;
/** Not `git@github.example:a/b.git`, which is the address of a repository. */
const mailAddress =
  /(?<![\p{L}\p{N}.+_/:@-])[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9][a-z0-9.-]{0,250}\.[a-z]{2,24}(?![\p{L}\p{N}@-]|:[\p{L}\p{N}/~])/giu;
const special = /\*+|_+|~+|@|:[a-z0-9_+-]{1,40}:/gu;

/** Reads one paragraph. What it gives joined is the text, but for the marks and addresses behind labels. */
class InlineReader {
  readonly #text: string;
  readonly #context: MarkupContext;
  readonly #spans: Span[] = [];
  readonly #tokens: Token[] = [];
  #linksLeft = MAX_LINKS;

  constructor(text: string, context: MarkupContext) {
    this.#text = text;
    this.#context = context;
  }

  /** First what nothing else can stand in, then token by token what is around it. */
  read(): readonly Token[] {
    this.#between(codeSpan, 0, this.#text.length, this.#readLabels, (match) => {
      const [whole, , code = ''] = match;
      // Some write a backtick for an apostrophe: don`t, geht`s.
      const isInWords =
        word.test(lastCharacter(this.#text, match.index)) && startsWithWord(this.#text, match.index + whole.length);
      return isInWords ? undefined : { kind: 'codeSpan', text: code };
    });
    this.#readSpecials();
    return this.#tokens;
  }

  readonly #readLabels = (start: number, end: number): void => {
    this.#between(labelledLink, start, end, this.#readAddresses, ([, label = '', address = '']) => {
      if (this.#linksLeft <= 0 || !this.#context.isAddress(address)) return undefined;
      this.#linksLeft--;
      return label === address ? { kind: 'link', address } : { kind: 'link', address, label };
    });
  };

  readonly #readAddresses = (start: number, end: number): void => {
    let at = start;
    for (const { text, isLink } of this.#context.splitLinks(this.#text.slice(start, end), this.#linksLeft)) {
      const pieceEnd = at + text.length;
      if (isLink) {
        this.#linksLeft--;
        this.#spans.push({ start: at, end: pieceEnd, node: { kind: 'link', address: text } });
      } else {
        this.#between(mailAddress, at, pieceEnd, undefined, ([address]) => {
          if (this.#linksLeft-- <= 0) return undefined;
          return { kind: 'link', address: `mailto:${address}`, label: address };
        });
      }
      at = pieceEnd;
    }
  };

  /** Adds a node for each match, and hands what lies between to `rest`. A match without a node is part of the rest. */
  #between(
    pattern: RegExp,
    start: number,
    end: number,
    rest: ((start: number, end: number) => void) | undefined,
    node: (match: RegExpExecArray) => Inline | undefined,
  ): void {
    let from = start;
    const matcher = new RegExp(pattern);
    matcher.lastIndex = start;
    const piece = this.#text.slice(0, end);
    for (;;) {
      const match = this.#spans.length < MAX_PIECES ? matcher.exec(piece) : null;
      if (match === null) break;
      const found = node(match);
      if (found === undefined) {
        // What ends a code span that is none may begin one that is.
        if (pattern === codeSpan) matcher.lastIndex = match.index + (match[1] ?? '').length;
        continue;
      }
      if (match.index > from) rest?.(from, match.index);
      this.#spans.push({ start: match.index, end: matcher.lastIndex, node: found });
      from = matcher.lastIndex;
    }
    if (end > from) rest?.(from, end);
  }

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
      for (; (this.#spans[next]?.start ?? index) < index && this.#tokens.length < MAX_PIECES; next++) {
        const span = this.#spans[next];
        if (span === undefined) break;
        this.#addText(from, span.start);
        this.#tokens.push({ kind: 'node', node: span.node });
        from = span.end;
      }
      this.#addText(from, index);
      from = index;
    };
    special.lastIndex = 0;
    while (this.#tokens.length < MAX_PIECES) {
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
      const isMention = token.kind === 'node' && token.node.kind === 'mention';
      from += isMention ? 1 + token.node.name.length : found[0].length;
      special.lastIndex = from;
    }
    addUntil(shape.length);
  }

  #specialAt(shape: string, found: string, index: number): Token | undefined {
    const before = lastCharacter(shape, index);
    if (found === '@') {
      const mention = word.test(before) ? undefined : this.#context.mentionAt(shape, index + 1);
      return mention === undefined ? undefined : { kind: 'node', node: { kind: 'mention', ...mention } };
    }
    const end = index + found.length;
    if (found.startsWith(':')) {
      const isInWord = word.test(before) || startsWithWord(shape, end);
      const emoji = isInWord ? undefined : this.#context.emojiOf(found.slice(1, -1));
      return emoji === undefined ? undefined : { kind: 'node', node: { kind: 'emoji', shortcode: found, emoji } };
    }
    if (!(found in STYLES)) return undefined;
    const { opens, closes } = roleOfMark(shape, index, end);
    return opens || closes ? { kind: 'mark', mark: found, before, opens, closes } : undefined;
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
 * `[words](address)`, `@Full Name`, `:emoji:`; `**` and `~~` too. Where a mark is one says `roleOfMark`. There are no
 * escapes, but a mark after a backslash is none. Takes time linear in the text.
 */
export function inlineMarkup(text: string, context: MarkupContext): readonly Inline[] {
  const tokens = new InlineReader(text, context).read();
  return write(tokens, pairMarks(tokens), 0, tokens.length);
}

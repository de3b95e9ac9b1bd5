import type { Inline, MarkupContext } from './markup';

/** Text without any markup in it, or something that markup goes around; or a run of one of the marks. */
type Token =
  | { readonly kind: 'node'; readonly node: Inline }
  | { readonly kind: 'mark'; readonly mark: string; readonly opens: boolean; readonly closes: boolean };

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

const word = /[\p{L}\p{N}]/u;
const codeSpan = /(?<!`)(`{1,8})(?!`)([^\n]+?)(?<!`)\1(?!`)/gu;
/** Not around what is written in the place of an invisible character: that is nobody's label. */
const labelledLink = /\[(?!U\+[0-9A-F]{4}\])([^[\]\n]{1,200})\]\(([^\s()<>]{1,2000})\)/gu;
const mailAddress =
  /(?<![\p{L}\p{N}.+_/:@-])[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9][a-z0-9.-]{0,250}\.[a-z]{2,24}(?![\p{L}\p{N}@-])/giu;
const special = /\*+|_+|~+|@|:[a-z0-9_+-]{1,40}:/gu;

/** Reads one paragraph token by token. What it gives joined is the text, but for the marks and addresses behind labels. */
class InlineReader {
  readonly #text: string;
  readonly #context: MarkupContext;
  readonly tokens: Token[] = [];
  #linksLeft = MAX_LINKS;

  constructor(text: string, context: MarkupContext) {
    this.#text = text;
    this.#context = context;
  }

  read(): void {
    this.#between(codeSpan, 0, this.#text.length, this.#readLabels, ([, , code = '']) => ({
      kind: 'codeSpan',
      text: code,
    }));
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
      if (isLink) {
        this.#linksLeft--;
        this.#add({ kind: 'link', address: text });
      } else {
        this.#between(mailAddress, at, at + text.length, this.#readSpecials, ([address]) => {
          if (this.#linksLeft-- <= 0) return undefined;
          return { kind: 'link', address: `mailto:${address}`, label: address };
        });
      }
      at += text.length;
    }
  };

  readonly #readSpecials = (start: number, end: number): void => {
    let from = start;
    special.lastIndex = start;
    const piece = this.#text.slice(0, end);
    for (;;) {
      const found = this.tokens.length < MAX_PIECES ? special.exec(piece) : null;
      if (found === null) break;
      const token = this.#specialAt(found[0], found.index);
      if (token === undefined) {
        // An emoji that is none may end in the colon that another one begins with.
        if (found[0].startsWith(':')) special.lastIndex = found.index + found[0].length - 1;
        continue;
      }
      this.#addText(from, found.index);
      this.tokens.push(token);
      from = found.index + found[0].length;
      if (token.kind === 'node' && token.node.kind === 'mention') from = found.index + 1 + token.node.name.length;
      special.lastIndex = from;
    }
    this.#addText(from, end);
  };

  #specialAt(found: string, index: number): Token | undefined {
    const before = this.#characterBefore(index);
    const after = this.#text.slice(index + found.length, index + found.length + 2);
    if (found === '@') {
      const mention = word.test(before) ? undefined : this.#context.mentionAt(this.#text, index + 1);
      return mention === undefined ? undefined : { kind: 'node', node: { kind: 'mention', ...mention } };
    }
    if (found.startsWith(':')) {
      const emoji = word.test(before) || startsWithWord(after) ? undefined : this.#context.emojiOf(found.slice(1, -1));
      return emoji === undefined ? undefined : { kind: 'node', node: { kind: 'emoji', shortcode: found, emoji } };
    }
    // After a backslash it is part of a path, or of a pattern.
    if (!(found in STYLES) || before === '\\') return undefined;
    const opens = !word.test(before) && /^\S/u.test(after);
    const closes = !startsWithWord(after) && /\S$/u.test(before);
    return opens || closes ? { kind: 'mark', mark: found, opens, closes } : undefined;
  }

  #characterBefore(index: number): string {
    const last = this.#text.slice(Math.max(0, index - 2), index);
    return Array.from(last).at(-1) ?? '';
  }

  /** Adds a node for each match, and hands what lies between to `rest`. A match without a node is part of the rest. */
  #between(
    pattern: RegExp,
    start: number,
    end: number,
    rest: (start: number, end: number) => void,
    node: (match: RegExpExecArray) => Inline | undefined,
  ): void {
    let from = start;
    const matcher = new RegExp(pattern);
    matcher.lastIndex = start;
    const piece = this.#text.slice(0, end);
    for (;;) {
      const match = this.tokens.length < MAX_PIECES ? matcher.exec(piece) : null;
      if (match === null) break;
      const found = node(match);
      if (found === undefined) continue;
      if (match.index > from) rest(from, match.index);
      this.#add(found);
      from = matcher.lastIndex;
    }
    if (end > from) rest(from, end);
  }

  #add(node: Inline): void {
    this.tokens.push({ kind: 'node', node });
  }

  #addText(start: number, end: number): void {
    if (end > start) this.#add({ kind: 'text', text: this.#text.slice(start, end) });
  }
}

function startsWithWord(text: string): boolean {
  const [first = ''] = text;
  return word.test(first);
}

/**
 * For each mark that begins a style, where it ends. Marks pair within one line, the nearest ones, and never crosswise;
 * one style is not opened twice, so that nothing is deeper than three.
 */
function pairMarks(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  let open: { readonly mark: string; readonly at: number }[] = [];
  tokens.forEach((token, at) => {
    if (token.kind === 'node') {
      if (token.node.kind === 'text' && token.node.text.includes('\n')) open = [];
      return;
    }
    const { mark, opens, closes } = token;
    const opener = open.findLastIndex((other) => other.mark === mark);
    const from = open[opener]?.at;
    if (closes && from !== undefined && from < at - 1) {
      pairs.set(from, at);
      open = open.slice(0, opener);
    } else if (opens) {
      const style = STYLES[mark];
      open = [...open.filter((other) => STYLES[other.mark] !== style), { mark, at }];
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
 * `[words](address)`, `@Full Name`, `:emoji:`; `**` and `~~` too. Marks count at the edges of words only, so that
 * `snake_case` and `2*3` stay what they are. There are no escapes, but a mark after a backslash is none. Takes time linear in the text.
 */
export function inlineMarkup(text: string, context: MarkupContext): readonly Inline[] {
  const reader = new InlineReader(text, context);
  reader.read();
  const { tokens } = reader;
  return write(tokens, pairMarks(tokens), 0, tokens.length);
}

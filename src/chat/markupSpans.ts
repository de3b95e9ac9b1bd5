import { backtickPairs, codeSpanText } from './codeSpans';
import { linkTailAt, type LinkTail } from './linkTails';
import type { Inline, MarkupContext } from './markup';
import { SPACED_WORD } from './unspacedScripts';

/** Something that marks can stand around, but not in: where it stands, and what it is. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly nodes: readonly Inline[];
}

/** How much a paragraph may still become; shared by the labels in it. */
export interface Budget {
  /** Each may be an element. */
  pieces: number;
  links: number;
}

/** Reads the words of a link. */
export type LabelReader = (label: string, isImage: boolean) => readonly Inline[];

interface Bracket {
  readonly at: number;
  readonly isImage: boolean;
}

/** A link with words, before its words are read. */
interface LabelledLink extends Omit<LinkTail, 'end'> {
  readonly label: string;
  readonly isImage: boolean;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly is: Inline | LabelledLink;
}

/** Longer runs of backticks hold code within their line only. */
const MAX_ACROSS_LINES = 2;

const signs = /`+|<|!?\[|\]/g;
const wordEnd = new RegExp(`${SPACED_WORD}$`, 'u');
const behindWord = /[^\s:;,.!?][ \t]$/;
const wordStart = new RegExp(`^${SPACED_WORD}`, 'u');
/** What is written in the place of an invisible character: that is nobody's label. */
const placeholder = /\[U\+[0-9A-F]{4}\]/y;
/** `|` stands between an address and its words where other chats write `<https://…|words>`. */
const autolink =
  /<(?:((?:https?:\/\/|mailto:)[^\s<>|]{1,2000})|([a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9][a-z0-9.-]{0,250}))>/iy;
/** Not `git@github.example:a/b.git`, which is the address of a repository. */
const mailAddress = new RegExp(
  String.raw`(?<!${SPACED_WORD}|[.+_/:@-])[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9][a-z0-9.-]{0,250}\.[a-z]{2,24}` +
    String.raw`(?!${SPACED_WORD}|[@-]|:[\p{L}\p{N}/~])`,
  'giu',
);
/** Of these, browsers make something else in an address, or it would end there. */
const unsafe = /[\s"`{}\\^<>]/gu;

function characterBefore(text: string, index: number): string {
  return text.slice(Math.max(0, index - 2), index);
}

/** An address as it can be opened: with blanks and the like written as `%20`, but for those in the name of its host. */
function openable(address: string): string {
  const hostEnd = /^https?:\/\/[^/?#]*/i.exec(address)?.[0].length ?? address.length;
  return address.slice(0, hostEnd) + address.slice(hostEnd).replace(unsafe, encodeURIComponent);
}

/** Reads what marks cannot stand in: code, and addresses with and without words. */
export class SpanReader {
  readonly #text: string;
  readonly #context: MarkupContext;
  readonly #budget: Budget;
  readonly #readLabel: LabelReader;
  /** Whether the text is the label of a link itself. */
  readonly #isLabel: boolean;
  readonly #found: Found[] = [];
  readonly #brackets: Bracket[] = [];
  /** So many of the brackets can't be the beginning of a link: there is one within them. */
  #withLink = 0;

  constructor(text: string, context: MarkupContext, budget: Budget, readLabel: LabelReader, isLabel: boolean) {
    this.#text = text;
    this.#context = context;
    this.#budget = budget;
    this.#readLabel = readLabel;
    this.#isLabel = isLabel;
  }

  /** What there is, one after another. Takes time linear in the text. */
  read(): readonly Span[] {
    const text = this.#text;
    const pairs = backtickPairs(text);
    signs.lastIndex = 0;
    for (let sign = signs.exec(text); sign !== null && this.#budget.pieces > 0; sign = signs.exec(text)) {
      const { 0: found, index } = sign;
      const end = found.startsWith('`')
        ? this.#codeSpan(index, found.length, pairs.get(index))
        : found === '<'
          ? this.#autolink(index)
          : found === ']'
            ? this.#closeBracket(index)
            : this.#openBracket(index, found);
      // Labels are read with the same pattern.
      signs.lastIndex = end ?? index + found.length;
    }
    return this.#withAddresses();
  }

  #add(start: number, end: number, is: Found['is']): number {
    this.#budget.pieces--;
    this.#found.push({ start, end, is });
    return end;
  }

  #codeSpan(start: number, length: number, close: number | undefined): number | undefined {
    if (close === undefined) return undefined;
    const end = close + length;
    const written = this.#text.slice(start + length, close);
    // Fences that are none would make code of all that is between them.
    if (length > MAX_ACROSS_LINES && written.includes('\n')) return undefined;
    // Some write a backtick for an apostrophe: don`t, geht`s.
    const isInWords =
      wordEnd.test(characterBefore(this.#text, start)) && wordStart.test(this.#text.slice(end, end + 2));
    if (isInWords) return undefined;
    return this.#add(start, end, { kind: 'codeSpan', text: codeSpanText(written) });
  }

  #autolink(start: number): number | undefined {
    autolink.lastIndex = start;
    const [whole, web, mail = ''] = autolink.exec(this.#text) ?? [];
    const address = web ?? `mailto:${mail}`;
    if (whole === undefined || this.#isLabel || this.#budget.links <= 0) return undefined;
    if (!this.#context.isAddress(address)) return undefined;
    // In `Ann Lee <ann@a.example>` the brackets belong to the text, a command perhaps.
    if (web === undefined && behindWord.test(characterBefore(this.#text, start))) return undefined;
    this.#budget.links--;
    const label: readonly Inline[] = [{ kind: 'text', text: mail }];
    return this.#add(start, start + whole.length, {
      kind: 'link',
      address,
      ...(web === undefined ? { label } : {}),
    });
  }

  #openBracket(at: number, sign: string): number | undefined {
    placeholder.lastIndex = at + sign.length - 1;
    if (placeholder.test(this.#text)) return placeholder.lastIndex;
    this.#brackets.push({ at, isImage: sign !== '[' });
    return undefined;
  }

  #closeBracket(at: number): number | undefined {
    const open = this.#brackets.pop();
    if (open === undefined) return undefined;
    const isWithLink = this.#brackets.length < this.#withLink;
    if (isWithLink) this.#withLink = this.#brackets.length;
    if ((isWithLink && !open.isImage) || this.#linksLeft() <= 0) return undefined;
    const label = this.#text.slice(open.at + (open.isImage ? 2 : 1), at);
    const tail = linkTailAt(this.#text, at + 1);
    if (tail === undefined || label.trim() === '') return undefined;
    const address = openable(tail.address);
    if (!this.#context.isAddress(address)) return undefined;
    // The words are read once, when it is clear that they are within no others.
    while ((this.#found.at(-1)?.start ?? -1) >= open.at) this.#found.pop();
    if (!open.isImage) this.#withLink = this.#brackets.length;
    return this.#add(open.at, tail.end, { ...tail, address, label, isImage: open.isImage });
  }

  #withAddresses(): readonly Span[] {
    const spans: Span[] = [];
    let from = 0;
    for (const { start, end, is } of this.#found) {
      this.#addAddresses(spans, from, start);
      spans.push({ start, end, nodes: 'kind' in is ? [is] : this.#linkOf(is) });
      from = end;
    }
    this.#addAddresses(spans, from, this.#text.length);
    return spans;
  }

  /** A link; within the words of another one, only its own words. */
  #linkOf({ label: written, isImage, address, title }: LabelledLink): readonly Inline[] {
    const label = this.#readLabel(written, isImage);
    if (this.#isLabel) return label;
    this.#budget.links--;
    const titled = title === undefined ? {} : { title };
    const isBare = label.length === 1 && label[0]?.kind === 'text' && label[0].text === address;
    return [{ kind: 'link', address, ...(isBare ? {} : { label }), ...titled }];
  }

  #addAddresses(spans: Span[], start: number, end: number): void {
    if (this.#isLabel || end <= start) return;
    let at = start;
    for (const { text, isLink } of this.#context.splitLinks(this.#text.slice(start, end), this.#linksLeft())) {
      if (isLink) this.#addLink(spans, at, { kind: 'link', address: text }, text.length);
      else this.#addMail(spans, at, at + text.length);
      at += text.length;
    }
  }

  #addMail(spans: Span[], start: number, end: number): void {
    mailAddress.lastIndex = start;
    const piece = this.#text.slice(0, end);
    for (
      let match = mailAddress.exec(piece);
      match !== null && this.#linksLeft() > 0;
      match = mailAddress.exec(piece)
    ) {
      const { 0: mail, index } = match;
      const label: readonly Inline[] = [{ kind: 'text', text: mail }];
      this.#addLink(spans, index, { kind: 'link', address: `mailto:${mail}`, label }, mail.length);
    }
  }

  #linksLeft(): number {
    return Math.max(0, Math.min(this.#budget.links, this.#budget.pieces));
  }

  #addLink(spans: Span[], start: number, node: Inline, length: number): void {
    this.#budget.links--;
    this.#budget.pieces--;
    spans.push({ start, end: start + length, nodes: [node] });
  }
}

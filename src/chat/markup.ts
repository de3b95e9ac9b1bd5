/** A piece of running text. Line ends are `\n`. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'codeSpan'; readonly text: string }
  /** `label` is what the author wants to be read in place of the address: text in styles, code and emoji. */
  | { readonly kind: 'link'; readonly address: string; readonly label?: readonly Inline[]; readonly title?: string }
  | { readonly kind: 'mention'; readonly name: string; readonly isMe: boolean }
  | { readonly kind: 'emoji'; readonly shortcode: string; readonly emoji: string };

/** What a message is made of. */
export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | CodeBlock
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  /** Loose: there are blank lines between its items, or in them. */
  | {
      readonly kind: 'list';
      readonly isOrdered: boolean;
      readonly isLoose: boolean;
      readonly items: readonly ListItem[];
    };

export interface CodeBlock {
  readonly kind: 'code';
  readonly language?: string;
  /** What else its author said about it behind the fence. */
  readonly info?: string;
  readonly text: string;
}

export interface ListItem {
  /** As its author wrote it, whatever stands before; absent in a list that does not count. */
  readonly number?: number;
  readonly children: readonly Block[];
}

/** What there is to know beside the text. */
export interface MarkupContext {
  /** Splits running text at its addresses, after so many of them no more. The pieces joined are the text. */
  readonly splitLinks: (
    text: string,
    maxLinks: number,
  ) => readonly { readonly text: string; readonly isLink: boolean }[];
  /** Whether the address may be opened; for one that stands in `[words](address)`. */
  readonly isAddress: (text: string) => boolean;
  /** The name that a text after an `@` begins with, if it begins with one that is known. */
  readonly mentionAt: (text: string, start: number) => { readonly name: string; readonly isMe: boolean } | undefined;
  readonly emojiOf: (shortcode: string) => string | undefined;
}

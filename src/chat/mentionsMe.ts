import { markupOf } from './blockMarkup';
import type { Block, Inline, MarkupContext } from './markup';
import { knownNames } from './mentions';
import { WIDE_PUNCTUATION } from './unspacedScripts';

/** An address as it stands in running text: what looks like a name in one is none. */
const address = new RegExp(String.raw`(?:https?:\/\/|mailto:)[^\s${WIDE_PUNCTUATION}]+`, 'gi');

/** Nobody mentions anybody further down in a text than this, in UTF-16 code units; machines write on. */
const MAX_LENGTH = 50_000;

/**
 * Tells whether a text mentions one of the names where people see it: not in code, and not in an address. Takes time
 * linear in the text.
 */
export function mentionsMe(text: string, names: readonly string[]): boolean {
  if (names.length === 0 || !text.includes('@')) return false;
  const context: MarkupContext = {
    splitLinks: piecesOf,
    isAddress: (target) => /^(?:https?:\/\/|mailto:)/i.test(target),
    mentionAt: knownNames([], names),
    emojiOf: () => undefined,
  };
  return inBlocks(markupOf(text.slice(0, MAX_LENGTH), context));
}

function piecesOf(text: string): ReturnType<MarkupContext['splitLinks']> {
  const pieces: { readonly text: string; readonly isLink: boolean }[] = [];
  let from = 0;
  for (const { 0: link, index } of text.matchAll(address)) {
    pieces.push({ text: text.slice(from, index), isLink: false }, { text: link, isLink: true });
    from = index + link.length;
  }
  return [...pieces, { text: text.slice(from), isLink: false }];
}

function inBlocks(blocks: readonly Block[]): boolean {
  return blocks.some((block) => {
    switch (block.kind) {
      case 'paragraph':
        return inPieces(block.children);
      case 'code':
        return false;
      case 'quote':
        return inBlocks(block.children);
      case 'list':
        return block.items.some(({ children }) => inBlocks(children));
    }
  });
}

function inPieces(pieces: readonly Inline[]): boolean {
  return pieces.some((piece) => ('children' in piece ? inPieces(piece.children) : piece.kind === 'mention'));
}

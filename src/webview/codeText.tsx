import type { ComponentChildren } from 'preact';

/** Letters and marks of scripts that are written from right to left, for between brackets. */
const RIGHT_TO_LEFT = String.raw`\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}`;

/** Words from right to left, with the blanks between them. */
const words = new RegExp(`[${RIGHT_TO_LEFT}](?:[${RIGHT_TO_LEFT}\\p{M}\\p{N}_]| (?=[${RIGHT_TO_LEFT}]))*`, 'gu');
const anyWord = new RegExp(`[${RIGHT_TO_LEFT}]`, 'u');

/** Code with more of them than this is a flood: each is an element. */
const MAX_WORDS = 500;

/**
 * Code as it is read: from left to right, also around words that are not. Without an element of their own, `א = 1` and
 * `f(א, ב)` would be shown with their parts in the wrong order.
 */
export function codeText(text: string): ComponentChildren {
  if (!anyWord.test(text)) return text;
  const pieces: ComponentChildren[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(words)) {
    if (pieces.length >= 2 * MAX_WORDS) break;
    pieces.push(text.slice(from, index), <bdi>{found}</bdi>);
    from = index + found.length;
  }
  return [...pieces, text.slice(from)];
}

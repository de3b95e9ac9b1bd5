import { SPACED_WORD, WIDE_PUNCTUATION } from '../chat/unspacedScripts';

/** A piece of running text: plain, or an address that can be opened. What is shown is always the text itself. */
export interface TextPiece {
  readonly text: string;
  readonly isLink: boolean;
}

// Ends before what could make the address look like another one: visibleText's pictures of control characters, quotes,
// and characters without width. More than two slashes are mended by browsers, not by readers.
const NEVER = String.raw`\s<>"\x60{}\\^\u200B-\u200F\u2060-\u2064\u2400-\u2421\uFEFF`;
/** A host of IPv6 is in brackets. Browsers take the wide full stop for a narrow one, so it is in no name. */
const HOST =
  String.raw`https?:\/\/(?:\[[\da-f:.]{2,45}\](?::\d{1,5})?(?=$|[^\p{L}\p{N}])` +
  String.raw`|(?![/?#])[^${NEVER}'|[\]/?#${WIDE_PUNCTUATION}]+)`;
/** Brackets in pairs, but no label of visibleText: `[U+202E]` is no part of an address. */
function brackets(never: string): string {
  return String.raw`\[(?!U\+[0-9A-F]{4}\])[^${never}[\]]{0,200}\]`;
}

/** In prose without blanks, an address ends at its punctuation. */
const NEVER_IN_PROSE = NEVER + WIDE_PUNCTUATION;

/** An address that the given sign ends, wherever it stands. A line between two addresses is in neither. */
function addressUntil(sign: "'" | '|' | ''): string {
  const line = sign === '|' ? [] : [String.raw`\|(?!https?:)`];
  const tail = [`[^${NEVER_IN_PROSE}[\\]|${sign}]`, ...line, brackets(NEVER_IN_PROSE)].join('|');
  return `${HOST}(?:[/?#](?:${tail})*)?`;
}

// What stands before an address says what may end it: a quote, or the line between the cells of a table, or between an
// address and its words.
const address = new RegExp(
  [
    `(?<=')${addressUntil("'")}`,
    `(?<=[|<[])${addressUntil('|')}`,
    String.raw`(?<!${SPACED_WORD}|['|<[])${addressUntil('')}`,
  ].join('|'),
  'giu',
);

/** An address of which it is said where it begins and ends. */
const wholeAddress = new RegExp(`^${HOST}(?:[/?#](?:[^${NEVER}[\\]]|${brackets(NEVER)})*)?$`, 'iu');

const trailing = new Set(".,;:!?*_~)|'…。，、；：？！）】」』“”„‘’«»‹›");

/** `?q=*` asks for everything: the star is no mark. */
const wildcard = /=\*(?::\*)?/y;

/** Without the punctuation of the sentence around it; a closing parenthesis or quote stays if it was opened in the address. */
function withoutTrailing(found: string): string {
  let unopened = 0;
  let quotes = 0;
  for (const character of found) {
    if (character === '(') unopened--;
    if (character === ')') unopened++;
    if (character === "'") quotes++;
  }
  let end = found.length;
  while (end > 0 && trailing.has(found.charAt(end - 1))) {
    if (found.charAt(end - 1) === ')' && unopened-- <= 0) break;
    if (found.charAt(end - 1) === "'" && quotes-- % 2 === 0) break;
    end--;
  }
  wildcard.lastIndex = end - 1;
  return found.slice(0, wildcard.test(found) ? wildcard.lastIndex : end);
}

/** An address with a name before its host (`https://bank.example@evil.example`) reads like another one. */
const namedHost = /^https?:\/\/[^/?#]*@/i;

function isHonest(found: string): boolean {
  return !namedHost.test(found) && URL.canParse(found);
}

/**
 * Splits running text at its `https://` and `http://` addresses; after `maxLinks` of them, the rest is text. The pieces
 * joined are the text. Takes time linear in the text.
 */
export function splitLinks(text: string, maxLinks: number): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  let links = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    if (links >= maxLinks) break;
    const link = withoutTrailing(found);
    if (!isHonest(link)) continue;
    links++;
    if (index > end) pieces.push({ text: text.slice(end, index), isLink: false });
    pieces.push({ text: link, isLink: true });
    end = index + link.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isLink: false });
  return pieces;
}

const mail = /^mailto:[a-z0-9][a-z0-9._+-]*@[a-z0-9.-]+$/i;

/**
 * Whether an address that stands behind other words, or in `<…>`, may be opened: a web address that hides no name, or a
 * mail address.
 */
export function isAddress(text: string): boolean {
  return mail.test(text) || (wholeAddress.test(text) && isHonest(text));
}

/** A piece of running text: plain, or an address that can be opened. What is shown is always the text itself. */
export interface TextPiece {
  readonly text: string;
  readonly isLink: boolean;
}

// Ends before what could make the address look like another one: brackets of visibleText's labels, its pictures of control
// characters, quotes, and characters without width. More than two slashes are mended by browsers, not by readers.
const address =
  /(?<![\p{L}\p{N}])https?:\/\/(?![/?#])[^\s<>"'`[\]{}|\\^\u200B-\u200F\u2060-\u2064\u2400-\u2421\uFEFF]+/giu;

const trailing = new Set('.,;:!?*_~)…。，、；：？！）】」』');

/** Without the punctuation of the sentence around it; a closing parenthesis stays if it was opened in the address. */
function withoutTrailing(found: string): string {
  let unopened = 0;
  for (const character of found) {
    if (character === '(') unopened--;
    if (character === ')') unopened++;
  }
  let end = found.length;
  while (end > 0 && trailing.has(found.charAt(end - 1))) {
    if (found.charAt(end - 1) === ')' && unopened-- <= 0) break;
    end--;
  }
  return found.slice(0, end);
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

/** Whether an address that stands behind other words may be opened: a web address that hides no name, or a mail address. */
export function isAddress(text: string): boolean {
  const [first, ...others] = splitLinks(text, 1);
  return (first?.isLink === true && others.length === 0) || mail.test(text);
}

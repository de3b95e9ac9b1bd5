/** The text with every line end (`\r\n`, a lone `\r`) as `\n`: bots send `\r\n`. Takes time linear in the text. */
export function unixLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

// Control characters (C0, DEL, C1) without \t and \n, and what opens or closes a bidirectional embedding, override or
// isolate.
const invisible = /[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]/gu;

const DELETE = 0x7f;
const FIRST_CONTROL_PICTURE = 0x2400;
const PICTURE_OF_DELETE = 0x2421;

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code === DELETE) return String.fromCharCode(PICTURE_OF_DELETE);
  if (code < 0x20) return String.fromCharCode(FIRST_CONTROL_PICTURE + code);
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/**
 * The text as it may be shown: line ends as `\n`, and characters that act on a screen without being seen made visible:
 * control characters as their pictures (`␛`) or labels (`[U+0085]`), bidirectional embeddings, overrides and isolates
 * as labels (`[U+202E]`), because with those a text can be shown in another order than it is read.
 *
 * The marks U+200E, U+200F and U+061C and the joiners stay: keyboards for right-to-left languages and emoji need them,
 * and they reorder nothing outside of the element that isolates the text. Takes time linear in the text.
 */
export function visibleText(text: string): string {
  return unixLineEnds(text).replace(invisible, picture);
}

/** A text longer than this many UTF-16 code units, or than `MAX_LINES`, is folded. */
export const MAX_CHARACTERS = 10_000;
export const MAX_LINES = 60;

/** What a folded text shows: clearly less than what folds it, so that unfolding is worth the press. */
const PREVIEW_CHARACTERS = 4_000;
const PREVIEW_LINES = 24;

/** Where line `count` ends, or the end of the text if it has no more lines than that. Looks no further. */
function endOfLine(text: string, count: number): number {
  let end = -1;
  for (let line = 0; line < count; line++) {
    end = text.indexOf('\n', end + 1);
    if (end === -1) return text.length;
  }
  return end;
}

/** Never between the two halves of one character. */
function wholeCharacters(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const isSplit = length < text.length && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isSplit ? length - 1 : length);
}

/** The beginning of a text that is too long to stand in the list as a whole, or `undefined` for one that is not. */
export function foldedText(text: string): string | undefined {
  if (text.length <= MAX_CHARACTERS && endOfLine(text, MAX_LINES) === text.length) return undefined;
  return wholeCharacters(text, Math.min(PREVIEW_CHARACTERS, endOfLine(text, PREVIEW_LINES)));
}

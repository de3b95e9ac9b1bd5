/**
 * A browser breaks a line of text anew with every key that is pressed in it, which takes four times as long for a line
 * that is twice as long: some ten milliseconds for one of this length, seconds for one of a million characters.
 */
const MAX_WRAPPED_LINE = 50_000;

/** Whether a text has a line that is too long to be wrapped while somebody types in it. */
export function hasLongLine(text: string): boolean {
  let start = 0;
  while (text.length - start > MAX_WRAPPED_LINE) {
    // Backwards from the farthest place where a line may end: most characters are never looked at.
    const end = text.lastIndexOf('\n', start + MAX_WRAPPED_LINE);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}

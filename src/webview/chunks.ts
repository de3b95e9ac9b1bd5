/**
 * The largest piece that a browser lays out at once, in UTF-16 code units. Laying out a text takes time: a megabyte in one
 * element stops the page for seconds, at every change of its width. In pieces, only those in view are laid out.
 */
const CHUNK_LENGTH = 8_000;

function cutAt(text: string, start: number): { readonly end: number; readonly next: number } {
  const limit = start + CHUNK_LENGTH;
  if (limit >= text.length) return { end: text.length, next: text.length };
  const earliest = start + CHUNK_LENGTH / 2;
  const newline = text.lastIndexOf('\n', limit);
  if (newline >= earliest) return { end: newline, next: newline + 1 };
  const space = text.lastIndexOf(' ', limit - 1);
  if (space >= earliest) return { end: space + 1, next: space + 1 };
  const lead = text.charCodeAt(limit - 1);
  const end = lead >= 0xd800 && lead <= 0xdbff ? limit - 1 : limit;
  return { end, next: end };
}

/**
 * A text in pieces that each stand on lines of their own: cut at line ends, which belong to no piece; a line that is too
 * long is cut behind a space or, without one, between two characters. Most texts are one piece. Takes time linear in the text.
 */
export function splitChunks(text: string): readonly string[] {
  const chunks: string[] = [];
  let start = 0;
  do {
    const { end, next } = cutAt(text, start);
    chunks.push(text.slice(start, end));
    start = next;
  } while (start < text.length);
  return chunks;
}

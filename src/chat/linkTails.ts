/** What stands behind the label of a link: `(address "title")`. */
export interface LinkTail {
  /** As it was written, but without the `<` and `>` around it. */
  readonly address: string;
  readonly title: string | undefined;
  /** The place behind the last bracket. */
  readonly end: number;
}

const MAX_ADDRESS = 2_000;
/** Deeper brackets in an address are no address: each one would be looked through again. */
const MAX_BRACKETS = 32;

const blanks = /[ \t]*(?:\n[ \t]*)?/y;
const inAngles = /<([^<>\n]{1,2000})>/y;
const title = /"([^"]*)"|'([^']*)'|\(([^()]*)\)/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function behindBlanks(text: string, at: number): number {
  return at + (matchAt(blanks, text, at)?.[0] ?? '').length;
}

/** Where an address ends that stands without angles: at a blank, or at the bracket that was not opened in it. */
function endOfAddress(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length && at - start <= MAX_ADDRESS; at++) {
    const character = text.charAt(at);
    if (character <= ' ') return depth === 0 ? at : undefined;
    if (character === '(' && ++depth > MAX_BRACKETS) return undefined;
    if (character === ')' && depth-- === 0) return at;
  }
  return undefined;
}

/** Reads `(address)` or `(address "title")` at a place of a text; what is in the quotes may be in `'…'` or `(…)` too. */
export function linkTailAt(text: string, at: number): LinkTail | undefined {
  if (text.charAt(at) !== '(') return undefined;
  const start = behindBlanks(text, at + 1);
  const angles = matchAt(inAngles, text, start);
  if (angles === null && text.charAt(start) === '<') return undefined;
  const addressEnd = angles === null ? endOfAddress(text, start) : start + angles[0].length;
  if (addressEnd === undefined || addressEnd === start) return undefined;
  const address = angles?.[1] ?? text.slice(start, addressEnd);
  const next = behindBlanks(text, addressEnd);
  if (text.charAt(next) === ')') return { address, title: undefined, end: next + 1 };
  const titled = next === addressEnd ? null : matchAt(title, text, next);
  if (titled === null) return undefined;
  const end = behindBlanks(text, next + titled[0].length);
  if (text.charAt(end) !== ')') return undefined;
  return { address, title: titled[1] ?? titled[2] ?? titled[3], end: end + 1 };
}

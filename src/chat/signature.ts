/** The longest name that signs a message, in UTF-16 code units. */
export const MAX_SIGNATURE = 60;

/** Between the name and the text: seen by everybody, and typed by nobody. */
const MARK = '✍';

const signed = /^\*([^*\n]{1,60})\* ✍[ \n]/;

/** A block of code, a list or a quote only counts at the beginning of a line. */
const startsBlock = /^(?: {0,3}(?:`{3,}|>)| *(?:[-*•]|\d{1,9}[.)]) )/;

/** The name as it may sign: one line, without stars; empty when there is none. */
export function signatureOf(name: string): string {
  return name
    .replace(/[*\s]+/g, ' ')
    .trim()
    .slice(0, MAX_SIGNATURE)
    .trim();
}

/** The text with a name before it, `*Ann Example* ✍ text`: keys are shared, so that the service may name one author for all. */
export function sign(text: string, name: string): string {
  const signature = signatureOf(name);
  return signature === '' ? text : `*${signature}* ${MARK}${startsBlock.test(text) ? '\n' : ' '}${text}`;
}

/** Who signed a message, and what it says without the name; nothing when nobody did. */
export function readSignature(text: string): { readonly name: string; readonly text: string } | undefined {
  const match = signed.exec(text);
  const name = match?.[1]?.trim() ?? '';
  return match === null || name === '' ? undefined : { name, text: text.slice(match[0].length) };
}

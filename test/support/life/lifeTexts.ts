import type { Random } from '../../sandbox/seededRandom';
import type { ServiceTraits, TextChange } from './lifeScript';

/** Longest text of a service that cuts texts off. Long enough to know a text again by its beginning. */
const CUT_AT = 60;

/** What users write: a case for each way in which a service may change a text, and some that look changed already. */
const FLAVOURS: readonly string[] = [
  'fine',
  'if (a < b && c > d) return "x";',
  '&lt;b&gt; is what I wrote',
  'a cafe\u0301 in Malmo\u0308',
  '10\u00a0km  and\u00a0more',
  ' blanks around  ',
  'see https://example.com/a?b=1&c=2 and www.example.com',
  'well done \u{1f600} \u{1f389}',
  'one\r\ntwo\r\nthree',
  'lone\rcarriage\rreturns',
  'a long one: ' + 'lorem ipsum dolor sit amet '.repeat(6),
  "it's \u201cquoted\u201d \u2013 and dashed",
];

/** A text that nobody else writes in this life. `token` is found in it however it is changed. */
export function drawText(random: Random, token: string): string {
  const flavour = random() < 0.4 ? 'fine' : (FLAVOURS[Math.floor(random() * FLAVOURS.length)] ?? '');
  return flavour.startsWith(' ') ? ` ${token}${flavour}` : `${token} ${flavour}`;
}

/** The text as the service keeps it and gives it back. */
export function keptText({ textChange, escapes }: ServiceTraits, text: string): string {
  const changed = textChange === undefined ? text : changes[textChange](text);
  return escapes === true ? escapeText(changed) : changed;
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const emojiNames: Readonly<Record<string, string>> = { '\u{1f600}': ':grinning:', '\u{1f389}': ':tada:' };

const changes: Readonly<Record<TextChange, (text: string) => string>> = {
  nfc: (text) => text.normalize('NFC'),
  trim: (text) => text.trim(),
  blanks: (text) => text.replaceAll('\u00a0', ' '),
  entities: (text) => text.replace(/[\u00a0-\u{10ffff}]/gu, (sign) => `&#${sign.codePointAt(0)};`),
  links: (text) => text.replace(/https?:\/\/[^\s<>]+/g, (url) => `<${url}>`),
  emoji: (text) => text.replace(/\p{Extended_Pictographic}/gu, (emoji) => emojiNames[emoji] ?? emoji),
  cut: (text) => Array.from(text).slice(0, CUT_AT).join(''),
  lineEnds: (text) => text.replace(/\r\n?/g, '\n'),
};

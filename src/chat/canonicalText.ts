/** A text without what a service may change of it and yet mean the same, and the emoji that stood in it. */
export interface CanonicalText {
  /** The text; each emoji is a {@link EMOJI_PLACEHOLDER}. */
  readonly skeleton: string;
  /** In the order of the text: an emoji without its skin tone, or its name with the colons, in lower case. */
  readonly emoji: readonly string[];
}

/** Stands for an emoji or an emoji's name. */
export const EMOJI_PLACEHOLDER = '\uFFFC';

/** The names of U+00A0 to U+00FF in HTML 4, in order. */
const LATIN_ENTITIES = (
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml'
).split(' ');

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN_ENTITIES.map((name, index) => [name, String.fromCodePoint(0xa0 + index)] as const),
  ...Object.entries({
    ...{ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', hellip: '…', ndash: '–', mdash: '—' },
    ...{ lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', euro: '€', bull: '•', trade: '™' },
  }),
]);

/** A text that was escaped more often than this is another text. */
const MOST_ESCAPES = 4;

// Every repetition is bounded, or ends at a character that begins the next match: no text makes these slow.
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,7}));/g;
const ANCHOR = /<a\s[^<>]{0,400}?href=["']?([^"'<>\s]{1,2000})["']?[^<>]{0,400}>[^<>]{0,1000}<\/a>/gi;
const BRACKETED_LINK = /<((?:https?:\/\/|mailto:)[^<>|\s]{1,2000})(?:\|[^<>]{0,1000})?>/gi;
const MARKDOWN_LINK = /\[[^[\]]{0,1000}\]\(<?((?:https?:\/\/|mailto:)[^\s()<>]{1,2000})>?\)/gi;
const SCHEME = /(?:https?:\/\/|mailto:)/gi;
const LINE_BREAK_TAG = /<br ?\/?>/gi;
const VARIANT = String.raw`(?:\uFE0E|\uFE0F|[\u{1F3FB}-\u{1F3FF}])`;
const PICTURE = String.raw`\p{Extended_Pictographic}${VARIANT}{0,2}`;
const EMOJI = new RegExp(
  [
    String.raw`\p{Regional_Indicator}{2}`,
    String.raw`[0-9#*]\uFE0F?\u20E3`,
    String.raw`${PICTURE}(?:\u200D${PICTURE}){0,8}`,
    // A name begins with a letter or a sign, so that no time of the day holds one.
    String.raw`:[a-zA-Z+\-][\w+\-]{0,40}:`,
  ].join('|'),
  'gu',
);
const SKIN_TONE = /:skin-tone-\d:|[\u{1F3FB}-\u{1F3FF}]/gu;
const EMOJI_VARIANT = new RegExp(VARIANT, 'gu');
const INVISIBLE = /[\u00AD\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]|\uFE0E|\uFE0F/g;

/** Undoes named and numeric entities, also where they were written more than once. */
export function decodeEntities(text: string): string {
  let decoded = text;
  for (let times = 0; times < MOST_ESCAPES && decoded.includes('&'); times++) {
    const before = decoded;
    decoded = before.replace(ENTITY, (entity: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES.get(name) ?? entity;
      const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    });
    if (decoded === before) break;
  }
  return decoded;
}

/** Line ends as `\n`. */
export function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n');
}

/** Emoji and their names as placeholders; skin tones are gone. */
export function withoutEmoji(text: string): CanonicalText {
  const emoji: string[] = [];
  const skeleton = text.replace(SKIN_TONE, '').replace(EMOJI, (found) => {
    emoji.push(found.replace(EMOJI_VARIANT, '').toLowerCase());
    return EMOJI_PLACEHOLDER;
  });
  return { skeleton, emoji };
}

/**
 * The text as it is compared. Gone are the differences between: composed and decomposed characters, kinds and numbers of
 * blanks and line ends, entities and what they stand for, ways of writing a link, quotes and dashes as typed and as set
 * by a printer. Invisible characters do not count.
 */
export function canonicalText(text: string): CanonicalText {
  const linked = decodeEntities(text)
    .replace(LINE_BREAK_TAG, '\n')
    .replace(ANCHOR, '$1')
    .replace(BRACKETED_LINK, '$1')
    .replace(MARKDOWN_LINK, '$1');
  const { skeleton, emoji } = withoutEmoji(linked);
  const plain = skeleton
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[“”„‟″]/g, '"')
    .replace(/[‐‑‒–—―−-]+/g, '-')
    .replaceAll('…', '...')
    .replace(/\s+/g, ' ')
    .replace(SCHEME, '')
    .replace(/\/(?= |$)/g, '')
    .trim();
  return { skeleton: plain, emoji };
}

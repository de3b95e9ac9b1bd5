/** Stands for each character of a link or of code in a text whose marks are read. */
export const NODE = '\uE000';

// Classes of characters, as they stand between brackets. The quotes of some languages open and close in turn.
const EMOJI = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}`;
const CORE = String.raw`\p{L}\p{M}\p{N}\p{So}\u2190-\u21FF${EMOJI}${NODE}`;
const WIDE_STOPS = '。、，；：？！．';
const BEFORE = String.raw`\s\p{Ps}\p{Pi}\p{Pf}\p{Pd}${EMOJI}\uFE0F<"…¿¡${WIDE_STOPS}`;
const AFTER = String.raw`\s\p{Pe}\p{Pi}\p{Pf}\p{Pd}${EMOJI}>"'…,;:!?${WIDE_STOPS}`;
const OPENERS = String.raw`\p{Ps}\p{Pi}\p{Pf}\p{Sc}<"'…¿¡@#*_~`;
const CLOSERS = String.raw`\p{Pe}\p{Pi}\p{Pf}\p{Sc}>"'…,;:!?.%+#*_~${WIDE_STOPS}`;
/** What may join two styles without a blank: `*bold*\/_italic_`, `*Ctrl*+*C*`. */
const JOINTS = String.raw`[/+&|]`;
const MARKS = '[*_~]';

// Each looks at one place, backward or forward, and never further than some characters.
const opensBehind = new RegExp(`(?<=(?:^|[${BEFORE}]|[${CORE}]${MARKS}{1,5}${JOINTS})${MARKS}{0,5})`, 'uy');
const opensBefore = new RegExp(
  String.raw`(?=[${OPENERS}]{0,8}(?:[${CORE}]|[-+−±]\p{Sc}?\p{N}|:[a-z0-9_+-]{1,40}:))`,
  'uy',
);
const closesBehind = new RegExp(String.raw`(?<=[${CORE}][${CLOSERS}]{0,8}|\p{N}[ \u00A0\u202F][\p{Sc}%])`, 'uy');
const closesBefore = new RegExp(
  String.raw`(?=${MARKS}{0,5}(?:$|[${AFTER}]|\.(?![${CORE}*])|${JOINTS}${MARKS}{1,5}[${CORE}]))`,
  'uy',
);

function isAt(pattern: RegExp, text: string, index: number): boolean {
  pattern.lastIndex = index;
  return pattern.test(text);
}

/**
 * Whether the mark between two places of a text can begin a style, and whether it can end one. Much that people paste has
 * stars, underscores and tildes in it, and text that loses them says something else; so a mark counts only where people
 * put one around words.
 *
 * It begins a style behind the start of the text, a blank, an opening bracket or quote, a dash or an emoji, and before a
 * word, perhaps one in brackets or quotes. It ends one behind a word and its punctuation, and before the end, a blank,
 * punctuation, a dash or an emoji; `.` does not count in `*test*.ts`. Marks beside it are looked through. Not behind `'`,
 * the quote of shells and queries (`'*x*'`), and not behind a backslash.
 *
 * Letters of all scripts make words, so that `長*幅*高` is no style: where no blanks are written, a mark counts beside
 * punctuation (`「*重要*」`, `注意：*重要*。`), or with blanks around it.
 */
export function roleOfMark(
  text: string,
  start: number,
  end: number,
): { readonly opens: boolean; readonly closes: boolean } {
  return {
    opens: isAt(opensBehind, text, start) && isAt(opensBefore, text, end),
    closes: isAt(closesBehind, text, start) && isAt(closesBefore, text, end),
  };
}

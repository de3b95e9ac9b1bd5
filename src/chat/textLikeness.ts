import {
  canonicalText,
  decodeEntities,
  EMOJI_PLACEHOLDER,
  withoutEmoji,
  withPlainLineEnds,
  type CanonicalText,
} from './canonicalText';

/** From so many characters on, two people hardly write the same text at the same time; with a number in it, from fewer. */
const DISTINCTIVE_LENGTH = 14;
const DISTINCTIVE_LENGTH_WITH_NUMBER = 4;

/** A part of a text that is at least this long, in letters and digits, is no part of it by chance. */
const TELLING_LENGTH = 8;
const SURELY_TELLING_LENGTH = 16;

/** Words that may turn up where a mention stood, for each, and in all: a name may be written out. */
const WORDS_OF_MENTION = 2;
const MOST_WORDS_OF_MENTIONS = 10;

const MARKDOWN_LINK = /\[([^[\]]{1,1000})\]\([^()\s]{1,2000}\)/g;
const LABELLED_LINK = /<[^<>|\s]{1,2000}\|([^<>|]{1,1000})>/g;
const TAG = /<\/?[a-z][^<>]{0,400}>/gi;
const MENTION = /<?@[\p{L}\p{N}][\p{L}\p{N}._|:-]{0,100}>?/gu;
const WORD = /[\p{L}\p{N}]+/gu;

/** Whether two people hardly write this text at the same time. */
export function isDistinctive(text: string): boolean {
  const { skeleton } = canonicalText(text);
  const hasNumber = /\p{L}/u.test(skeleton) && /\p{N}/u.test(skeleton);
  return skeleton.length >= (hasNumber ? DISTINCTIVE_LENGTH_WITH_NUMBER : DISTINCTIVE_LENGTH);
}

/** Whether the service shows the text as it was sent, but for escapes, line ends and outer blanks. */
export function isUnchangedText(sent: string, shown: string): boolean {
  if (sent === shown) return true;
  const plain = (text: string): string => decodeEntities(withPlainLineEnds(text)).trim();
  return plain(sent) === plain(shown);
}

/**
 * Whether a text of the room is the one that was sent, also where the service wrote it in another way: strong enough to
 * take the one for the other. An emoji is the same as any name of an emoji, because only a table knows which is which.
 */
export function isSameText(sent: string, shown: string): boolean {
  if (sent === shown) return true;
  if (isMuchLonger(shown, sent)) return false;
  const [left, right] = [canonicalText(sent), canonicalText(shown)];
  return left.skeleton === right.skeleton && left.emoji.every((emoji, index) => isSameEmoji(emoji, right.emoji[index]));
}

/**
 * Whether a text of the room may be what a service made of the one that was sent: it took something away, cut it off,
 * put something around it, or rewrote a mention. Too weak to take the one for the other; it is only a reason to doubt.
 */
export function isSimilarText(sent: string, shown: string): boolean {
  if (isSameText(sent, shown)) return true;
  if (isMuchLonger(shown, sent)) return false;
  if (isStrippedToAscii(sent, shown)) return true;
  const mentions = Math.max(countMentions(sent), countMentions(shown));
  return wordings(sent).some((left) => wordings(shown).some((right) => mayComeFrom(left, right, mentions)));
}

function isMuchLonger(shown: string, sent: string): boolean {
  return shown.length > 16 * sent.length + 1000;
}

function isSameEmoji(left: string, right: string | undefined): boolean {
  return left === right || left.startsWith(':') !== right?.startsWith(':');
}

function countMentions(text: string): number {
  return text.match(MENTION)?.length ?? 0;
}

/** The words of the text, with where its links lead, and with what stands there for them. */
function wordings(text: string): readonly (readonly string[])[] {
  const labelled = decodeEntities(text).replace(MARKDOWN_LINK, '$1').replace(LABELLED_LINK, '$1');
  return [canonicalText(text), withoutEmoji(labelled)].map(wordsOf);
}

/** A service that knows only ASCII puts question marks for all else. */
function isStrippedToAscii(sent: string, shown: string): boolean {
  if (!/[?\uFFFD]/.test(shown) || /[^\0-\x7F\uFFFD]/.test(shown) || !/[^\0-\x7F]/.test(sent)) return false;
  const ascii = (text: string): string => wordsOf({ skeleton: text.replace(/[^\0-\x7F]+/g, ' ') }).join('');
  return ascii(sent) === ascii(shown);
}

function wordsOf({ skeleton }: Pick<CanonicalText, 'skeleton'>): readonly string[] {
  const folded = skeleton.replaceAll(EMOJI_PLACEHOLDER, ' ').replace(MENTION, ' ').replace(TAG, ' ');
  return (
    folded
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .match(WORD) ?? []
  );
}

function mayComeFrom(sent: readonly string[], shown: readonly string[], mentions: number): boolean {
  const [whole, part] = [sent.join(''), shown.join('')];
  if (whole === part) return true;
  if (part === '') return mentions > 0 && sent.length <= WORDS_OF_MENTION;
  if (isCutOff(sent, shown) || isWrapped(sent, shown)) return true;
  return part.length * 2 >= whole.length && isThinnedOut(sent, shown, mentions);
}

/** The shown one is the beginning of the other. A number that was cut is another number. */
function isCutOff(sent: readonly string[], shown: readonly string[]): boolean {
  const [whole, part] = [sent.join(''), shown.join('')];
  if (!whole.startsWith(part)) return false;
  if (part.length >= SURELY_TELLING_LENGTH) return true;
  const last = shown.at(-1) ?? '';
  if (/\p{N}/u.test(last) && last !== sent[shown.length - 1]) return false;
  return part.length >= TELLING_LENGTH || part.length * 2 >= whole.length;
}

/** The shown one has the other within it, word for word. */
function isWrapped(sent: readonly string[], shown: readonly string[]): boolean {
  const [whole, part] = [sent.join(' '), shown.join(' ')];
  if (whole === '' || !` ${part} `.includes(` ${whole} `)) return false;
  return whole.length >= TELLING_LENGTH || whole.length * 2 >= part.length;
}

/** The shown one lacks words of the other, and has none of its own but for mentions. */
function isThinnedOut(sent: readonly string[], shown: readonly string[], mentions: number): boolean {
  let from = 0;
  let own = 0;
  for (const word of shown) {
    const at = sent.indexOf(word, from);
    if (at >= 0) from = at + 1;
    else if (++own > Math.min(MOST_WORDS_OF_MENTIONS, mentions * WORDS_OF_MENTION)) return false;
  }
  return own < shown.length || own === 0;
}

const FIRST_TONE = 2;
/** U+1F3FB to U+1F3FF, the five tones from light to dark. */
const TONES = ['\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];

const takesTone = /\p{Emoji_Modifier_Base}\uFE0F?/gu;

/**
 * An emoji in one of the tones that chats write as `:skin-tone-2:` to `:skin-tone-6:`; `undefined` for an emoji of
 * nobody, or of more than one.
 */
export function inSkinTone(emoji: string, tone: number): string | undefined {
  const modifier = TONES[tone - FIRST_TONE];
  const people = emoji.match(takesTone) ?? [];
  if (modifier === undefined || people.length !== 1) return undefined;
  // The modifier stands in the place of the sign that asks for a coloured picture.
  return emoji.replace(takesTone, (person) => person.replace('\uFE0F', '') + modifier);
}

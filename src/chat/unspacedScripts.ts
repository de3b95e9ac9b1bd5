/** Letters of scripts that are written without blanks between words, as they stand between the brackets of a pattern. */
export const UNSPACED = ['Han', 'Hira', 'Kana', 'Bopo', 'Thai', 'Laoo', 'Khmr', 'Mymr']
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join('');

/** A letter or digit that a name, an address or a shortcode may not stand right beside, for a pattern with the flag `u`. */
export const SPACED_WORD = String.raw`(?![${UNSPACED}])[\p{L}\p{M}\p{N}]`;

/** Punctuation of prose in Chinese and Japanese. It ends an address, as a blank does elsewhere; for between brackets. */
export const WIDE_PUNCTUATION = '。，、；：？！（）「」『』【】〈〉《》〔〕［］｛｝．｡､｢｣';

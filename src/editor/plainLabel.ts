import { visibleText } from '../chat/visibleText';

/** The most that a notification says of names, in UTF-16 code units. */
const MAX_IN_TOAST = 60;

/**
 * A name from elsewhere, for places where VS Code takes `$(name)` for an icon: quick picks and the status bar. It stays
 * on one line, and what cannot be seen is shown.
 */
export function plainLabel(name: string): string {
  // A character without width between the two keeps VS Code from seeing an icon there.
  return visibleText(name).replaceAll('\n', ' ').replaceAll('$(', '$\u200B(');
}

/**
 * A name from elsewhere, or some of them, for a notification or below an input. Both take brackets for links: there are
 * none left. @param most in UTF-16 code units
 */
export function toastText(names: string, most = MAX_IN_TOAST): string {
  const shown = visibleText(names);
  // Half of a surrogate pair would be shown as a question mark.
  const start = shown.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
  return plainLabel(shown.length > most ? `${start}…` : shown).replaceAll(/[[\]]/g, '');
}

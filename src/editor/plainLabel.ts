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

/** A name from elsewhere, or some of them, for a notification. It takes brackets for links: there are none left. */
export function toastText(names: string): string {
  const shown = visibleText(names);
  return plainLabel(shown.length > MAX_IN_TOAST ? `${shown.slice(0, MAX_IN_TOAST)}…` : shown).replaceAll(/[[\]]/g, '');
}

import { visibleText } from '../chat/visibleText';

/**
 * A name from elsewhere, for places where VS Code takes `$(name)` for an icon: quick picks and the status bar. It stays
 * on one line, and what cannot be seen is shown.
 */
export function plainLabel(name: string): string {
  // A character without width between the two keeps VS Code from seeing an icon there.
  return visibleText(name).replaceAll('\n', ' ').replaceAll('$(', '$\u200B(');
}

import type { FeedEntry } from '../../src/sync/feed';

/** The texts that are shown, oldest first. What was deleted has none. */
export function shownTexts(entries: readonly FeedEntry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.kind === 'deleted') return [];
    return [entry.kind === 'message' ? entry.message.text : `${entry.outgoing.state}: ${entry.outgoing.text}`];
  });
}

import type { KnownMessages } from '../chat/outbox';
import { newestEntries } from '../chat/timeline';
import { PAGE_SIZE } from './coverage';
import type { RoomSync } from './roomSync';

/**
 * What is known of a room, to tell what was there before from what comes; `undefined` while nobody knows what is there.
 */
export function knownMessages(sync: RoomSync | undefined): KnownMessages | undefined {
  const ids = sync?.knownIds();
  if (sync === undefined || ids === undefined) return undefined;
  const oldest = newestEntries(sync.timeline, ids.length)[0]?.message;
  const [first] = newestEntries(sync.timeline, ids.length + 1);
  // A room of which less than a page is known seems to hold no more, though no answer has proven it yet.
  const isWhole = sync.startReached || ids.length < PAGE_SIZE;
  const isAll = isWhole && first?.message.id === oldest?.id;
  return isAll || oldest === undefined ? { ids } : { ids, oldest: { timestamp: oldest.timestamp, id: oldest.id } };
}

import type { KnownMessages } from '../chat/outbox';
import { newestEntries } from '../chat/timeline';
import { PAGE_SIZE } from './coverage';
import type { RoomSync } from './roomSync';

/**
 * What is known of a room, so that older messages can be told from those that come later. `undefined` while nothing is known.
 */
export function knownMessages(sync: RoomSync | undefined): KnownMessages | undefined {
  const ids = sync?.knownIds();
  if (sync === undefined || ids === undefined) return undefined;
  const oldest = newestEntries(sync.timeline, ids.length)[0]?.message;
  const [first] = newestEntries(sync.timeline, ids.length + 1);
  // A room with less than a page of known messages probably has no more, though no answer has proven it yet.
  const isWhole = sync.startReached || ids.length < PAGE_SIZE;
  const isAll = isWhole && first?.message.id === oldest?.id;
  return isAll || oldest === undefined ? { ids } : { ids, oldest: { timestamp: oldest.timestamp, id: oldest.id } };
}

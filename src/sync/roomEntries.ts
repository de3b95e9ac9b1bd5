import { comparePositions, type Message } from '../chat/message';
import type { Outgoing } from '../chat/outgoing';
import { readSignature } from '../chat/signature';
import { newestLiveEntries, type Timeline, type TimelineEntry } from '../chat/timeline';
import type { FeedEntry, RoomSummary } from './feed';
import type { RoomSync } from './roomSync';

/** What is known of a room's messages beside themselves. */
export interface EntryContext {
  /** Local ids of messages that were written here, by id. */
  readonly ownIds: ReadonlyMap<string, string>;
  /** The message as it was written. */
  readonly readable: (message: Message) => Message;
}

/** The newest `count` messages of a room, oldest first. */
export function messageEntries(sync: RoomSync, count: number, { ownIds, readable }: EntryContext): FeedEntry[] {
  const unread = new Set(sync.unread((id) => ownIds.has(id)).map(({ id }) => id));
  const shown = newestLiveEntries(sync.timeline, count);
  const gaps = gapsBefore(
    sync.timeline,
    shown.filter(({ deleted }) => !deleted),
  );
  const gap = sync.history.isLoadingMissing ? 'loading' : 'open';
  return shown.map(({ message, edited, deleted }) => {
    const localId = ownIds.get(message.id);
    if (deleted) return deletedEntry(readable(message), localId);
    return {
      kind: 'message',
      message: readable(message),
      unread: unread.has(message.id),
      ...(edited ? { edited } : {}),
      ...(localId === undefined ? {} : { localId }),
      ...(gaps.has(message.id) ? { gap } : {}),
    };
  });
}

function deletedEntry({ id, timestamp, author, text }: Message, localId: string | undefined): FeedEntry {
  const signer = readSignature(text)?.name;
  return {
    kind: 'deleted',
    message: { id, timestamp, author },
    ...(signer === undefined ? {} : { signer }),
    ...(localId === undefined ? {} : { localId }),
  };
}

/** A message that is on its way, without what is only for finding it in the room. */
export function outgoingEntry({ localId, room, text, createdAt, state, fault }: Outgoing): FeedEntry {
  const outgoing = { localId, room, text, createdAt, state };
  return { kind: 'outgoing', outgoing: fault === undefined ? outgoing : { ...outgoing, fault } };
}

/** What a list of rooms needs to know of the room. `pending`: what was written here and is not found in it yet. */
export function roomSummary(sync: RoomSync, isOwn: (id: string) => boolean, pending: readonly Outgoing[]): RoomSummary {
  return {
    room: sync.room,
    unreadCount: sync.unread(isOwn).length,
    loaded: sync.loaded,
    older: sync.history.older,
    unsentCount: pending.filter(({ state }) => state !== 'sent').length,
    ...(sync.fault === undefined ? {} : { fault: sync.fault }),
  };
}

/**
 * The ids of those entries before which messages may be missing. A gap whose own message is gone shows before the next
 * one; one below all that is shown does not show.
 */
function gapsBefore(timeline: Timeline, shown: readonly TimelineEntry[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const gap of timeline.gaps) {
    const index = shown.findIndex(({ message }) => comparePositions(message, gap) >= 0);
    const entry = shown[index];
    const isBelow = index === 0 && entry?.message.id !== gap.id && shown.length < timeline.liveCount;
    if (entry !== undefined && !isBelow) ids.add(entry.message.id);
  }
  return ids;
}

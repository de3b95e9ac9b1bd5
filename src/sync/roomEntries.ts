import { unescapeOnce } from '../chat/escaping';
import { comparePositions, type Message } from '../chat/message';
import type { Outgoing } from '../chat/outgoing';
import { readSignature } from '../chat/signature';
import { newestLiveEntries, type Timeline, type TimelineEntry } from '../chat/timeline';
import type { FeedEntry, GapState, OutgoingEntry, RoomSummary } from './feed';
import type { RoomSync } from './roomSync';

/**
 * One message of a room in the form that windows exchange: what is known of it, and what follows from the room's state.
 * Times are milliseconds since 1970.
 */
export interface StateEntry {
  readonly kind: 'state';
  readonly entry: TimelineEntry;
  readonly unread: boolean;
  /** Messages may be missing before this one, or are being fetched. */
  readonly gap?: GapState;
}

/** The newest `count` messages of a room, with the deleted ones among them, oldest first. */
export function stateEntries(sync: RoomSync, count: number): StateEntry[] {
  const unread = new Set(sync.known.unread().map(({ id }) => id));
  const shown = newestLiveEntries(sync.timeline, count);
  const gaps = gapsBefore(
    sync.timeline,
    shown.filter(({ deleted }) => !deleted),
  );
  const gap = sync.history.isLoadingMissing ? 'loading' : 'open';
  return shown.map((entry) => ({
    kind: 'state',
    entry,
    unread: unread.has(entry.message.id),
    ...(gaps.has(entry.message.id) ? { gap } : {}),
  }));
}

/**
 * What there is to show of a message.
 * @param escapes the service escapes texts
 */
export function feedEntry({ entry, unread, gap }: StateEntry, escapes: boolean): FeedEntry {
  const { edited, deleted, localId } = entry;
  const message = readable(entry.message, escapes);
  if (deleted) return deletedEntry(message, localId);
  return {
    kind: 'message',
    message,
    unread,
    ...(edited ? { edited } : {}),
    ...(localId === undefined ? {} : { localId }),
    ...(gap === undefined ? {} : { gap }),
  };
}

/** The message as its author wrote it. The state keeps the service's text, which is how an edit is noticed. */
export function readable(message: Message, escapes: boolean): Message {
  return escapes ? { ...message, text: unescapeOnce(message.text) } : message;
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
export function outgoingEntry({ localId, room, text, createdAt, state, fault }: Outgoing): OutgoingEntry {
  const outgoing = { localId, room, text, createdAt, state };
  return { kind: 'outgoing', outgoing: fault === undefined ? outgoing : { ...outgoing, fault } };
}

/** What a list of rooms needs to know of the room. `pending`: what was written here and is not found in it yet. */
export function roomSummary(sync: RoomSync, pending: readonly Outgoing[]): RoomSummary {
  return {
    room: sync.room,
    unreadCount: sync.known.unread().length,
    loaded: sync.loaded,
    older: sync.history.older,
    unsentCount: pending.filter(({ state }) => state !== 'sent').length,
    ...(sync.fault === undefined ? {} : { fault: sync.fault }),
  };
}

/**
 * The ids of the entries before which messages may be missing. A gap whose own message is gone is shown before the next
 * message. A gap below all shown messages is not shown.
 */
function gapsBefore(timeline: Timeline, shown: readonly TimelineEntry[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const gap of timeline.gaps) {
    const index = shown.findIndex(({ message }) => comparePositions(message, gap) >= 0);
    const entry = shown[index];
    const isApart = entry?.message.timestamp !== gap.timestamp;
    const isBelow = index === 0 && isApart && shown.length < timeline.liveCount;
    if (entry !== undefined && !isBelow) ids.add(entry.message.id);
  }
  return ids;
}

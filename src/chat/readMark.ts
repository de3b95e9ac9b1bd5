import { comparePositions, type Message, type Position } from './message';
import { entriesBackwards, newestPosition, timelineEntry, type Timeline, type TimelineEntry } from './timeline';

/** How far a person has read a room. Serialisable. */
export interface ReadMark {
  /** Everything up to here is read, except what `lateIds` names. Absent: nothing is read. */
  readonly through?: Position;
  /** Messages that arrived later than `through` was set, with an older place. */
  readonly lateIds: readonly string[];
}

/** Everything that is known of the room is read. */
export function readThroughNewest(timeline: Timeline): ReadMark {
  const newest = newestPosition(timeline);
  return newest === undefined
    ? { lateIds: [] }
    : { through: { timestamp: newest.timestamp, id: newest.id }, lateIds: [] };
}

/** The mark after the person has seen everything up to a message: it never goes back. The same mark where nothing changes. */
export function readUpTo(mark: ReadMark, timeline: Timeline, id: string): ReadMark {
  const seen = timelineEntry(timeline, id)?.message;
  if (seen === undefined) return mark;
  const isBeyond = mark.through === undefined || comparePositions(seen, mark.through) > 0;
  const unseen = mark.lateIds.filter((late) => {
    const message = timelineEntry(timeline, late)?.message;
    return message !== undefined && comparePositions(message, seen) > 0;
  });
  if (!isBeyond && unseen.length === mark.lateIds.length) return mark;
  const through = isBeyond ? { timestamp: seen.timestamp, id: seen.id } : mark.through;
  return { through, lateIds: unseen };
}

/**
 * The mark after own messages that follow what is read: nobody has to read what they wrote. The same mark where nothing
 * changes.
 */
export function readPastOwn(mark: ReadMark, timeline: Timeline): ReadMark {
  let through = mark.through;
  const after: TimelineEntry[] = [];
  for (const entry of entriesBackwards(timeline)) {
    if (mark.through !== undefined && comparePositions(entry.message, mark.through) <= 0) break;
    after.push(entry);
  }
  for (const { message, localId, deleted } of after.reverse()) {
    if (localId === undefined && !deleted) break;
    if (localId !== undefined) through = { timestamp: message.timestamp, id: message.id };
  }
  return through === mark.through || through === undefined ? mark : { ...mark, through };
}

/** The mark after messages arrived: those with a place that counts as read are remembered as unread. */
export function noteArrivals(mark: ReadMark, arrivals: readonly Message[]): ReadMark {
  const { through } = mark;
  if (through === undefined) return mark;
  const late = arrivals.filter((message) => comparePositions(message, through) <= 0).map(({ id }) => id);
  return late.length === 0 ? mark : { through, lateIds: [...mark.lateIds, ...late] };
}

/** The unread messages, oldest first. Own and deleted ones are never unread. */
export function unreadMessages(timeline: Timeline, mark: ReadMark): readonly Message[] {
  const unread: Message[] = [];
  const late = new Set(mark.lateIds);
  for (const { message, deleted, localId } of entriesBackwards(timeline)) {
    const isAfter = mark.through === undefined || comparePositions(message, mark.through) > 0;
    if (!isAfter && !late.delete(message.id)) {
      if (late.size === 0) break;
      continue;
    }
    if (!deleted && localId === undefined) unread.push(message);
    if (!isAfter && late.size === 0) break;
  }
  return unread.reverse();
}

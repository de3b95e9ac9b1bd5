import { comparePositions, type Position } from '../chat/message';
import type { ReadMark } from '../chat/readMark';
import {
  newestPosition,
  oldestPosition,
  timelineEntry,
  withEntries,
  type Timeline,
  type TimelineEntry,
} from '../chat/timeline';
import { timelineOfState, type RoomState } from './roomState';

/**
 * Adds what a window knew of the room under an engine that is gone. It adds messages older than all that are known here if
 * the window also has the oldest of those, and newer ones if it has the newest. If the window's state is newer, it also adds
 * what was seen of messages that both know.
 * @param isNewer whether the window's state is newer than the one that the timeline started with
 * @returns the same timeline if nothing was added
 */
export function adoptedTimeline(
  timeline: Timeline,
  isNewer: boolean,
  state: RoomState,
  monotonicMs: number,
  nowMs: number,
): Timeline {
  const theirs = timelineOfState(state, monotonicMs, nowMs);
  const [oldest, newest] = [oldestPosition(timeline), newestPosition(timeline)];
  if (oldest === undefined || newest === undefined) return timeline;
  const joinsBelow = timelineEntry(theirs, oldest.id) !== undefined;
  const joinsAbove = timelineEntry(theirs, newest.id) !== undefined;
  const adopted: TimelineEntry[] = [];
  for (const { message } of state.entries) {
    const entry = timelineEntry(theirs, message.id);
    if (entry === undefined) continue;
    const known = timelineEntry(timeline, message.id);
    const isOutside =
      (joinsBelow && comparePositions(message, oldest) < 0) || (joinsAbove && comparePositions(message, newest) > 0);
    if (known === undefined) {
      if (isOutside) adopted.push(entry);
      continue;
    }
    const both = isNewer ? withWhatWasSeen(known, entry) : known;
    if (both !== known) adopted.push(both);
  }
  if (adopted.length === 0) return timeline;
  const isLonger = joinsBelow && adopted.some(({ message }) => comparePositions(message, oldest) < 0);
  const below = isLonger ? state.gaps.filter((gap) => comparePositions(gap, oldest) <= 0) : [];
  const above = joinsAbove ? state.gaps.filter((gap) => comparePositions(gap, newest) > 0) : [];
  const startReached = isLonger ? state.startReached : timeline.startReached;
  const isBelow = (gap: Position): boolean => below.some((other) => comparePositions(other, gap) === 0);
  const gaps = [...below, ...timeline.gaps.filter((gap) => !isBelow(gap)), ...above];
  return { ...withEntries(timeline, adopted), gaps, startReached };
}

/**
 * How far a room is read, as far as either this mark or a newer state says. Messages that came since with an older place
 * stay unread.
 */
export function furtherMark(mark: ReadMark, state: RoomState): ReadMark {
  const [here, there] = [mark.through, state.mark.through];
  const isFurther = there !== undefined && (here === undefined || comparePositions(there, here) > 0);
  const through = isFurther ? there : here;
  const known = new Set(state.entries.map(({ message }) => message.id));
  const since = mark.lateIds.filter((id) => !known.has(id) && !state.mark.lateIds.includes(id));
  const lateIds = [...state.mark.lateIds, ...since];
  return { ...(through === undefined ? {} : { through }), lateIds };
}

/** An entry that adds what the other side saw of a message. The text stays; the next answer will tell. */
function withWhatWasSeen(known: TimelineEntry, theirs: TimelineEntry): TimelineEntry {
  const { edited, late, localId, deleted, deletedAt } = theirs;
  const isAlike = known.localId === localId && known.edited === edited && known.late === late;
  if (isAlike && known.deleted === deleted) return known;
  return {
    ...known,
    edited: known.edited || edited,
    late: known.late || late,
    ...(localId === undefined ? {} : { localId }),
    ...(deleted ? { deleted, ...(deletedAt === undefined ? {} : { deletedAt }) } : {}),
  };
}

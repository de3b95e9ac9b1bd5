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
 * The timeline with what a window had of the room under an engine that is gone: what is older or newer than all that is
 * known here, as far as it joins that; and where its state is the newer one, what had been seen of messages known to both.
 * @param isNewer whether their state is newer than the one with which the timeline began
 * @returns the same timeline where it brings nothing
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
 * How far a room is read, by what is known here and by a newer state: as far as either says, but for what came since then
 * with an older place.
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

/** What is known here of a message, and what had been seen of it there. The text is for the next answer to tell. */
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

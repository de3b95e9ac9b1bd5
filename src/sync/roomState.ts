import { comparePositions, type RoomName } from '../chat/message';
import type { ReadMark } from '../chat/readMark';
import { entriesBackwards, timelineOf, withoutConfirmation, type Timeline, type TimelineEntry } from '../chat/timeline';
import type { RoomEvidence } from './coverage';

/**
 * All that is known of a room, as it outlives an engine: on disk, and from window to window when the engine moves. The
 * texts are the service's own, never as they were shown. Serialisable; times are milliseconds since 1970.
 */
export interface RoomState {
  /** Grows with each change: of two states of one room, the higher one is the newer. */
  readonly revision: number;
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly gaps: Timeline['gaps'];
  readonly startReached: boolean;
  /** How many messages the answer held that showed the room's beginning. */
  readonly startCount: number;
  readonly mark: ReadMark;
  readonly evidence: RoomEvidence;
  /** When the last answer came. */
  readonly answeredAt?: number;
}

/** What is known of a room beside its entries. */
export interface RoomFacts extends Omit<RoomState, 'entries'> {
  readonly entryCount: number;
}

/** What a new engine begins with: the states that the last one handed over. */
export type RoomStates = ReadonlyMap<RoomName, RoomState>;

/** So many messages of a room are kept on disk, and more where more are unread; characters of text, all together. */
const KEPT_MESSAGES = 200;
const MOST_UNREAD_KEPT = 500;
const MOST_TEXT_KEPT = 4 * 1024 * 1024;

/** Answers of so long ago say nothing any more of what is still there, in milliseconds. */
export const CONFIRMED_FOR_MS = 2 * 60_000;

/** The newest entries of a timeline, as many as are kept on disk. */
export function keptEntries(timeline: Timeline, unreadCount: number): readonly TimelineEntry[] {
  const most = KEPT_MESSAGES + Math.min(MOST_UNREAD_KEPT, unreadCount);
  const kept: TimelineEntry[] = [];
  let live = 0;
  let length = 0;
  for (const entry of entriesBackwards(timeline)) {
    if (!entry.deleted) length += entry.message.text.length;
    if (live >= most || kept.length >= 2 * most || (length > MOST_TEXT_KEPT && live > 0)) break;
    if (!entry.deleted) live++;
    kept.push(entry);
  }
  return kept.reverse();
}

/** The state of which a window has some of the newest entries, and all that is known beside them. */
export function stateOfPart(entries: readonly TimelineEntry[], { entryCount, ...facts }: RoomFacts): RoomState {
  if (entries.length >= entryCount) return { ...facts, entries };
  const [first] = entries;
  const gaps = facts.gaps.filter((gap) => first !== undefined && comparePositions(gap, first.message) > 0);
  return { ...facts, entries, gaps, startReached: false };
}

/** The timeline of a state, by the monotonic clock of whoever begins with it. */
export function timelineOfState(state: RoomState, monotonicMs: number, nowMs: number): Timeline {
  const timeline = timelineOf(
    state.entries.map((entry) => shifted(entry, monotonicMs - nowMs, monotonicMs)),
    state,
  );
  const age = nowMs - (state.answeredAt ?? -Infinity);
  return age >= 0 && age < CONFIRMED_FOR_MS ? timeline : withoutConfirmation(timeline);
}

/** The entries with their times in milliseconds since 1970. */
export function inWallTime(
  entries: readonly TimelineEntry[],
  monotonicMs: number,
  nowMs: number,
): readonly TimelineEntry[] {
  return entries.map((entry) => shifted(entry, nowMs - monotonicMs, nowMs));
}

/** An entry as it is told to other windows. `epochMs`: milliseconds since 1970 when the monotonic clock stood at 0. */
export function sharedEntry(entry: TimelineEntry, epochMs: number): TimelineEntry {
  return shifted(entry, epochMs, Infinity);
}

/** The entry by another clock. Nothing lies in the future there, whatever was done to the clocks meanwhile. */
function shifted(entry: TimelineEntry, byMs: number, latest: number): TimelineEntry {
  const { arrivedAt, missedAt, deletedAt, before } = entry;
  if (arrivedAt === undefined && missedAt === undefined && deletedAt === undefined && before === undefined) {
    return entry;
  }
  const shift = (at: number): number => Math.min(latest, at + byMs);
  return {
    ...entry,
    ...(arrivedAt === undefined ? {} : { arrivedAt: shift(arrivedAt) }),
    ...(missedAt === undefined ? {} : { missedAt: shift(missedAt) }),
    ...(deletedAt === undefined ? {} : { deletedAt: shift(deletedAt) }),
    ...(before === undefined ? {} : { before: { ...before, at: shift(before.at) } }),
  };
}

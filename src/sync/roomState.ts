import { comparePositions, type RoomName } from '../chat/message';
import type { ReadMark } from '../chat/readMark';
import { entriesBackwards, timelineOf, withoutConfirmation, type Timeline, type TimelineEntry } from '../chat/timeline';
import type { RoomEvidence } from './coverage';

/**
 * All that is known of a room, in the form that outlives an engine: on disk, and from window to window when the engine
 * moves. Texts are as the service gave them, never as they were shown. Serialisable; times are milliseconds since 1970.
 */
export interface RoomState {
  /** Grows with each change. Of two states of a room, the one with the higher revision is newer. */
  readonly revision: number;
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly gaps: Timeline['gaps'];
  readonly startReached: boolean;
  /** How many messages were in the answer that showed the room's beginning. */
  readonly startCount: number;
  readonly mark: ReadMark;
  readonly evidence: RoomEvidence;
  /** When the last answer came. */
  readonly answeredAt?: number;
}

/** What is known of a room apart from its entries. */
export interface RoomFacts extends Omit<RoomState, 'entries'> {
  readonly entryCount: number;
}

/** The states that a new engine starts with. The last engine handed them over. */
export type RoomStates = ReadonlyMap<RoomName, RoomState>;

/** How many messages of a room are kept on disk, how many more if they are unread, and how many characters of text in all. */
const KEPT_MESSAGES = 200;
const MOST_UNREAD_KEPT = 500;
const MOST_TEXT_KEPT = 4 * 1024 * 1024;

/** After this time an answer no longer shows that a message still exists, in milliseconds. */
export const CONFIRMED_FOR_MS = 2 * 60_000;

/** The newest entries of a timeline that are kept on disk. */
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

/** The state of a room from some of its newest entries and all other facts. */
export function stateOfPart(entries: readonly TimelineEntry[], { entryCount, ...facts }: RoomFacts): RoomState {
  if (entries.length >= entryCount) return { ...facts, entries };
  const [first] = entries;
  const gaps = facts.gaps.filter((gap) => first !== undefined && comparePositions(gap, first.message) > 0);
  return { ...facts, entries, gaps, startReached: false };
}

/** The timeline of a state, with times by the monotonic clock of the engine that starts with it. */
export function timelineOfState(state: RoomState, monotonicMs: number, nowMs: number): Timeline {
  const timeline = timelineOf(
    state.entries.map((entry) => shifted(entry, monotonicMs - nowMs, monotonicMs)),
    state,
  );
  const age = nowMs - (state.answeredAt ?? -Infinity);
  return age >= 0 && age < CONFIRMED_FOR_MS ? timeline : withoutConfirmation(timeline);
}

/** The entries, with times in milliseconds since 1970. */
export function inWallTime(
  entries: readonly TimelineEntry[],
  monotonicMs: number,
  nowMs: number,
): readonly TimelineEntry[] {
  return entries.map((entry) => shifted(entry, nowMs - monotonicMs, nowMs));
}

/** An entry as other windows get it. `epochMs`: milliseconds since 1970 when the monotonic clock stood at 0. */
export function sharedEntry(entry: TimelineEntry, epochMs: number): TimelineEntry {
  return shifted(entry, epochMs, Infinity);
}

/** The entry with times by another clock. No time lies in the future there, even if a clock was set in between. */
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

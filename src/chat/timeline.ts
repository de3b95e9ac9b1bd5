import { emptyTrie, trieDelete, trieGet, trieSet, type HashTrie } from './hashTrie';
import { comparePositions, type Message, type Position } from './message';
import {
  emptyList,
  listApply,
  listBackwards,
  listFirst,
  listGet,
  listLast,
  type Change,
  type OrderedList,
} from './orderedList';

/** A message and what this machine has seen of it. Times are milliseconds of one clock that only goes forward. */
export interface TimelineEntry {
  readonly message: Message;
  /** The local id that it was sent with. Absent when somebody else wrote it. */
  readonly localId?: string;
  /** Came to a place where all was known already: no proof that older places are covered. */
  readonly late: boolean;
  /** Bore a stamp of the future when it came: a service that lists by arrival lists it among older ones. */
  readonly ahead?: true;
  /** Was seen before with another text. */
  readonly edited: boolean;
  /** Polls that cover its place left it out. Kept, so that a message which comes back is not taken for a new one. */
  readonly deleted: boolean;
  /** When the poll began that brought it. Absent: long ago. */
  readonly arrivedAt?: number;
  /** When the poll began that left it out though it covers its place. Absent while the last such poll held it. */
  readonly missedAt?: number;
  /** When the poll began on whose word it was taken for deleted. */
  readonly deletedAt?: number;
  /** It stood beyond the span of those polls, which were taken for the whole room. */
  readonly deletedUnspanned?: true;
  /** The text before the last edit, and when the poll began that showed the new one. */
  readonly before?: { readonly text: string; readonly at: number };
  /** Known from long ago, and not seen in any answer since. */
  readonly unconfirmed?: true;
  /** It was deleted, and its text is not kept any more. */
  readonly textDropped?: true;
}

/** All that is known of one room, ordered by (timestamp, id). An immutable value. */
export interface Timeline {
  readonly entries: OrderedList<TimelineEntry>;
  readonly places: HashTrie<number>;
  /** Entries that are not deleted. */
  readonly liveCount: number;
  /** Places just before which messages may be missing, oldest first. */
  readonly gaps: readonly Position[];
  /** Nothing is older than the first entry. */
  readonly startReached: boolean;
}

/** Where an entry stands. */
export const positionOf = ({ message }: TimelineEntry): Position => message;

/** A room of which nothing is known. */
export const emptyTimeline: Timeline = {
  entries: emptyList(),
  places: emptyTrie(),
  liveCount: 0,
  gaps: [],
  startReached: false,
};

/** The entry of the message, also when it is deleted. */
export function timelineEntry(timeline: Timeline, id: string): TimelineEntry | undefined {
  const timestamp = trieGet(timeline.places, id);
  return timestamp === undefined ? undefined : listGet(timeline.entries, { timestamp, id }, positionOf);
}

/** The entries from the newest to the oldest; cheap to stop early. `from`: starts at or before that place. */
export function entriesBackwards(timeline: Timeline, from?: Position): Generator<TimelineEntry, undefined> {
  return listBackwards(timeline.entries, positionOf, from);
}

/** The newest `count` entries, oldest first. */
export function newestEntries(timeline: Timeline, count: number): readonly TimelineEntry[] {
  const newest: TimelineEntry[] = [];
  if (count <= 0) return newest;
  for (const entry of entriesBackwards(timeline)) {
    newest.push(entry);
    if (newest.length >= count) break;
  }
  return newest.reverse();
}

/** The newest `count` entries that are not deleted, and at most as many deleted ones among them, oldest first. */
export function newestLiveEntries(timeline: Timeline, count: number): readonly TimelineEntry[] {
  const newest: TimelineEntry[] = [];
  let live = 0;
  for (const entry of entriesBackwards(timeline)) {
    if (live >= count) break;
    if (!entry.deleted) live++;
    if (!entry.deleted || newest.length - live < count) newest.push(entry);
  }
  return newest.reverse();
}

/** The place of the newest entry. */
export function newestPosition(timeline: Timeline): Position | undefined {
  return listLast(timeline.entries)?.message;
}

/** The place of the oldest entry. */
export function oldestPosition(timeline: Timeline): Position | undefined {
  return listFirst(timeline.entries)?.message;
}

/** The timeline that holds these entries, in any order, no two with one id. */
export function timelineOf(
  entries: readonly TimelineEntry[],
  { gaps, startReached }: Pick<Timeline, 'gaps' | 'startReached'>,
): Timeline {
  return { ...withEntries(emptyTimeline, entries), gaps, startReached };
}

/** The timeline with these entries in place of those with their ids, or added where there are none. */
export function withEntries(timeline: Timeline, entries: readonly TimelineEntry[]): Timeline {
  if (entries.length === 0) return timeline;
  const changes: Change<TimelineEntry>[] = [];
  let { places, liveCount } = timeline;
  for (const entry of entries) {
    const { id, timestamp } = entry.message;
    const known = timelineEntry(timeline, id);
    if (known?.deleted === false) liveCount--;
    if (!entry.deleted) liveCount++;
    if (known !== undefined && known.message.timestamp !== timestamp) {
      changes.push({ at: known.message, item: undefined });
    }
    if (known?.message.timestamp !== timestamp) places = trieSet(places, id, timestamp);
    changes.push({ at: entry.message, item: entry });
  }
  return { ...timeline, entries: listApply(timeline.entries, changes, positionOf), places, liveCount };
}

/** The timeline in which the message was written here, with that local id; or by somebody else, where there is none. */
export function withOwner(timeline: Timeline, id: string, localId: string | undefined): Timeline {
  const entry = timelineEntry(timeline, id);
  if (entry === undefined || entry.localId === localId) return timeline;
  const { localId: _, ...rest } = entry;
  return withEntries(timeline, [localId === undefined ? rest : { ...rest, localId }]);
}

/**
 * The timeline without what is older than its newest `count` entries that are not deleted. What is dropped is unknown
 * from then on: it can be fetched again.
 */
export function withoutOldest(timeline: Timeline, count: number): Timeline {
  if (timeline.liveCount <= count) return timeline;
  const changes: Change<TimelineEntry>[] = [];
  let { places } = timeline;
  let live = 0;
  let oldestLeft: Position | undefined;
  for (const entry of entriesBackwards(timeline)) {
    if (live < count) {
      if (!entry.deleted) live++;
      oldestLeft = entry.message;
      continue;
    }
    changes.push({ at: entry.message, item: undefined });
    places = trieDelete(places, entry.message.id);
  }
  const first = oldestLeft;
  return {
    entries: listApply(timeline.entries, changes, positionOf),
    places,
    liveCount: live,
    gaps: timeline.gaps.filter((gap) => first !== undefined && comparePositions(gap, first) > 0),
    startReached: false,
  };
}

/** The timeline in which what was taken for deleted on the word of short answers, beyond their span, is there again. */
export function withDeletedUnspanned(timeline: Timeline): Timeline {
  const revived: TimelineEntry[] = [];
  for (const entry of entriesBackwards(timeline)) {
    const { deletedUnspanned, deletedAt, missedAt, ...rest } = entry;
    // A text that is not kept can only come back from the service.
    if (deletedUnspanned && entry.textDropped === undefined) {
      revived.push({ ...rest, deleted: false, unconfirmed: true });
    }
  }
  return withEntries(timeline, revived);
}

/** The timeline none of whose entries was in an answer lately. */
export function withoutConfirmation(timeline: Timeline): Timeline {
  const changed: TimelineEntry[] = [];
  for (const entry of entriesBackwards(timeline)) {
    if (!entry.deleted && entry.unconfirmed === undefined) changed.push({ ...entry, unconfirmed: true });
  }
  return withEntries(timeline, changed);
}

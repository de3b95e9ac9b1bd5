import { emptyTrie, trieGet, trieSet, type HashTrie } from './hashTrie';
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

/** A message and what this machine has seen of it. */
export interface TimelineEntry {
  readonly message: Message;
  /** Came to a place where all was known already: no proof that older places are covered. */
  readonly late: boolean;
  /** Was seen before with another text. */
  readonly edited: boolean;
  /** A page that covers its place left it out. Kept, so that a message which comes back is not taken for a new one. */
  readonly deleted: boolean;
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

/**
 * What a page proves about messages that it leaves out:
 * `nothing`; its `span`, from its oldest message to the room's end (or to `upTo`); the whole `room` up to there.
 */
export type Coverage = 'nothing' | 'span' | 'room';

/** An answer of the service for one room. */
export interface Page {
  /** In any order, repeats included. */
  readonly messages: readonly Message[];
  readonly covers: Coverage;
  /** The page was asked for what is older than this place. Absent: it ends with the room's newest message. */
  readonly upTo?: Position;
  /** The page was asked to reach further back than what is known: what is older than all of it is no late message. */
  readonly reachesBack?: boolean;
}

/** What a page changed. */
export interface Merge {
  readonly timeline: Timeline;
  /** Messages with ids never seen before, in order. */
  readonly arrivals: readonly Message[];
  readonly edits: readonly Message[];
  readonly deletions: readonly Message[];
}

const positionOf = ({ message }: TimelineEntry): Position => message;

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

/** Takes in a page. The same page twice changes nothing the second time, and gives the same timeline. */
export function mergePage(timeline: Timeline, page: Page): Merge {
  const messages = distinctInOrder(page.messages);
  const changes: Change<TimelineEntry>[] = [];
  const arrivals: Message[] = [];
  const edits: Message[] = [];
  const newest = newestPosition(timeline);
  let places = timeline.places;
  let liveCount = timeline.liveCount;
  /** The oldest message of the page that proves that the page reaches down to it. */
  let anchor: Message | undefined;

  for (const message of messages) {
    const known = timelineEntry(timeline, message.id);
    if (known === undefined) {
      const late =
        newest !== undefined && comparePositions(message, newest) < 0 && !isUnknownPlace(timeline, message, page);
      changes.push({ at: message, item: { message, late, edited: false, deleted: false } });
      places = trieSet(places, message.id, message.timestamp);
      liveCount++;
      arrivals.push(message);
      continue;
    }
    if (!known.late) anchor ??= message;
    const textChanged = known.message.text !== message.text;
    if (known.deleted) liveCount++;
    if (known.message.timestamp !== message.timestamp) {
      changes.push({ at: known.message, item: undefined });
      places = trieSet(places, message.id, message.timestamp);
    }
    if (textChanged) edits.push(message);
    if (known.deleted || !sameMessage(known.message, message)) {
      changes.push({ at: message, item: { ...known, message, edited: known.edited || textChanged, deleted: false } });
    }
  }

  const missing = provenMissing(timeline, page, messages, anchor, liveCount);
  for (const entry of missing) changes.push({ at: entry.message, item: { ...entry, deleted: true } });
  const gaps = gapsAfter(timeline, page, messages[0]);
  const startReached = timeline.startReached || page.covers === 'room';
  if (changes.length === 0 && gaps === timeline.gaps && startReached === timeline.startReached) {
    return { timeline, arrivals, edits, deletions: [] };
  }
  return {
    timeline: {
      entries: listApply(timeline.entries, changes, positionOf),
      places,
      liveCount: liveCount - missing.length,
      gaps,
      startReached,
    },
    arrivals,
    edits,
    deletions: missing.map(({ message }) => message),
  };
}

function distinctInOrder(messages: readonly Message[]): readonly Message[] {
  const byId = new Map<string, Message>();
  for (const message of messages) if (!byId.has(message.id)) byId.set(message.id, message);
  return [...byId.values()].sort(comparePositions);
}

function sameMessage(left: Message, right: Message): boolean {
  return (
    left.timestamp === right.timestamp &&
    left.text === right.text &&
    left.author.id === right.author.id &&
    left.author.name === right.author.name &&
    left.author.email === right.author.email &&
    left.author.avatarUrl === right.author.avatarUrl
  );
}

/**
 * Known entries that the page would hold if they were still there. The page's oldest message proves its reach only if
 * it was known before and came in order: a service that picks by arrival may put a late message at the page's end.
 */
function provenMissing(
  timeline: Timeline,
  page: Page,
  messages: readonly Message[],
  anchor: Message | undefined,
  liveCount: number,
): readonly TimelineEntry[] {
  if (page.covers === 'nothing') return [];
  const wholeRoom = page.covers === 'room';
  if (wholeRoom && page.upTo === undefined && liveCount === messages.length) return [];
  if (!wholeRoom && anchor === undefined) return [];
  const present = new Set(messages.map(({ id }) => id));
  const missing: TimelineEntry[] = [];
  for (const entry of entriesBackwards(timeline, page.upTo)) {
    if (!wholeRoom && anchor !== undefined && comparePositions(entry.message, anchor) < 0) break;
    if (page.upTo !== undefined && comparePositions(entry.message, page.upTo) >= 0) continue;
    if (!entry.deleted && !present.has(entry.message.id)) missing.push(entry);
  }
  return missing;
}

/**
 * The gaps that are left. A page has none within, from its oldest message to its end; one that begins where nothing is
 * known leaves a gap below.
 */
function gapsAfter(timeline: Timeline, page: Page, oldest: Message | undefined): readonly Position[] {
  const { gaps } = timeline;
  const isAboveEnd = (gap: Position): boolean => page.upTo !== undefined && comparePositions(gap, page.upTo) > 0;
  if (page.covers === 'room') return sameWhenEqual(gaps, gaps.filter(isAboveEnd));
  if (oldest === undefined) return gaps;
  const left = gaps.filter((gap) => comparePositions(gap, oldest) <= 0 || isAboveEnd(gap));
  if (!beginsInTheUnknown(timeline, oldest)) return sameWhenEqual(gaps, left);
  return [...left, { timestamp: oldest.timestamp, id: oldest.id }].sort(comparePositions);
}

/** Whether messages may be missing between the message and the next older known one. */
function beginsInTheUnknown(timeline: Timeline, message: Message): boolean {
  const newest = newestPosition(timeline);
  const first = oldestPosition(timeline);
  if (newest === undefined || first === undefined || comparePositions(message, first) < 0) return false;
  if (trieGet(timeline.places, message.id) !== undefined) return false;
  if (comparePositions(message, newest) > 0) return true;
  // Between two known neighbours without a gap everything is known: what turns up there is late, not far away.
  return isInGap(timeline, message);
}

/** Whether nothing was known of the message's place before the page. */
function isUnknownPlace(timeline: Timeline, message: Message, page: Page): boolean {
  const first = oldestPosition(timeline);
  if (first !== undefined && comparePositions(message, first) < 0) return page.reachesBack === true;
  return isInGap(timeline, message);
}

function isInGap(timeline: Timeline, message: Message): boolean {
  const gap = timeline.gaps.find((position) => comparePositions(position, message) > 0);
  return gap !== undefined && !isKnownBetween(timeline, message, gap);
}

function isKnownBetween(timeline: Timeline, from: Position, to: Position): boolean {
  for (const { message } of entriesBackwards(timeline, to)) {
    if (comparePositions(message, to) < 0) return comparePositions(message, from) > 0;
  }
  return false;
}

function sameWhenEqual(before: readonly Position[], after: readonly Position[]): readonly Position[] {
  return before.length === after.length ? before : after;
}

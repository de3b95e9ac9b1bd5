import { comparePositions, type Message, type Position } from './message';
import {
  entriesBackwards,
  oldestPosition,
  timelineEntry,
  withEntries,
  type Timeline,
  type TimelineEntry,
} from './timeline';

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
  /** When the poll began, in milliseconds of a clock that only goes forward. Two pages of one time are one answer. */
  readonly at?: number;
  /** The page was asked for what is older than this place. Absent: it ends with the room's newest message. */
  readonly upTo?: Position;
  /** The page was asked to reach further back than what is known: what is older than all of it is no late message. */
  readonly reachesBack?: boolean;
  /**
   * Which entries beyond its span a page speaks for that is shorter than it was asked for: `none`; those that answers have
   * `confirmed` lately, or `all`; `doubted` are the confirmed ones, but such a page never makes the second of two that
   * leave an entry out. Absent: `all` where the page covers the room, else `none`.
   */
  readonly leavesOut?: 'none' | 'doubted' | 'confirmed' | 'all';
  /** An answer may be so much older than the poll that it answers, in milliseconds. */
  readonly lagMs?: number;
  /** Stamps from here on, in microseconds, lie in the future: they say nothing of the order of arrival. */
  readonly futureFrom?: number;
}

/** What a page changed. */
export interface Merge {
  readonly timeline: Timeline;
  /** Messages with ids never seen before, in order. */
  readonly arrivals: readonly Message[];
  readonly edits: readonly Message[];
  readonly deletions: readonly Message[];
  /** Entries as they were that an answer before left out, or that were taken for deleted, and that the page holds. */
  readonly returned: readonly TimelineEntry[];
}

/**
 * Takes in a page. The same page twice changes nothing the second time, and gives the same timeline. No single page
 * deletes: a message is taken for deleted when a second, later one leaves it out too.
 */
export function mergePage(timeline: Timeline, page: Page): Merge {
  const messages = distinctInOrder(page.messages);
  const { at = 0, lagMs = 0 } = page;
  const changed: TimelineEntry[] = [];
  const arrivals: Message[] = [];
  const edits: Message[] = [];
  const returned: TimelineEntry[] = [];
  const isLate = latenessIn(timeline, page);

  for (const message of messages) {
    const known = timelineEntry(timeline, message.id);
    if (known === undefined) {
      const arrived = page.at === undefined ? {} : { arrivedAt: at };
      const ahead = message.timestamp >= (page.futureFrom ?? Infinity) ? { ahead: true as const } : {};
      changed.push({ message, late: isLate(message), ...ahead, edited: false, deleted: false, ...arrived });
      arrivals.push(message);
      continue;
    }
    // An answer of the past shows what was deleted since, or as it was before an edit.
    if (known.deletedAt !== undefined && at - known.deletedAt < lagMs) continue;
    const isOutdated = known.before?.text === message.text && at - known.before.at < lagMs;
    const seen = isOutdated ? { ...message, text: known.message.text } : message;
    if (known.deleted || known.missedAt !== undefined) returned.push(known);
    const isEdit = known.message.text !== seen.text && known.textDropped === undefined;
    if (isEdit) edits.push(seen);
    const entry = seenAgain(known, seen, isEdit ? at : undefined);
    if (entry !== known) changed.push(entry);
  }

  const missed = entriesLeftOut(timeline, page, messages).flatMap(({ entry, isOutside }): readonly TimelineEntry[] => {
    const { missedAt, unconfirmed, ...rest } = entry;
    if (missedAt === undefined) return [{ ...entry, missedAt: at }];
    if (at <= missedAt || (isOutside && page.leavesOut === 'doubted')) return [];
    return [{ ...rest, deleted: true, deletedAt: at, ...(isOutside ? { deletedUnspanned: true as const } : {}) }];
  });
  const gaps = gapsAfter(timeline, page, messages);
  const startReached = startAfter(timeline, page, messages);
  const deletions = missed.filter(({ deleted }) => deleted).map(({ message }) => message);
  if (changed.length + missed.length === 0 && gaps === timeline.gaps && startReached === timeline.startReached) {
    return { timeline, arrivals, edits, deletions, returned };
  }
  const after = { ...withEntries(timeline, [...changed, ...missed]), gaps, startReached };
  return { timeline: after, arrivals, edits, deletions, returned };
}

function distinctInOrder(messages: readonly Message[]): readonly Message[] {
  const byId = new Map<string, Message>();
  for (const message of messages) if (!byId.has(message.id)) byId.set(message.id, message);
  return [...byId.values()].sort(comparePositions);
}

/** The entry after an answer that holds its message; the same one where that changes nothing. */
function seenAgain(known: TimelineEntry, message: Message, editedAt: number | undefined): TimelineEntry {
  const isAsBefore = !known.deleted && known.missedAt === undefined && known.unconfirmed === undefined;
  if (isAsBefore && sameMessage(known.message, message)) return known;
  const { missedAt, deletedAt, deletedUnspanned, unconfirmed, textDropped, ...rest } = known;
  const entry = { ...rest, message, deleted: false };
  if (editedAt === undefined) return entry;
  return { ...entry, edited: true, before: { text: known.message.text, at: editedAt } };
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
 * Known entries that the page would hold if they were still there:
 *
 * - those above its oldest message that was known before and came in order: a service that picks by arrival may put a late
 *   message at the page's end. What bears the same stamp as that one may have been cut off: the order of equal stamps is
 *   the service's own.
 * - all others, as far as the page speaks for them (`leavesOut`).
 * - but above its newest message only those that have been there for longer than an answer may be old.
 */
function entriesLeftOut(
  timeline: Timeline,
  page: Page,
  messages: readonly Message[],
): readonly { readonly entry: TimelineEntry; readonly isOutside: boolean }[] {
  const { covers, at = 0, upTo, lagMs = 0 } = page;
  if (covers === 'nothing') return [];
  const leavesOut = page.leavesOut ?? (covers === 'room' ? 'all' : 'none');
  const anchor = messages.find(({ id }) => timelineEntry(timeline, id)?.late === false);
  const newest = messages.at(-1);
  if (leavesOut === 'none' && anchor === undefined) return [];
  if (
    leavesOut === 'all' &&
    upTo === undefined &&
    timeline.liveCount === messages.length &&
    !isNews(timeline, messages)
  ) {
    return [];
  }
  const present = new Set(messages.map(({ id }) => id));
  const left: { readonly entry: TimelineEntry; readonly isOutside: boolean }[] = [];
  for (const entry of entriesBackwards(timeline, upTo)) {
    const { message } = entry;
    const isSpanned = anchor !== undefined && message.timestamp > anchor.timestamp;
    const isSpokenFor = isSpanned || leavesOut === 'all' || entry.unconfirmed === undefined;
    if (!isSpanned && leavesOut === 'none') break;
    if (!isSpokenFor || entry.deleted || present.has(message.id)) continue;
    if (isSpanned && entry.ahead === true && leavesOut === 'none') continue;
    if (upTo !== undefined && comparePositions(message, upTo) >= 0) continue;
    const isAboveAll = upTo === undefined && (newest === undefined || comparePositions(message, newest) > 0);
    if (isAboveAll && at - (entry.arrivedAt ?? -Infinity) < lagMs) continue;
    left.push({ entry, isOutside: !isSpanned });
  }
  return left;
}

function isNews(timeline: Timeline, messages: readonly Message[]): boolean {
  return messages.some(({ id }) => timelineEntry(timeline, id)?.deleted !== false);
}

/** Tells of a message that is new whether it came to a place where all was known already. */
function latenessIn(timeline: Timeline, page: Page): (message: Message) => boolean {
  const newest = newestInOrder(timeline, page.futureFrom);
  return (message) =>
    newest !== undefined && comparePositions(message, newest) < 0 && !isUnknownPlace(timeline, message, page);
}

/** The newest entry whose stamp does not lie in the future. */
function newestInOrder(timeline: Timeline, futureFrom = Infinity): Position | undefined {
  for (const { message } of entriesBackwards(timeline)) if (message.timestamp < futureFrom) return message;
  return undefined;
}

/**
 * The gaps that are left. A page has none within, from its oldest message to its end; one that begins where nothing is
 * known leaves a gap below.
 */
function gapsAfter(timeline: Timeline, page: Page, messages: readonly Message[]): readonly Position[] {
  const { gaps } = timeline;
  const newest = messages.at(-1);
  // What is newer than the page may have been missing where it came from: a replica that lags knows less.
  const isAboveEnd = (gap: Position): boolean =>
    (page.upTo !== undefined && comparePositions(gap, page.upTo) > 0) ||
    (newest !== undefined && comparePositions(gap, newest) > 0);
  if (page.covers === 'room') return sameWhenEqual(gaps, gaps.filter(isAboveEnd));
  const oldest = messages[0];
  if (oldest === undefined) return gaps;
  // What bears the stamp of the oldest may be cut off anywhere: only what is newer is whole.
  const left = gaps.filter((gap) => gap.timestamp <= oldest.timestamp || isAboveEnd(gap));
  const gap = { timestamp: oldest.timestamp, id: '' };
  const isKnown = left.some((known) => comparePositions(known, gap) === 0);
  if (isKnown || !beginsInTheUnknown(timeline, page, messages)) return sameWhenEqual(gaps, left);
  return [...left, gap].sort(comparePositions);
}

/** Whether messages may be missing between those that bear the page's oldest stamp and the next older known one. */
function beginsInTheUnknown(timeline: Timeline, page: Page, messages: readonly Message[]): boolean {
  const [oldest] = messages;
  const first = oldestPosition(timeline);
  if (oldest === undefined || first === undefined || comparePositions(oldest, first) < 0) return false;
  const isKnown = ({ id }: Message): boolean => timelineEntry(timeline, id) !== undefined;
  const edge = messages.filter(({ timestamp }) => timestamp === oldest.timestamp);
  const rest = messages.slice(edge.length);
  if (edge.some(isKnown)) {
    // Where only messages of one stamp are known to both, others of that stamp may have been cut off in between.
    const isPast = ({ timestamp }: Message): boolean => timestamp < (page.futureFrom ?? Infinity);
    const isJoined = rest.some((message) => isKnown(message) && isPast(message));
    return !isJoined && (edge.length > 1 || countOfStamp(timeline, oldest.timestamp) > 1);
  }
  const newest = newestInOrder(timeline, page.futureFrom);
  if (newest === undefined || comparePositions(oldest, newest) > 0 || isInGap(timeline, oldest)) return true;
  // One that stands apart from the rest of its page came late: it shows nothing of what is around it.
  const [second] = rest;
  return page.covers === 'span' && second !== undefined && !isKnownBetween(timeline, oldest, second);
}

/** How many entries bear the stamp. */
function countOfStamp(timeline: Timeline, timestamp: number): number {
  let count = 0;
  for (const { message } of entriesBackwards(timeline, { timestamp: timestamp + 1, id: '' })) {
    if (message.timestamp < timestamp) break;
    if (message.timestamp === timestamp) count++;
  }
  return count;
}

/** A full page of a room that was known from its beginning, with nothing known in it or below: more may have come. */
function startAfter(timeline: Timeline, page: Page, messages: readonly Message[]): boolean {
  if (page.covers === 'room') return true;
  const [oldest] = messages;
  if (!timeline.startReached || page.covers !== 'span' || oldest === undefined) return timeline.startReached;
  const first = oldestPosition(timeline);
  return first !== undefined && comparePositions(first, oldest) <= 0;
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

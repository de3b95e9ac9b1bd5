import type { Clock } from '../chapi/clock';
import type { Message } from '../chat/message';
import {
  noteArrivals,
  readPastOwn,
  readThroughNewest,
  readUpTo,
  unreadMessages,
  type ReadMark,
} from '../chat/readMark';
import {
  emptyTimeline,
  entriesBackwards,
  timelineEntry,
  withoutOldest,
  withOwner,
  type Timeline,
  type TimelineEntry,
} from '../chat/timeline';
import { mergePage } from '../chat/timelineMerge';
import type { RoomEvidence } from './coverage';
import { inWallTime, keptEntries, stateOfPart, timelineOfState, type RoomFacts, type RoomState } from './roomState';
import { adoptedTimeline, furtherMark } from './roomStateMerge';

/** What the answers of a room have shown, beside its messages. */
export interface RoomProof {
  readonly evidence: RoomEvidence;
  /** How many messages the answer held that showed the room's beginning. */
  readonly startCount: number;
  /** When the last answer of this engine came, monotonic milliseconds. */
  readonly answeredAt?: number;
}

/** So many messages of a room are known at most, unless somebody has scrolled further back; older ones can be loaded again. */
const MOST_KNOWN = 10_000;
/** Dropped are only so many at once, so that not each new message costs one. */
const DROPPED_AT_ONCE = 1000;

/** All that is known of one room: its messages, whose they are, and how far it is read. */
export class KnownRoom {
  readonly #clock: Clock;
  #timeline: Timeline = emptyTimeline;
  #mark: ReadMark | undefined;
  #proof: RoomProof = { evidence: {}, startCount: 0 };
  #revision = 0;
  /** Of the state that this engine began with, or has taken in since. */
  #restoredRevision = 0;
  /** The ids of own messages, by their local ids. */
  readonly #ownIds = new Map<string, string>();
  /** So many messages are wanted by somebody who has scrolled back. */
  #wanted = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  /** How far the room is read. `undefined` before anything is known. */
  get mark(): ReadMark | undefined {
    return this.#mark;
  }

  get proof(): RoomProof {
    return this.#proof;
  }

  /**
   * Takes in what an answer has shown.
   * @returns whether the messages or the mark are others than before
   */
  take(timeline: Timeline, mark: ReadMark, proof: RoomProof): boolean {
    const [before, markBefore] = [this.#timeline, this.#mark];
    this.#mark = mark;
    this.#timeline = this.#trimmed(timeline);
    this.#proof = proof;
    const changed = this.#timeline !== before || this.#mark !== markBefore;
    if (changed) this.#revision++;
    return this.#timeline !== before;
  }

  /** Begins with what is known from before. Only before the first answer. */
  restore(state: RoomState): void {
    if (this.#mark === undefined) this.#become(state);
  }

  /**
   * Takes in what was known before, though answers have come since: it could not be read sooner. What came meanwhile counts
   * as new.
   */
  restoreLate(state: RoomState): void {
    const answered = [...entriesBackwards(this.#timeline)].reverse();
    const [revision, proof] = [this.#revision, this.#proof];
    this.#become(state);
    const messages = answered.filter(({ deleted }) => !deleted).map(({ message }) => message);
    const merge = mergePage(this.#timeline, { messages, covers: 'nothing' });
    this.#timeline = merge.timeline;
    this.#proof = { ...proof, evidence: state.evidence, startCount: state.startCount };
    for (const { message, localId } of answered) if (localId !== undefined) this.own(message.id, localId);
    this.#mark = noteArrivals(state.mark, merge.arrivals);
    this.#revision = Math.max(revision, this.#revision) + 1;
  }

  /**
   * Takes in what a window had of the room under an engine that is gone, as far as it goes beyond what is known here.
   * @returns whether that brought anything
   */
  adopt(state: RoomState): boolean {
    const isNewer = state.revision > this.#restoredRevision;
    const adopted = adoptedTimeline(this.#timeline, isNewer, state, this.#clock.monotonic(), this.#clock.now());
    const mark = isNewer && this.#mark !== undefined ? furtherMark(this.#mark, state) : this.#mark;
    this.#restoredRevision = Math.max(this.#restoredRevision, state.revision);
    if (adopted === this.#timeline && mark === this.#mark) return false;
    this.#timeline = adopted;
    this.#mark = mark;
    this.#noteOwners();
    this.#readPastOwn();
    this.#revision = Math.max(this.#revision, state.revision) + 1;
    return true;
  }

  /** All that is known; `undefined` before anything is. */
  state(): RoomState | undefined {
    return this.#stateOf([...entriesBackwards(this.#timeline)].reverse());
  }

  /** The part of the state that is kept on disk. */
  keptState(): RoomState | undefined {
    return this.#stateOf(keptEntries(this.#timeline, this.unread().length));
  }

  /** All that is known beside the entries. */
  facts(): RoomFacts | undefined {
    if (this.#mark === undefined) return undefined;
    const { gaps, startReached, entries } = this.#timeline;
    const { evidence, startCount, answeredAt } = this.#proof;
    const ageMs = answeredAt === undefined ? undefined : this.#clock.monotonic() - answeredAt;
    return {
      ...{ revision: this.#revision, gaps, startReached, startCount, mark: this.#mark, evidence },
      entryCount: entries.length,
      ...(ageMs === undefined ? {} : { answeredAt: this.#clock.now() - ageMs }),
    };
  }

  /** The message was written here. */
  own(id: string, localId: string): void {
    const before = this.#timeline;
    this.#timeline = withOwner(before, id, localId);
    if (this.#timeline === before) return;
    this.#ownIds.set(localId, id);
    this.#readPastOwn();
    this.#revision++;
  }

  /** What was taken for an own message is somebody else's. */
  disown(id: string): void {
    const localId = this.ownerOf(id);
    if (localId === undefined) return;
    this.#ownIds.delete(localId);
    this.#timeline = withOwner(this.#timeline, id, undefined);
    this.#revision++;
  }

  /** The local id of the message, if it was written here. */
  ownerOf(id: string): string | undefined {
    return timelineEntry(this.#timeline, id)?.localId;
  }

  /** Whether a message that was written here is known to be in the room. */
  holds(localId: string): boolean {
    return this.#ownIds.has(localId);
  }

  /** Somebody wants to see so many messages: they are not dropped. */
  keep(count: number): void {
    if (Number.isFinite(count)) this.#wanted = count;
  }

  /** Unread messages, oldest first. */
  unread(): readonly Message[] {
    return this.#mark === undefined ? [] : unreadMessages(this.#timeline, this.#mark);
  }

  /**
   * What is known is read: all of it, or what stands up to a message.
   * @returns whether that changed anything
   */
  markRead(upTo?: string): boolean {
    const before = this.#mark;
    if (before === undefined) return false;
    this.#mark = upTo === undefined ? readThroughNewest(this.#timeline) : readUpTo(before, this.#timeline, upTo);
    this.#readPastOwn();
    if (this.#mark === before) return false;
    this.#revision++;
    return true;
  }

  #stateOf(entries: readonly TimelineEntry[]): RoomState | undefined {
    const facts = this.facts();
    return facts && stateOfPart(inWallTime(entries, this.#clock.monotonic(), this.#clock.now()), facts);
  }

  #become(state: RoomState): void {
    this.#timeline = timelineOfState(state, this.#clock.monotonic(), this.#clock.now());
    this.#mark = state.mark;
    this.#proof = { evidence: state.evidence, startCount: state.startCount };
    this.#revision = state.revision;
    this.#restoredRevision = state.revision;
    this.#noteOwners();
  }

  #noteOwners(): void {
    this.#ownIds.clear();
    for (const { message, localId } of entriesBackwards(this.#timeline)) {
      if (localId !== undefined) this.#ownIds.set(localId, message.id);
    }
  }

  #readPastOwn(): void {
    if (this.#mark !== undefined) this.#mark = readPastOwn(this.#mark, this.#timeline);
  }

  /** What is too much is dropped. */
  #trimmed(timeline: Timeline): Timeline {
    const most = Math.max(MOST_KNOWN, this.#wanted);
    if (timeline.liveCount <= most + DROPPED_AT_ONCE) return timeline;
    const trimmed = withoutOldest(timeline, most);
    const isKnown = (id: string): boolean => timelineEntry(trimmed, id) !== undefined;
    for (const [localId, id] of this.#ownIds) if (!isKnown(id)) this.#ownIds.delete(localId);
    if (this.#mark !== undefined) this.#mark = { ...this.#mark, lateIds: this.#mark.lateIds.filter(isKnown) };
    return trimmed;
  }
}

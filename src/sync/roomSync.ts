import type { ChapiClient, Outcome } from '../chapi/client';
import type { DecodedPage } from '../chapi/decoder';
import type { Priority } from '../chapi/requestBudget';
import type { Fault } from '../chat/fault';
import { comparePositions, type Message, type Position, type RoomName } from '../chat/message';
import { noteArrivals, readThroughNewest, readUpTo, unreadMessages, type ReadMark } from '../chat/readMark';
import {
  emptyTimeline,
  entriesBackwards,
  mergePage,
  newestEntries,
  newestPosition,
  oldestPosition,
  type Coverage,
  type Timeline,
} from '../chat/timeline';
import { PAGE_SIZE, readCoverage } from './coverage';
import type { Learning } from './learned';
import { RoomHistory } from './roomHistory';
import type { RoomMemory } from './roomMemory';
import { TaggedPage } from './taggedPage';

/** What a look at a room brought. */
export interface Look {
  /**
   * Messages with ids never seen before, in order; none of them new on the first look. What is older than all that was
   * known before is not among them, unless the room is known from its beginning: that is history.
   */
  readonly arrivals: readonly Message[];
  readonly isFirst: boolean;
  readonly changed: boolean;
  readonly fault: Fault | undefined;
  /** The page itself and what it proves. */
  readonly messages: readonly Message[];
  readonly covers: Coverage;
}

/** A look that brought nothing but a fault. */
export function fruitlessLook(fault: Fault): Look {
  return { arrivals: [], isFirst: false, changed: false, fault, messages: [], covers: 'nothing' };
}

/** A page that reaches further back than a look. */
export interface BackPage {
  readonly page: DecodedPage;
  readonly asked: number;
  /** What was known when the page was asked for. */
  readonly known: Timeline;
  /** The page was asked for what is older than this. */
  readonly upTo?: Position;
}

/** Is told what comes of the room's history. */
export interface RoomListener {
  /** A page that reaches back was taken in, or could not be fetched. */
  readonly onLook: (room: RoomSync, look: Look) => void;
  /** What is said of older messages, or of gaps, changed. */
  readonly onState: () => void;
}

interface Answer extends BackPage {
  readonly reachesBack: boolean;
  readonly emptyBefore: boolean;
}

/** The longest page that a look asks for, and how many messages may have come that nobody here knows of yet. */
const LONGEST_LOOK = 960;
const MARGIN = 5;

/** One room: what is known of it, and how the last look at it went. */
export class RoomSync {
  readonly room: RoomName;
  readonly history: RoomHistory;
  readonly #client: ChapiClient;
  readonly #learning: Learning;
  readonly #tagged: TaggedPage;
  #timeline: Timeline = emptyTimeline;
  #mark: ReadMark | undefined;
  #fault: Fault | undefined;
  #faultsInARow = 0;
  #lookedAt = false;
  #lastLookWasEmpty = false;
  /** How many messages the answer held that showed the room's beginning. */
  #startProof = 0;

  constructor(room: RoomName, client: ChapiClient, learning: Learning, listener: RoomListener) {
    this.room = room;
    this.history = new RoomHistory({
      room: this,
      learning,
      onLook: (look) => listener.onLook(this, look),
      onState: listener.onState,
    });
    this.#client = client;
    this.#learning = learning;
    this.#tagged = new TaggedPage(learning);
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  /** An answer has come. */
  get loaded(): boolean {
    return this.#mark !== undefined;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  get faultsInARow(): number {
    return this.#faultsInARow;
  }

  /** Nothing is older than the oldest known message. An answer that a cap may have cut is no proof of that any more. */
  get startReached(): boolean {
    const { pageCap } = this.#learning.facts;
    return this.#timeline.startReached && (pageCap === undefined || this.#startProof < pageCap);
  }

  /**
   * Fetches the newest messages and takes them in. Throws only when the signal is aborted.
   * @param reachTo ids of which the page should hold one, if so long a page can be had
   */
  async look(priority: Priority, signal: AbortSignal, reachTo: readonly string[] = []): Promise<Look> {
    const pageSize = this.#sizeToReach(reachTo);
    const isUsual = pageSize === PAGE_SIZE;
    const etag = isUsual ? this.#tagged.etag : undefined;
    const known = this.#timeline;
    const query = { room: this.room, pageSize, ...(etag === undefined ? {} : { etag }) };
    const outcome = await this.#client.fetchMessages(query, priority, signal);
    if (!outcome.ok) {
      this.#fault = outcome.fault;
      this.#faultsInARow++;
      return fruitlessLook(outcome.fault);
    }
    this.#fault = undefined;
    this.#faultsInARow = 0;
    this.#lookedAt = true;
    const page = isUsual ? this.#tagged.take(outcome.value) : outcome.value;
    const emptyBefore = this.#lastLookWasEmpty;
    this.#lastLookWasEmpty = page.messages.length + page.dropped === 0;
    return this.#take({ page, asked: pageSize, known, reachesBack: false, emptyBefore });
  }

  /** Starts with what an earlier process knew. Only before the first look. */
  restore({ mark, messages }: RoomMemory): void {
    if (this.#mark !== undefined) return;
    this.#timeline = mergePage(this.#timeline, { messages, covers: 'nothing' }).timeline;
    this.#mark = mark;
  }

  /**
   * Takes in what is shown elsewhere of the time before all that is known here, and after it.
   * @param messages oldest first, nothing missing between them; the oldest or the newest that is known must be among them
   * @returns whether that brought anything
   */
  takeShown(messages: readonly Message[]): boolean {
    const before = this.#timeline;
    const [oldest, newest] = [oldestPosition(before), newestPosition(before)];
    if (oldest === undefined || newest === undefined) return false;
    if (messages.some(({ id }) => id === oldest.id)) {
      const older = messages.filter((message) => comparePositions(message, oldest) < 0);
      const page = { messages: older, covers: 'nothing', reachesBack: true, upTo: oldest } as const;
      this.#timeline = mergePage(this.#timeline, page).timeline;
    }
    if (messages.some(({ id }) => id === newest.id)) {
      const newer = messages.filter((message) => comparePositions(message, newest) >= 0);
      if (newer.length > 1) this.#timeline = mergePage(this.#timeline, { messages: newer, covers: 'nothing' }).timeline;
    }
    return this.#timeline !== before;
  }

  /** What the next process should know; nothing before the first look. */
  memory(): RoomMemory | undefined {
    if (this.#mark === undefined) return undefined;
    const newest = newestEntries(this.#timeline, PAGE_SIZE).filter(({ deleted }) => !deleted);
    return { mark: this.#mark, messages: newest.map(({ message }) => message) };
  }

  /**
   * Ids of the newest known messages, to tell what was there before from what comes. Nothing while nobody knows what is
   * there; a room that is missing or refused is known to hold nothing for us.
   */
  knownIds(): readonly string[] | undefined {
    const isAnswered = this.#lookedAt || this.#fault?.kind === 'noSuchRoom' || this.#fault?.kind === 'forbidden';
    return isAnswered ? newestEntries(this.#timeline, 2 * PAGE_SIZE).map(({ message }) => message.id) : undefined;
  }

  /** Fetches a page that reaches further back. `ts` in microseconds. Throws only when the signal is aborted. */
  fetchBack(pageSize: number, ts: number | undefined, signal: AbortSignal): Promise<Outcome<DecodedPage>> {
    const query = { room: this.room, pageSize, ...(ts === undefined ? {} : { ts }) };
    return this.#client.fetchMessages(query, 'loadOlder', signal);
  }

  /** Takes in such a page. */
  takeBack(page: BackPage): Look {
    return this.#take({ ...page, reachesBack: true, emptyBefore: false });
  }

  /** Unread messages, oldest first. */
  unread(isOwn: (id: string) => boolean): readonly Message[] {
    return this.#mark === undefined ? [] : unreadMessages(this.#timeline, this.#mark, isOwn);
  }

  /**
   * What is known is read: all of it, or what stands up to a message.
   * @returns whether that changed anything
   */
  markRead(upTo?: string): boolean {
    const before = this.#mark;
    if (before === undefined) return false;
    this.#mark = upTo === undefined ? readThroughNewest(this.#timeline) : readUpTo(before, this.#timeline, upTo);
    return this.#mark !== before;
  }

  /** Ends what is under way for the room's history. */
  dispose(): void {
    this.history.dispose();
  }

  /** The size of a page that holds one of these messages, as far as is known; the usual one when it would be too long. */
  #sizeToReach(ids: readonly string[]): number {
    if (ids.length === 0) return PAGE_SIZE;
    const wanted = new Set(ids);
    let count = 1;
    for (const { message, deleted } of entriesBackwards(this.#timeline)) {
      if (wanted.has(message.id) || count > LONGEST_LOOK) break;
      if (!deleted) count++;
    }
    let size = PAGE_SIZE;
    while (size < count + MARGIN) size *= 2;
    const longest = Math.min(this.#learning.facts.pageCap ?? Infinity, LONGEST_LOOK);
    return size <= longest ? size : PAGE_SIZE;
  }

  #take(answer: Answer): Look {
    const before = this.#timeline;
    const { page, asked, known, reachesBack, emptyBefore } = answer;
    const { covers, facts } = readCoverage(before, { ...page, asked, emptyBefore }, this.#learning.facts);
    this.#learning.learn(facts);
    // An answer that another one has overtaken proves nothing of what came since it was asked for.
    const isOvertaken = known !== before;
    const upTo = answer.upTo ?? (isOvertaken ? newestPosition(known) : undefined);
    const startKnown = this.startReached;
    const merge = mergePage(before, {
      messages: page.messages,
      covers: isOvertaken ? 'nothing' : covers,
      reachesBack,
      ...(upTo === undefined ? {} : { upTo }),
    });
    this.#timeline = merge.timeline;
    if (covers === 'room' && !isOvertaken) this.#startProof = page.messages.length;
    const first = startKnown ? undefined : oldestPosition(before);
    const arrivals = merge.arrivals.filter((message) => first === undefined || comparePositions(message, first) > 0);
    const isFirst = this.#mark === undefined;
    this.#mark = this.#mark === undefined ? readThroughNewest(merge.timeline) : noteArrivals(this.#mark, arrivals);
    return {
      arrivals,
      isFirst,
      changed: merge.timeline !== before,
      fault: undefined,
      messages: page.messages,
      covers: isOvertaken ? 'nothing' : covers,
    };
  }
}

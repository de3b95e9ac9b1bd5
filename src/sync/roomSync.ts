import type { ChapiClient, Outcome } from '../chapi/client';
import type { Clock } from '../chapi/clock';
import type { DecodedPage } from '../chapi/decoder';
import type { Priority } from '../chapi/requestBudget';
import type { Fault } from '../chat/fault';
import type { Message, RoomName } from '../chat/message';
import { entriesBackwards, newestEntries, type Timeline } from '../chat/timeline';
import { PAGE_SIZE } from './coverage';
import { KnownRoom } from './knownRoom';
import type { Learning } from './learned';
import { PageReader, type AskedPage, type ReadPage } from './pageReader';
import { RoomHistory } from './roomHistory';
import { TaggedPage } from './taggedPage';

/** What a look at a room brought. */
export interface Look extends ReadPage {
  readonly fault: Fault | undefined;
  /** The page itself. */
  readonly messages: readonly Message[];
}

/** A look that brought nothing but a fault. */
export function fruitlessLook(fault: Fault): Look {
  return { arrivals: [], isFirst: false, changed: false, fault, messages: [], covers: 'nothing', isFull: false };
}

/** Is told what comes of the room's history. */
export interface RoomListener {
  /** A page that reaches back was taken in, or could not be fetched. */
  readonly onLook: (room: RoomSync, look: Look) => void;
  /** What is said of older messages, or of gaps, changed. */
  readonly onState: () => void;
}

/** What a room's sync is made of. */
export interface RoomSyncOptions extends RoomListener {
  readonly room: RoomName;
  readonly client: ChapiClient;
  readonly learning: Learning;
  readonly clock: Clock;
  /** The service's milliseconds since 1970, if its answers tell. */
  readonly serviceNow: () => number | undefined;
}

/** The longest page that a look asks for, and how many messages may have come that nobody here knows of yet. */
const LONGEST_LOOK = 960;
const MARGIN = 5;

/** One room: what is known of it, and how the last look at it went. */
export class RoomSync {
  readonly room: RoomName;
  readonly known: KnownRoom;
  readonly history: RoomHistory;
  readonly #options: RoomSyncOptions;
  readonly #reader: PageReader;
  readonly #tagged: TaggedPage;
  #fault: Fault | undefined;
  #faultsInARow = 0;
  #lookedAt = false;
  constructor(options: RoomSyncOptions) {
    const { room, learning, onState } = options;
    this.room = room;
    this.history = new RoomHistory({
      room: this,
      learning,
      clock: options.clock,
      onLook: (look) => options.onLook(this, look),
      onState,
    });
    this.#options = options;
    this.#tagged = new TaggedPage(learning);
    this.known = new KnownRoom(options.clock);
    this.#reader = new PageReader({ ...options, known: this.known });
  }

  get timeline(): Timeline {
    return this.known.timeline;
  }

  /** An answer has come, or the room is known from before. */
  get loaded(): boolean {
    return this.known.mark !== undefined;
  }

  /** Nothing is older than the oldest known message. */
  get startReached(): boolean {
    return this.#reader.startReached;
  }

  /** The first answer was empty, and one answer proves little. */
  get wantsSecondLook(): boolean {
    return this.#reader.wantsSecondLook;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  get faultsInARow(): number {
    return this.#faultsInARow;
  }

  /**
   * Fetches the newest messages and takes them in. Throws only when the signal is aborted.
   * @param reachTo ids of which the page should hold one, if so long a page can be had
   */
  async look(priority: Priority, signal: AbortSignal, reachTo: readonly string[] = []): Promise<Look> {
    const { client, learning, clock } = this.#options;
    const pageSize = this.#nextSize(reachTo);
    const isUsual = pageSize === PAGE_SIZE;
    const etag = isUsual ? this.#tagged.etag : undefined;
    const known = this.timeline;
    const askedAt = clock.monotonic();
    const query = { room: this.room, pageSize, ...(etag === undefined ? {} : { etag }) };
    const outcome = await client.fetchMessages(query, priority, signal);
    if (!outcome.ok) {
      this.#fault = outcome.fault;
      this.#faultsInARow++;
      if (!isUsual && isRefusedSize(outcome.fault)) {
        learning.learn({ pageCap: Math.max(PAGE_SIZE, learning.facts.largestPage) });
      }
      return fruitlessLook(outcome.fault);
    }
    this.#fault = undefined;
    this.#faultsInARow = 0;
    this.#lookedAt = true;
    const page = isUsual ? this.#tagged.take(outcome.value) : outcome.value;
    return this.#taken({ page, asked: pageSize, known, askedAt, reachesBack: false });
  }

  /**
   * Ids of the newest known messages, to tell what was there before from what comes. `undefined` while nobody knows what is
   * there; a room that is missing or refused is known to hold nothing for us.
   */
  knownIds(): readonly string[] | undefined {
    const isAnswered = this.#lookedAt || this.#fault?.kind === 'noSuchRoom' || this.#fault?.kind === 'forbidden';
    return isAnswered ? newestEntries(this.timeline, 2 * PAGE_SIZE).map(({ message }) => message.id) : undefined;
  }

  /** Fetches a page that reaches further back. `ts` in microseconds. Throws only when the signal is aborted. */
  fetchBack(pageSize: number, ts: number | undefined, signal: AbortSignal): Promise<Outcome<DecodedPage>> {
    const query = { room: this.room, pageSize, ...(ts === undefined ? {} : { ts }) };
    return this.#options.client.fetchMessages(query, 'loadOlder', signal);
  }

  /** Takes in such a page. */
  takeBack(page: Omit<AskedPage, 'reachesBack'>): Look {
    return this.#taken({ ...page, reachesBack: true });
  }

  /** Ends what is under way for the room's history. */
  dispose(): void {
    this.history.dispose();
  }

  /** The size of the next page. */
  #nextSize(reachTo: readonly string[]): number {
    const reaching = this.#sizeToReach(reachTo);
    return reaching > PAGE_SIZE ? reaching : this.#reader.sizeToAsk;
  }

  /** The size of a page that holds one of these messages, as far as is known; the usual one when it would be too long. */
  #sizeToReach(ids: readonly string[]): number {
    if (ids.length === 0) return PAGE_SIZE;
    const wanted = new Set(ids);
    let count = 1;
    for (const { message, deleted } of entriesBackwards(this.timeline)) {
      if (wanted.has(message.id) || count > LONGEST_LOOK) break;
      if (!deleted) count++;
    }
    let size = PAGE_SIZE;
    while (size < count + MARGIN) size *= 2;
    const longest = Math.min(this.#options.learning.facts.pageCap ?? Infinity, LONGEST_LOOK);
    return size <= longest ? size : PAGE_SIZE;
  }

  #taken(answer: AskedPage): Look {
    return { ...this.#reader.take(answer), fault: undefined, messages: answer.page.messages };
  }
}

function isRefusedSize(fault: Fault): boolean {
  return fault.kind === 'tooLarge' || (fault.kind === 'server' && fault.status >= 400 && fault.status < 500);
}

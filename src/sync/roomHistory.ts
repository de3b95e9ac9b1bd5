import type { Fault } from '../chat/fault';
import { comparePositions, type Position } from '../chat/message';
import { entriesBackwards, newestPosition, oldestPosition, type Timeline } from '../chat/timeline';
import type { Clock } from '../chapi/clock';
import { CHECK_SIZE, PAGE_SIZE } from './coverage';
import type { Learning } from './learned';
import { fruitlessLook, type Look, type RoomSync } from './roomSync';
import { meaningShown, probeTimestamp } from './tsMeaning';

/**
 * How far back a room can be read: there is `more`, it is on its way, the room begins here, or the service gives no
 * more than this.
 */
export type OlderState = 'more' | 'loading' | 'end' | 'unreachable';

/** What a room's history is made of. */
export interface RoomHistoryOptions {
  readonly room: RoomSync;
  readonly learning: Learning;
  readonly clock: Clock;
  /** A page was taken in, or could not be fetched. */
  readonly onLook: (look: Look) => void;
  /** What is said of older messages, or of gaps, changed. */
  readonly onState: () => void;
}

/** Requests for older messages at one press, at most: the next press goes on from there. */
const MOST_REQUESTS = 8;

/** Messages of gaps that are asked for unasked, and how many a small page counts for at least. */
const MOST_MISSING = 4000;
const LEAST_COUNTED = 60;

/** Messages asked for at once before some moment. */
const BEFORE_PAGE = 120;

/** So often it is asked before one place, or before two when the first answer came short. */
const MOST_BEFORE = 2;

/** Nobody waits for a longer answer: about 2 MB. */
const LARGEST_PAGE = 1920;

type Request =
  | { readonly kind: 'probe'; readonly ts: number; readonly pageSize: number }
  | { readonly kind: 'before'; readonly ts: number; readonly pageSize: number }
  | { readonly kind: 'newest'; readonly pageSize: number };

/** What was tried for one wish. */
interface Tries {
  probed: boolean;
  /** Fruitless requests by `ts`. */
  before: number;
  /** The largest page asked for, and whether it came shorter than that. */
  pageSize: number;
  cameShort: boolean;
  /** The last page before some moment came shorter than it was asked for. */
  beforeCameShort: boolean;
}

const noTries = (): Tries => ({
  probed: false,
  before: 0,
  pageSize: PAGE_SIZE,
  cameShort: false,
  beforeCameShort: false,
});

/** Fetches what looks do not show: older messages, and those that are missing in between. One request at a time. */
export class RoomHistory {
  readonly #options: RoomHistoryOptions;
  readonly #ending = new AbortController();
  #queue: Promise<void> = Promise.resolve();
  #older: Promise<void> | undefined;
  #missing: Promise<void> | undefined;
  /** The facts with which nothing older could be reached. */
  #unreachableWith: string | undefined;
  /** Gaps that could not be closed, with the facts of then. */
  #givenUp: ReadonlySet<string> = new Set();

  constructor(options: RoomHistoryOptions) {
    this.#options = options;
  }

  get older(): OlderState {
    const { room } = this.#options;
    if (this.#older !== undefined) return 'loading';
    if (room.startReached || room.timeline.entries.length === 0) return 'end';
    return this.#unreachableWith === this.#means() ? 'unreachable' : 'more';
  }

  get isLoadingMissing(): boolean {
    return this.#missing !== undefined;
  }

  /** Fetches older messages. Resolves when they are there, or when there is nothing to be had. */
  loadOlder(): Promise<void> {
    if (this.older === 'end') return Promise.resolve();
    this.#older ??= this.#inTurn(() => this.#reachOlder()).finally(() => {
      this.#older = undefined;
      this.#options.onState();
    });
    this.#options.onState();
    return this.#older;
  }

  /** Closes gaps, also those that could not be closed before. Resolves when nothing more can be done. */
  loadMissing(): Promise<void> {
    this.#givenUp = new Set();
    // Only who asks again what was refused once finds out that it is refused no more.
    this.#options.learning.learn({ pageCap: undefined, tsMeaning: undefined });
    return this.fillGaps();
  }

  /** Closes the gaps that have not been found to stay. Resolves when nothing more can be done. */
  fillGaps(): Promise<void> {
    if (this.#nextGap() === undefined) return Promise.resolve();
    this.#missing ??= this.#inTurn(() => this.#reachAcrossGaps()).finally(() => {
      this.#missing = undefined;
      this.#options.onState();
    });
    this.#options.onState();
    return this.#missing;
  }

  dispose(): void {
    this.#ending.abort();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) throw error;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #reachOlder(): Promise<void> {
    const { room } = this.#options;
    const tries = noTries();
    for (let count = 0; count < MOST_REQUESTS && !room.startReached; count++) {
      const oldest = oldestPosition(room.timeline);
      if (oldest === undefined) return;
      const request = this.#probe(tries) ?? this.#before(oldest, tries) ?? this.#newest(room.timeline.liveCount, tries);
      if (request === undefined) {
        this.#unreachableWith = this.#means();
        return;
      }
      if (!(await this.#ask(request, tries))) return;
      const reached = oldestPosition(room.timeline);
      // One short answer does not say that the room begins there: it is asked once more what is older.
      const isBeginning = request.kind === 'before' && tries.beforeCameShort && !room.startReached;
      if (isBeginning && tries.before < MOST_BEFORE) continue;
      if (reached !== undefined && comparePositions(reached, oldest) < 0) {
        // More was asked for than came: more there is not, here or behind a cap.
        if (tries.cameShort) this.#unreachableWith = this.#means();
        return;
      }
    }
  }

  async #reachAcrossGaps(): Promise<void> {
    const { room } = this.#options;
    let tries = noTries();
    let rest = MOST_MISSING;
    while (rest > 0) {
      const gap = this.#nextGap();
      if (gap === undefined) return;
      const above = countFrom(room.timeline, gap);
      const request = this.#before(gap, tries) ?? this.#newest(above, tries) ?? this.#probe(tries);
      if (request === undefined) {
        this.#giveUp(gap);
        tries = noTries();
        continue;
      }
      rest -= Math.max(LEAST_COUNTED, request.pageSize);
      if (!(await this.#ask(request, tries))) return;
      const moved = !room.timeline.gaps.some((other) => comparePositions(other, gap) === 0);
      if (moved) tries = { ...noTries(), probed: tries.probed };
    }
    // So long a gap is not fetched unasked.
    const left = this.#nextGap();
    if (left !== undefined) this.#giveUp(left);
  }

  /** Asks what `ts` means, when that is not known. */
  #probe(tries: Tries): Request | undefined {
    const { tsMeaning, pageCap, largestPage } = this.#options.learning.facts;
    if (tsMeaning !== undefined || tries.probed) return undefined;
    tries.probed = true;
    const sure = Math.min(PAGE_SIZE, pageCap ?? Infinity, largestPage);
    const ts = probeTimestamp(this.#options.room.timeline, sure);
    return ts === undefined ? undefined : { kind: 'probe', ts, pageSize: PAGE_SIZE };
  }

  /** Asks from the place downwards. Its own message is asked for too: it shows that the answer joins what is known. */
  #before({ timestamp }: Position, tries: Tries): Request | undefined {
    const { tsMeaning, pageCap } = this.#options.learning.facts;
    if (tsMeaning !== 'before' || tries.before >= MOST_BEFORE) return undefined;
    tries.before++;
    const size = tries.beforeCameShort ? CHECK_SIZE : BEFORE_PAGE;
    return { kind: 'before', ts: timestamp + 1, pageSize: Math.min(size, pageCap ?? Infinity) };
  }

  /** Asks for the newest messages, more of them than the `known` ones and than the last time. */
  #newest(known: number, tries: Tries): Request | undefined {
    if (tries.cameShort) return undefined;
    const limit = Math.min(this.#options.learning.facts.pageCap ?? Infinity, LARGEST_PAGE);
    let pageSize = 2 * tries.pageSize;
    while (pageSize <= known) pageSize *= 2;
    pageSize = Math.min(pageSize, limit);
    if (pageSize <= known || pageSize <= tries.pageSize) return undefined;
    tries.pageSize = pageSize;
    return { kind: 'newest', pageSize };
  }

  /** @returns whether it makes sense to go on now */
  async #ask(request: Request, tries: Tries): Promise<boolean> {
    const { room, learning, clock, onLook } = this.#options;
    const ts = request.kind === 'newest' ? undefined : request.ts;
    const known = room.timeline;
    const askedAt = clock.monotonic();
    const outcome = await room.fetchBack(request.pageSize, ts, this.#ending.signal);
    this.#ending.signal.throwIfAborted();
    if (!outcome.ok) {
      if (isAboutTheQuestion(outcome.fault)) {
        learning.learn(ts === undefined ? { pageCap: Math.max(PAGE_SIZE, learning.facts.largestPage) } : ignoresTs);
        return true;
      }
      onLook(fruitlessLook(outcome.fault));
      return false;
    }
    const { value: page } = outcome;
    const isShort = page.messages.length + page.dropped < request.pageSize;
    if (request.kind === 'newest') {
      tries.cameShort = isShort;
    } else {
      tries.beforeCameShort = isShort;
      const meaning = meaningShown(page.messages, request.ts);
      if (request.kind === 'probe') learning.learn({ tsMeaning: meaning });
      // Only what the place itself excludes is a contradiction: an empty answer is none.
      else if (meaning === 'ignored' || meaning === 'since') learning.learn({ tsMeaning: undefined });
      if (meaning !== 'before') return true;
    }
    const upTo = ts === undefined ? undefined : { timestamp: ts, id: '' };
    onLook(room.takeBack({ page, asked: request.pageSize, known, askedAt, ...(upTo === undefined ? {} : { upTo }) }));
    return true;
  }

  /** The newest gap that is not given up. */
  #nextGap(): Position | undefined {
    return this.#options.room.timeline.gaps.findLast((gap) => !this.#givenUp.has(this.#nameOf(gap)));
  }

  #giveUp(gap: Position): void {
    this.#givenUp = new Set([...this.#givenUp, this.#nameOf(gap)]);
  }

  #nameOf({ timestamp, id }: Position): string {
    return `${this.#means()} ${timestamp} ${id}`;
  }

  /** What decides how far back can be asked: when it changes, what was out of reach may be so no more. */
  #means(): string {
    const { tsMeaning, pageCap } = this.#options.learning.facts;
    return `${tsMeaning} ${pageCap}`;
  }
}

const ignoresTs = { tsMeaning: 'ignored' } as const;

/** The service, or our own limit, refuses this question, and would refuse it again. */
function isAboutTheQuestion(fault: Fault): boolean {
  if (fault.kind !== 'server') return fault.kind === 'tooLarge';
  return fault.status >= 400 && fault.status < 500 && fault.status !== 408;
}

/** How many messages are known from the place on. */
function countFrom(timeline: Timeline, place: Position): number {
  let count = 0;
  for (const { message, deleted } of entriesBackwards(timeline, newestPosition(timeline))) {
    if (comparePositions(message, place) < 0) break;
    if (!deleted) count++;
  }
  return count;
}

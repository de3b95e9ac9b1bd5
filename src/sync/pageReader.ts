import type { Clock } from '../chapi/clock';
import type { DecodedPage } from '../chapi/decoder';
import { comparePositions, type Message, type Position } from '../chat/message';
import { noteArrivals, readThroughNewest, type ReadMark } from '../chat/readMark';
import {
  entriesBackwards,
  newestPosition,
  oldestPosition,
  withDeletedUnspanned,
  withoutConfirmation,
  type Timeline,
} from '../chat/timeline';
import { mergePage, type Coverage, type Merge } from '../chat/timelineMerge';
import { PAGE_SIZE, readCoverage, sizeToAsk } from './coverage';
import type { KnownRoom } from './knownRoom';
import type { Learning } from './learned';
import { factsOfReturned, lagOf, type ShortAnswer } from './pageContradictions';
import { CONFIRMED_FOR_MS } from './roomState';

/** An answer of the service for one room, and how it was asked for. */
export interface AskedPage {
  readonly page: DecodedPage;
  readonly asked: number;
  /** What was known when the page was asked for, and when that was, in monotonic milliseconds. */
  readonly known: Timeline;
  readonly askedAt: number;
  /** The page was asked for what is older than this. */
  readonly upTo?: Position;
  /** The page was asked for to reach further back than what is known. */
  readonly reachesBack: boolean;
}

/** What an answer brought. */
export interface ReadPage {
  /**
   * Messages with ids never seen before, in order; none of them new at the first answer. What is older than all that was
   * known before is not among them, unless the room is known from its beginning: that is history.
   */
  readonly arrivals: readonly Message[];
  readonly isFirst: boolean;
  readonly changed: boolean;
  readonly covers: Coverage;
  /** The page is as long as it was asked for. */
  readonly isFull: boolean;
}

/** What a reader of pages is made of. */
export interface PageReaderOptions {
  readonly known: KnownRoom;
  readonly learning: Learning;
  readonly clock: Clock;
  /** The service's milliseconds since 1970, if its answers tell. */
  readonly serviceNow: () => number | undefined;
}

/** A stamp that lies further ahead of the service's clock than this, in milliseconds, lies in the future. */
const FUTURE_MS = 60_000;

/** How far the service's clock may be off as it is known here, and this machine's own; milliseconds. */
const SERVICE_CLOCK_MS = 2000;
const OWN_CLOCK_MS = 60_000;

/** Takes the service's answers into what is known of a room, and doubts each single one of them. */
export class PageReader {
  readonly #options: PageReaderOptions;
  /** The first answer was empty: what bears an older stamp than this, in microseconds, was there already. */
  #emptyFirst: number | undefined;
  #lastShort: ShortAnswer | undefined;
  /** An answer has left out messages that it would hold if it were the whole room. */
  #isDoubted = false;

  constructor(options: PageReaderOptions) {
    this.#options = options;
  }

  /** The first answer was empty, and one answer proves little. */
  get wantsSecondLook(): boolean {
    return this.#emptyFirst !== undefined;
  }

  /** Nothing is older than the oldest known message. An answer that a cap may have cut is no proof of that any more. */
  get startReached(): boolean {
    const { known, learning } = this.#options;
    const { pageCap, limitsBeforeFilter } = learning.facts;
    if (!known.timeline.startReached || limitsBeforeFilter === true) return false;
    return pageCap === undefined || known.proof.startCount < pageCap;
  }

  /** How many messages the next look should ask for, so that it tells most. */
  get sizeToAsk(): number {
    const { known, learning } = this.#options;
    return sizeToAsk(known.proof.evidence, learning.facts, known.timeline.liveCount, this.#isDoubted);
  }

  take(answer: AskedPage): ReadPage {
    const { known, learning, clock, serviceNow } = this.#options;
    const { page, asked, askedAt, reachesBack } = answer;
    const before = this.#confirmedLately(answer);
    const isNewest = answer.upTo === undefined;
    const capBefore = learning.facts.pageCap;
    const reading = readCoverage(before, { ...page, asked, isNewest }, learning.facts, known.proof.evidence);
    learning.learn(reading.facts);
    // An answer that another one has overtaken proves nothing of what came since it was asked for.
    const isOvertaken = answer.known !== known.timeline;
    const covers = isOvertaken ? 'nothing' : reading.covers;
    const upTo = answer.upTo ?? (isOvertaken ? newestPosition(answer.known) : undefined);
    const startKnown = this.#seemsToBeginHere(asked);
    const merge = mergePage(before, {
      messages: page.messages,
      covers,
      leavesOut: isOvertaken ? 'none' : reading.leavesOut,
      at: askedAt,
      lagMs: lagOf(learning.facts),
      futureFrom: ((serviceNow() ?? clock.now()) + FUTURE_MS) * 1000,
      reachesBack,
      ...(upTo === undefined ? {} : { upTo }),
    });
    this.#noteContradictions(merge, reading.leavesOut === 'none' ? undefined : page);
    const isFirst = known.mark === undefined;
    const first = startKnown ? undefined : oldestPosition(before);
    const news = merge.arrivals.filter((message) => first === undefined || comparePositions(message, first) > 0);
    const { mark, arrivals } = this.#markAfter(merge.timeline, news, reachesBack);
    const isStart = covers === 'room' && !before.startReached;
    const changed = known.take(this.#withoutMistakes(merge.timeline, capBefore), mark, {
      evidence: reading.evidence,
      startCount: isStart ? page.messages.length : known.proof.startCount,
      answeredAt: clock.monotonic(),
    });
    return { arrivals, isFirst, changed, covers, isFull: page.messages.length >= asked };
  }

  /** After a long time without an answer nothing is known of what is still there. */
  #confirmedLately({ reachesBack, known: asked }: AskedPage): Timeline {
    const { known, clock } = this.#options;
    const { timeline, proof } = known;
    if (reachesBack || asked !== timeline || proof.answeredAt === undefined) return timeline;
    return clock.monotonic() - proof.answeredAt < CONFIRMED_FOR_MS ? timeline : withoutConfirmation(timeline);
  }

  /** Whether what is older than all that is known is late rather than history: two polls have shown the room's beginning. */
  #seemsToBeginHere(asked: number): boolean {
    const { known, learning } = this.#options;
    const answers = known.proof.evidence.start?.answers ?? 0;
    return this.startReached || (answers >= 2 && asked <= PAGE_SIZE && learning.facts.limitsBeforeFilter !== true);
  }

  /** @param short the page, where it was taken as a word about messages beyond its span */
  #noteContradictions(merge: Merge, short: DecodedPage | undefined): void {
    const { learning } = this.#options;
    learning.learn(factsOfReturned(merge.returned, this.#lastShort, learning.facts));
    this.#isDoubted = false;
    if (short === undefined) return;
    const oldest = [...short.messages].sort(comparePositions)[0];
    this.#lastShort = { oldest };
    for (const { deleted, missedAt } of entriesBackwards(merge.timeline)) {
      if (!deleted && missedAt !== undefined) this.#isDoubted = true;
    }
  }

  /** The read mark after what is new, and what of that counts as new. */
  #markAfter(
    timeline: Timeline,
    news: readonly Message[],
    reachesBack: boolean,
  ): { readonly mark: ReadMark; readonly arrivals: readonly Message[] } {
    const { mark } = this.#options.known;
    const emptyFirst = this.#emptyFirst;
    if (!reachesBack) this.#emptyFirst = undefined;
    if (mark === undefined) {
      if (timeline.entries.length === 0) this.#emptyFirst = this.#stampOfNow();
      return { mark: readThroughNewest(timeline), arrivals: news };
    }
    if (emptyFirst === undefined) return { mark: noteArrivals(mark, news), arrivals: news };
    // One empty answer says little.
    const through = news.findLast(({ timestamp }) => timestamp < emptyFirst);
    const arrivals = news.filter(({ timestamp }) => timestamp >= emptyFirst);
    if (through === undefined) return { mark: noteArrivals(mark, arrivals), arrivals };
    const read = { through: { timestamp: through.timestamp, id: through.id }, lateIds: [] };
    return { mark: noteArrivals(read, arrivals), arrivals };
  }

  /** A stamp that the service would give now, at the least: by its own clock, or by this machine's, which may be wrong. */
  #stampOfNow(): number {
    const serviceMs = this.#options.serviceNow();
    return (serviceMs === undefined ? this.#options.clock.now() - OWN_CLOCK_MS : serviceMs - SERVICE_CLOCK_MS) * 1000;
  }

  /** What was taken for deleted on the word of short answers is there again, once those are known to say nothing. */
  #withoutMistakes(timeline: Timeline, capBefore: number | undefined): Timeline {
    const { pageCap, limitsBeforeFilter } = this.#options.learning.facts;
    const isMistaken = limitsBeforeFilter === true || (pageCap !== undefined && pageCap !== capBefore);
    return isMistaken ? withDeletedUnspanned(timeline) : timeline;
  }
}

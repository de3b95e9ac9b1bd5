import { comparePositions, type Message } from '../chat/message';
import { entriesBackwards, timelineEntry, type Coverage, type Timeline } from '../chat/timeline';
import type { LearnedFacts } from './learned';

/** The service's documented default of `pageSize`: so many it is sure to give. */
export const PAGE_SIZE = 30;

/** An answer of the service. */
export interface PageAnswer {
  readonly messages: readonly Message[];
  /** Records of the answer that could not be read. */
  readonly dropped: number;
  /** The `pageSize` that was asked for. */
  readonly asked: number;
  /** The answer to the same question was empty the last time too. */
  readonly emptyBefore: boolean;
}

/** What an answer proves, and what was learned from it. */
export interface Reading {
  readonly covers: Coverage;
  readonly facts: Pick<LearnedFacts, 'pageCap' | 'largestPage'>;
}

/**
 * Judges an answer: the newest messages, or the newest up to some place.
 *
 * An answer shorter than asked is the whole room, unless it may have been cut by a cap:
 * - More messages older than its oldest are known than can have been deleted since: that is a cap, and is learned.
 * - It is as long as the longest ever seen, and no shorter than a page is documented to be: a cap can't be excluded.
 *
 * A cap is forgotten when an answer holds more. If that answer grew by messages that are new, there was none in the
 * answer before either: what both left out is gone.
 *
 * An answer that does not stand in the order of time, or holds records that could not be read, proves nothing about what
 * it leaves out. An empty one where messages are known proves nothing either, but twice in a row it does.
 */
export function readCoverage(timeline: Timeline, answer: PageAnswer, learned: LearnedFacts): Reading {
  const { messages, dropped, asked } = answer;
  const count = messages.length + dropped;
  const largestPage = Math.max(learned.largestPage, count);
  const contradicted = learned.pageCap !== undefined && count > learned.pageCap;
  const pageCap = contradicted ? undefined : learned.pageCap;
  const facts = { pageCap, largestPage };
  if (dropped > 0) return { covers: 'nothing', facts };
  if (count === 0) return { covers: timeline.liveCount === 0 || answer.emptyBefore ? 'room' : 'nothing', facts };
  const inOrder = isInOrderOfTime(messages);
  const covers = (coverage: Coverage): Coverage => (inOrder ? coverage : 'nothing');
  if (count >= Math.min(asked, pageCap ?? Infinity)) return { covers: covers('span'), facts };
  if (contradicted && count - (learned.pageCap ?? 0) <= countUnknown(timeline, messages)) {
    return { covers: covers('room'), facts };
  }
  const deletable = largestPage - count;
  if (countOlder(timeline, messages, deletable + 1) > deletable) {
    return { covers: covers('span'), facts: { pageCap: count, largestPage } };
  }
  const isSurelyUncut = count < PAGE_SIZE || count < learned.largestPage;
  return { covers: covers(isSurelyUncut ? 'room' : 'span'), facts };
}

function isInOrderOfTime(messages: readonly Message[]): boolean {
  const steps = messages.slice(1).map((message, index) => message.timestamp - (messages[index]?.timestamp ?? 0));
  return steps.every((step) => step <= 0) || steps.every((step) => step >= 0);
}

function countUnknown(timeline: Timeline, messages: readonly Message[]): number {
  return messages.filter(({ id }) => timelineEntry(timeline, id) === undefined).length;
}

/** How many known messages are older than the answer's oldest; does not count on past `enough`. */
function countOlder(timeline: Timeline, messages: readonly Message[], enough: number): number {
  const oldest = [...messages].sort(comparePositions)[0];
  if (oldest === undefined) return 0;
  let count = 0;
  for (const { message, deleted } of entriesBackwards(timeline, oldest)) {
    if (deleted || comparePositions(message, oldest) >= 0) continue;
    count++;
    if (count >= enough) break;
  }
  return count;
}

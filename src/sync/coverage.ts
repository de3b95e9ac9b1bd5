import { comparePositions, type Message } from '../chat/message';
import { entriesBackwards, timelineEntry, type Timeline } from '../chat/timeline';
import type { Page } from '../chat/timelineMerge';
import type { LearnedFacts } from './learned';

/** The service's documented default of `pageSize`: so many it is sure to give. */
export const PAGE_SIZE = 30;

/**
 * A poll asks for so many when a shorter question got a short answer and it is not known whether the service limits a page
 * before it picks the room: then the longer answer holds more.
 */
export const CHECK_SIZE = 960;

/** An answer of the service. */
export interface PageAnswer {
  readonly messages: readonly Message[];
  /** Records of the answer that could not be read. */
  readonly dropped: number;
  /** The `pageSize` that was asked for. */
  readonly asked: number;
  /** The answer was to end with the room's newest message. */
  readonly isNewest: boolean;
}

/** What the answers of one room have shown so far that no single one of them proves. Serialisable. */
export interface RoomEvidence {
  /** Short answers in which this message (none: an empty room) was the oldest: how many, and the largest size asked for. */
  readonly start?: {
    readonly oldestId: string;
    readonly answers: number;
    readonly largestAsked: number;
    /** Exactly as many as the room seemed to hold were asked for once, and came. */
    readonly isProbed: boolean;
  };
  /** Answers of one length from which older known messages were pushed out by new ones. */
  readonly cap?: { readonly count: number; readonly times: number; readonly asked: number };
  /** The length of the last answer that ended with the room's newest message. */
  readonly lastCount?: number;
}

/** What an answer proves, what was learned from it, and what is known of the room by all answers so far. */
export interface Reading {
  readonly covers: Page['covers'];
  readonly leavesOut: NonNullable<Page['leavesOut']>;
  readonly facts: Pick<LearnedFacts, 'pageCap' | 'largestPage'>;
  readonly evidence: RoomEvidence;
}

/** So many messages are hardly deleted between two polls. */
const BEYOND_DELETION = 3;

/** Answers that must agree before a room is taken to begin somewhere, or a cap is learned. */
const AGREEING = 2;

/**
 * Judges an answer: the newest messages, or the newest up to some place.
 *
 * An answer as long as asked reaches from its oldest message to its end. A shorter one may be all there is; or the service
 * has a cap, picks the room from a page that was limited before, or just answered with less. So it takes a second answer to
 * say that a room begins somewhere, and while it is not known that a page is limited after the room is picked, one of them
 * must have been asked for much more, and one for exactly as many as came.
 *
 * - Caps below the documented default of 30 are not expected: a short answer that leaves out the oldest known message says
 *   that it is gone. When new messages push old ones out of answers of one length for the second time, that is a cap.
 * - An answer of 30 or more that is as long as the longest ever seen may be cut by a cap: it says nothing of older messages.
 * - An answer that does not stand in the order of time, or holds records that could not be read, proves nothing about what
 *   it leaves out.
 */
export function readCoverage(
  timeline: Timeline,
  answer: PageAnswer,
  learned: LearnedFacts,
  evidence: RoomEvidence,
): Reading {
  const { messages, dropped, asked, isNewest } = answer;
  const count = messages.length + dropped;
  const largestPage = Math.max(learned.largestPage, count);
  const isContradicted = learned.pageCap !== undefined && count > learned.pageCap;
  const knownCap = isContradicted ? undefined : learned.pageCap;
  const nothing = { covers: 'nothing', leavesOut: 'none', facts: { pageCap: knownCap, largestPage } } as const;
  if (dropped > 0 || !isInOrderOfTime(messages)) return { ...nothing, evidence };

  const ordered = [...messages].sort(comparePositions);
  const oldest = ordered[0];
  const older = countOlder(timeline, messages, oldest, largestPage + BEYOND_DELETION);
  const mayBeCap = knownCap === undefined && learned.limitsBeforeFilter !== true;
  const cap = mayBeCap ? capAfter(timeline, answer, evidence, older, largestPage) : undefined;
  const pageCap = cap !== undefined && cap.times >= AGREEING ? cap.count : knownCap;
  const facts = { pageCap, largestPage };
  const after: RoomEvidence = {
    ...(evidence.start === undefined ? {} : { start: evidence.start }),
    ...(cap === undefined ? {} : { cap }),
    ...(isNewest ? { lastCount: count } : evidence.lastCount === undefined ? {} : { lastCount: evidence.lastCount }),
  };
  const mayBeCut = count >= PAGE_SIZE && count >= learned.largestPage;
  const isShort = count < Math.min(asked, pageCap ?? Infinity) && !mayBeCut && learned.limitsBeforeFilter !== true;
  if (!isShort) {
    // An empty page is no short one only where short ones are known to say nothing.
    const covers = count === 0 ? 'nothing' : 'span';
    return { covers, leavesOut: 'none', facts, evidence: probed(after, oldest, count, asked) };
  }
  const start = older > 0 ? evidence.start : startAfter(timeline, evidence, oldest, answer, pageCap);
  const known = start === undefined ? after : { ...after, start };
  const isProven = older === 0 && provesStart(known, { ...learned, ...facts });
  const isLong = asked >= Math.min(CHECK_SIZE, pageCap ?? Infinity);
  return {
    covers: isProven ? 'room' : 'span',
    leavesOut: learned.limitsBeforeFilter === false ? 'all' : isLong ? 'confirmed' : 'doubted',
    facts,
    evidence: known,
  };
}

/** Whether the answers of a room show where it begins. */
export function provesStart({ start }: RoomEvidence, facts: LearnedFacts): boolean {
  if (start === undefined || start.answers < AGREEING || facts.limitsBeforeFilter === true) return false;
  if (facts.limitsBeforeFilter === false) return true;
  return isChecked(start, facts.pageCap) && (start.isProbed || start.oldestId === '');
}

/**
 * How many messages the next poll of a room should ask for, so that it tells more of where the room begins.
 * @param liveCount messages known in the room
 * @param isDoubted an answer has left out messages older than all that it held
 */
export function sizeToAsk(
  { start, lastCount }: RoomEvidence,
  facts: LearnedFacts,
  liveCount: number,
  isDoubted: boolean,
): number {
  if (facts.limitsBeforeFilter !== undefined) return PAGE_SIZE;
  const check = Math.min(CHECK_SIZE, facts.pageCap ?? Infinity);
  if (isDoubted) return check;
  if (start === undefined) return PAGE_SIZE;
  if (!isChecked(start, facts.pageCap)) return check;
  const isProbing = !start.isProbed && lastCount === liveCount && liveCount > 0 && liveCount < PAGE_SIZE;
  return isProbing ? liveCount : PAGE_SIZE;
}

function isChecked({ largestAsked }: NonNullable<RoomEvidence['start']>, pageCap = Infinity): boolean {
  return largestAsked >= Math.min(CHECK_SIZE, pageCap);
}

function startAfter(
  timeline: Timeline,
  evidence: RoomEvidence,
  oldest: Message | undefined,
  { asked, isNewest }: PageAnswer,
  pageCap: number | undefined,
): RoomEvidence['start'] {
  const oldestId = oldest?.id ?? '';
  const { start } = evidence;
  if (start !== undefined && start.oldestId !== oldestId && start.answers >= AGREEING) {
    // The oldest was deleted since, or one came late below it: the room begins where it did, as it is now.
    const isGone = timelineEntry(timeline, start.oldestId)?.deleted === true;
    const isLate = isNewest && asked <= PAGE_SIZE && timelineEntry(timeline, oldestId) === undefined;
    if (isGone || isLate) return { ...start, oldestId };
  }
  if (start?.oldestId !== oldestId) return { oldestId, answers: 1, largestAsked: asked, isProbed: false };
  // Once it is proven, more of the same changes nothing.
  const answers = Math.min(AGREEING, start.answers + 1);
  const largestAsked = Math.max(start.largestAsked, asked);
  // Who asks for what is older than the oldest message, and gets none of it, needs no other question.
  const isProbed = start.isProbed || (!isNewest && isChecked({ ...start, largestAsked: asked }, pageCap));
  const isSame = answers === start.answers && largestAsked === start.largestAsked && isProbed === start.isProbed;
  return isSame ? start : { ...start, answers, largestAsked, isProbed };
}

/** Exactly as many were asked for as the room seems to hold, and they came, down to its oldest. */
function probed(evidence: RoomEvidence, oldest: Message | undefined, count: number, asked: number): RoomEvidence {
  const { start } = evidence;
  const isProof = count === asked && count < PAGE_SIZE && start?.oldestId === oldest?.id;
  return isProof && start?.isProbed === false ? { ...evidence, start: { ...start, isProbed: true } } : evidence;
}

/** What speaks for a cap after an answer. */
function capAfter(
  timeline: Timeline,
  { messages, asked, isNewest }: PageAnswer,
  { cap, lastCount }: RoomEvidence,
  older: number,
  largestPage: number,
): RoomEvidence['cap'] {
  const count = messages.length;
  const suspected = cap?.count === count ? cap : undefined;
  if (!isNewest || count === 0 || count >= asked || older === 0) return count > (cap?.count ?? 0) ? undefined : cap;
  const deletable = largestPage - count;
  const isSuspect =
    count < PAGE_SIZE ? count === lastCount && holdsNews(timeline, messages) : older >= deletable + BEYOND_DELETION;
  if (!isSuspect) return suspected;
  // The same long question twice may find the same answer for another reason.
  if (suspected !== undefined && count >= PAGE_SIZE && suspected.asked === asked) return suspected;
  return { count, times: (suspected?.times ?? 0) + 1, asked };
}

function holdsNews(timeline: Timeline, messages: readonly Message[]): boolean {
  return messages.some(({ id }) => timelineEntry(timeline, id) === undefined);
}

function isInOrderOfTime(messages: readonly Message[]): boolean {
  const steps = messages.slice(1).map((message, index) => message.timestamp - (messages[index]?.timestamp ?? 0));
  return steps.every((step) => step <= 0) || steps.every((step) => step >= 0);
}

/** How many known messages are as old as the answer's oldest or older, and not in it; does not count on past `enough`. */
function countOlder(
  timeline: Timeline,
  messages: readonly Message[],
  oldest: Message | undefined,
  enough: number,
): number {
  let count = 0;
  const present = new Set(messages.map(({ id }) => id));
  for (const { message, deleted } of entriesBackwards(timeline)) {
    if (deleted || present.has(message.id) || (oldest !== undefined && message.timestamp > oldest.timestamp)) continue;
    count++;
    if (count >= enough) break;
  }
  return count;
}

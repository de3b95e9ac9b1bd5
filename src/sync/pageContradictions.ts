import type { Position } from '../chat/message';
import type { TimelineEntry } from '../chat/timeline';
import type { LearnedFacts } from './learned';

/** A short answer that was taken as a word about messages older than all that it held. */
export interface ShortAnswer {
  /** The oldest message that it held. Absent: it was empty. */
  readonly oldest: Position | undefined;
}

/** An answer may be so old by itself, in milliseconds: a replica that was 4.5 s behind was seen. */
const EXPECTED_LAG_MS = 6000;

/** What is more than this behind is no replica that lags, in milliseconds. */
const LONGEST_LAG_MS = 60_000;

/** Lag is learned with so much to spare. */
const LAG_FACTOR = 1.5;

/** Short answers that must be contradicted until they are known to say nothing. */
const CONTRADICTIONS = 2;

/** How much older an answer may be than the poll that it answers, in milliseconds. */
export function lagOf({ lagMs }: LearnedFacts): number {
  return Math.max(EXPECTED_LAG_MS, lagMs ?? 0);
}

/**
 * What is learned from messages that an answer left out and that a later one holds.
 * @param returned the entries as they were before the later one
 */
export function factsOfReturned(
  returned: readonly TimelineEntry[],
  lastShort: ShortAnswer | undefined,
  known: LearnedFacts,
): Partial<LearnedFacts> {
  let facts: Partial<LearnedFacts> = {};
  const isShort = (entry: TimelineEntry): boolean => lastShort !== undefined && wasLeftOut(entry, lastShort);
  for (const entry of returned) {
    // What a short answer left out says nothing of lag.
    if (isShort(entry)) continue;
    const { arrivedAt, missedAt, deletedAt } = entry;
    const missed = deletedAt ?? missedAt;
    const behindMs = missed === undefined || arrivedAt === undefined ? 0 : missed - arrivedAt;
    if (behindMs <= 0 || behindMs > LONGEST_LAG_MS) continue;
    const lagMs = Math.round(LAG_FACTOR * behindMs);
    if (lagMs > Math.max(lagOf(known), facts.lagMs ?? 0)) facts = { ...facts, lagMs };
  }
  if (returned.some(isShort)) {
    const contradictedShortPages = Math.min(CONTRADICTIONS, (known.contradictedShortPages ?? 0) + 1);
    const isKnown = contradictedShortPages >= CONTRADICTIONS;
    facts = { ...facts, contradictedShortPages, ...(isKnown ? { limitsBeforeFilter: true } : {}) };
  }
  return facts;
}

function wasLeftOut({ message, missedAt, deletedAt }: TimelineEntry, { oldest }: ShortAnswer): boolean {
  const isBelow = oldest === undefined || message.timestamp <= oldest.timestamp;
  return isBelow && (missedAt !== undefined || deletedAt !== undefined);
}

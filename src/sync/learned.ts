/** What `ts` asks a service for: messages since then, messages before then, or nothing at all. */
export type TsMeaning = 'since' | 'before' | 'ignored';

/**
 * What the service has shown of itself that its documentation does not say, for one base address and key. Serialisable;
 * a fact that is absent is not known. Each is forgotten when an answer contradicts it.
 */
export interface LearnedFacts {
  /** The most messages that an answer ever held, in any room. */
  readonly largestPage: number;
  /** The most messages that an answer holds, however many are asked for. */
  readonly pageCap?: number | undefined;
  readonly tsMeaning?: TsMeaning | undefined;
  /**
   * A page is limited before its room is picked, so that a short one says nothing of older messages; or surely not so.
   */
  readonly limitsBeforeFilter?: boolean | undefined;
  /** Short answers that were contradicted: messages older than all that they held turned out to be there. */
  readonly contradictedShortPages?: number | undefined;
  /** An answer was so much older than the poll that it answered, in milliseconds: replicas lag. */
  readonly lagMs?: number | undefined;
  /** The same `ETag` came with different pages: it says nothing. */
  readonly etagMisleads?: boolean | undefined;
  /** Texts come back with `&lt;` for `<`. */
  readonly escapes?: boolean | undefined;
  /** The path that takes a POST ends with a slash. */
  readonly sendsWithSlash?: boolean | undefined;
  /** Messages come back with other texts than were sent, beyond escaping. Never forgotten: one text shows little. */
  readonly changesTexts?: boolean | undefined;
  /**
   * The author that messages sent from here bear. Others who share the key may bear the same one: it never says that a
   * message is this person's.
   */
  readonly ownAuthorId?: string | undefined;
  /** The author of one message that was probably sent from here: a second one that agrees makes it known. */
  readonly likelyAuthorId?: string | undefined;
}

/** Nothing is learned yet. */
export const nothingLearned: LearnedFacts = { largestPage: 0 };

/** Reads facts that were kept; each that is not what it should be is not known. */
export function decodeLearnedFacts(value: unknown): LearnedFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const facts = value as Record<string, unknown>;
  const { largestPage, pageCap, tsMeaning, etagMisleads, escapes, sendsWithSlash, ownAuthorId } = facts;
  const { limitsBeforeFilter, contradictedShortPages, lagMs, changesTexts, likelyAuthorId } = facts;
  return {
    largestPage: isCount(largestPage) ? largestPage : 0,
    ...(isCount(pageCap) ? { pageCap } : {}),
    ...(tsMeaning === 'since' || tsMeaning === 'before' || tsMeaning === 'ignored' ? { tsMeaning } : {}),
    ...(typeof limitsBeforeFilter === 'boolean' ? { limitsBeforeFilter } : {}),
    ...(isCount(contradictedShortPages) ? { contradictedShortPages } : {}),
    ...(isCount(lagMs) ? { lagMs } : {}),
    ...(typeof etagMisleads === 'boolean' ? { etagMisleads } : {}),
    ...(typeof escapes === 'boolean' ? { escapes } : {}),
    ...(typeof sendsWithSlash === 'boolean' ? { sendsWithSlash } : {}),
    ...(typeof ownAuthorId === 'string' ? { ownAuthorId } : {}),
    ...(changesTexts === true ? { changesTexts } : {}),
    ...(typeof likelyAuthorId === 'string' ? { likelyAuthorId } : {}),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The one place where facts are kept while they are used, shared by all rooms of one key. */
export class Learning {
  #facts: LearnedFacts;
  readonly #onLearned: (facts: LearnedFacts, before: LearnedFacts) => void;

  constructor(facts: LearnedFacts, onLearned: (facts: LearnedFacts, before: LearnedFacts) => void) {
    this.#facts = facts;
    this.#onLearned = onLearned;
  }

  get facts(): LearnedFacts {
    return this.#facts;
  }

  /** Takes facts in; one that is given as `undefined` is forgotten. */
  learn(change: Partial<LearnedFacts>): void {
    const before = this.#facts;
    const after = { ...before, ...change };
    const names = Object.keys(after) as (keyof LearnedFacts)[];
    if (names.every((name) => after[name] === before[name])) return;
    this.#facts = after;
    this.#onLearned(after, before);
  }
}

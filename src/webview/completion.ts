import { fenceLanguages, isFenceLanguage } from './fenceLanguages';
import { isInFence } from './pastedCode';

/** What is being completed: the name of a person, an emoji, the language of a block of code, or an open file. */
export type CompletionKind = 'mention' | 'emoji' | 'language' | 'file';

/** What somebody is writing that can be completed. */
export interface CompletionQuery {
  readonly kind: CompletionKind;
  /** Where the text begins that the completion stands in for. */
  readonly start: number;
  /** What is written of it so far. */
  readonly query: string;
}

/** A text that can stand in the place of a query. */
export interface Completion {
  readonly label: string;
  readonly insert: string;
}

/** More do not fit and are not read. */
const MAX_SHOWN = 8;

/** Names of people are no longer, in the eyes of somebody who completes them. */
const MAX_QUERY = 40;

const language = /^ {0,3}`{3,}([\w#+-]*)$/;
const mention = /(?:^|[\s([{"'*_~])@((?:[\p{L}\p{N}_'.-]+(?: [\p{L}\p{N}_'.-]*){0,3})?)$/u;
// A letter comes first, or it is a thumb: `:-p` is a face, and `:30` the end of a time.
const emoji = /(?:^|[\s([{"'*_~]):([a-z][a-z0-9_+-]+|[+-]1)$/;
const file = /(?:^|[\s([{"'])#([^\s#]*)$/;

/** What stands behind the caret when it is within a word. */
const wordGoesOn = /^[\p{L}\p{N}_]/u;

/**
 * What can be completed at a place in a text, if anything can. Within a block of code nothing can, and within a word
 * nothing either: what stands behind the caret would stay there as a rest.
 */
export function completionQuery(text: string, caret: number): CompletionQuery | undefined {
  if (wordGoesOn.test(text.slice(caret, caret + 2))) return undefined;
  const lineStart = text.lastIndexOf('\n', caret - 1) + 1;
  // Names and paths are short: a line of a megabyte is not looked through.
  const line = text.slice(Math.max(lineStart, caret - 2 * MAX_QUERY), caret);
  for (const [kind, pattern] of [
    ['language', language],
    ['mention', mention],
    ['emoji', emoji],
    ['file', file],
  ] as const) {
    const query = pattern.exec(line)?.[1];
    if (query === undefined || query.length > MAX_QUERY) continue;
    if (isInFence(text.slice(0, lineStart))) return undefined;
    // With the sign before it; a fence stays.
    return { kind, start: caret - query.length - (kind === 'language' ? 0 : 1), query };
  }
  return undefined;
}

/**
 * Whether Enter takes the first that is offered, without anybody having chosen it. As in the best chats it does for
 * people, whose names nobody writes out, and for languages, which nothing but code follows. It does where the beginning
 * of a word is written, and never behind a sign alone.
 *
 * It does not for emoji. Others let Enter take them from two letters on, but here people write about code: `:set`,
 * `:name` and `:class` end a message as they stand, and a wrong picture that is sent is worse than a Tab. Nor for files:
 * a number behind `#` is one of an issue more often.
 *
 * @param first the name of the first that is offered
 */
export function isChosenAtOnce({ kind, query }: CompletionQuery, first: string): boolean {
  switch (kind) {
    case 'mention':
      return query !== '' && rank(first.toLowerCase(), query.toLowerCase()) <= worstRank.part;
    case 'language':
      // One letter is a language of its own, `r` say, more often than the beginning of one.
      return query.length >= 2;
    case 'emoji':
    case 'file':
      return false;
  }
}

/** Where in a name it may stand what is written: at the beginning, at the beginning of one of its parts, or anywhere. */
export type Fit = 'start' | 'part' | 'anywhere';

const worstRank: Readonly<Record<Fit, number>> = { start: 0, part: 1, anywhere: 2 };

/** How well a candidate fits: at its beginning, at the beginning of one of its parts, anywhere, or not. */
function rank(candidate: string, query: string): number {
  let best = Infinity;
  for (let at = candidate.indexOf(query); at >= 0; at = query === '' ? -1 : candidate.indexOf(query, at + 1)) {
    if (at === 0) return 0;
    if (!/[\p{L}\p{N}]/u.test(candidate[at - 1] ?? '')) return 1;
    best = 2;
  }
  return best;
}

/** The candidates that fit what is written, the best first; among equals those that come first. All fit nothing. */
export function ranked<Candidate>(
  candidates: Iterable<Candidate>,
  nameOf: (candidate: Candidate) => string,
  query: string,
  fit: Fit = 'anywhere',
): readonly Candidate[] {
  const wanted = query.toLowerCase();
  const found: { readonly candidate: Candidate; readonly rank: number; readonly order: number }[] = [];
  let order = 0;
  for (const candidate of candidates) {
    const name = nameOf(candidate).toLowerCase();
    const fits = name === wanted ? -1 : rank(name, wanted);
    if (fits <= worstRank[fit]) found.push({ candidate, rank: fits, order: order++ });
  }
  return found
    .sort((left, right) => left.rank - right.rank || left.order - right.order)
    .slice(0, MAX_SHOWN)
    .map(({ candidate }) => candidate);
}

/**
 * The names or paths that fit what is written. None when one is written out already: then there is nothing to complete,
 * and Enter has to do what it does.
 */
export function rankedNames(names: readonly string[], query: string): readonly string[] {
  const whole = query.toLowerCase().trimEnd();
  return names.some((name) => name.toLowerCase() === whole) ? [] : ranked(names, (name) => name, query);
}

/** The emoji whose names fit. Also one whose name is written out: without the colon behind it, it is no emoji yet. */
export function rankedEmoji(emoji: Readonly<Record<string, string>>, query: string): readonly [string, string][] {
  return ranked(Object.entries(emoji), ([name]) => name, query, 'part');
}

/** The languages that begin so, none when it is one already. */
export function rankedLanguages(query: string): readonly string[] {
  return isFenceLanguage(query) ? [] : ranked(fenceLanguages, (name) => name, query, 'start');
}

/** A path as a reference in running text. */
export function fileReference(path: string): string {
  return `\`${path.replace(/[\r\n\u2028\u2029`]/g, '\uFFFD')}\` `;
}

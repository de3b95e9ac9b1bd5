import type { SentMessage } from '../chapi/client';
import { showsEscaping } from '../chat/escaping';
import type { Message } from '../chat/message';
import type { LearnedFacts } from './learned';

/** What a message that the service took shows of it. What the room shows of escaping is worth more, and stays. */
export function factsOfSend({ text, parsed, withSlash }: SentMessage, known: LearnedFacts): Partial<LearnedFacts> {
  const escapes = parsed === undefined ? undefined : showsEscaping(text, parsed);
  return { sendsWithSlash: withSlash, ...(escapes === undefined || known.escapes !== undefined ? {} : { escapes }) };
}

/**
 * What messages of a room show of the service.
 * @param written what was written here, by the id of the message that is its echo
 */
export function factsOfArrivals(
  arrivals: readonly Message[],
  written: ReadonlyMap<string, string>,
  known: LearnedFacts,
): Partial<LearnedFacts> {
  let facts: Partial<LearnedFacts> = {};
  for (const { id, text, author } of arrivals) {
    // A service that escapes would never let this through.
    if (known.escapes === true && text.includes('<')) facts = { ...facts, escapes: undefined };
    const sent = written.get(id);
    if (sent === undefined) continue;
    const escapes = showsEscaping(sent, text);
    if (escapes !== undefined) facts = { ...facts, escapes };
    if (author.id !== '') facts = { ...facts, ownAuthorId: author.id };
  }
  return facts;
}

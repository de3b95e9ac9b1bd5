import type { SentMessage } from '../chapi/client';
import type { Echo } from '../chat/echoes';
import { showsEscaping } from '../chat/escaping';
import type { Author, Message } from '../chat/message';
import { isDistinctive, isUnchangedText } from '../chat/textLikeness';
import type { LearnedFacts } from './learned';

/** What a message that the service took shows of it. What the room shows of escaping is worth more, and stays. */
export function factsOfSend({ text, parsed, withSlash }: SentMessage, known: LearnedFacts): Partial<LearnedFacts> {
  const escapes = parsed === undefined ? undefined : showsEscaping(text, parsed);
  return {
    sendsWithSlash: withSlash,
    ...(escapes === undefined || known.escapes !== undefined ? {} : { escapes }),
    ...(parsed === undefined || isUnchangedText(text, parsed) ? {} : { changesTexts: true }),
  };
}

/** What messages that came into a room show of the service. */
export function factsOfArrivals(arrivals: readonly Message[], known: LearnedFacts): Partial<LearnedFacts> {
  // A service that escapes would never let this through.
  const contradicts = known.escapes === true && arrivals.some(({ text }) => text.includes('<'));
  return contradicts ? { escapes: undefined } : {};
}

/** What the echo of an own message shows of the service. */
export function factsOfEcho(echo: Echo, known: LearnedFacts): Partial<LearnedFacts> {
  const { text, message } = echo;
  const escapes = showsEscaping(text, message.text);
  return {
    ...(escapes === undefined ? {} : { escapes }),
    ...(isUnchangedText(text, message.text) ? {} : { changesTexts: true }),
    ...factsOfAuthor(echo, message.author, known),
  };
}

/**
 * Who own messages are by. A wrong author would make other people's messages one's own, so one common text is not enough
 * to know it by: it takes a message that the service said it took and that nobody else is likely to have written, or two
 * echoes that agree.
 */
function factsOfAuthor(
  { text, isAnswered, isOnly }: Echo,
  { id }: Author,
  { ownAuthorId, likelyAuthorId }: LearnedFacts,
): Partial<LearnedFacts> {
  if (id === '' || id === ownAuthorId) return {};
  const isSure = (isAnswered && isOnly && isDistinctive(text)) || id === likelyAuthorId;
  return isSure ? { ownAuthorId: id, likelyAuthorId: undefined } : { ownAuthorId: undefined, likelyAuthorId: id };
}

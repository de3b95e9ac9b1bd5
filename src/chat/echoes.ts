import { comparePositions, type Message, type RoomName } from './message';
import { isLeftToUser, isSettled, markMissed, markUntold, reachOf, type Outbox } from './outbox';
import type { Outgoing } from './outgoing';
import { isDistinctive, isSameText, isSimilarText } from './textLikeness';
import type { Coverage } from './timelineMerge';

/** What a poll of a room shows, for finding own messages in it. */
export interface PollEvidence {
  readonly messages: readonly Message[];
  readonly covers: Coverage;
  /** When the poll began, monotonic milliseconds; `NaN` for a page that was asked for to reach back. */
  readonly startedAt: number;
  /** The local id of the own message that this one is known to be. */
  readonly ownerOf: (id: string) => string | undefined;
  /** The author that own messages bear, if that is known. */
  readonly ownAuthorId?: string | undefined;
  /** The author of one message that was probably an own one. */
  readonly likelyAuthorId?: string | undefined;
  /** The service is known to show other texts than were sent. */
  readonly changesTexts?: boolean | undefined;
}

/** A message of the room that turned out to be an own one. */
export interface Echo {
  readonly localId: string;
  /** The text as it was sent. */
  readonly text: string;
  readonly message: Message;
  /** The service had said that it took the message. */
  readonly isAnswered: boolean;
  /** Nothing else in the room could have been it. */
  readonly isOnly: boolean;
}

/** What a poll makes of an outbox. */
export interface Search {
  readonly outbox: Outbox;
  /** Echoes that were not known before. */
  readonly echoes: readonly Echo[];
}

/** For how long a message that the service took is looked for, in milliseconds: lists may be minutes late. */
const LOOK_FOR_SENT_MS = 10 * 60_000;

/**
 * For how long the echo of a message that the service took is hoped to bear the expected author and the very text, in
 * milliseconds: longer than lists are late.
 */
const HOPE_FOR_BETTER_MS = 3 * 60_000;

/** So many own messages that came later are remembered with one in doubt. */
const MOST_TWINS = 240;

/**
 * Looks for own messages in a poll of their room. A message of the room is taken for at most one own message, the
 * earliest written one with its text: the service gives no id on a send, so that text, author, and what was there before
 * are all there is to know it by. One in doubt that two polls would have to show, and don't, is queued again; one that
 * the service took and that does not turn up for long is gone from the outbox.
 */
export function lookForOwn(outbox: Outbox, room: RoomName, poll: PollEvidence): Search {
  // A poll that failed, or an answer with nothing in it that can be read, tells nothing at all.
  if (poll.messages.length === 0 && poll.covers === 'nothing') return { outbox, echoes: [] };
  const messages = [...poll.messages].sort(comparePositions);
  const claimed = new Set(outbox.flatMap(({ echoId }) => (echoId === undefined ? [] : [echoId])));
  const echoes: Echo[] = [];
  let looked = outbox;
  for (const { localId } of outbox) {
    const entry = looked.find((other) => other.localId === localId);
    if (entry?.room !== room || !isLookedFor(entry)) continue;
    const candidates = messages.filter((message) => !claimed.has(message.id) && canBe(message, entry, poll));
    const found = findEcho(entry, candidates, poll);
    if (found === undefined) continue;
    claimed.add(found.message.id);
    const { text, state } = entry;
    echoes.push({ localId, text, message: found.message, isAnswered: state === 'sent', isOnly: found.isOnly });
    looked = looked.map((other) => withEcho(other, entry, found));
  }
  looked = looked.flatMap((entry) => {
    if (entry.room !== room || entry.echoId !== undefined || !isLookedFor(entry)) return [entry];
    if (entry.state === 'sent') return isGivenUp(entry, poll) ? [] : [entry];
    const candidates = messages.filter((message) => !claimed.has(message.id) && canBe(message, entry, poll));
    return [entry.state === 'unconfirmed' ? judged(entry, looked, candidates, poll) : entry];
  });
  return { outbox: looked, echoes };
}

/** Whether a copy of the message may be in the room: what was only ever refused, or has never left, is nowhere. */
function isLookedFor({ state, others, hasLeft, mayHaveArrived, echoId, isDiscarded }: Outgoing): boolean {
  if (others === undefined || echoId !== undefined || isDiscarded === true) return false;
  return state === 'sent' || mayHaveArrived === true || hasLeft === true;
}

/** Whether the message may be the own one, as far as its place and what is known of it tell. */
function canBe(message: Message, { localId, others, twins, oldestKnown }: Outgoing, poll: PollEvidence): boolean {
  if ((poll.ownerOf(message.id) ?? localId) !== localId) return false;
  if (others?.includes(message.id) === true || twins?.includes(message.id) === true) return false;
  return oldestKnown === undefined || comparePositions(message, oldestKnown) >= 0;
}

function isSame({ text, parsed }: Outgoing, message: Message): boolean {
  return isSameText(text, message.text) || (parsed !== undefined && isSameText(parsed, message.text));
}

function isSimilar({ text, parsed }: Outgoing, message: Message): boolean {
  return isSimilarText(text, message.text) || (parsed !== undefined && isSimilarText(parsed, message.text));
}

/** Whether the message may be by the user. */
function mayBeByMe({ author }: Message, { ownAuthorId }: PollEvidence): boolean {
  return ownAuthorId === undefined || author.id === ownAuthorId;
}

interface Found {
  readonly message: Message;
  readonly isOnly: boolean;
  /** It is taken for the echo only while the send is under way: others may have written the same. */
  readonly isDoubtful: boolean;
}

function findEcho(entry: Outgoing, candidates: readonly Message[], poll: PollEvidence): Found | undefined {
  const same = candidates.filter((message) => isSame(entry, message));
  const isOnly = same.length === 1;
  const isLikely = ({ author }: Message): boolean => author.id === (poll.ownAuthorId ?? poll.likelyAuthorId);
  const mine = same.find(isLikely) ?? same.find((message) => mayBeByMe(message, poll));
  if (mine !== undefined) {
    if (entry.state === 'sent') return { message: mine, isOnly, isDoubtful: false };
    // Without a word of the service, and without an author to know it by, a common text is anybody's.
    const isDoubtful = !isLikely(mine) && !isDistinctive(entry.text);
    const isUnderWay = entry.state === 'sending' && entry.hasLeft === true;
    return isDoubtful && !isUnderWay ? undefined : { message: mine, isOnly, isDoubtful };
  }
  if (entry.state !== 'sent' || entry.endedAt === undefined) return undefined;
  // The service took it, so that it must be somewhere: what is left may be it, under another author or in other words.
  const isLate = poll.startedAt >= entry.endedAt + HOPE_FOR_BETTER_MS;
  const [other] = same;
  if (isLate && isOnly && other !== undefined) return { message: other, isOnly, isDoubtful: false };
  if (poll.ownAuthorId === undefined || !(isLate || poll.changesTexts === true)) return undefined;
  const similar = candidates.filter((message) => mayBeByMe(message, poll) && isSimilar(entry, message));
  const [only] = similar;
  return similar.length === 1 && only !== undefined ? { message: only, isOnly: true, isDoubtful: false } : undefined;
}

/** The echo of one own message is none of another's. */
function withEcho(entry: Outgoing, owner: Outgoing, { message, isDoubtful }: Found): Outgoing {
  if (entry === owner) {
    const { fault, ...rest } = entry;
    return { ...rest, state: 'sent', echoId: message.id, ...(isDoubtful ? { isEchoDoubtful: true } : {}) };
  }
  if (entry.room !== owner.room || entry.others === undefined) return entry;
  return { ...entry, twins: [...(entry.twins ?? []), message.id].slice(-MOST_TWINS) };
}

function isGivenUp({ endedAt }: Outgoing, { startedAt }: PollEvidence): boolean {
  return endedAt !== undefined && startedAt >= endedAt + LOOK_FOR_SENT_MS;
}

/** A message in doubt after a poll that does not show it. */
function judged(entry: Outgoing, outbox: Outbox, candidates: readonly Message[], poll: PollEvidence): Outgoing {
  if (isLeftToUser(entry) || !isSettled(entry, poll.startedAt)) return entry;
  // The service took another one since, and does not show that one either: what it shows is behind the times.
  const isBehind = outbox.some(
    (other) =>
      other.room === entry.room &&
      other.state === 'sent' &&
      other.echoId === undefined &&
      (other.endedAt ?? Infinity) <= poll.startedAt,
  );
  if (isBehind) return entry;
  const isAbsent =
    poll.changesTexts !== true &&
    mustHold(entry, poll) &&
    !candidates.some((message) => isSame(entry, message) || (mayBeByMe(message, poll) && isSimilar(entry, message)));
  return isAbsent ? markMissed(entry) : markUntold(entry);
}

/** Whether the poll would show the message if it had arrived: it reaches down to what was there before it left. */
function mustHold(entry: Outgoing, { messages, covers }: PollEvidence): boolean {
  if (covers === 'nothing') return false;
  const reach = reachOf(entry);
  return covers === 'room' || messages.some(({ id }) => reach.includes(id));
}

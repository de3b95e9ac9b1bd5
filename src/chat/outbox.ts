import type { Fault } from './fault';
import { comparePositions, type Message, type RoomName } from './message';
import type { Outgoing } from './outgoing';
import type { Coverage } from './timelineMerge';

/** What this person wrote here and the service has not shown in the room yet, in the order of writing. */
export type Outbox = readonly Outgoing[];

/** A look at a room, for finding own messages in it. */
export interface Sighting {
  readonly messages: readonly Message[];
  readonly covers: Coverage;
  /** The local id of the own message that this one is known to be. */
  readonly ownerOf: (id: string) => string | undefined;
  /** The author that own messages bear, if that is known. */
  readonly ownAuthorId?: string;
  /** Whether the look began after the send of this message had ended: an earlier one can't say that it is absent. */
  readonly isLaterThan: (localId: string) => boolean;
}

/** System error codes of connections that never came to be. Certificates are refused before a request is written. */
const UNREACHED: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** How many pages in a row must miss a message until it is taken for lost on the way. */
export const PAGES_TO_PROVE_ABSENT = 2;

/** How many pages in a row may miss a message that the service took, until it is looked for no longer. */
const PAGES_TO_FORGET_SENT = 10;

/** How many pages that can't tell of a message in doubt make it a matter for the person. */
const PAGES_TO_LEAVE_IN_DOUBT = 12;

/**
 * The message whose turn it is in the room: first in, first out, and none while one is on its way or in doubt. One that
 * stays in doubt waits for the person and does not hold up the others, but for those of the same text: nobody could tell
 * which of them is in the room.
 */
export function nextToSend(outbox: Outbox, room: RoomName): Outgoing | undefined {
  const waiting = outbox.filter((entry) => entry.room === room && entry.state !== 'failed' && entry.state !== 'sent');
  const first = waiting.find((entry) => !staysInDoubt(entry));
  if (first?.state !== 'queued') return undefined;
  const text = canonicalText(first.text);
  return waiting.some((entry) => staysInDoubt(entry) && canonicalText(entry.text) === text) ? undefined : first;
}

function staysInDoubt({ state, untoldBy = 0 }: Outgoing): boolean {
  return state === 'unconfirmed' && untoldBy >= PAGES_TO_LEAVE_IN_DOUBT;
}

/**
 * Ids of the messages of which a page must hold one to tell whether the message in doubt arrived: those that were there
 * when it left. None when nothing is in doubt, or when pages are not hoped to tell any more.
 */
export function doubtedFrom(outbox: Outbox, room: RoomName): readonly string[] {
  const doubted = outbox.find((entry) => entry.room === room && entry.state === 'unconfirmed' && !staysInDoubt(entry));
  return doubted?.others ?? [];
}

/** The message has its turn; its request has not left yet, so that nothing in the room can be it. */
export function markSending({ others, twins, ...entry }: Outgoing): Outgoing {
  return { ...withoutFault(entry), state: 'sending' };
}

/** Its request leaves now. `knownIds`: the room's messages that are known, none of which can be this one. */
export function markLeaving({ untoldBy, ...entry }: Outgoing, knownIds: readonly string[]): Outgoing {
  return { ...entry, others: knownIds, absentFrom: 0 };
}

/** What was taken for the message in the room is somebody else's: the service has refused this one. */
export function withoutEcho({ echoId, ...entry }: Outgoing): Outgoing {
  return entry;
}

/** The service took the message; `parsed` is the text as it gave it back. */
export function markSent(entry: Outgoing, parsed: string | undefined): Outgoing {
  return { ...withoutFault(entry), state: 'sent', absentFrom: 0, ...(parsed === undefined ? {} : { parsed }) };
}

/** The message waits for its turn again. */
export function markQueued(entry: Outgoing): Outgoing {
  return { ...withoutFault(entry), state: 'queued' };
}

/** The send ended in a fault: refused for good, or without an answer that says whether it arrived. */
export function markFault(entry: Outgoing, fault: Fault): Outgoing {
  return { ...entry, state: mayHaveArrived(fault) ? 'unconfirmed' : 'failed', absentFrom: 0, fault };
}

/** A message as the next process finds it: what was on its way may have arrived. */
export function afterRestart(entry: Outgoing): Outgoing {
  return entry.state === 'sending' ? { ...withoutFault(entry), state: 'unconfirmed', absentFrom: 0 } : entry;
}

/** Whether a send that ended in this fault may have reached the room all the same. */
export function mayHaveArrived(fault: Fault): boolean {
  switch (fault.kind) {
    case 'unauthorized':
    case 'forbidden':
    case 'noSuchRoom':
    case 'throttled':
      return false;
    case 'server':
      return fault.status >= 500 || fault.status === 408;
    case 'network':
      return !neverLeft(fault);
    case 'timeout':
    case 'badAnswer':
    case 'tooLarge':
      return true;
  }
}

/** Whether the request cannot have reached the service, because there was no connection to carry it. */
export function neverLeft(fault: Fault): boolean {
  return fault.kind === 'network' && (UNREACHED.includes(fault.code) || /CERT|SELF_SIGNED|UNABLE_TO/.test(fault.code));
}

/**
 * Looks for own messages in a page of their room. A message of the room is taken for at most one own message, the
 * earliest written one with its text: the service gives no id on a send, so that the text is all there is to know it by.
 * One in doubt that two later pages would have to hold, and don't, is queued again; one that the service took and that
 * does not turn up for long is gone from the outbox.
 */
export function lookForOwn(outbox: Outbox, room: RoomName, sighting: Sighting): Outbox {
  // A look that failed, or an answer with nothing in it that can be read, tells nothing at all.
  if (sighting.messages.length === 0 && sighting.covers === 'nothing') return outbox;
  let looked = outbox;
  const messages = [...sighting.messages].sort(comparePositions);
  const claimed = new Set(outbox.flatMap(({ echoId }) => (echoId === undefined ? [] : [echoId])));
  for (const candidate of outbox) {
    if (candidate.room !== room || candidate.echoId !== undefined || !isLookedFor(candidate)) continue;
    const alike = messages.filter(
      (message) =>
        !claimed.has(message.id) &&
        (sighting.ownerOf(message.id) ?? candidate.localId) === candidate.localId &&
        isAlike(candidate, message),
    );
    const echo = alike.find((message) => candidate.state !== 'unconfirmed' || isByMe(message, sighting));
    if (echo !== undefined) {
      claimed.add(echo.id);
      looked = looked.map((entry) => withEcho(entry, candidate, echo.id));
    } else if (alike.length === 0 && (mustHold(sighting, candidate) || isSettled(sighting, candidate))) {
      looked = looked.map((entry) => (entry === candidate ? missed(entry) : entry));
    } else if (
      candidate.state === 'unconfirmed' &&
      !staysInDoubt(candidate) &&
      sighting.isLaterThan(candidate.localId)
    ) {
      looked = looked.map((entry) => (entry === candidate ? { ...entry, untoldBy: (entry.untoldBy ?? 0) + 1 } : entry));
    }
  }
  return looked.filter(({ state, absentFrom = 0 }) => state !== 'sent' || absentFrom < PAGES_TO_FORGET_SENT);
}

function isLookedFor({ state, others }: Outgoing): boolean {
  return others !== undefined && (state === 'sending' || state === 'sent' || state === 'unconfirmed');
}

function isAlike(entry: Outgoing, message: Message): boolean {
  if (entry.others?.includes(message.id) === true || entry.twins?.includes(message.id) === true) return false;
  const text = canonicalText(message.text);
  return canonicalText(entry.text) === text || (entry.parsed !== undefined && canonicalText(entry.parsed) === text);
}

/**
 * Whether the message may be this person's. One in doubt with the right text and another author is neither proof that
 * it arrived nor that it did not: the person decides.
 */
function isByMe({ author }: Message, { ownAuthorId }: Sighting): boolean {
  return ownAuthorId === undefined || author.id === ownAuthorId;
}

/** The echo of one own message is none of another's. */
function withEcho(entry: Outgoing, found: Outgoing, echoId: string): Outgoing {
  if (entry.localId === found.localId) return { ...withoutFault(entry), state: 'sent', echoId };
  return entry.room === found.room && entry.others !== undefined
    ? { ...entry, twins: [...(entry.twins ?? []), echoId] }
    : entry;
}

/** Whether the page would hold the message if it had arrived: it reaches down to what was there before it left. */
function mustHold({ messages, covers, isLaterThan }: Sighting, { localId, others }: Outgoing): boolean {
  if (covers === 'nothing' || !isLaterThan(localId)) return false;
  return covers === 'room' || (others !== undefined && messages.some(({ id }) => others.includes(id)));
}

/** Nothing hangs on finding a message that the service took: it is missed also by pages that prove nothing. */
function isSettled({ isLaterThan }: Sighting, { localId, state }: Outgoing): boolean {
  return state === 'sent' && isLaterThan(localId);
}

function missed(entry: Outgoing): Outgoing {
  const absentFrom = (entry.absentFrom ?? 0) + 1;
  const isLost = entry.state === 'unconfirmed' && absentFrom >= PAGES_TO_PROVE_ABSENT;
  return isLost ? { ...markQueued(entry), absentFrom: 0 } : { ...entry, absentFrom };
}

/** A text by which a message is known again: line ends, escapes and outer blanks do not count. */
export function canonicalText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim();
}

function withoutFault({ fault, ...entry }: Outgoing): Outgoing {
  return entry;
}

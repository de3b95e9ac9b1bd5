import type { Fault } from './fault';
import type { Position, RoomName } from './message';
import type { Outgoing } from './outgoing';
import { mayHaveArrived, PROVEN_SETTLE_MS, settleMsAfter, UNANSWERED_SETTLE_MS } from './sendFaults';
import { isSameText } from './textLikeness';

/** What the user wrote here and the service has not shown in the room yet, in the order of writing. */
export type Outbox = readonly Outgoing[];

/** What is known of a room at some moment. */
export interface KnownMessages {
  /** Ids of its newest messages, oldest first. */
  readonly ids: readonly string[];
  /** The place of the oldest of them; absent when they are all that the room has. */
  readonly oldest?: Position;
}

/** How many polls in a row must miss a message until it is taken for lost on the way. */
const POLLS_TO_PROVE_ABSENT = 2;

/** How many polls that can't tell of a message in doubt make it a matter for the user. */
const POLLS_TO_LEAVE_IN_DOUBT = 12;

/** So many places below the newest known message a message that is new may turn up: stamps are not in order. */
const LATE_PLACES = 10;

/** How often a message is sent again without being asked to. */
const MOST_RESENDS = 2;

/**
 * How long a message in doubt holds up those written after it, in milliseconds. Users expect their messages in the order
 * of writing, so a moment is worth waiting: most echoes turn up within it, and a failure that the service itself told of
 * is proven and mended within it. To wait until a lost answer is settled would hold up a conversation for minutes, which
 * is worse than one message that comes late: the user sees that it is not confirmed.
 */
const HOLD_UP_MS = 15_000;

/**
 * The message whose turn it is in the room: first in, first out, and none while one is on its way or has only just got
 * into doubt. One that stays in doubt does not hold up the others, but for those of the same text: nobody could tell
 * which of them is in the room.
 * @param now monotonic milliseconds
 */
export function nextToSend(outbox: Outbox, room: RoomName, now: number): Outgoing | undefined {
  const here = outbox.filter((entry) => entry.room === room);
  const doubted = here.filter(({ state }) => state === 'unconfirmed');
  for (const entry of here) {
    if (holdsUp(entry, now)) return undefined;
    if (entry.state === 'queued' && !doubted.some(({ text }) => isSameText(entry.text, text))) return entry;
  }
  return undefined;
}

function holdsUp(entry: Outgoing, now: number): boolean {
  if (entry.echoId !== undefined) return false;
  if (entry.state === 'sending') return true;
  return entry.state === 'unconfirmed' && !isLeftToUser(entry) && now < (entry.holdsUpTo ?? -Infinity);
}

/** Whether the message is in doubt and stays so until the user decides, or it turns up after all. */
export function isLeftToUser({ state, untoldBy = 0 }: Outgoing): boolean {
  return state === 'unconfirmed' && untoldBy >= POLLS_TO_LEAVE_IN_DOUBT;
}

/**
 * Ids of the messages of which a page must hold one to tell whether the message in doubt arrived: those that were there
 * when it left. None while no poll could tell, and when polls are not hoped to tell any more.
 * @param now monotonic milliseconds
 */
export function doubtedFrom(outbox: Outbox, room: RoomName, now: number): readonly string[] {
  const doubted = outbox.find(
    (entry) => entry.room === room && entry.state === 'unconfirmed' && !isLeftToUser(entry) && isSettled(entry, now),
  );
  return doubted === undefined ? [] : reachOf(doubted);
}

/**
 * The messages of which a poll must show one to have shown this message too, if it were there. The newest ones known when
 * it left are not among them, as far as there are others: its own place may be a little below those.
 */
export function reachOf({ others = [] }: Outgoing): readonly string[] {
  return others.slice(0, Math.max(1, others.length - LATE_PLACES));
}

/**
 * Whether a poll that began then shows all that the message's last send can have done.
 * @param startedAt monotonic milliseconds
 */
export function isSettled({ endedAt, settleMs = UNANSWERED_SETTLE_MS }: Outgoing, startedAt: number): boolean {
  return endedAt !== undefined && startedAt >= endedAt + settleMs;
}

/** The message has its turn; its request has not left yet. */
export function markSending(entry: Outgoing): Outgoing {
  return { ...atRest(entry), state: 'sending' };
}

/** Its request leaves now. What is known in the room can't be it, unless an earlier copy may be there. */
export function markLeaving(entry: Outgoing, known: KnownMessages): Outgoing {
  const leaving = { ...entry, hasLeft: true, absentFrom: 0, untoldBy: 0 };
  if (entry.mayHaveArrived === true && entry.others !== undefined) return leaving;
  const { oldestKnown, ...fresh } = leaving;
  return { ...fresh, others: known.ids, ...(known.oldest === undefined ? {} : { oldestKnown: known.oldest }) };
}

/**
 * Whether what was found in the room while the message was under way is it, now that its send has ended so.
 * @param fault absent when the service took the message
 */
export function isEchoItsOwn(entry: Outgoing, fault: Fault | undefined): boolean {
  if (fault === undefined) return true;
  return entry.isEchoDoubtful !== true && (mayHaveArrived(fault) || entry.mayHaveArrived === true);
}

/** What was taken for the message in the room is somebody else's. */
export function withoutEcho({ echoId, isEchoDoubtful, ...entry }: Outgoing): Outgoing {
  return entry;
}

/**
 * The service took the message.
 * @param parsed the text as it gave it back
 * @param now monotonic milliseconds
 */
export function markSent(entry: Outgoing, parsed: string | undefined, now: number): Outgoing {
  return { ...atRest(entry), state: 'sent', endedAt: now, ...(parsed === undefined ? {} : { parsed }) };
}

/** The message waits for its turn again: its request did not leave, or did nothing. */
export function markQueued(entry: Outgoing): Outgoing {
  return { ...atRest(entry), state: 'queued' };
}

/**
 * The user wants the message sent, whatever became of it so far. What stands in the room by now is not it: the user has
 * seen that, and decided.
 */
export function markRetried(entry: Outgoing, known: KnownMessages): Outgoing {
  const { others } = entry;
  const all = others === undefined ? {} : { others: [...new Set([...others, ...known.ids])] };
  return { ...markQueued(entry), ...all, doubts: 0 };
}

/**
 * The send ended in a fault: refused for good, or without an answer that says whether it arrived.
 * @param now monotonic milliseconds
 */
export function markFault(entry: Outgoing, fault: Fault, now: number): Outgoing {
  if (!mayHaveArrived(fault)) return { ...atRest(entry), state: 'failed', fault };
  return { ...inDoubt(entry, settleMsAfter(fault), now), holdsUpTo: now + HOLD_UP_MS, fault };
}

/**
 * A message as the next process finds it. What was on its way may have arrived, and nobody knows when that began: its
 * send counts as ended now, and times that were running begin anew, because clocks may have been set meanwhile.
 * @param now monotonic milliseconds
 */
export function afterRestart(entry: Outgoing, now: number): Outgoing {
  switch (entry.state) {
    case 'sending':
      return inDoubt(entry, UNANSWERED_SETTLE_MS, now);
    case 'unconfirmed': {
      const settleMs = Math.min(entry.settleMs ?? UNANSWERED_SETTLE_MS, UNANSWERED_SETTLE_MS);
      return { ...entry, mayHaveArrived: true, doubts: entry.doubts ?? 1, settleMs, endedAt: now };
    }
    case 'sent':
      return { ...entry, endedAt: now };
    case 'queued':
      // It was proven absent, or the user wants it sent. The proof is an earlier process's.
      if (entry.mayHaveArrived !== true || (entry.doubts ?? 0) === 0) return entry;
      return { ...entry, state: 'unconfirmed', settleMs: PROVEN_SETTLE_MS, endedAt: now };
    case 'failed':
      return entry;
  }
}

/** A poll that would have shown the message did not: after the second one it is sent again, unless it was often enough. */
export function markMissed(entry: Outgoing): Outgoing {
  const absentFrom = (entry.absentFrom ?? 0) + 1;
  if (absentFrom < POLLS_TO_PROVE_ABSENT) return { ...entry, absentFrom };
  return (entry.doubts ?? 0) > MOST_RESENDS ? { ...entry, untoldBy: POLLS_TO_LEAVE_IN_DOUBT } : markQueued(entry);
}

/** A poll could not tell whether the message arrived. */
export function markUntold(entry: Outgoing): Outgoing {
  return { ...entry, absentFrom: 0, untoldBy: Math.min(POLLS_TO_LEAVE_IN_DOUBT, (entry.untoldBy ?? 0) + 1) };
}

function inDoubt(entry: Outgoing, settleMs: number, now: number): Outgoing {
  const doubts = (entry.doubts ?? 0) + 1;
  return { ...atRest(entry), state: 'unconfirmed', mayHaveArrived: true, doubts, settleMs, endedAt: now };
}

/** The message without what belongs to its last send. */
function atRest(entry: Outgoing): Outgoing {
  const { fault, hasLeft, endedAt, settleMs, holdsUpTo, absentFrom, untoldBy, ...rest } = entry;
  return rest;
}

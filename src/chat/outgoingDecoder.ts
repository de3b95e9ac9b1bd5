import type { Position } from './message';
import type { Outgoing, OutgoingState } from './outgoing';

const STATES: readonly string[] = ['queued', 'sending', 'unconfirmed', 'sent', 'failed'] satisfies OutgoingState[];

/**
 * Reads a message that was kept. What makes it the user's, its text and its room, must be there; the rest is taken if it
 * is right. What only this process knows, its clock's times and the fault, is not taken.
 */
export function decodeOutgoing(value: unknown): Outgoing | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  const { localId, room, text, createdAt, state, others, twins, parsed, oldestKnown, doubts, settleMs } = record;
  if (typeof localId !== 'string' || typeof room !== 'string' || typeof text !== 'string') return undefined;
  if (typeof state !== 'string' || !STATES.includes(state)) return undefined;
  const oldest = decodePosition(oldestKnown);
  return {
    localId,
    room,
    text,
    createdAt: isNumber(createdAt) ? createdAt : 0,
    state: state as OutgoingState,
    ...(isTexts(others) ? { others } : {}),
    ...(oldest === undefined ? {} : { oldestKnown: oldest }),
    ...(isTexts(twins) ? { twins } : {}),
    ...(isNumber(doubts) && doubts >= 0 ? { doubts } : {}),
    ...(record['mayHaveArrived'] === true ? { mayHaveArrived: true } : {}),
    ...(isNumber(settleMs) && settleMs >= 0 ? { settleMs } : {}),
    ...(typeof parsed === 'string' ? { parsed } : {}),
    ...(record['isDiscarded'] === true ? { isDiscarded: true } : {}),
  };
}

/** The message without what only this process knows. */
export function encodeOutgoing(entry: Outgoing): unknown {
  const { hasLeft, holdsUpTo, endedAt, absentFrom, untoldBy, echoId, isEchoDoubtful, fault, ...kept } = entry;
  return kept;
}

function decodePosition(value: unknown): Position | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { timestamp, id } = value as Record<string, unknown>;
  return isNumber(timestamp) && typeof id === 'string' ? { timestamp, id } : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

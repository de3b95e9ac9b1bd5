import type { Outgoing, OutgoingState } from './outgoing';

const STATES: readonly string[] = ['queued', 'sending', 'unconfirmed', 'sent', 'failed'] satisfies OutgoingState[];

/**
 * Reads a message that was kept. What makes it the person's, its text and its room, must be there; the rest is taken if
 * it is right. The fault is not kept: it is said anew when the next try ends.
 */
export function decodeOutgoing(value: unknown): Outgoing | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { localId, room, text, createdAt, state, others, twins, parsed } = value as Record<string, unknown>;
  if (typeof localId !== 'string' || typeof room !== 'string' || typeof text !== 'string') return undefined;
  if (typeof state !== 'string' || !STATES.includes(state)) return undefined;
  return {
    localId,
    room,
    text,
    createdAt: typeof createdAt === 'number' && Number.isFinite(createdAt) ? createdAt : 0,
    state: state as OutgoingState,
    ...(isTexts(others) ? { others } : {}),
    ...(isTexts(twins) ? { twins } : {}),
    ...(typeof parsed === 'string' ? { parsed } : {}),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

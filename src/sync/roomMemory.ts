import type { Message, RoomName } from '../chat/message';
import { decodeMessage } from '../chapi/decoder';
import type { ReadMark } from '../chat/readMark';

/** What is kept of a room, so that a window opens with content, offline too, and knows what was read. */
export interface RoomMemory {
  readonly mark: ReadMark;
  /** The newest messages, oldest first. */
  readonly messages: readonly Message[];
}

/** The name under which a room's memory is kept. */
export function roomMemoryName(room: RoomName): string {
  return `room:${room}`;
}

/** The memory as it is written. */
export function encodeRoomMemory({ mark, messages }: RoomMemory): unknown {
  return {
    mark,
    // As the service says it, so that one decoder reads both.
    messages: messages.map(({ id, timestamp, author, text }) => ({ id, timestamp, authorUser: author, parsed: text })),
  };
}

/** Reads a memory; nothing when it is none. */
export function decodeRoomMemory(value: unknown): RoomMemory | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { mark, messages } = value as Record<string, unknown>;
  const decoded = decodeMark(mark);
  if (decoded === undefined || !Array.isArray(messages)) return undefined;
  return { mark: decoded, messages: messages.map(decodeMessage).filter((message) => message !== undefined) };
}

function decodeMark(value: unknown): ReadMark | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { through, lateIds } = value as Record<string, unknown>;
  const ids = Array.isArray(lateIds) ? lateIds.filter((id): id is string => typeof id === 'string') : [];
  if (typeof through !== 'object' || through === null) return { lateIds: ids };
  const { timestamp, id } = through as Record<string, unknown>;
  if (typeof timestamp !== 'number' || typeof id !== 'string') return undefined;
  return { through: { timestamp, id }, lateIds: ids };
}

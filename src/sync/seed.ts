import type { Clock } from '../chapi/clock';
import { comparePositions, type Message, type RoomName } from '../chat/message';
import type { ReadMark } from '../chat/readMark';
import type { FeedEntry } from './feed';

/** What a window shows of some rooms when its engine has to begin: nothing of it may vanish. */
export type Seed = ReadonlyMap<RoomName, readonly FeedEntry[]>;

/** What a room begins with. */
export interface RoomSeed {
  /** Oldest first, nothing missing between them. */
  readonly messages: readonly Message[];
  readonly mark: ReadMark;
  /** Local ids of those that were written here, by id. */
  readonly ownIds: ReadonlyMap<string, string>;
}

/**
 * What a room begins with, from what was shown of it: the messages from the last gap on, and how far they were read.
 * @returns nothing when no message was shown
 */
export function roomSeed(entries: readonly FeedEntry[]): RoomSeed | undefined {
  const all = entries.filter((entry) => entry.kind === 'message');
  const shown = all.slice(
    Math.max(
      0,
      all.findLastIndex(({ gap }) => gap !== undefined),
    ),
  );
  if (shown.length === 0) return undefined;
  const through = shown.findLast(({ unread }) => !unread)?.message;
  const isLate = ({ unread, message }: (typeof shown)[number]): boolean =>
    unread && through !== undefined && comparePositions(message, through) < 0;
  return {
    messages: shown.map(({ message }) => message),
    mark: {
      ...(through === undefined ? {} : { through: { timestamp: through.timestamp, id: through.id } }),
      lateIds: shown.filter(isLate).map(({ message }) => message.id),
    },
    ownIds: new Map(shown.flatMap(({ localId, message }) => (localId === undefined ? [] : [[message.id, localId]]))),
  };
}

/** What the rooms of a seed begin with. */
export function roomSeeds(seed: Seed = new Map()): ReadonlyMap<RoomName, RoomSeed> {
  const rooms = new Map<RoomName, RoomSeed>();
  for (const [room, entries] of seed) {
    const begun = roomSeed(entries);
    if (begun !== undefined) rooms.set(room, begun);
  }
  return rooms;
}

/** When somebody last said something in the room, in monotonic milliseconds of the clock. */
export function lastActivity({ messages }: RoomSeed, clock: Clock): number {
  const agoMs = clock.now() - (messages.at(-1)?.timestamp ?? 0) / 1000;
  return clock.monotonic() - Math.max(0, agoMs);
}

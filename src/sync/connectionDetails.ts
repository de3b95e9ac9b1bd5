import type { PaceState } from '../chapi/sharedPace';
import type { ConnectionRecord } from './connectionRecord';
import type { ConnectionDetails } from './feed';
import type { LearnedFacts } from './learned';
import type { RoomSync } from './roomSync';

/** What there is to know of the connection, from the record of what happened and from how things are now. */
export function connectionDetails(
  record: ConnectionRecord,
  now: {
    readonly connection: ConnectionDetails['connection'];
    readonly rooms: readonly RoomSync[];
    readonly learned: LearnedFacts;
    readonly pace: PaceState;
    readonly next: ConnectionDetails['next'] | undefined;
  },
): ConnectionDetails {
  const { connection, learned, next, pace } = now;
  const shared = pace.shared ? { sharedIntervalMs: pace.intervalMs } : {};
  const rooms = now.rooms.map(({ room, fault }) => ({ room, ...(fault === undefined ? {} : { fault }) }));
  return { ...record.summary(), connection, learned, rooms, ...shared, ...(next === undefined ? {} : { next }) };
}

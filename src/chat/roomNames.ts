import { DEFAULT_ROOM, type RoomName } from './message';

/** Documented keys that begin so belong to the sandbox that all who try the service share. */
const TEST_KEY = /^test_key/;

/** The documented name of the default room of such a key, which the pages spell in two ways, in lower case. */
const TEST_KEY_ROOM = 'chapi sandbox';

/** Whether it is a key of the service's sandbox. */
export function isTestKey(apiKey: string): boolean {
  return TEST_KEY.test(apiKey);
}

/**
 * The one name that a room goes by here. The default room of a `test_key…` has a documented name of its own: asked for by
 * that name, in whatever case, it is the same room. All other names are taken as they are. What the default room of any
 * other key is called is not documented.
 */
export function roomNameOf(room: RoomName, hasTestKey: boolean): RoomName {
  return hasTestKey && room.trim().toLowerCase() === TEST_KEY_ROOM ? DEFAULT_ROOM : room;
}

/** Each room once, by its one name, where it stands first. */
export function distinctRooms(rooms: readonly RoomName[], hasTestKey: boolean): readonly RoomName[] {
  return [...new Set(rooms.map((room) => roomNameOf(room, hasTestKey)))];
}

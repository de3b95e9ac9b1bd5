/** Who wrote a message, as the service tells it. Messages sent with one shared key may all bear the same author. */
export interface Author {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly avatarUrl: string;
}

/** One message of a room, as the service tells it. */
export interface Message {
  readonly id: string;
  /** Microseconds since 1970. Not the order of arrival: a new message may bear an older timestamp than known ones. */
  readonly timestamp: number;
  readonly author: Author;
  readonly text: string;
}

/** A room's name as the service knows it. */
export type RoomName = string;

/** The room that a key talks to when a request names none. */
export const DEFAULT_ROOM: RoomName = '';

/** A place in the order of a room: by timestamp, then by id. */
export interface Position {
  readonly timestamp: number;
  readonly id: string;
}

/** Negative when `left` stands before `right`, zero when they are at one place. Ids are compared by code unit. */
export function comparePositions(left: Position, right: Position): number {
  if (left.timestamp !== right.timestamp) return left.timestamp - right.timestamp;
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}

import { randomBytes } from 'node:crypto';
import { BadInput } from './checks';
import type { Author } from './people';

/** One message as the sandbox keeps it, the truth that a client's picture of the room is held against. */
export interface StoredMessage {
  readonly id: string;
  /** Microseconds since 1970, unique in its room. */
  readonly timestamp: number;
  readonly author: Author;
  /** As it was written, never escaped. */
  readonly text: string;
}

/** The room of a `test_key…` key when a request names none. */
export const DEFAULT_ROOM_NAME = 'CHAPI sandbox';

/** How far before the room's newest message a late one is stamped, in microseconds. */
const LATE_BY = 1_000_000;

/** An id like those in the documentation: 32 bytes in base64url, which is 43 characters. */
function createMessageId(): string {
  return randomBytes(32).toString('base64url');
}

/** One room: its messages, oldest first. */
export class Room {
  readonly name: string;
  readonly isPrivate: boolean;
  /** Whether the API user may enter although the room is private. */
  invited = false;
  readonly #messages: StoredMessage[] = [];

  constructor(name: string, isPrivate: boolean) {
    this.name = name;
    this.isPrivate = isPrivate;
  }

  /** Oldest first by timestamp, which is not always the order of arrival. */
  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  get isOpen(): boolean {
    return !this.isPrivate || this.invited;
  }

  /** Puts a message where its timestamp belongs, moved on by some microseconds if another message has that one. */
  insert(message: StoredMessage): StoredMessage {
    let { timestamp } = message;
    let index = this.#firstIndexAtOrAfter(timestamp);
    while (this.#messages[index]?.timestamp === timestamp) {
      timestamp++;
      index++;
    }
    const stored = { ...message, timestamp };
    this.#messages.splice(index, 0, stored);
    return stored;
  }

  replace(id: string, text: string): StoredMessage | undefined {
    const index = this.#messages.findIndex((message) => message.id === id);
    const before = this.#messages[index];
    if (before === undefined) return undefined;
    const after = { ...before, text };
    this.#messages[index] = after;
    return after;
  }

  remove(id: string): void {
    const index = this.#messages.findIndex((message) => message.id === id);
    if (index >= 0) this.#messages.splice(index, 1);
  }

  /** Drops the oldest messages beyond `limit` and gives them back. */
  trim(limit: number): readonly StoredMessage[] {
    return this.#messages.splice(0, Math.max(0, this.#messages.length - limit));
  }

  #firstIndexAtOrAfter(timestamp: number): number {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#messages[middle]!.timestamp < timestamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What is to be stored. */
export interface Draft {
  readonly author: Author;
  readonly text: string;
  /** Made up when absent. */
  readonly id?: string;
  /** Microseconds since 1970; `late` stands before the newest message there. Now when absent. */
  readonly timestamp?: number | 'late';
}

/** All rooms of one sandbox. */
export class Rooms {
  readonly #now: () => number;
  readonly #rooms = new Map<string, Room>();
  readonly #roomOfMessage = new Map<string, Room>();
  #lastTimestamp = 0;
  /** The most messages that a room keeps. */
  historyLimit = Infinity;

  /** @param now milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
    this.make(DEFAULT_ROOM_NAME, false);
  }

  find(name: string): Room | undefined {
    return this.#rooms.get(name);
  }

  /** Throws {@link BadInput} when there is such a room already. */
  make(name: string, isPrivate: boolean): Room {
    if (name === '') throw new BadInput('A room needs a name.');
    if (this.#rooms.has(name)) throw new BadInput(`There is a room "${name}" already.`);
    const room = new Room(name, isPrivate);
    this.#rooms.set(name, room);
    return room;
  }

  findOrMake(name: string): Room {
    return this.find(name) ?? this.make(name, false);
  }

  add(room: Room, draft: Draft): StoredMessage {
    const stored = room.insert({
      id: draft.id ?? createMessageId(),
      timestamp: this.#timestampOf(room, draft),
      author: draft.author,
      text: draft.text,
    });
    this.#roomOfMessage.set(stored.id, room);
    for (const { id } of room.trim(this.historyLimit)) this.#roomOfMessage.delete(id);
    return stored;
  }

  has(id: string): boolean {
    return this.#roomOfMessage.has(id);
  }

  /** Throws {@link BadInput} when there is no such message. */
  edit(id: string, text: string): StoredMessage {
    const edited = this.#roomOf(id).replace(id, text);
    if (edited === undefined) throw new BadInput(`There is no message with the id "${id}".`);
    return edited;
  }

  /** Throws {@link BadInput} when there is no such message. */
  remove(id: string): void {
    this.#roomOf(id).remove(id);
    this.#roomOfMessage.delete(id);
  }

  #roomOf(id: string): Room {
    const room = this.#roomOfMessage.get(id);
    if (room === undefined) throw new BadInput(`There is no message with the id "${id}".`);
    return room;
  }

  #timestampOf(room: Room, { timestamp }: Draft): number {
    if (typeof timestamp === 'number') return timestamp;
    const newest = room.messages.at(-1);
    if (timestamp === 'late' && newest !== undefined) return newest.timestamp - LATE_BY;
    // Many messages fall into one millisecond, and a clock of tests may stand still: the microseconds tell them apart.
    this.#lastTimestamp = Math.max(Math.floor(this.#now() * 1000), this.#lastTimestamp + 1);
    return this.#lastTimestamp;
  }
}

import type { RoomName } from './message';

/** A new message that the person may want to be told of. */
export interface Arrival {
  readonly room: RoomName;
  readonly authorName: string;
  readonly mentionsMe: boolean;
}

/** What one notification tells of: never nothing. */
export interface Gathered {
  readonly count: number;
  /** The rooms, those with most messages first. */
  readonly rooms: readonly RoomName[];
  /** Who mentions the person, each once, in order. */
  readonly mentionedBy: readonly string[];
  readonly authors: readonly string[];
}

/** After one notification, what comes within so many milliseconds is gathered into the next. */
export const GATHER_MS = 10_000;

/** Which new messages are told together, and when. Knows no clock: time is handed in, in monotonic milliseconds. */
export class NotificationQueue {
  #waiting: readonly Arrival[] = [];
  #isShowing = false;
  #lastShown = -Infinity;

  add(arrivals: readonly Arrival[]): void {
    this.#waiting = [...this.#waiting, ...arrivals];
  }

  /** What waits for this room is not to be told any more: it was read, or the room is muted. */
  drop(room: RoomName): void {
    this.#waiting = this.#waiting.filter((arrival) => arrival.room !== room);
  }

  /** Nothing that waits is to be told any more. */
  clear(): void {
    this.#waiting = [];
  }

  /**
   * What to tell now; it counts as shown until `closed`. Nothing while a notification is on screen, for ten seconds after
   * one came up, and while the person must not be disturbed.
   */
  take(nowMs: number, isBusy: boolean): Gathered | undefined {
    if (this.#waiting.length === 0 || isBusy || this.#isShowing || nowMs < this.#lastShown + GATHER_MS) {
      return undefined;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isShowing = true;
    this.#lastShown = nowMs;
    const counts = new Map<RoomName, number>();
    for (const { room } of waiting) counts.set(room, (counts.get(room) ?? 0) + 1);
    const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
    return {
      count: waiting.length,
      rooms: [...counts].sort(([, left], [, right]) => right - left).map(([room]) => room),
      mentionedBy: unique(waiting.filter(({ mentionsMe }) => mentionsMe).map(({ authorName }) => authorName)),
      authors: unique(waiting.map(({ authorName }) => authorName)),
    };
  }

  /** The notification that was shown last is gone. */
  closed(): void {
    this.#isShowing = false;
  }

  /** When it is worth asking again, if nothing else happens; nothing when nothing waits. */
  nextAt(): number | undefined {
    return this.#waiting.length === 0 || this.#isShowing ? undefined : this.#lastShown + GATHER_MS;
  }
}

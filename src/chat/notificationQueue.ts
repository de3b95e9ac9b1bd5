import type { RoomName } from './message';

/** A new message that the person may want to be told of. */
export interface Arrival {
  readonly room: RoomName;
  readonly id: string;
  readonly authorName: string;
  readonly mentionsMe: boolean;
  /** What it says, without a signature. */
  readonly text: string;
}

/** What one notification tells of: never nothing. */
export interface Gathered {
  readonly count: number;
  /** The rooms: those with a mention first, then those with most messages. */
  readonly rooms: readonly RoomName[];
  /** Who mentions the person, each once, in order. */
  readonly mentionedBy: readonly string[];
  readonly authors: readonly string[];
  /** What the message says, where it is a single one. */
  readonly text?: string;
}

/** After one notification, what comes within so many milliseconds is gathered into the next. */
export const GATHER_MS = 10_000;

/**
 * So long a notification can be on screen, in milliseconds, while its window has the keyboard. VS Code moves one that
 * nobody touches into its notification centre after 10 s, and tells nobody until it is closed there.
 */
export const ON_SCREEN_MS = 15_000;

/** More are not kept, nor counted: it was a long night. */
const MAX_WAITING = 300;

/** Which new messages are told together, and when. Knows no clock: time is handed in, in monotonic milliseconds. */
export class NotificationQueue {
  #waiting: readonly Arrival[] = [];
  #showing: Gathered | undefined;
  #goneAt = -Infinity;
  #lastShown = -Infinity;

  add(arrivals: readonly Arrival[]): void {
    this.#waiting = [...this.#waiting, ...arrivals].slice(-MAX_WAITING);
  }

  /** Of what waits, only these are still to be told. */
  keep(isWanted: (arrival: Arrival) => boolean): void {
    this.#waiting = this.#waiting.filter(isWanted);
  }

  /** Something waits, no notification is on screen, and none came up less than ten seconds ago. */
  isDue(nowMs: number): boolean {
    const next = this.nextAt();
    return next !== undefined && nowMs >= next;
  }

  /** What to tell now; it counts as shown until it is `closed`, or can't be on screen any more. */
  take(nowMs: number): Gathered | undefined {
    if (!this.isDue(nowMs)) return undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#showing = gathered(waiting);
    this.#lastShown = nowMs;
    this.#goneAt = nowMs + ON_SCREEN_MS;
    return this.#showing;
  }

  /** Whatever is on screen stays there until `release`: VS Code leaves it while its window has no keyboard. */
  hold(nowMs: number): void {
    if (nowMs < this.#goneAt) this.#goneAt = Infinity;
  }

  /** The window has the keyboard: what was held is seen from now on. */
  release(nowMs: number): void {
    if (this.#goneAt === Infinity) this.#goneAt = nowMs + ON_SCREEN_MS;
  }

  /** A notification is gone; maybe one from long ago, which somebody found in VS Code's notification centre. */
  closed(notification: Gathered): void {
    if (this.#showing === notification) this.#goneAt = -Infinity;
  }

  /** When it is worth asking again, if nothing else happens: never while one is held; nothing when nothing waits. */
  nextAt(): number | undefined {
    return this.#waiting.length === 0 ? undefined : Math.max(this.#lastShown + GATHER_MS, this.#goneAt);
  }
}

function gathered(arrivals: readonly Arrival[]): Gathered {
  const counts = new Map<RoomName, number>();
  for (const { room } of arrivals) counts.set(room, (counts.get(room) ?? 0) + 1);
  const mentions = arrivals.filter(({ mentionsMe }) => mentionsMe);
  const mentioning = new Set(mentions.map(({ room }) => room));
  const byCount = [...counts].sort(([, left], [, right]) => right - left).map(([room]) => room);
  const [first] = arrivals;
  const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
  return {
    count: arrivals.length,
    rooms: [...byCount.filter((room) => mentioning.has(room)), ...byCount.filter((room) => !mentioning.has(room))],
    mentionedBy: unique(mentions.map(({ authorName }) => authorName)),
    authors: unique(arrivals.map(({ authorName }) => authorName)),
    ...(first === undefined || arrivals.length > 1 ? {} : { text: first.text }),
  };
}

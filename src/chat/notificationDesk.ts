import { mentionsMe } from './mentionsMe';
import type { Message, RoomName } from './message';
import { NotificationQueue, type Arrival, type Gathered } from './notificationQueue';
import { readSignature, signatureOf } from './signature';

/** Who typed less than this ago is not disturbed, in milliseconds. */
export const TYPING_MS = 5000;

/** While the person is not to be disturbed, it is asked again this often, in milliseconds. */
export const ASK_AGAIN_MS = 2000;

/**
 * What decides whether the person is told, as it is at the moment. It is read anew each time: another window may have
 * changed it without a word to this one.
 */
export interface Surroundings {
  readonly wanted: 'all' | 'mentions' | 'none';
  /** The names that mean this person. */
  readonly myNames: readonly string[];
  /** The name that stands before what the person sends, in whichever window or machine; empty when none does. */
  readonly mySignature: string;
  readonly isPaused: boolean;
  /** When the person typed last, in monotonic milliseconds. */
  readonly typedAt: number;
  /** The person debugs, or answers a notification: not to be disturbed. */
  readonly isBusy: boolean;
  /** The window has the keyboard. */
  readonly isFocused: boolean;
  isMuted(room: RoomName): boolean;
  /** The person has the room before their eyes. */
  isWatched(room: RoomName): boolean;
  /** The room is on the list, and the message in it was not read yet. */
  isUnread(room: RoomName, id: string): boolean;
}

/**
 * Decides which new messages are told, and when: as the settings and the person's attention allow, never two
 * notifications at once, and nothing that is not true any more when it is told. Time is handed in, in monotonic
 * milliseconds.
 */
export class NotificationDesk {
  readonly #now: Surroundings;
  readonly #queue = new NotificationQueue();

  constructor(surroundings: Surroundings) {
    this.#now = surroundings;
  }

  /** New messages of others came. What comes while the person wants to hear nothing is not told later. */
  arrived(room: RoomName, messages: readonly Message[]): void {
    const { myNames, mySignature } = this.#now;
    const own = signatureOf(mySignature);
    const arrivals = messages.flatMap(({ id, author, text }): readonly Arrival[] => {
      const signed = readSignature(text);
      // Sent by the same person from another machine.
      if (signed !== undefined && signed.name === own) return [];
      const authorName = signed?.name ?? author.name;
      const said = signed?.text ?? text;
      return [{ room, id, authorName, mentionsMe: mentionsMe(said, myNames), text: said }];
    });
    this.#queue.add(arrivals.filter((arrival) => this.#isWanted(arrival)));
  }

  /**
   * What to tell now, if anything. It counts as shown until `closed`, or until it can't be on screen any more. To be
   * asked also whenever the window gets the keyboard or loses it.
   */
  take(nowMs: number): Gathered | undefined {
    this.#noteFocus(nowMs);
    if (this.#isDisturbed(nowMs) || !this.#queue.isDue(nowMs)) return undefined;
    this.#queue.keep((arrival) => this.#isWanted(arrival) && this.#now.isUnread(arrival.room, arrival.id));
    const gathered = this.#queue.take(nowMs);
    this.#noteFocus(nowMs);
    return gathered;
  }

  /** When to ask again; nothing when nothing waits, or nothing can be told before the window has the keyboard. */
  nextAt(nowMs: number): number | undefined {
    const next = this.#queue.nextAt() ?? Infinity;
    return next === Infinity ? undefined : Math.max(next, nowMs + ASK_AGAIN_MS);
  }

  closed(notification: Gathered): void {
    this.#queue.closed(notification);
  }

  /** Nothing that waits is to be told any more. */
  clear(): void {
    this.#queue.keep(() => false);
  }

  #noteFocus(nowMs: number): void {
    if (this.#now.isFocused) this.#queue.release(nowMs);
    else this.#queue.hold(nowMs);
  }

  #isDisturbed(nowMs: number): boolean {
    return this.#now.isBusy || nowMs - this.#now.typedAt < TYPING_MS;
  }

  #isWanted({ room, mentionsMe: isMention }: Arrival): boolean {
    const { wanted, isPaused } = this.#now;
    if (wanted === 'none' || isPaused || (wanted === 'mentions' && !isMention)) return false;
    return !this.#now.isMuted(room) && !this.#now.isWatched(room);
  }
}

import type { FeedEntry } from '../feed';
import type { ShownEntry } from './windowMessages';

/** As many characters of text are handed over at once. */
const PORTION_LENGTH = 512 * 1024;

/**
 * What a window showed of a room under the last host, and the next one does not know: what it was told just before that
 * one was killed, and what was scrolled back to. Handed over from what the host knows outwards, each portion once the host
 * shows the one before.
 */
export class ShownEntries {
  readonly #shown: readonly ShownEntry[];
  #olderThan: number;
  #newerThan = -1;

  /** @param entries as they were shown; what is older than a gap is left out */
  constructor(entries: readonly FeedEntry[]) {
    const messages = entries.filter((entry) => entry.kind === 'message');
    this.#shown = messages
      .slice(
        Math.max(
          0,
          messages.findLastIndex(({ gap }) => gap !== undefined),
        ),
      )
      .map(({ message, localId }) => (localId === undefined ? { message } : { message, localId }));
    this.#olderThan = this.#shown.length;
  }

  /**
   * What to hand over next, oldest first.
   * @param entries what the host shows of the room now
   * @returns nothing when the host knows it all, or nothing of it
   */
  next(entries: readonly FeedEntry[]): readonly ShownEntry[] | undefined {
    const known = entries.filter((entry) => entry.kind === 'message').map(({ message }) => message.id);
    const newest = this.#placeOf(known.at(-1));
    // The same once more would be of no more use.
    if (newest > this.#newerThan && newest < this.#shown.length - 1) {
      this.#newerThan = newest;
      return this.#portion(newest, 1);
    }
    const oldest = this.#placeOf(known[0]);
    if (oldest <= 0 || oldest >= this.#olderThan) return undefined;
    this.#olderThan = oldest;
    return this.#portion(oldest, -1);
  }

  #placeOf(id: string | undefined): number {
    return this.#shown.findIndex(({ message }) => message.id === id);
  }

  /** From one place on in a direction: that one, at least one more, and as many as fit. */
  #portion(from: number, direction: 1 | -1): readonly ShownEntry[] {
    let end = from;
    let length = 0;
    for (let entry = this.#shown[end + direction]; entry !== undefined; entry = this.#shown[end + direction]) {
      length += entry.message.text.length;
      if (length > PORTION_LENGTH && end !== from) break;
      end += direction;
    }
    return this.#shown.slice(Math.min(from, end), Math.max(from, end) + 1);
  }
}

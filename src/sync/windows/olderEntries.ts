import type { FeedEntry } from '../feed';
import type { OlderEntry } from './windowMessages';

/** As many characters of text are handed over at once. */
const PORTION_LENGTH = 512 * 1024;

/**
 * What a window showed of a room under the last host, and the next one does not know: handed over from the newest to the
 * oldest, each portion once the host shows the one before.
 */
export class OlderEntries {
  readonly #shown: readonly OlderEntry[];
  #nextEnd: number;

  /** @param entries as they were shown; what is older than a gap is left out */
  constructor(entries: readonly FeedEntry[]) {
    const messages = entries.filter((entry) => entry.kind === 'message');
    this.#shown = messages.slice(
      Math.max(
        0,
        messages.findLastIndex(({ gap }) => gap !== undefined),
      ),
    );
    this.#nextEnd = this.#shown.length;
  }

  /**
   * What to hand over next, oldest first.
   * @param entries what the host shows of the room now
   * @returns nothing when the host knows it all, or nothing of it
   */
  next(entries: readonly FeedEntry[]): readonly OlderEntry[] | undefined {
    const oldest = entries.find((entry) => entry.kind === 'message')?.message.id;
    const end = this.#shown.findIndex(({ message }) => message.id === oldest);
    // The same once more would be of no more use.
    if (end <= 0 || end >= this.#nextEnd) return undefined;
    this.#nextEnd = end;
    let start = end;
    let length = 0;
    for (let entry = this.#shown[start - 1]; entry !== undefined; entry = this.#shown[start - 1]) {
      length += entry.message.text.length;
      if (length > PORTION_LENGTH && start < end) break;
      start--;
    }
    return this.#shown.slice(start, end + 1).map(({ message, localId }) => ({
      message,
      ...(localId === undefined ? {} : { localId }),
    }));
  }
}

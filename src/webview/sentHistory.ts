import type { PageMessage } from '../protocol/messages';

/** So many earlier texts can be brought back. */
const MAX_EARLIER = 50;

/** What this person wrote in the room and still stands there, the newest first, nothing twice in a row. */
export function earlierTexts(entries: readonly PageMessage[]): readonly string[] {
  const texts: string[] = [];
  for (let index = entries.length - 1; index >= 0 && texts.length < MAX_EARLIER; index--) {
    const entry = entries[index];
    if (entry?.own !== true || entry.deleted === true || !/\S/.test(entry.text)) continue;
    if (entry.text !== texts.at(-1)) texts.push(entry.text);
  }
  return texts;
}

/**
 * Walks through earlier texts as a shell does: back from an empty box only, forth until it is empty again. A text that
 * was changed is one's own again, and is not walked away from.
 */
export class SentHistory {
  #earlier: readonly string[] = [];
  #at = -1;

  /**
   * @param current what stands in the box
   * @param earlier what can be brought back, the newest first; asked when a walk begins
   * @returns what to show in its place; nothing when the key is not meant for this
   */
  back(current: string, earlier: () => readonly string[]): string | undefined {
    if (!this.#isWalking(current)) {
      if (current !== '') return undefined;
      this.#at = -1;
      this.#earlier = earlier();
    }
    const text = this.#earlier[this.#at + 1];
    if (text !== undefined) this.#at++;
    return text;
  }

  forth(current: string): string | undefined {
    if (!this.#isWalking(current)) return undefined;
    this.#at--;
    return this.#earlier[this.#at] ?? '';
  }

  #isWalking(current: string): boolean {
    return this.#at >= 0 && current === this.#earlier[this.#at];
  }
}

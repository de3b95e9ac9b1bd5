import { comparePositions } from '../../chat/message';
import type { TimelineEntry } from '../../chat/timeline';
import type { RoomState } from '../roomState';
import type { SharedEntry } from './entryPatch';

/** The size of one portion: characters of text, and entries. */
const PORTION_LENGTH = 512 * 1024;
const PORTION_ENTRIES = 2000;

/**
 * Offers the next host what a window knew of a room under the last one: messages that arrived just before that host was
 * killed, and older ones that the user scrolled back to. It begins with messages that both know, for what was seen of
 * them, and continues outwards. Each portion waits until the host shows the one before.
 */
export class StateOffer {
  readonly #state: RoomState;
  readonly #entries: readonly TimelineEntry[];
  #hasOffered = false;
  #olderThan: number;
  #newerThan = -1;

  /** @param state what the window knew of the room */
  constructor(state: RoomState) {
    this.#state = state;
    this.#entries = state.entries;
    this.#olderThan = state.entries.length;
  }

  /**
   * What to hand over next.
   * @param entries what the host shows of the room now
   * @param revision of the host's state of the room
   * @returns `undefined` when the host knows all of it, or none of it
   */
  next(entries: readonly SharedEntry[], revision: number): RoomState | undefined {
    const known = entries.filter((entry) => entry.kind === 'state').map(({ entry }) => entry.message.id);
    const newest = this.#placeOf(known.at(-1));
    const oldest = this.#placeOf(known[0]);
    if (!this.#hasOffered && this.#state.revision > revision && newest >= 0) {
      this.#hasOffered = true;
      return this.#portion(newest, -1);
    }
    // Offering the same again would not help.
    if (newest > this.#newerThan && newest < this.#entries.length - 1) {
      this.#newerThan = newest;
      return this.#portion(newest, 1);
    }
    if (oldest <= 0 || oldest >= this.#olderThan) return undefined;
    this.#olderThan = oldest;
    return this.#portion(oldest, -1);
  }

  #placeOf(id: string | undefined): number {
    return this.#entries.findIndex(({ message }) => message.id === id);
  }

  /** A portion from one place on in a direction: that entry, at least one more, and as many as fit. */
  #portion(from: number, direction: 1 | -1): RoomState {
    let end = from;
    let length = 0;
    for (let entry = this.#entries[end + direction]; entry !== undefined; entry = this.#entries[end + direction]) {
      length += entry.message.text.length;
      const isFull = length > PORTION_LENGTH || Math.abs(end - from) >= PORTION_ENTRIES;
      if (isFull && end !== from) break;
      end += direction;
    }
    const start = Math.min(from, end);
    const entries = this.#entries.slice(start, Math.max(from, end) + 1);
    const [first, last] = [entries[0]?.message, entries.at(-1)?.message];
    const isWithin = (gap: RoomState['gaps'][number]): boolean =>
      (start === 0 || (first !== undefined && comparePositions(gap, first) > 0)) &&
      last !== undefined &&
      comparePositions(gap, last) <= 0;
    return {
      ...this.#state,
      entries,
      gaps: this.#state.gaps.filter(isWithin),
      startReached: this.#state.startReached && start === 0,
    };
  }
}

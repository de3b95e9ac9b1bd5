import type { Random } from '../../sandbox/seededRandom';
import type { ServiceTraits } from './lifeScript';

/** The author of all that is sent with the key of a life. */
export const KEY_AUTHOR = 'author-of-the-key';

/** Who wrote a message: one of the machines, by its number, or a colleague. */
export type Writer = number | 'colleague';

/** A message as the service has it, and all that ever became of it. */
export interface KeptMessage {
  readonly room: string;
  readonly id: string;
  /** The order of arrival, over all rooms. */
  readonly sequence: number;
  /** When it was stored: milliseconds of the life. */
  readonly storedAt: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  readonly authorId: string;
  readonly writer: Writer;
  /** As it was given. */
  readonly raw: string;
  /** As it is kept, oldest first; more than one after an edit. */
  texts: readonly { readonly at: number; readonly text: string }[];
  deletedAt: number | undefined;
  /** When it was stored, a page of the usual size did not hold it: nobody can be expected to know of it. */
  buried: boolean;
  /** Its timestamp is older than the time at which it was stored. */
  readonly late: boolean;
}

/** The text at some moment. */
export function textAt({ texts }: KeptMessage, at: number): string {
  return (texts.findLast((text) => text.at <= at) ?? texts[0])?.text ?? '';
}

/** The text now. */
export function textNow({ texts }: KeptMessage): string {
  return texts.at(-1)?.text ?? '';
}

/** What to take from the messages of a key. */
export interface PageQuery {
  readonly room: string;
  readonly limit: number;
  /** Microseconds since 1970; 0: not asked for. */
  readonly ts: number;
  /** The moment whose state is shown. */
  readonly at: number;
  /** Breaks ties at the edge of the page; absent: they are not broken differently each time. */
  readonly random?: Random;
}

/** The messages of one key, kept in the order from which pages are cut. */
export class KeptMessages {
  readonly #traits: ServiceTraits;
  readonly #all: KeptMessage[] = [];
  readonly #byRoom = new Map<string, KeptMessage[]>();

  constructor(traits: ServiceTraits) {
    this.#traits = traits;
  }

  /** All that were ever stored in the room, deleted ones included, in the order of pages. */
  in(room: string): readonly KeptMessage[] {
    return this.#byRoom.get(room) ?? [];
  }

  /** Those that are in the room now, oldest first by timestamp. */
  live(room: string): readonly KeptMessage[] {
    return this.in(room)
      .filter(({ deletedAt }) => deletedAt === undefined)
      .sort((left, right) => left.timestamp - right.timestamp || left.sequence - right.sequence);
  }

  add(message: KeptMessage): void {
    this.#insert(this.#all, message);
    const room = this.#byRoom.get(message.room) ?? [];
    this.#byRoom.set(message.room, room);
    this.#insert(room, message);
  }

  /** The page, newest first. */
  page({ room, limit, ts, at, random }: PageQuery): readonly KeptMessage[] {
    const { limitBeforeFilter, ts: meaning } = this.#traits;
    const source = limitBeforeFilter === true ? this.#all : this.in(room);
    const isAsked = ({ timestamp }: KeptMessage): boolean => {
      if (ts === 0 || meaning === undefined) return true;
      return meaning === 'since' ? timestamp >= ts : timestamp < ts;
    };
    const page: KeptMessage[] = [];
    for (let index = source.length - 1; index >= 0; index--) {
      const message = source[index];
      if (message === undefined) break;
      // The last place may be given to any of those that are equal there.
      if (page.length >= limit && (random === undefined || this.#order(message, page[limit - 1]) !== 0)) break;
      const isThere = message.storedAt <= at && (message.deletedAt === undefined || message.deletedAt > at);
      if (isThere && isAsked(message)) page.push(message);
    }
    const cut = random === undefined ? page.slice(0, limit) : this.#breakTies(page, limit, random);
    return cut.filter((message) => message.room === room);
  }

  #breakTies(page: readonly KeptMessage[], limit: number, random: Random): readonly KeptMessage[] {
    const edge = page[limit - 1];
    if (edge === undefined || page.length <= limit) return page;
    const above = page.filter((message) => this.#order(message, edge) > 0);
    const equal = page.filter((message) => this.#order(message, edge) === 0);
    while (above.length + equal.length > limit) equal.splice(Math.floor(random() * equal.length), 1);
    return [...above, ...equal];
  }

  #order(left: KeptMessage, right: KeptMessage | undefined): number {
    if (right === undefined) return 1;
    return this.#traits.byArrival === true ? left.sequence - right.sequence : left.timestamp - right.timestamp;
  }

  #insert(list: KeptMessage[], message: KeptMessage): void {
    let index = list.length;
    while (index > 0 && this.#order(message, list[index - 1]) < 0) index--;
    list.splice(index, 0, message);
  }
}

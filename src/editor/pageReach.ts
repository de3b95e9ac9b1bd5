import type { RoomName } from '../chat/message';
import type { PageWants } from '../protocol/messages';
import type { ChatFeed, FeedEntry } from '../sync/feed';
import { pageKeyOf } from './pageEntries';

/** The most messages that a page is given, and how many more at each wish for older ones. */
const PORTION = 200;

/** So many messages above the one that is wanted are there at once. */
const SOME_MORE = 50;

/** Where a person was reading is looked for so much further up than it was: meanwhile others have spoken. */
const MOST_BEYOND = 400;

/** What this needs of the feed. */
type Feed = Pick<ChatFeed, 'entries' | 'loadOlder' | 'state'>;

/** How much of each room a page is given: the newest messages, and more where the person reads further up. */
export class PageReach {
  readonly #feed: () => Feed | undefined;
  readonly #limits = new Map<RoomName, number>();
  /** By how much a page has grown beyond its limit, because nothing vanishes before somebody's eyes. */
  readonly #grown = new Map<RoomName, number>();
  /** Where the person was when the page went, in rooms whose part of it is not known yet. */
  readonly #wanted = new Map<RoomName, PageWants['places'][number]>();
  readonly #reaching = new Set<RoomName>();
  #hidesOlder = false;

  constructor(feed: () => Feed | undefined) {
    this.#feed = feed;
  }

  /** Older messages are known than were given last. */
  get hidesOlder(): boolean {
    return this.#hidesOlder;
  }

  /** The page begins, and wants to go on where it was. */
  begin({ places }: PageWants): void {
    this.#limits.clear();
    this.#grown.clear();
    this.#wanted.clear();
    for (const place of places) {
      this.#wanted.set(place.room, place);
      this.#atLeast(place.room, place.depth);
    }
  }

  /**
   * What the page is given of a room, oldest first.
   * @param oldestShown the key of the first entry that it shows already: nothing vanishes before somebody's eyes
   */
  entries(room: RoomName, unreadCount: number, oldestShown: string | undefined): readonly FeedEntry[] {
    if (unreadCount > 0) this.#atLeast(room, unreadCount);
    const given = this.#newest(room);
    if (oldestShown === undefined || !this.#hidesOlder || placeOf(given, oldestShown) !== -1) return given;
    // From the first one shown on, not more: else every message would bring a portion.
    for (let more = this.#grown.get(room) ?? 0, tries = 0; tries < 2; tries++, more += PORTION) {
      this.#grown.set(room, more);
      const grown = this.#feed()?.entries(room, this.#limit(room) + more) ?? [];
      const start = placeOf(grown, oldestShown);
      if (start !== -1) return grown.slice(start);
    }
    return given;
  }

  /** The page wants more of what is known. */
  more(room: RoomName): void {
    this.#limits.set(room, this.#limit(room) + PORTION);
  }

  /** It is still being looked for where the person was reading in the room. */
  isSeeking(room: RoomName): boolean {
    return this.#wanted.has(room);
  }

  /**
   * Has older messages fetched until the place is known where the person was reading in the room, or is not to be had.
   * Calls `onMore` after each portion. To be called again while the room was not looked at yet. Never rejects.
   */
  async reachBack(room: RoomName, onMore: () => void, isWanted: () => boolean): Promise<void> {
    if (this.#reaching.has(room)) return;
    this.#reaching.add(room);
    try {
      for (let known = -1; isWanted();) {
        const feed = this.#feed();
        const place = this.#wanted.get(room);
        const summary = feed?.state().rooms.find((other) => other.room === room);
        if (feed === undefined || place === undefined || summary?.loaded !== true || summary.older === 'loading') {
          return;
        }
        const entries = feed.entries(room, place.depth + MOST_BEYOND);
        const index = entries.findIndex((entry) => pageKeyOf(entry) === place.key);
        if (index !== -1) this.#atLeast(room, entries.length - index);
        const isBeyond = entries.length >= place.depth + MOST_BEYOND || entries.length <= known;
        if (index !== -1 || isBeyond || summary.older !== 'more') {
          this.#wanted.delete(room);
          onMore();
          return;
        }
        known = entries.length;
        this.#atLeast(room, known);
        await feed.loadOlder(room);
        onMore();
      }
    } finally {
      this.#reaching.delete(room);
    }
  }

  #limit(room: RoomName): number {
    return this.#limits.get(room) ?? PORTION;
  }

  /** As many entries, and some more, in whole portions. */
  #atLeast(room: RoomName, count: number): void {
    const limit = Math.ceil((count + SOME_MORE) / PORTION) * PORTION;
    if (limit > this.#limit(room)) this.#limits.set(room, limit);
  }

  #newest(room: RoomName): readonly FeedEntry[] {
    const limit = this.#limit(room);
    const known = this.#feed()?.entries(room, limit + 1) ?? [];
    this.#hidesOlder = known.filter(({ kind }) => kind === 'message').length > limit;
    return this.#hidesOlder ? known.slice(1) : known;
  }
}

function placeOf(entries: readonly FeedEntry[], key: string): number {
  return entries.findIndex((entry) => pageKeyOf(entry) === key);
}

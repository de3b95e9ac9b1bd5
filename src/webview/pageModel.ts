import type { PageDelta, PageFrame, PageMessage, PageSnapshot } from '../protocol/messages';

/** What the page shows now. Immutable. */
export interface PageModel {
  readonly version: number;
  readonly frame: PageFrame;
  /** Oldest first. */
  readonly entries: readonly PageMessage[];
  /** Grows when there is something that was not there before: another room, or entries with new keys. */
  readonly arrivals: number;
  /** Keys of what others said last while the room was shown, the newest last. Not of what is older than all that was known. */
  readonly news: readonly string[];
  /** How many of these there were since the room is shown. */
  readonly newsCount: number;
  /** The names of all authors that were seen in the room. The same set as long as none is new. */
  readonly authors: ReadonlySet<string>;
}

/** As many of the news are told apart from what was there. */
const MAX_NEWS = 100;

type Counted = Pick<PageModel, 'arrivals' | 'news' | 'newsCount' | 'authors'>;

/** Where the keys of the newest list stand. Handed on from list to list, because making it anew takes milliseconds. */
const placesOf = new WeakMap<readonly PageMessage[], Map<string, number>>();

function places(entries: readonly PageMessage[]): Map<string, number> {
  const known = placesOf.get(entries) ?? new Map(entries.map(({ key }, index) => [key, index]));
  placesOf.set(entries, known);
  return known;
}

function withAuthors(known: ReadonlySet<string>, entries: readonly PageMessage[]): ReadonlySet<string> {
  const unknown = entries.filter(({ authorName }) => !known.has(authorName));
  return unknown.length === 0 ? known : new Set([...known, ...unknown.map(({ authorName }) => authorName)]);
}

/** What is new among the entries that were not there before. */
function withNews(
  before: PageModel,
  unknown: readonly PageMessage[],
  isNews: (entry: PageMessage) => boolean,
): Counted {
  const authors = withAuthors(before.authors, unknown);
  if (unknown.length === 0) {
    return { arrivals: before.arrivals, news: before.news, newsCount: before.newsCount, authors };
  }
  const keys = unknown.filter((entry) => !entry.own && isNews(entry)).map(({ key }) => key);
  return {
    arrivals: before.arrivals + 1,
    news: [...before.news, ...keys].slice(-MAX_NEWS),
    newsCount: before.newsCount + keys.length,
    authors,
  };
}

/** What is new in `entries` after the model before. */
function counted(before: PageModel | undefined, room: string, entries: readonly PageMessage[]): Counted {
  if (before?.frame.room !== room) {
    const arrivals = (before?.arrivals ?? 0) + 1;
    return { arrivals, news: [], newsCount: 0, authors: withAuthors(new Set(), entries) };
  }
  const known = new Set(before.entries.map(({ key }) => key));
  const oldest = entries.findIndex(({ key }) => known.has(key));
  const isEmptyRoom = before.entries.length === 0 && before.frame.loaded;
  const older = oldest === -1 ? (isEmptyRoom ? 0 : entries.length) : oldest;
  const olderKeys = new Set(entries.slice(0, older).map(({ key }) => key));
  const unknown = entries.filter(({ key }) => !known.has(key));
  return withNews(before, unknown, ({ key }) => !olderKeys.has(key));
}

/** The model after a snapshot, which replaces whatever was there. */
export function withSnapshot(before: PageModel | undefined, { version, frame, entries }: PageSnapshot): PageModel {
  return { version, frame, entries, ...counted(before, frame.room, entries) };
}

/** The model after a change that only adds at the end and changes in place: nearly every change. */
function simplyChanged(before: PageModel, { version, frame, upserts, removals }: PageDelta): PageModel | undefined {
  if (removals.length > 0) return undefined;
  // An empty list has no end to tell what is new from what is old.
  if (before.entries.length === 0) return undefined;
  const index = places(before.entries);
  const entries = [...before.entries];
  const added = new Map<string, number>();
  for (const { entry, after } of upserts) {
    const place = added.get(entry.key) ?? index.get(entry.key) ?? entries.length;
    if (entries[place - 1]?.key !== after) return undefined;
    if (place >= before.entries.length) added.set(entry.key, place);
    entries[place] = entry;
  }
  for (const [key, place] of added) index.set(key, place);
  placesOf.delete(before.entries);
  placesOf.set(entries, index);
  const unknown = entries.slice(before.entries.length);
  const changed = upserts.map(({ entry }) => entry);
  const news = withNews(before, unknown, () => true);
  return { version, frame, entries, ...news, authors: withAuthors(news.authors, changed) };
}

/** The entries in their new order: each behind the one it follows; an entry that the change does not name follows whom it did. */
function arranged(
  before: readonly PageMessage[],
  { upserts, removals }: Pick<PageDelta, 'upserts' | 'removals'>,
): readonly PageMessage[] | undefined {
  const gone = new Set(removals);
  const kept = before.filter(({ key }) => !gone.has(key));
  const named = new Set(upserts.map(({ entry }) => entry.key));
  const followers = new Map<string | undefined, PageMessage[]>();
  // Nearest last, which is where the walk takes from.
  const follow = (entry: PageMessage, key: string | undefined): void => {
    const others = followers.get(key);
    if (others === undefined) followers.set(key, [entry]);
    else others.push(entry);
  };
  kept.forEach((entry, index) => {
    if (!named.has(entry.key)) follow(entry, kept[index - 1]?.key);
  });
  for (const { entry, after } of upserts) follow(entry, after);
  // Whoever follows nobody that is there is not reached; whoever is named twice is reached twice.
  const count = new Set([...named, ...kept.map(({ key }) => key)]).size;
  const entries: PageMessage[] = [];
  const waiting = [...(followers.get(undefined) ?? [])];
  for (let entry = waiting.pop(); entry !== undefined && entries.length <= count; entry = waiting.pop()) {
    entries.push(entry);
    waiting.push(...(followers.get(entry.key) ?? []));
  }
  return entries.length === count ? entries : undefined;
}

/** The model after a delta, or `undefined` when the delta does not fit it: something was missed. */
export function withDelta(before: PageModel, delta: PageDelta): PageModel | undefined {
  const { version, frame } = delta;
  if (version !== before.version + 1 || frame.room !== before.frame.room) return undefined;
  const changed = simplyChanged(before, delta);
  if (changed !== undefined) return changed;
  const entries = arranged(before.entries, delta);
  if (entries === undefined) return undefined;
  return { version, frame, entries, ...counted(before, frame.room, entries) };
}

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
}

/** As many of the news are told apart from what was there. */
const MAX_NEWS = 100;

type Counted = Pick<PageModel, 'arrivals' | 'news' | 'newsCount'>;

/** What is new in `entries` after the model before. */
function counted(before: PageModel | undefined, room: string, entries: readonly PageMessage[]): Counted {
  const arrivals = (before?.arrivals ?? 0) + 1;
  if (before?.frame.room !== room) return { arrivals, news: [], newsCount: 0 };
  const known = new Set(before.entries.map(({ key }) => key));
  const unknown = entries.filter(({ key }) => !known.has(key));
  if (unknown.length === 0) return { arrivals: before.arrivals, news: before.news, newsCount: before.newsCount };
  const oldest = entries.find(({ key }) => known.has(key));
  const isEmptyRoom = before.entries.length === 0 && before.frame.loaded;
  const older = oldest === undefined ? (isEmptyRoom ? 0 : entries.length) : entries.indexOf(oldest);
  const olderKeys = new Set(entries.slice(0, older).map(({ key }) => key));
  const news = unknown.filter(({ key, own }) => !own && !olderKeys.has(key)).map(({ key }) => key);
  return { arrivals, news: [...before.news, ...news].slice(-MAX_NEWS), newsCount: before.newsCount + news.length };
}

/** The model after a snapshot, which replaces whatever was there. */
export function withSnapshot(before: PageModel | undefined, { version, frame, entries }: PageSnapshot): PageModel {
  return { version, frame, entries, ...counted(before, frame.room, entries) };
}

/** The entries after a change that only adds at the end and changes in place: nearly every change. */
function simplyChanged(
  before: readonly PageMessage[],
  { upserts, removals }: Pick<PageDelta, 'upserts' | 'removals'>,
): readonly PageMessage[] | undefined {
  if (removals.length > 0) return undefined;
  const places = new Map(before.map(({ key }, index) => [key, index]));
  const entries = [...before];
  for (const { entry, after } of upserts) {
    const place = places.get(entry.key) ?? entries.length;
    if (entries[place - 1]?.key !== after) return undefined;
    places.set(entry.key, place);
    entries[place] = entry;
  }
  return entries;
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
  const entries = simplyChanged(before.entries, delta) ?? arranged(before.entries, delta);
  if (entries === undefined) return undefined;
  return { version, frame, entries, ...counted(before, frame.room, entries) };
}

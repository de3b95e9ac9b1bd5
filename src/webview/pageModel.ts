import type { PageDelta, PageFrame, PageMessage, PageSnapshot } from '../protocol/messages';

/** What the page shows now. Immutable. */
export interface PageModel {
  readonly version: number;
  readonly frame: PageFrame;
  /** Oldest first. */
  readonly entries: readonly PageMessage[];
  /** Grows when there is something that was not there before: another room, or entries with new keys. */
  readonly arrivals: number;
}

function arrivalsAfter(before: PageModel | undefined, room: string, keys: readonly string[]): number {
  if (before === undefined) return 1;
  if (before.frame.room !== room) return before.arrivals + 1;
  const known = new Set(before.entries.map(({ key }) => key));
  return keys.every((key) => known.has(key)) ? before.arrivals : before.arrivals + 1;
}

/** The model after a snapshot, which replaces whatever was there. */
export function withSnapshot(before: PageModel | undefined, { version, frame, entries }: PageSnapshot): PageModel {
  const keys = entries.map(({ key }) => key);
  return { version, frame, entries, arrivals: arrivalsAfter(before, frame.room, keys) };
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
  const { version, frame, upserts } = delta;
  if (version !== before.version + 1 || frame.room !== before.frame.room) return undefined;
  const entries = arranged(before.entries, delta);
  if (entries === undefined) return undefined;
  const keys = upserts.map(({ entry }) => entry.key);
  return { version, frame, entries, arrivals: arrivalsAfter(before, frame.room, keys) };
}

import type { PageDelta, PageMessage } from './messages';

/** What turns one list of entries into another; nothing when they are alike. */
export function entryChanges(
  before: readonly PageMessage[],
  after: readonly PageMessage[],
): Pick<PageDelta, 'upserts' | 'removals'> | undefined {
  const kept = new Set(after.map(({ key }) => key));
  const removals = before.filter(({ key }) => !kept.has(key)).map(({ key }) => key);
  const remaining = before.filter(({ key }) => kept.has(key));
  const known = new Map(remaining.map((entry) => [entry.key, entry]));
  const followed = new Map(remaining.map(({ key }, index) => [key, remaining[index - 1]?.key]));
  const upserts: { entry: PageMessage; after?: string }[] = [];
  after.forEach((entry, index) => {
    const place = after[index - 1]?.key;
    const old = known.get(entry.key);
    if (old !== undefined && sameEntry(old, entry) && followed.get(entry.key) === place) return;
    upserts.push(place === undefined ? { entry } : { entry, after: place });
  });
  return upserts.length === 0 && removals.length === 0 ? undefined : { upserts, removals };
}

/** Whether two entries are shown in the same way. */
export function sameEntry(left: PageMessage, right: PageMessage): boolean {
  return (
    left.key === right.key &&
    left.id === right.id &&
    left.state === right.state &&
    left.own === right.own &&
    left.authorName === right.authorName &&
    left.avatarUrl === right.avatarUrl &&
    left.signedVia === right.signedVia &&
    left.edited === right.edited &&
    left.deleted === right.deleted &&
    left.text === right.text &&
    left.time === right.time &&
    left.problem === right.problem &&
    left.gap === right.gap
  );
}

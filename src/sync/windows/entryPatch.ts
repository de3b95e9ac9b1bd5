import type { FeedEntry } from '../feed';

/**
 * What turns one list of entries into another, from its beginning to its end: a positive number keeps so many entries, a
 * negative one leaves so many out, a list is put in. What is not named at the end is left out.
 */
export type EntryPatch = readonly (number | readonly FeedEntry[])[];

/** The patch between two lists; nothing when they are alike. */
export function entryPatch(before: readonly FeedEntry[], after: readonly FeedEntry[]): EntryPatch | undefined {
  const places = new Map(before.map((entry, index) => [entryKey(entry), index]));
  const patch: (number | FeedEntry[])[] = [];
  let next = 0;
  let kept = 0;
  const endKept = (): void => {
    if (kept > 0) patch.push(kept);
    kept = 0;
  };
  for (const entry of after) {
    const place = places.get(entryKey(entry));
    const old = place === undefined ? undefined : before[place];
    if (place === undefined || old === undefined || place < next || !isSame(old, entry)) {
      endKept();
      const last = patch.at(-1);
      if (Array.isArray(last)) last.push(entry);
      else patch.push([entry]);
      continue;
    }
    if (place > next) {
      endKept();
      patch.push(next - place);
    }
    kept++;
    next = place + 1;
  }
  if (patch.length === 0 && kept === before.length) return undefined;
  endKept();
  return patch;
}

/** The list after a patch; nothing when the patch is not one of this list. */
export function patched(before: readonly FeedEntry[], patch: EntryPatch): readonly FeedEntry[] | undefined {
  const after: FeedEntry[] = [];
  let next = 0;
  for (const step of patch) {
    if (typeof step !== 'number') {
      for (const entry of step) after.push(entry);
      continue;
    }
    const end = next + Math.abs(step);
    if (!Number.isSafeInteger(step) || end > before.length) return undefined;
    if (step > 0) for (const entry of before.slice(next, end)) after.push(entry);
    next = end;
  }
  return after;
}

/** Stable while the entry is shown. */
export function entryKey(entry: FeedEntry): string {
  return entry.kind === 'outgoing' ? `local ${entry.outgoing.localId}` : `${entry.kind} ${entry.message.id}`;
}

function isSame(left: FeedEntry, right: FeedEntry): boolean {
  if (left.kind !== 'message' || right.kind !== 'message') return JSON.stringify(left) === JSON.stringify(right);
  if (left.unread !== right.unread || left.gap !== right.gap || left.localId !== right.localId) return false;
  if (left.edited !== right.edited) return false;
  const [old, now] = [left.message, right.message];
  if (old === now) return true;
  return old.text === now.text && old.timestamp === now.timestamp && isSameAuthor(old.author, now.author);
}

function isSameAuthor(left: object, right: object): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

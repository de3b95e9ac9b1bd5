import type { Message } from '../../chat/message';
import type { OutgoingEntry } from '../feed';
import type { StateEntry } from '../roomEntries';

/** An entry of a room as windows hand it to each other. */
export type SharedEntry = StateEntry | OutgoingEntry;

/**
 * What turns one list of entries into another, from its beginning to its end: a positive number keeps so many entries, a
 * negative one leaves so many out, a list is put in. What is not named at the end is left out.
 */
export type EntryPatch = readonly (number | readonly SharedEntry[])[];

/** The patch between two lists; nothing when they are alike. */
export function entryPatch(before: readonly SharedEntry[], after: readonly SharedEntry[]): EntryPatch | undefined {
  const places = new Map(before.map((entry, index) => [entryKey(entry), index]));
  const patch: (number | SharedEntry[])[] = [];
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
export function patched(before: readonly SharedEntry[], patch: EntryPatch): readonly SharedEntry[] | undefined {
  const after: SharedEntry[] = [];
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
export function entryKey(entry: SharedEntry): string {
  return entry.kind === 'outgoing' ? `local ${entry.outgoing.localId}` : `message ${entry.entry.message.id}`;
}

function isSame(left: SharedEntry, right: SharedEntry): boolean {
  if (left.kind === 'outgoing' || right.kind === 'outgoing') return JSON.stringify(left) === JSON.stringify(right);
  if (left.unread !== right.unread || left.gap !== right.gap) return false;
  if (left.entry === right.entry) return true;
  const { message: old, ...seenThen } = left.entry;
  const { message: now, ...seenNow } = right.entry;
  return JSON.stringify(seenThen) === JSON.stringify(seenNow) && isSameMessage(old, now);
}

function isSameMessage(old: Message, now: Message): boolean {
  if (old === now) return true;
  return old.text === now.text && old.timestamp === now.timestamp && isSameAuthor(old.author, now.author);
}

function isSameAuthor(left: object, right: object): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

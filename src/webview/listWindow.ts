import type { PageMessage } from '../protocol/messages';

/** How many entries a list begins with: some screens of usual messages, soon drawn. */
const FIRST_ENTRIES = 40;

/** How many entries come in at once when the person gets near to an end of what is drawn. */
const STEP = 20;

/** More entries than this are drawn only where a screen holds many of them. */
const MAX_ENTRIES = 120;

type Keyed = Pick<PageMessage, 'key'>;

/**
 * The part of a room's entries that is drawn. Its ends are kept by their keys, because entries come and go on either
 * side. Immutable.
 */
export interface ListWindow {
  /** Index of the first entry that is drawn. */
  readonly start: number;
  /** Index behind the last entry that is drawn. */
  readonly end: number;
  readonly firstKey: string | undefined;
  /** Absent: whatever comes behind the last entry is drawn too. */
  readonly lastKey: string | undefined;
}

function windowBetween(entries: readonly Keyed[], start: number, end: number): ListWindow {
  const first = Math.max(0, Math.min(start, entries.length));
  const last = Math.max(first, Math.min(end, entries.length));
  return {
    start: first,
    end: last,
    firstKey: entries[first]?.key,
    lastKey: last >= entries.length ? undefined : entries[last - 1]?.key,
  };
}

/** The newest entries, and those that will come. */
export function newestWindow(entries: readonly Keyed[]): ListWindow {
  return windowBetween(entries, entries.length - FIRST_ENTRIES, entries.length);
}

/** Some screens around the entry at `index`. */
export function windowAround(entries: readonly Keyed[], index: number): ListWindow {
  return windowBetween(entries, index - FIRST_ENTRIES / 2, index + FIRST_ENTRIES);
}

/** The oldest entries that are known. */
export function oldestWindow(entries: readonly Keyed[]): ListWindow {
  return windowBetween(entries, 0, FIRST_ENTRIES);
}

/** Where the key is now, looked for first where it was. */
function indexOfKey(entries: readonly Keyed[], key: string | undefined, hint: number): number {
  if (key === undefined) return -1;
  return entries[hint]?.key === key ? hint : entries.findIndex((entry) => entry.key === key);
}

/** The same part after entries came, went or moved. Where nothing of it is left, it begins anew at the end. */
export function followed(window: ListWindow, entries: readonly Keyed[]): ListWindow {
  const { start, end, firstKey, lastKey } = window;
  const place = indexOfKey(entries, firstKey, start);
  // What came in above the very first entry came in above what may be in view.
  const first = start === 0 && place > 0 ? Math.max(0, place - STEP) : place;
  const last = indexOfKey(entries, lastKey, end - 1);
  if (lastKey === undefined) {
    return first === -1 ? newestWindow(entries) : windowBetween(entries, first, entries.length);
  }
  if (first === -1 && last === -1) return newestWindow(entries);
  const length = end - start;
  if (first === -1) return windowBetween(entries, last + 1 - length, last + 1);
  return windowBetween(entries, first, last >= first ? last + 1 : first + length);
}

/** What there is beyond the edges of what a person sees. */
export interface Surroundings {
  /** The edge of what is drawn is near, above or below. */
  readonly nearTop: boolean;
  readonly nearBottom: boolean;
  /** How many of the entries at each end are too far away to be missed. */
  readonly farAbove: number;
  readonly farBelow: number;
}

/** The part to draw next, or the same one: more where the edge is near, less where it is far. */
export function adjusted(window: ListWindow, entries: readonly Keyed[], around: Surroundings): ListWindow {
  let { start, end } = window;
  const spare = end - start - MAX_ENTRIES;
  if (spare > STEP) {
    const below = Math.min(around.farBelow, spare);
    end -= below;
    start += Math.min(around.farAbove, spare - below);
  }
  if (around.nearTop) start = Math.max(0, start - STEP);
  if (around.nearBottom) end = Math.min(entries.length, end + STEP);
  return start === window.start && end === window.end ? window : windowBetween(entries, start, end);
}

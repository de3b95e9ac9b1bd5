import type { PageMessage } from '../protocol/messages';

/** How many entries a list shows at first where nobody knows how many fill a screen. */
const FIRST_ENTRIES = 40;

/** How many entries come in at once when the person gets near to an end of what is drawn. */
const STEP = 12;

/** How many entries come in at once when the person presses for them. */
const OLDER_STEP = 50;

/** How many entries come in at once while fewer are drawn than could be. */
const FILL_STEP = 20;

/** As many entries are drawn when there is time; more of them only where a screen holds many. */
const MAX_ENTRIES = 120;

type Keyed = Pick<PageMessage, 'key'>;

/**
 * The part of a room's entries that is drawn. Its ends are held by their keys, because entries come and go on either
 * side. Immutable.
 */
export interface ListWindow {
  /** The entries that it is a part of. */
  readonly entries: readonly Keyed[];
  /** Index of the first entry that is drawn. */
  readonly start: number;
  /** Index behind the last entry that is drawn. Where that is the newest one, whatever comes behind it is drawn too. */
  readonly end: number;
}

function windowBetween(entries: readonly Keyed[], start: number, end: number): ListWindow {
  const first = Math.max(0, Math.min(start, entries.length));
  return { entries, start: first, end: Math.max(first, Math.min(end, entries.length)) };
}

/** Whether the newest entry is drawn, and those that will come. */
export function hasNewest({ entries, end }: ListWindow): boolean {
  return end >= entries.length;
}

/** The `count` newest entries, and those that will come. */
export function newestWindow(entries: readonly Keyed[], count = FIRST_ENTRIES): ListWindow {
  return windowBetween(entries, entries.length - count, entries.length);
}

/** As high as many entries are, in CSS pixels: what fills a screen is painted first, the rest after it. */
const USUAL_HEIGHT = 64;

/** What a list begins with: what is around the entry at `index`, unless that is among the newest ones; `-1`: those. */
export function firstWindow(entries: readonly Keyed[], index: number, screenHeight: number): ListWindow {
  const newest = newestWindow(entries, Math.ceil(screenHeight / USUAL_HEIGHT));
  return index === -1 || index > newest.start ? newest : windowAround(entries, index);
}

/** Some screens around the entry at `index`. */
export function windowAround(entries: readonly Keyed[], index: number): ListWindow {
  return windowBetween(entries, index - FIRST_ENTRIES / 2, index + FIRST_ENTRIES);
}

/** The oldest entries that are known. */
export function oldestWindow(entries: readonly Keyed[]): ListWindow {
  return windowBetween(entries, 0, FIRST_ENTRIES);
}

/** The same part after entries came, went or moved. Where nothing of it is left, it begins anew at the end. */
export function followed(window: ListWindow, entries: readonly Keyed[]): ListWindow {
  const { entries: before, start, end } = window;
  if (entries === before) return window;
  const isAtStart = start > 0 && entries[start]?.key === before[start]?.key;
  if (isAtStart && entries[end - 1]?.key === before[end - 1]?.key) {
    return windowBetween(entries, start, hasNewest(window) ? entries.length : end);
  }
  const places = new Map(entries.map(({ key }, index) => [key, index]));
  const left = before.slice(start, end).flatMap(({ key }) => places.get(key) ?? []);
  const first = left[0];
  const last = left.at(-1);
  if (first === undefined || last === undefined) return newestWindow(entries);
  // What came in above the very first entry came in above what may be in view.
  const from = start === 0 ? Math.max(0, first - STEP) : first;
  return windowBetween(entries, from, hasNewest(window) ? entries.length : Math.max(from, last) + 1);
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

/** The part with some more entries above. */
export function withOlder({ entries, start, end }: ListWindow): ListWindow {
  return windowBetween(entries, start - OLDER_STEP, end);
}

/** The part to draw next, or the same one: more where the edge is near, less where it is far. */
export function adjusted(window: ListWindow, around: Surroundings): ListWindow {
  const { entries } = window;
  let { start, end } = window;
  const spare = end - start - MAX_ENTRIES;
  if (spare > STEP) {
    const below = Math.min(around.farBelow, spare);
    end -= below;
    start += Math.min(around.farAbove, spare - below);
  }
  const room = Math.min(FILL_STEP, MAX_ENTRIES - (end - start));
  if (around.nearTop || room > 0) start = Math.max(0, start - Math.max(STEP, room));
  if (around.nearBottom || (room > 0 && start === 0)) end = Math.min(entries.length, end + Math.max(STEP, room));
  return start === window.start && end === window.end ? window : windowBetween(entries, start, end);
}

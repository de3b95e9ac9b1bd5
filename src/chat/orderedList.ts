import { comparePositions, type Position } from './message';

/**
 * A persistent list ordered by position, cut into short chunks: a change copies one chunk and the list of chunks, and
 * shares the rest. No two items stand at one position.
 */
export interface OrderedList<Item> {
  readonly length: number;
  readonly chunks: readonly (readonly Item[])[];
}

/** Where an item stands. */
export type PositionOf<Item> = (item: Item) => Position;

/** What to put in place of what stands at a position: an item at that same position, or nothing. */
export interface Change<Item> {
  readonly at: Position;
  readonly item: Item | undefined;
}

const MAX_CHUNK = 256;

/** The list without items. */
export function emptyList<Item>(): OrderedList<Item> {
  return { length: 0, chunks: [] };
}

/** The item at the position, if there is one. */
export function listGet<Item>(list: OrderedList<Item>, at: Position, positionOf: PositionOf<Item>): Item | undefined {
  const chunk = list.chunks[chunkFor(list.chunks, at, positionOf)];
  if (chunk === undefined) return undefined;
  const index = firstNotBefore(chunk, at, positionOf);
  const found = chunk[index];
  return found !== undefined && comparePositions(positionOf(found), at) === 0 ? found : undefined;
}

/** The last item, if there is one. */
export function listLast<Item>(list: OrderedList<Item>): Item | undefined {
  return list.chunks.at(-1)?.at(-1);
}

/** The first item, if there is one. */
export function listFirst<Item>(list: OrderedList<Item>): Item | undefined {
  return list.chunks[0]?.[0];
}

/** The items from the last to the first; cheap to stop early. `from`: starts with the last item at or before it. */
export function* listBackwards<Item>(
  list: OrderedList<Item>,
  positionOf: PositionOf<Item>,
  from?: Position,
): Generator<Item, undefined> {
  let chunkIndex = from === undefined ? list.chunks.length - 1 : chunkFor(list.chunks, from, positionOf);
  for (; chunkIndex >= 0; chunkIndex--) {
    const chunk = list.chunks[chunkIndex] ?? [];
    for (let index = chunk.length - 1; index >= 0; index--) {
      const item = chunk[index];
      if (item === undefined) continue;
      if (from !== undefined && comparePositions(positionOf(item), from) > 0) continue;
      yield item;
    }
  }
  return undefined;
}

/** The list with all changes made; changes at one position: the last one holds. */
export function listApply<Item>(
  list: OrderedList<Item>,
  changes: readonly Change<Item>[],
  positionOf: PositionOf<Item>,
): OrderedList<Item> {
  if (changes.length === 0) return list;
  const chunks = list.chunks.slice();
  const touched = new Map<number, Change<Item>[]>();
  for (const change of changes) {
    const index = Math.max(0, chunkFor(chunks, change.at, positionOf));
    const group = touched.get(index);
    if (group === undefined) touched.set(index, [change]);
    else group.push(change);
  }
  let length = list.length;
  // From the last to the first, so that a chunk that splits does not move those still to be changed.
  for (const [index, group] of [...touched].sort(([left], [right]) => right - left)) {
    const before = chunks[index] ?? [];
    const after = changeChunk(before, group, positionOf);
    length += after.length - before.length;
    chunks.splice(index, 1, ...cut(after));
  }
  return { length, chunks };
}

function changeChunk<Item>(
  chunk: readonly Item[],
  changes: readonly Change<Item>[],
  positionOf: PositionOf<Item>,
): readonly Item[] {
  const items = chunk.slice();
  for (const { at, item } of changes) {
    const index = firstNotBefore(items, at, positionOf);
    const found = items[index];
    const same = found !== undefined && comparePositions(positionOf(found), at) === 0;
    items.splice(index, same ? 1 : 0, ...(item === undefined ? [] : [item]));
  }
  return items;
}

function cut<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [];
  if (items.length <= MAX_CHUNK) return [items];
  const pieces: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += MAX_CHUNK / 2) {
    pieces.push(items.slice(start, start + MAX_CHUNK / 2));
  }
  return pieces;
}

/** The index of the last chunk that starts at or before the position; -1 when all start after it. */
function chunkFor<Item>(chunks: readonly (readonly Item[])[], at: Position, positionOf: PositionOf<Item>): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = chunks[middle]?.[0];
    if (first !== undefined && comparePositions(positionOf(first), at) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function firstNotBefore<Item>(items: readonly Item[], at: Position, positionOf: PositionOf<Item>): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && comparePositions(positionOf(item), at) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

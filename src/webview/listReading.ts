import type { PageMessage, PagePlace } from '../protocol/messages';
import type { ListElements } from './listElements';
import type { ScrollKeeper } from './scrollKeeper';

/** What the person has seen of a list. */
export interface SeenPart {
  /** The last entry in view, or above it, that the service has an id for. */
  readonly entry: PageMessage | undefined;
  /** The end of the list is in view. */
  readonly isNewest: boolean;
}

/** What is seen now; nothing when no entry is. `start`: the index of the first entry that is drawn. */
export function seenPart(elements: ListElements, entries: readonly PageMessage[], start: number): SeenPart | undefined {
  if (elements.isHidden || document.visibilityState !== 'visible') return undefined;
  const { lastSeen } = elements;
  if (lastSeen === -1) return undefined;
  const index = start + lastSeen;
  const last = entries.slice(0, index + 1).findLastIndex(({ id }) => id !== undefined);
  return { entry: entries[last], isNewest: index === entries.length - 1 };
}

/** Where the person reads; nothing at the end of the list. */
export function placeIn(keeper: ScrollKeeper, entries: readonly PageMessage[], start: number): PagePlace | undefined {
  const place = keeper.place();
  const key = place?.element instanceof HTMLElement ? place.element.dataset['key'] : undefined;
  if (place === undefined || key === undefined) return undefined;
  const index = entries.findIndex((entry, at) => at >= start && entry.key === key);
  return { key, offset: place.offset, ...(index === -1 ? {} : { depth: entries.length - index }) };
}

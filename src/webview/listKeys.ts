/** How much of its height a list scrolls when a message is taller than the list. */
const PAGE_PART = 0.8;

/** What a key asks of a list of messages. */
export type ListWish = 'up' | 'down' | 'oldest' | 'newest' | 'leave';

const wishes: Readonly<Record<string, ListWish>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'oldest',
  End: 'newest',
  Escape: 'leave',
};

/** What a key press asks of the list; nothing when it is not for the list. */
export function listWish({ key, ctrlKey, altKey, metaKey, shiftKey }: KeyboardEvent): ListWish | undefined {
  return ctrlKey || altKey || metaKey || shiftKey || !Object.hasOwn(wishes, key) ? undefined : wishes[key];
}

/** What the arrow keys need to know of a list. */
export interface ListPlaces {
  /** From top to bottom. */
  readonly articles: readonly HTMLElement[];
  readonly focused: Element | null;
  /** The upper and the lower edge of what is seen, in the same coordinates as the messages. */
  readonly top: number;
  readonly bottom: number;
}

/** What an arrow key does: it scrolls by some CSS pixels, gives the keyboard to another message, or finds nothing more. */
export type ListStep = { readonly scrollBy: number } | { readonly focus: HTMLElement } | undefined;

/**
 * From message to message; one that is taller than what is seen is read to its end first. Who has scrolled away from the
 * message that has the keyboard goes on from what they see.
 */
export function listStep({ articles, focused, top, bottom }: ListPlaces, direction: 'up' | 'down'): ListStep {
  const isUp = direction === 'up';
  const isInView = (article: Element): boolean => {
    const place = article.getBoundingClientRect();
    return place.bottom > top && place.top < bottom;
  };
  const current = articles.findIndex((article) => article.contains(focused));
  const article = articles[current];
  if (article === undefined || !isInView(article)) {
    const seen = articles.filter(isInView);
    const focus = isUp ? seen.at(-1) : seen[0];
    return focus === undefined ? undefined : { focus };
  }
  const place = article.getBoundingClientRect();
  const hidden = isUp ? top - place.top : place.bottom - bottom;
  if (hidden > 1) {
    const distance = Math.min(hidden, (bottom - top) * PAGE_PART);
    return { scrollBy: isUp ? -distance : distance };
  }
  const focus = articles[current + (isUp ? -1 : 1)];
  return focus === undefined ? undefined : { focus };
}

/** How far to scroll so that a message is in view; of one that does not fit, the part that comes next is. */
export function distanceTo(place: DOMRect, { top, bottom }: Pick<ListPlaces, 'top' | 'bottom'>, isUp: boolean): number {
  if (place.height > bottom - top) return isUp ? place.bottom - bottom : place.top - top;
  if (place.top < top) return place.top - top;
  return place.bottom > bottom ? place.bottom - bottom : 0;
}

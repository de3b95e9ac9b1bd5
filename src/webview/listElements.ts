import { createRef } from 'preact';
import { distanceTo, listStep } from './listKeys';

/** The elements of a list that is drawn: what scrolls, what is in it, and its messages from top to bottom. */
export class ListElements {
  readonly scroller = createRef<HTMLDivElement>();
  readonly content = createRef<HTMLDivElement>();

  get articles(): readonly HTMLElement[] {
    return Array.from(this.scroller.current?.getElementsByTagName('article') ?? []);
  }

  articleOf(key: string | undefined): HTMLElement | undefined {
    return this.articles.find(({ dataset }) => dataset['key'] === key);
  }

  /** The line of the unread messages. */
  get unreadLine(): Element | undefined {
    return this.scroller.current?.querySelector('.unread') ?? undefined;
  }

  /** A hidden list has no size. */
  get isHidden(): boolean {
    return (this.scroller.current?.clientHeight ?? 0) === 0;
  }

  /** The keyboard is in the list, or on the button that leads to its end. */
  get hasKeyboard(): boolean {
    return this.scroller.current?.parentElement?.contains(document.activeElement) === true;
  }

  /** Index of the last message whose end is in view or above it: who is there has seen it. `-1`: none. */
  get lastSeen(): number {
    const { bottom } = this.#edges();
    // A pixel of tolerance for rounded scroll positions.
    return this.articles.findLastIndex((article) => article.getBoundingClientRect().bottom <= bottom + 1);
  }

  isInView(element: Element): boolean {
    const { top, bottom } = this.#edges();
    const place = element.getBoundingClientRect();
    return place.top >= top && place.bottom <= bottom;
  }

  isAbove(element: Element): boolean {
    return element.getBoundingClientRect().top < this.#edges().top;
  }

  /** Gives the keyboard to a message, or to the list itself; nothing moves. */
  focus(element: HTMLElement | null | undefined = this.scroller.current): void {
    element?.focus({ preventScroll: true });
  }

  /** Gives the keyboard to the message above or below, which comes into view. */
  step(direction: 'up' | 'down'): void {
    const scroller = this.scroller.current;
    if (scroller === null) return;
    const edges = this.#edges();
    const step = listStep({ articles: this.articles, focused: document.activeElement, ...edges }, direction);
    if (step === undefined) {
      // Beyond the last message lies the edge: what stands there comes into view.
      scroller.scrollBy({ top: direction === 'up' ? -scroller.clientHeight : scroller.clientHeight });
    } else if ('focus' in step) {
      this.focus(step.focus);
      scroller.scrollBy({ top: distanceTo(step.focus.getBoundingClientRect(), edges, direction === 'up') });
    } else {
      scroller.scrollBy({ top: step.scrollBy });
    }
  }

  #edges(): { readonly top: number; readonly bottom: number } {
    const { top = 0, bottom = 0 } = this.scroller.current?.getBoundingClientRect() ?? {};
    return { top, bottom };
  }
}

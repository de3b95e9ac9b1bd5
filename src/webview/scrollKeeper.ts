import type { Surroundings } from './listWindow';

/** More reference points than this are not needed to survive a few removals. */
const MAX_ANCHORS = 40;

/** Browsers round scroll positions to the screen's pixels: nearer to the end than this is the end. */
const END_TOLERANCE = 2;

/** Nearer to an edge than this, in CSS pixels, or than the height of the list, is near. */
const NEAR = 600;

interface Anchor {
  readonly element: Element;
  /** Distance from the upper edge of the window, in CSS pixels. */
  readonly top: number;
}

interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly contentHeight: number;
  readonly scrollTop: number;
}

/** The index of the first of the elements, which stand in order, whose place fits; their number if none does. */
function firstWhere(elements: HTMLCollectionOf<Element>, fits: (place: DOMRect) => boolean): number {
  let first = 0;
  for (let last = elements.length; first < last;) {
    const middle = (first + last) >> 1;
    const element = elements[middle];
    if (element === undefined || fits(element.getBoundingClientRect())) last = middle;
    else first = middle + 1;
  }
  return first;
}

/**
 * Keeps what a person sees where it is while a list changes around it: at its end the list stays at its end, elsewhere
 * the first visible entry stays on its pixel. The browser's own scroll anchoring does neither at the two ends of a list,
 * and not every browser has it; the list's css turns it off.
 */
export class ScrollKeeper {
  readonly #scroller: HTMLElement;
  readonly #onMoved: () => void;
  readonly #observer: ResizeObserver;
  readonly #onChange = (): void => {
    if (this.#isLaidOutAnew()) this.#takeScroll();
    else this.#remember();
    this.#onMoved();
  };
  #anchors: readonly Anchor[] = [];
  #geometry: Geometry;
  #isAtEnd = true;
  #hasNewest = true;

  /** `onMoved` is called whenever another part of the list may be in view. */
  constructor(scroller: HTMLElement, content: HTMLElement, onMoved: () => void) {
    this.#scroller = scroller;
    this.#onMoved = onMoved;
    this.#geometry = this.#measure();
    scroller.addEventListener('scroll', this.#onChange, { passive: true });
    this.#observer = new ResizeObserver(this.#onChange);
    this.#observer.observe(scroller);
    this.#observer.observe(content);
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Whether what stands at the end of the list is the newest there is. Else its end is a place like any other. */
  set hasNewest(hasNewest: boolean) {
    this.#hasNewest = hasNewest;
  }

  /** Where what is seen lies among what is drawn. */
  surroundings(): Surroundings {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    const near = Math.max(NEAR, clientHeight);
    const articles = this.#scroller.getElementsByTagName('article');
    const farAbove = firstWhere(articles, (article) => article.bottom > top - 2 * near);
    const farBelow = articles.length - firstWhere(articles, (article) => article.top > bottom + 2 * near);
    return {
      nearTop: scrollTop < near,
      nearBottom: scrollHeight - clientHeight - scrollTop < near,
      farAbove,
      farBelow,
    };
  }

  /** To be called before the list changes. */
  capture(): void {
    if (!this.#isLaidOutAnew()) this.#remember();
  }

  /** To be called after the list has changed. */
  restore(): void {
    // A hidden page has no size: what was remembered is worth more than what could be measured.
    if (this.#scroller.clientHeight === 0) return;
    if (this.#isAtEnd) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    } else {
      const anchor = this.#anchors.find(({ element }) => this.#scroller.contains(element));
      if (anchor !== undefined) this.#scrollBy(anchor.element.getBoundingClientRect().top - anchor.top);
    }
    this.#remember();
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.restore();
  }

  /** Brings the upper edge of an element to `offset` CSS pixels below the list's. */
  toElement(element: Element, offset: number): void {
    const { top } = this.#scroller.getBoundingClientRect();
    this.#scrollBy(element.getBoundingClientRect().top - top - offset);
    this.#remember();
  }

  /** Whatever happens to the list next, this element stays where it is. For changes that the person asked for inside it. */
  hold(element: Element): void {
    this.#isAtEnd = false;
    this.#anchors = [{ element, top: element.getBoundingClientRect().top }];
  }

  /** The first entry in view and how far its upper edge is below the list's, or `undefined` at the end of the list. */
  place(): { readonly element: Element; readonly offset: number } | undefined {
    const articles = this.#anchors.filter(({ element }) => element.localName === 'article');
    // Own messages have another name after a restart.
    const first = articles.find(({ element }) => !element.hasAttribute('data-own')) ?? articles[0];
    if (this.#isAtEnd || first === undefined) return undefined;
    return { element: first.element, offset: first.top - this.#geometry.top };
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#scroller.removeEventListener('scroll', this.#onChange);
  }

  /** A scroll that comes with another geometry: where it was kept from going on, the browser's doing, else the person's. */
  #takeScroll(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const distance = scrollTop - this.#geometry.scrollTop;
    const isKept = distance < 0 && scrollHeight - clientHeight - scrollTop <= END_TOLERANCE;
    if (!isKept && distance !== 0) {
      this.#isAtEnd = false;
      this.#anchors = this.#anchors.map(({ element, top }) => ({ element, top: top - distance }));
    }
    this.restore();
  }

  #scrollBy(distance: number): void {
    if (distance !== 0) this.#scroller.scrollTop += distance;
  }

  #measure(): Geometry {
    const { clientWidth, clientHeight, scrollHeight, scrollTop } = this.#scroller;
    const { top } = this.#scroller.getBoundingClientRect();
    return { width: clientWidth, height: clientHeight, top, contentHeight: scrollHeight, scrollTop };
  }

  #isLaidOutAnew(): boolean {
    const now = this.#measure();
    const { width, height, top, contentHeight } = this.#geometry;
    return now.width !== width || now.height !== height || now.top !== top || now.contentHeight !== contentHeight;
  }

  #remember(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    if (clientHeight === 0) return;
    this.#geometry = this.#measure();
    this.#isAtEnd = this.#hasNewest && scrollHeight - clientHeight - scrollTop <= END_TOLERANCE;
    this.#anchors = this.#visibleEntries();
  }

  /** Pieces of a very long entry first: they hold the place better, as long as they last. */
  #visibleEntries(): readonly Anchor[] {
    const entries = this.#visibleOf(this.#scroller.getElementsByTagName('article'));
    const pieces = entries[0]?.element.getElementsByClassName('chunk');
    return pieces === undefined ? entries : [...this.#visibleOf(pieces), ...entries];
  }

  /** The first elements of a list from top to bottom that are not above the visible part. */
  #visibleOf(elements: HTMLCollectionOf<Element>): readonly Anchor[] {
    const { top: upper } = this.#scroller.getBoundingClientRect();
    const first = firstWhere(elements, ({ bottom }) => bottom > upper);
    return Array.from(elements)
      .slice(first, first + MAX_ANCHORS)
      .map((element) => ({ element, top: element.getBoundingClientRect().top }));
  }
}

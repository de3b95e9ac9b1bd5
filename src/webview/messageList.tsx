import { Component, createRef, type VNode } from 'preact';
import { visibleText } from '../chat/visibleText';
import type { PageMessage, PagePlace, PageStrings } from '../protocol/messages';
import type { DateWords } from './dates';
import { HoldInPlace } from './holdInPlace';
import { JumpButton } from './jumpButton';
import { distanceTo, listStep } from './listKeys';
import {
  adjusted,
  followed,
  hasNewest,
  newestWindow,
  oldestWindow,
  windowAround,
  withOlder,
  type ListWindow,
} from './listWindow';
import { OlderMessages } from './loadButton';
import type { MessageActions } from './messageEntry';
import { MessageRows } from './messageRows';
import type { PageModel } from './pageModel';
import { layOutRows } from './rows';
import { ScrollKeeper } from './scrollKeeper';
import { fill } from './words';

/** Room above the "New messages" line when a list opens there. */
const UNREAD_LINE_OFFSET = 8;

export interface MessageListProps {
  readonly model: PageModel;
  readonly strings: PageStrings;
  readonly dates: DateWords;
  readonly actions: MessageActions;
  /** Where the person was reading when the page went. */
  readonly place: PagePlace | undefined;
  readonly onPlace: (place: PagePlace | undefined) => void;
  readonly onLoadOlder: () => void;
  readonly onLoadMissing: () => void;
  /** The newest entry is before the person's eyes. Called more than once for the same one. */
  readonly onSeen: () => void;
  /** Is given a function that shows the newest message, and those that come after it. */
  readonly attach: (jumpToLatest: () => void) => void;
  /** The person is done with the list and wants to write. */
  readonly onLeave: () => void;
}

interface MessageListState {
  readonly isAtEnd: boolean;
}

/** As high as many messages are, in CSS pixels: what fills a screen is painted first, the rest after it. */
const USUAL_HEIGHT = 48;

function newestOf(entries: readonly PageMessage[]): ListWindow {
  return newestWindow(entries);
}

/** What the list begins with: where the person was, else the first unread message, else the newest ones. */
function firstWindow({ model: { entries, frame }, place }: MessageListProps): ListWindow {
  const newest = newestWindow(entries, Math.ceil(window.innerHeight / USUAL_HEIGHT));
  const indexOf = (wanted: string | undefined): number =>
    wanted === undefined ? -1 : entries.findIndex(({ key }) => key === wanted);
  const known = indexOf(place?.key);
  const index = known === -1 ? indexOf(frame.firstUnreadKey) : known;
  return index === -1 || index > newest.start ? newest : windowAround(entries, index);
}

/**
 * The messages of one room, as many of them as are near to what is seen. A class, because only one is told right before
 * the page changes (see `ScrollKeeper`).
 */
export class MessageList extends Component<MessageListProps, MessageListState> {
  override state: MessageListState = { isAtEnd: true };
  readonly #scroller = createRef<HTMLDivElement>();
  readonly #content = createRef<HTMLDivElement>();
  #keeper: ScrollKeeper | undefined;
  #hasOpened = false;
  #window: ListWindow = newestWindow([]);
  /** What is to be done once the window that was asked for is drawn. */
  #whenDrawn: (() => void) | undefined;
  /** How many of the news there had been when the end was last in view. */
  #newsAtEnd = 0;
  /** News that were drawn once: drawn again, they are none. */
  readonly #drawnNews = new Set<string>();
  /** The first frame is not painted yet. */
  #isOpening = false;
  /** The first entry when older ones were asked for because the person came near to it. */
  #askedAbove: string | undefined;
  readonly #onMoved = (): void => {
    this.#note();
  };

  readonly #jumpToLatest = (): void => {
    this.#show(newestOf, () => {
      this.#keeper?.toEnd();
    });
  };

  override componentDidMount(): void {
    const scroller = this.#scroller.current;
    const content = this.#content.current;
    if (scroller === null || content === null) return;
    this.#keeper = new ScrollKeeper(scroller, content, this.#onMoved);
    this.#open();
    this.props.attach(this.#jumpToLatest);
    window.addEventListener('focus', this.#onMoved);
    document.addEventListener('visibilitychange', this.#onMoved);
  }

  /** @returns whether the keyboard is on something that may go */
  override getSnapshotBeforeUpdate(): boolean {
    this.#keeper?.capture();
    return this.#scroller.current?.contains(document.activeElement) === true;
  }

  override componentDidUpdate(_props: MessageListProps, _state: MessageListState, wasInside: boolean): void {
    // What had the keyboard may be gone: the keyboard must not go with it.
    if (wasInside && document.activeElement === document.body) this.#focus(this.#scroller.current);
    this.#noteDrawnNews();
    if (this.#hasOpened) {
      if (this.#keeper !== undefined) this.#keeper.hasNewest = hasNewest(this.#window);
      this.#keeper?.restore();
      const whenDrawn = this.#whenDrawn;
      this.#whenDrawn = undefined;
      whenDrawn?.();
      this.#note();
    } else {
      this.#open();
    }
  }

  override componentWillUnmount(): void {
    this.#keeper?.dispose();
    this.#keeper = undefined;
    window.removeEventListener('focus', this.#onMoved);
    document.removeEventListener('visibilitychange', this.#onMoved);
  }

  override render(props: MessageListProps, { isAtEnd }: MessageListState): VNode {
    const { model, strings, dates, actions, onLoadOlder, onLoadMissing } = props;
    const { frame, entries } = model;
    this.#window = this.#hasOpened ? followed(this.#window, entries) : firstWindow(props);
    const { start, end } = this.#window;
    const rows = layOutRows(entries.slice(start, end), frame.firstUnreadKey, dates.day, entries[start - 1]);
    const sayable = new Set(model.news.filter((key) => !this.#drawnNews.has(key)));
    const news = isAtEnd ? 0 : model.newsCount - this.#newsAtEnd;
    return (
      <div class="list">
        <div
          ref={this.#scroller}
          class={frame.showAvatars ? 'log avatars' : 'log'}
          role="log"
          aria-label={fill(strings.messagesIn, visibleText(frame.title))}
          // Only what is new: all else that is drawn here says of itself that it is not to be said.
          aria-live={frame.announces ? 'polite' : 'off'}
          aria-relevant="additions"
          aria-busy={!frame.loaded}
          tabIndex={0}
          onKeyDown={this.#onKeyDown}
        >
          <div ref={this.#content} class="content">
            {rows.length === 0 && <p class="note">{frame.loaded ? strings.nothingYet : strings.loading}</p>}
            {rows.length > 0 && (
              <OlderMessages
                older={start > 0 ? 'more' : frame.older}
                strings={strings}
                onLoad={start > 0 ? this.#drawOlder : onLoadOlder}
              />
            )}
            <HoldInPlace.Provider value={this.#hold}>
              <MessageRows
                rows={rows}
                strings={strings}
                dates={dates}
                actions={actions}
                showAvatars={frame.showAvatars}
                sayable={sayable}
                onLoadMissing={onLoadMissing}
              />
            </HoldInPlace.Provider>
          </div>
        </div>
        {!isAtEnd && (
          <JumpButton
            strings={strings}
            news={news}
            onJump={() => {
              // The button goes; the keyboard must not go with it.
              this.#focus(this.#scroller.current);
              this.#jumpToLatest();
            }}
          />
        )}
      </div>
    );
  }

  readonly #drawOlder = (): void => {
    this.#show(() => withOlder(this.#window));
  };

  readonly #hold = (element: Element): void => {
    this.#keeper?.hold(element);
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    switch (event.key) {
      case 'ArrowUp':
      case 'ArrowDown':
        this.#step(event.key === 'ArrowUp' ? 'up' : 'down');
        break;
      case 'Home':
        this.#show(oldestWindow, () => {
          this.#scroller.current?.scrollTo({ top: 0 });
          this.#focus(this.#articles()[0]);
        });
        break;
      case 'End':
        this.#show(newestOf, () => {
          this.#keeper?.toEnd();
          this.#focus(this.#articles().at(-1));
        });
        break;
      case 'Escape':
        this.props.onLeave();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  /** To the message above or below, which comes into view. */
  #step(direction: 'up' | 'down'): void {
    const scroller = this.#scroller.current;
    if (scroller === null) return;
    const { top, bottom } = scroller.getBoundingClientRect();
    const step = listStep({ articles: this.#articles(), focused: document.activeElement, top, bottom }, direction);
    if (step === undefined) {
      // Beyond the last message lies the edge: what stands there comes into view.
      scroller.scrollBy({ top: direction === 'up' ? -scroller.clientHeight : scroller.clientHeight });
    } else if ('focus' in step) {
      this.#focus(step.focus);
      scroller.scrollBy({ top: distanceTo(step.focus.getBoundingClientRect(), { top, bottom }, direction === 'up') });
    } else {
      scroller.scrollBy({ top: step.scrollBy });
    }
  }

  #focus(element: HTMLElement | null | undefined): void {
    element?.focus({ preventScroll: true });
  }

  #articles(): readonly HTMLElement[] {
    return Array.from(this.#scroller.current?.getElementsByTagName('article') ?? []);
  }

  /** Draws another part of the list, and then does something there. */
  #show(choose: (entries: readonly PageMessage[]) => ListWindow, whenDrawn?: () => void): void {
    this.#window = choose(this.props.model.entries);
    this.#whenDrawn = whenDrawn;
    this.forceUpdate();
  }

  /** Once there is something to show: where the person was, else at the first unread message, else at the end. */
  #open(): void {
    const scroller = this.#scroller.current;
    if (this.#keeper === undefined || scroller === null || this.props.model.entries.length === 0) return;
    this.#hasOpened = true;
    this.#isOpening = true;
    requestAnimationFrame(() => {
      setTimeout(() => {
        this.#isOpening = false;
        this.#note();
      });
    });
    this.#keeper.hasNewest = hasNewest(this.#window);
    this.#keeper.toEnd();
    const { place } = this.props;
    const known = this.#articles().find(({ dataset }) => dataset['key'] === place?.key);
    const unread = scroller.querySelector('.unread');
    if (place !== undefined && known !== undefined) {
      this.#keeper.toElement(known, place.offset);
    } else if (unread !== null && unread.getBoundingClientRect().top < scroller.getBoundingClientRect().top) {
      this.#keeper.toElement(unread, UNREAD_LINE_OFFSET);
    }
    this.#note();
  }

  #noteDrawnNews(): void {
    const { news } = this.props.model;
    for (const key of this.#drawnNews) if (!news.includes(key)) this.#drawnNews.delete(key);
    const { entries, start, end } = this.#window;
    const drawn = new Set(entries.slice(start, end).map(({ key }) => key));
    for (const key of news) if (drawn.has(key)) this.#drawnNews.add(key);
  }

  /** Takes note of what is in view now. */
  #note(): void {
    const keeper = this.#keeper;
    if (keeper === undefined || !this.#hasOpened) return;
    if (keeper.isAtEnd) this.#newsAtEnd = this.props.model.newsCount;
    if (this.state.isAtEnd !== keeper.isAtEnd) this.setState({ isAtEnd: keeper.isAtEnd });
    this.props.onPlace(this.#place(keeper));
    if (this.#isNewestInView() && document.visibilityState === 'visible') this.props.onSeen();
    this.#reachOut(keeper);
  }

  #place(keeper: ScrollKeeper): PagePlace | undefined {
    const place = keeper.place();
    const key = place?.element instanceof HTMLElement ? place.element.dataset['key'] : undefined;
    if (place === undefined || key === undefined) return undefined;
    const { entries } = this.props.model;
    const { start } = this.#window;
    const index = entries.findIndex((entry, at) => at >= start && entry.key === key);
    return { key, offset: place.offset, ...(index === -1 ? {} : { depth: entries.length - index }) };
  }

  /** Draws more where the edge of what is drawn is near, and asks for more where nothing more is known. */
  #reachOut(keeper: ScrollKeeper): void {
    // A hidden list is near to nothing.
    if (this.#isOpening || this.#scroller.current?.clientHeight === 0) return;
    const { entries, frame } = this.props.model;
    const around = keeper.surroundings();
    const next = adjusted(this.#window, around);
    if (next !== this.#window) {
      this.#window = next;
      this.forceUpdate();
      return;
    }
    if (!around.nearTop) this.#askedAbove = undefined;
    const first = entries[0]?.key;
    // Who is at the end came not up here: a short list asks for nothing by itself.
    if (around.nearTop && !keeper.isAtEnd && frame.older === 'more' && first !== this.#askedAbove) {
      this.#askedAbove = first;
      this.props.onLoadOlder();
    }
  }

  #isNewestInView(): boolean {
    const scroller = this.#scroller.current;
    const newest = this.#articles().at(-1);
    if (scroller === null || newest === undefined || scroller.clientHeight === 0) return false;
    if (!hasNewest(this.#window)) return false;
    // A pixel of tolerance for rounded scroll positions.
    return newest.getBoundingClientRect().bottom <= scroller.getBoundingClientRect().bottom + 1;
  }
}

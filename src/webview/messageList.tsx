import { Component, createRef, Fragment, type VNode } from 'preact';
import { visibleText } from '../chat/visibleText';
import type { PagePlace, PageStrings } from '../protocol/messages';
import type { DateWords } from './dates';
import { HoldInPlace } from './holdInPlace';
import { Icon } from './icons';
import { LOAD_CLASS, LoadButton, OlderMessages } from './loadButton';
import { MessageEntry, type MessageActions } from './messageEntry';
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
}

interface MessageListState {
  readonly isAtEnd: boolean;
}

/** The messages of one room. A class, because only one is told right before the page changes (see `ScrollKeeper`). */
export class MessageList extends Component<MessageListProps, MessageListState> {
  override state: MessageListState = { isAtEnd: true };
  readonly #scroller = createRef<HTMLDivElement>();
  readonly #content = createRef<HTMLDivElement>();
  #keeper: ScrollKeeper | undefined;
  #hasOpened = false;
  readonly #onMoved = (): void => {
    this.#note();
  };

  readonly #jumpToLatest = (): void => {
    this.#keeper?.toEnd();
    this.#note();
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

  /** @returns whether the keyboard is on a button that may go */
  override getSnapshotBeforeUpdate(): boolean {
    this.#keeper?.capture();
    return document.activeElement?.classList.contains(LOAD_CLASS) === true;
  }

  override componentDidUpdate(_props: MessageListProps, _state: MessageListState, wasOnButton: boolean): void {
    // What was asked for is there, and the button gone: the keyboard must not go with it.
    if (wasOnButton && document.activeElement === document.body) this.#scroller.current?.focus({ preventScroll: true });
    if (this.#hasOpened) {
      this.#keeper?.restore();
      this.#note();
    } else {
      this.#open();
    }
  }

  override componentWillUnmount(): void {
    this.#keeper?.dispose();
    window.removeEventListener('focus', this.#onMoved);
    document.removeEventListener('visibilitychange', this.#onMoved);
  }

  override render(props: MessageListProps, { isAtEnd }: MessageListState): VNode {
    const { model, strings, dates, actions, onLoadOlder, onLoadMissing } = props;
    const { frame, entries } = model;
    const rows = layOutRows(entries, frame.firstUnreadKey, dates.day);
    return (
      <div class="list">
        <div
          ref={this.#scroller}
          class="log"
          role="log"
          aria-label={fill(strings.messagesIn, visibleText(frame.title))}
          aria-live="polite"
          aria-relevant="additions"
          aria-busy={!frame.loaded}
          tabIndex={0}
        >
          <div ref={this.#content} class="content">
            {rows.length === 0 && <p class="note">{frame.loaded ? strings.nothingYet : strings.loading}</p>}
            {rows.length > 0 && <OlderMessages older={frame.older} strings={strings} onLoad={onLoadOlder} />}
            <HoldInPlace.Provider value={this.#hold}>
              {rows.map(({ entry, day, startsUnread, gap, continued }) => (
                <Fragment key={entry.key}>
                  {gap !== undefined && (
                    <div class="gap">
                      <LoadButton label={strings.loadMissing} isLoading={gap === 'loading'} onLoad={onLoadMissing} />
                    </div>
                  )}
                  {day !== undefined && <div class="day">{day}</div>}
                  {startsUnread && (
                    <div role="separator" class="unread" aria-label={strings.newMessages}>
                      <span aria-hidden="true">{strings.newMessages}</span>
                    </div>
                  )}
                  <MessageEntry entry={entry} continued={continued} strings={strings} dates={dates} actions={actions} />
                </Fragment>
              ))}
            </HoldInPlace.Provider>
          </div>
        </div>
        {!isAtEnd && (
          <button
            type="button"
            class="jump"
            onClick={() => {
              // The button goes; the keyboard must not go with it.
              this.#scroller.current?.focus({ preventScroll: true });
              this.#jumpToLatest();
            }}
          >
            <Icon name="down" />
            {strings.jumpToLatest}
          </button>
        )}
      </div>
    );
  }

  readonly #hold = (element: Element): void => {
    this.#keeper?.hold(element);
  };

  /** Once there is something to show: where the person was, else at the first unread message, else at the end. */
  #open(): void {
    const scroller = this.#scroller.current;
    if (this.#keeper === undefined || scroller === null || this.props.model.entries.length === 0) return;
    this.#hasOpened = true;
    this.#keeper.toEnd();
    const { place } = this.props;
    const known = Array.from(scroller.getElementsByTagName('article')).find(
      ({ dataset }) => dataset['key'] === place?.key,
    );
    const unread = scroller.querySelector('.unread');
    if (place !== undefined && known !== undefined) {
      this.#keeper.toElement(known, place.offset);
    } else if (unread !== null && unread.getBoundingClientRect().top < scroller.getBoundingClientRect().top) {
      this.#keeper.toElement(unread, UNREAD_LINE_OFFSET);
    }
    this.#note();
  }

  /** Takes note of what is in view now. */
  #note(): void {
    const keeper = this.#keeper;
    if (keeper === undefined || !this.#hasOpened) return;
    if (this.state.isAtEnd !== keeper.isAtEnd) this.setState({ isAtEnd: keeper.isAtEnd });
    const place = keeper.place();
    const key = place?.element instanceof HTMLElement ? place.element.dataset['key'] : undefined;
    this.props.onPlace(place === undefined || key === undefined ? undefined : { key, offset: place.offset });
    if (this.#isNewestInView() && document.visibilityState === 'visible') this.props.onSeen();
  }

  #isNewestInView(): boolean {
    const scroller = this.#scroller.current;
    const newest = scroller?.querySelector('.content > article:last-child');
    if (scroller === null || newest === null || newest === undefined || scroller.clientHeight === 0) return false;
    // A pixel of tolerance for rounded scroll positions.
    return newest.getBoundingClientRect().bottom <= scroller.getBoundingClientRect().bottom + 1;
  }
}

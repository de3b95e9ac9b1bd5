import { Component, type VNode } from 'preact';
import type { PageMessage, PagePlace, PageStrings } from '../protocol/messages';
import type { DateWords } from './dates';
import { HoldInPlace } from './holdInPlace';
import { ListElements } from './listElements';
import { ListFrame } from './listFrame';
import { listWish } from './listKeys';
import { ListNews } from './listNews';
import { placeIn, seenPart, type SeenPart } from './listReading';
import {
  adjusted,
  firstWindow,
  followed,
  hasNewest,
  newestWindow,
  oldestWindow,
  windowAround,
  withOlder,
  type ListWindow,
} from './listWindow';
import type { MessageActions } from './messageEntry';
import { MessageRows } from './messageRows';
import type { PageModel } from './pageModel';
import { layOutRows } from './rows';
import { ScrollKeeper } from './scrollKeeper';

/** Room above the "New messages" line when a list opens there. */
const UNREAD_LINE_OFFSET = 8;

/** Room above an entry that is brought into view: for the line above it, and for some words of what was before. */
const REVEALED_OFFSET = 60;

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
  /** What has been before the person's eyes. Called more than once for the same part. */
  readonly onSeen: (seen: SeenPart) => void;
  /** Is given what others may do with the list, as long as it is there. */
  readonly attach: (list: ListControl | undefined) => void;
  /** The person is done with the list and wants to write. */
  readonly onLeave: () => void;
}

/** What can be done with a list from elsewhere. */
export interface ListControl {
  /** Shows the newest message, and those that come after it. */
  readonly jumpToLatest: () => void;
  /** Shows an entry, if it is not in view. */
  readonly reveal: (key: string) => void;
  /** Gives the keyboard to the last message in view. */
  readonly focus: () => void;
}

interface MessageListState {
  readonly isAtEnd: boolean;
}

function indexOf(entries: readonly PageMessage[], wanted: string | undefined): number {
  return wanted === undefined ? -1 : entries.findIndex(({ key }) => key === wanted);
}

/**
 * The messages of one room, as many of them as are near to what is seen. A class, because only one is told right before
 * the page changes (see `ScrollKeeper`).
 */
export class MessageList extends Component<MessageListProps, MessageListState> {
  override state: MessageListState = { isAtEnd: true };
  readonly #elements = new ListElements();
  readonly #news = new ListNews();
  #keeper: ScrollKeeper | undefined;
  #hasOpened = false;
  #window: ListWindow = newestWindow([]);
  /** Where the person was, in a part of the room that is still on its way. Forgotten when they take the list in hand. */
  #wanted: PagePlace | undefined;
  /** What is to be done once the window that was asked for is drawn. */
  #whenDrawn: (() => void) | undefined;
  /** What was drawn last is not painted yet: what comes next is drawn in a frame of its own. */
  #isPainting = false;
  /** The first entry when older ones were asked for because the person came near to it. */
  #askedAbove: string | undefined;
  readonly #onMoved = (): void => {
    this.#note();
  };
  readonly #stayHere = (): void => {
    this.#wanted = undefined;
  };
  readonly #control: ListControl = {
    jumpToLatest: () => {
      this.#jumpToLatest();
    },
    reveal: (key) => {
      this.#wanted = undefined;
      this.#bringIntoView(key);
    },
    focus: () => {
      this.#elements.focus();
      this.#elements.step('up');
    },
  };

  override componentDidMount(): void {
    const scroller = this.#elements.scroller.current;
    const content = this.#elements.content.current;
    if (scroller === null || content === null) return;
    this.#keeper = new ScrollKeeper(scroller, content, this.#onMoved);
    this.#open();
    this.props.attach(this.#control);
    window.addEventListener('focus', this.#onMoved);
    document.addEventListener('visibilitychange', this.#onMoved);
  }

  /** @returns whether the keyboard is on something that may go */
  override getSnapshotBeforeUpdate(): boolean {
    this.#keeper?.capture();
    return this.#elements.hasKeyboard;
  }

  override componentDidUpdate(_props: MessageListProps, _state: MessageListState, hadKeyboard: boolean): void {
    // What had the keyboard may be gone: the keyboard must not go with it.
    if (hadKeyboard && document.activeElement === document.body) this.#elements.focus();
    const { entries, start, end } = this.#window;
    this.#news.noteDrawn(this.props.model, entries.slice(start, end));
    if (!this.#hasOpened) {
      this.#open();
      return;
    }
    if (this.#keeper !== undefined) this.#keeper.hasNewest = hasNewest(this.#window);
    this.#keeper?.restore();
    const whenDrawn = this.#whenDrawn;
    this.#whenDrawn = undefined;
    whenDrawn?.();
    this.#seekWanted();
    this.#note();
  }

  override componentWillUnmount(): void {
    this.props.attach(undefined);
    this.#keeper?.dispose();
    this.#keeper = undefined;
    window.removeEventListener('focus', this.#onMoved);
    document.removeEventListener('visibilitychange', this.#onMoved);
  }

  override render(props: MessageListProps, { isAtEnd }: MessageListState): VNode {
    const { model, strings, dates, actions, onLoadOlder, onLoadMissing } = props;
    const { frame, entries } = model;
    this.#window = this.#hasOpened ? followed(this.#window, entries) : this.#firstWindow();
    const { start, end } = this.#window;
    const rows = layOutRows(entries, frame.firstUnreadKey, dates.day, start, end);
    return (
      <ListFrame
        elements={this.#elements}
        frame={frame}
        strings={strings}
        isEmpty={rows.length === 0}
        older={start > 0 ? 'more' : frame.older}
        news={isAtEnd ? undefined : this.#news.below(model)}
        onLoadOlder={start > 0 ? this.#drawOlder : onLoadOlder}
        onTouched={this.#stayHere}
        onKeyDown={this.#onKeyDown}
        onJump={this.#onJump}
      >
        <HoldInPlace.Provider value={this.#hold}>
          <MessageRows
            rows={rows}
            strings={strings}
            dates={dates}
            actions={actions}
            showAvatars={frame.showAvatars}
            sayable={this.#news.sayable(model)}
            onLoadMissing={onLoadMissing}
          />
        </HoldInPlace.Provider>
      </ListFrame>
    );
  }

  /** Where the person was, else the first unread message, else the newest ones. */
  #firstWindow(): ListWindow {
    const { model, place } = this.props;
    const { entries, frame } = model;
    const known = indexOf(entries, place?.key);
    return firstWindow(entries, known === -1 ? indexOf(entries, frame.firstUnreadKey) : known, window.innerHeight);
  }

  readonly #onJump = (): void => {
    // The button goes; the keyboard must not go with it.
    this.#elements.focus();
    this.#jumpToLatest();
  };

  readonly #drawOlder = (): void => {
    this.#show(() => withOlder(this.#window));
  };

  readonly #hold = (element: Element): void => {
    this.#keeper?.hold(element);
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const wish = listWish(event);
    switch (wish) {
      case 'up':
      case 'down':
        this.#elements.step(wish);
        break;
      case 'oldest':
        this.#show(oldestWindow, () => {
          this.#elements.scroller.current?.scrollTo({ top: 0 });
          this.#elements.focus(this.#elements.articles[0]);
        });
        break;
      case 'newest':
        this.#show(newestWindow, () => {
          this.#keeper?.toEnd();
          this.#elements.focus(this.#elements.articles.at(-1));
        });
        break;
      case 'leave':
        this.props.onLeave();
        break;
      case undefined:
        return;
    }
    event.preventDefault();
  };

  /** Draws another part of the list, and then does something there. */
  #show(choose: (entries: readonly PageMessage[]) => ListWindow, whenDrawn?: () => void): void {
    this.#window = choose(this.props.model.entries);
    this.#whenDrawn = whenDrawn;
    this.forceUpdate();
  }

  #jumpToLatest(): void {
    this.#wanted = undefined;
    this.#show(newestWindow, () => {
      this.#keeper?.toEnd();
    });
  }

  /** Draws what is around an entry, and brings its upper edge to `offset` CSS pixels below the list's. */
  #showEntry(index: number, { key, offset }: PagePlace): void {
    this.#show(
      (entries) => windowAround(entries, index),
      () => {
        const article = this.#elements.articleOf(key);
        if (article !== undefined) this.#keeper?.toElement(article, offset);
      },
    );
  }

  /** Once there is something to show: where the person was, else at the first unread message, else at the end. */
  #open(): void {
    if (this.#keeper === undefined || this.props.model.entries.length === 0) return;
    this.#hasOpened = true;
    this.#waitForPaint();
    this.#keeper.hasNewest = hasNewest(this.#window);
    this.#keeper.toEnd();
    const { place } = this.props;
    const known = this.#elements.articleOf(place?.key);
    const { unreadLine } = this.#elements;
    if (known === undefined) this.#wanted = place;
    if (place !== undefined && known !== undefined) {
      this.#keeper.toElement(known, place.offset);
    } else if (unreadLine !== undefined && this.#elements.isAbove(unreadLine)) {
      this.#keeper.toElement(unreadLine, UNREAD_LINE_OFFSET);
    }
    this.#note();
  }

  /** Goes to where the person was as soon as it is there; gives up when nothing more is to come. */
  #seekWanted(): void {
    const place = this.#wanted;
    if (place === undefined) return;
    const { entries, frame } = this.props.model;
    const index = indexOf(entries, place.key);
    if (index !== -1) {
      this.#wanted = undefined;
      this.#showEntry(index, place);
    } else if (frame.loaded && !frame.seeksPlace) {
      this.#wanted = undefined;
    }
  }

  #bringIntoView(key: string): void {
    const index = indexOf(this.props.model.entries, key);
    const article = this.#elements.articleOf(key);
    if (index === -1 || (article !== undefined && this.#elements.isInView(article))) return;
    this.#showEntry(index, { key, offset: REVEALED_OFFSET });
  }

  /** Takes note of what is in view now. */
  #note(): void {
    const keeper = this.#keeper;
    if (keeper === undefined || !this.#hasOpened) return;
    if (keeper.isAtEnd) this.#news.noteAtEnd(this.props.model);
    if (this.state.isAtEnd !== keeper.isAtEnd) this.setState({ isAtEnd: keeper.isAtEnd });
    // As long as the list does not stand where the person was, nothing of it is theirs.
    if (this.#wanted === undefined) {
      const { entries } = this.props.model;
      const { start } = this.#window;
      this.props.onPlace(placeIn(keeper, entries, start));
      const seen = seenPart(this.#elements, entries, start);
      if (seen !== undefined) this.props.onSeen(seen);
    }
    this.#reachOut(keeper);
  }

  /** Draws more where the edge of what is drawn is near, and asks for more where nothing more is known. */
  #reachOut(keeper: ScrollKeeper): void {
    // A hidden list is near to nothing.
    if (this.#isPainting || this.#elements.isHidden) return;
    const { entries, frame } = this.props.model;
    const around = keeper.surroundings();
    const next = adjusted(this.#window, around);
    if (next !== this.#window) {
      this.#window = next;
      this.forceUpdate();
      this.#waitForPaint();
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

  #waitForPaint(): void {
    this.#isPainting = true;
    requestAnimationFrame(() => {
      setTimeout(() => {
        this.#isPainting = false;
        this.#note();
      });
    });
  }
}

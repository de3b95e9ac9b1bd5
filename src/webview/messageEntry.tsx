import { Component, type VNode } from 'preact';
import { visibleText } from '../chat/visibleText';
import { sameEntry } from '../protocol/entryChanges';
import type { PageMessage, PageStrings } from '../protocol/messages';
import { Avatar } from './avatar';
import type { DateWords } from './dates';
import { MessageText } from './messageText';
import { FoldedIn } from './unfolded';
import { fill } from './words';
import { OutgoingState, stateWord } from './outgoingState';

/** Within this time, in milliseconds, a screen reader has taken note of what is new. */
const SAID_MS = 2_000;

/** What a person can do with a message. One object for all messages, as long as the page lives. */
export interface MessageActions {
  readonly retry: (key: string) => void;
  readonly discard: (key: string) => void;
}

/** Nobody's name is longer; a text this long in one line would take a browser seconds. */
const MAX_NAME_LENGTH = 100;

function shownName(name: string): string {
  return visibleText(name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name);
}

export interface MessageEntryProps {
  readonly entry: PageMessage;
  readonly continued: boolean;
  readonly strings: PageStrings;
  readonly dates: DateWords;
  readonly actions: MessageActions;
  readonly showAvatar: boolean;
  /** It came while the room was shown, and is drawn for the first time: to be said to those who listen. */
  readonly isNews: boolean;
}

/**
 * One message. Its header is always there for those who listen; to the eye it is hidden while the one above still holds,
 * so that it need not be announced when the message above goes.
 */
export class MessageEntry extends Component<MessageEntryProps> {
  /** As it was drawn first. */
  #isNews: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(props: MessageEntryProps) {
    super(props);
    this.#isNews = props.isNews;
  }

  /** What has been said is not said again when a part of it comes later, or changes: colours, emoji, an edit. */
  override componentDidMount(): void {
    if (!this.#isNews) return;
    this.#timer = setTimeout(() => {
      this.#isNews = false;
      this.forceUpdate();
    }, SAID_MS);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
  }

  /** By content: a snapshot brings every entry anew, and most are what they were. */
  override shouldComponentUpdate(next: MessageEntryProps): boolean {
    const { entry, continued, strings, dates, actions, showAvatar } = this.props;
    return !(
      sameEntry(entry, next.entry) &&
      continued === next.continued &&
      strings === next.strings &&
      dates === next.dates &&
      actions === next.actions &&
      showAvatar === next.showAvatar
    );
  }

  override render({ entry, continued, strings, dates, actions, showAvatar }: MessageEntryProps): VNode {
    const { key, id, state, own, authorName, avatarUrl, signedVia, text, edited, deleted, time, problem } = entry;
    const author = own ? strings.you : shownName(authorName);
    const clock = dates.time(time);
    const isSigned = signedVia !== undefined && !own;
    const label = [
      author,
      isSigned ? strings.signed : undefined,
      clock,
      stateWord(state, strings),
      edited === true ? strings.edited : undefined,
      deleted === true ? strings.deleted : undefined,
    ].filter((part) => part !== undefined && part !== '');
    return (
      <article
        class={continued ? 'entry continued' : 'entry'}
        tabIndex={-1}
        {...(this.#isNews ? {} : { 'aria-live': 'off' })}
        aria-label={label.join(', ')}
        data-key={key}
        {...(own ? { 'data-own': '' } : {})}
        {...(deleted === true ? {} : { 'data-state': state })}
        {...(id === undefined ? {} : { 'data-message-id': id })}
      >
        {showAvatar && !continued && <Avatar key={avatarUrl} name={shownName(authorName)} own={own} url={avatarUrl} />}
        <header>
          <bdi class="author">{author}</bdi>{' '}
          {isSigned && (
            <span class="signed" title={fill(strings.signedVia, shownName(signedVia))}>
              {strings.signed}{' '}
            </span>
          )}
          <time dateTime={dates.iso(time)} title={dates.full(time)}>
            {continued ? dates.hours(time) : clock}
          </time>
        </header>
        {deleted === true ? (
          <p class="deleted">{strings.deleted}</p>
        ) : (
          <FoldedIn.Provider value={key}>
            <MessageText text={text} />
          </FoldedIn.Provider>
        )}
        {edited === true && deleted !== true && <span class="edited">{strings.edited}</span>}
        <OutgoingState
          state={state}
          problem={problem}
          strings={strings}
          onRetry={() => {
            actions.retry(key);
          }}
          onDiscard={() => {
            actions.discard(key);
          }}
        />
      </article>
    );
  }
}

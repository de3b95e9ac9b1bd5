import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import type { PageMessage, PageStrings } from '../protocol/messages';
import type { DateWords } from './dates';
import { MessageText } from './messageText';
import { fill } from './words';
import { OutgoingState, stateWord } from './outgoingState';

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

/**
 * One message. Its header is always there for those who listen; to the eye it is hidden while the one above still holds,
 * so that it need not be announced when the message above goes.
 */
export function MessageEntry({
  entry,
  continued,
  strings,
  dates,
  actions,
}: {
  readonly entry: PageMessage;
  readonly continued: boolean;
  readonly strings: PageStrings;
  readonly dates: DateWords;
  readonly actions: MessageActions;
}): VNode {
  const { key, id, state, own, authorName, signedVia, text, edited, time, problem } = entry;
  // By content: a snapshot brings every entry anew, and most are what they were.
  return useMemo(() => {
    const author = own ? strings.you : shownName(authorName);
    const clock = dates.time(time);
    const isSigned = signedVia !== undefined && !own;
    const label = [
      author,
      isSigned ? strings.signed : undefined,
      clock,
      stateWord(state, strings),
      edited === true ? strings.edited : undefined,
    ].filter((part) => part !== undefined && part !== '');
    return (
      <article
        class={continued ? 'entry continued' : 'entry'}
        aria-label={label.join(', ')}
        data-key={key}
        data-state={state}
        {...(id === undefined ? {} : { 'data-message-id': id })}
      >
        <header>
          <bdi class="author">{author}</bdi>{' '}
          {isSigned && (
            <span class="signed" title={fill(strings.signedVia, shownName(signedVia))}>
              {strings.signed}{' '}
            </span>
          )}
          <time dateTime={dates.iso(time)} title={dates.full(time)}>
            {clock}
          </time>
        </header>
        <MessageText text={text} />
        {edited === true && <span class="edited">{strings.edited}</span>}
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
  }, [key, id, state, own, authorName, signedVia, text, edited, time, problem, continued, strings, dates, actions]);
}

import { Fragment, type VNode } from 'preact';
import type { PageStrings } from '../protocol/messages';
import type { DateWords } from './dates';
import { LoadButton } from './loadButton';
import { MessageEntry, type MessageActions } from './messageEntry';
import type { Row } from './rows';

/** Messages with what stands between them: days, the line of the unread ones, and what may be missing. */
export function MessageRows({
  rows,
  strings,
  dates,
  actions,
  showAvatars,
  sayable,
  onLoadMissing,
}: {
  readonly rows: readonly Row[];
  readonly strings: PageStrings;
  readonly dates: DateWords;
  readonly actions: MessageActions;
  readonly showAvatars: boolean;
  /** Keys of what is new and was not drawn before. */
  readonly sayable: ReadonlySet<string>;
  readonly onLoadMissing: () => void;
}): VNode {
  return (
    <>
      {rows.map(({ entry, day, startsUnread, gap, continued }) => (
        <Fragment key={entry.key}>
          {gap !== undefined && (
            <div class="gap" aria-live="off">
              <LoadButton label={strings.loadMissing} isLoading={gap === 'loading'} onLoad={onLoadMissing} />
            </div>
          )}
          {day !== undefined && (
            <div class="day" aria-live="off">
              {day}
            </div>
          )}
          {startsUnread && (
            <div role="separator" class="unread" aria-label={strings.newMessages} aria-live="off">
              <span aria-hidden="true">{strings.newMessages}</span>
            </div>
          )}
          <MessageEntry
            entry={entry}
            continued={continued}
            strings={strings}
            dates={dates}
            actions={actions}
            showAvatar={showAvatars}
            isNews={sayable.has(entry.key)}
          />
        </Fragment>
      ))}
    </>
  );
}

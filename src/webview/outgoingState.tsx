import type { VNode } from 'preact';
import type { PageMessage, PageStrings } from '../protocol/messages';
import { Icon, type IconName } from './icons';

type PendingState = 'queued' | 'sending' | 'unconfirmed' | 'failed';

const icons: Readonly<Record<PendingState, IconName>> = {
  queued: 'clock',
  sending: 'up',
  unconfirmed: 'question',
  failed: 'error',
};

/** The state of an own message in words, or `undefined` for one that simply stands in the room. */
export function stateWord(state: PageMessage['state'], strings: PageStrings): string | undefined {
  return state === 'received' ? undefined : strings[state];
}

/** Under an own message that the service does not have yet: how it stands, and what can be done. */
export function OutgoingState({
  state,
  problem,
  strings,
  onRetry,
  onDiscard,
}: {
  readonly state: PageMessage['state'];
  readonly problem: string | undefined;
  readonly strings: PageStrings;
  readonly onRetry: () => void;
  readonly onDiscard: () => void;
}): VNode | undefined {
  if (state === 'received' || state === 'sent') return undefined;
  return (
    // That it went wrong is said to those who listen, also of a message that says nothing else any more.
    <div class="state" aria-live={state === 'failed' || state === 'unconfirmed' ? 'polite' : 'off'} aria-atomic="true">
      <span class="state-words">
        <Icon name={icons[state]} />
        <span>{problem === undefined ? strings[state] : `${strings[state]}: ${problem}`}</span>
      </span>
      {state !== 'sending' && (
        <span class="state-actions">
          <button type="button" class="secondary" onClick={onRetry}>
            {strings.retry}
          </button>
          <button type="button" class="secondary" onClick={onDiscard}>
            {strings.discard}
          </button>
        </span>
      )}
    </div>
  );
}

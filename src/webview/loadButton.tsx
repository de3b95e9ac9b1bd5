import type { VNode } from 'preact';
import type { PageFrame, PageStrings } from '../protocol/messages';

/** Asks for messages that are not there. While they come it stays, so that the keyboard has somewhere to be. */
export function LoadButton({
  label,
  isLoading,
  onLoad,
}: {
  readonly label: string;
  readonly isLoading: boolean;
  readonly onLoad: () => void;
}): VNode {
  return (
    <button
      type="button"
      class="secondary load"
      aria-disabled={isLoading}
      aria-busy={isLoading}
      onClick={() => {
        if (!isLoading) onLoad();
      }}
    >
      {label}
    </button>
  );
}

/** Stands above the oldest message: how to get older ones, or why there are none. */
export function OlderMessages({
  older,
  strings,
  onLoad,
}: {
  readonly older: PageFrame['older'];
  readonly strings: PageStrings;
  readonly onLoad: () => void;
}): VNode | null {
  if (older === 'unknown') return null;
  if (older === 'end' || older === 'unreachable') {
    return (
      <p class="edge" aria-live="off">
        {older === 'end' ? strings.roomBegins : strings.nothingOlder}
      </p>
    );
  }
  return (
    <div class="edge" aria-live="off">
      <LoadButton label={strings.loadOlder} isLoading={older === 'loading'} onLoad={onLoad} />
    </div>
  );
}

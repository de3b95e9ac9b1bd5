import type { ComponentChildren, VNode } from 'preact';
import { visibleText } from '../chat/visibleText';
import type { PageFrame, PageStrings } from '../protocol/messages';
import { JumpButton } from './jumpButton';
import type { ListElements } from './listElements';
import { OlderMessages } from './loadButton';
import { fill } from './words';

/** What stands around the messages of a list: the scroller, what lies beyond its upper end, and the way to the lower one. */
export function ListFrame({
  elements,
  frame,
  strings,
  isEmpty,
  older,
  news,
  onLoadOlder,
  onTouched,
  onKeyDown,
  onJump,
  children,
}: {
  readonly elements: ListElements;
  readonly frame: PageFrame;
  readonly strings: PageStrings;
  readonly isEmpty: boolean;
  readonly older: PageFrame['older'];
  /** How many messages came since the end was in view; nothing while it is. */
  readonly news: number | undefined;
  readonly onLoadOlder: () => void;
  /** The person takes the list in hand. */
  readonly onTouched: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onJump: () => void;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class="list" onWheel={onTouched} onPointerDown={onTouched} onKeyDown={onTouched}>
      <div
        ref={elements.scroller}
        class={frame.showAvatars ? 'log avatars' : 'log'}
        role="log"
        aria-label={fill(strings.messagesIn, visibleText(frame.title))}
        // Only what is new: all else that is drawn here says of itself that it is not to be said.
        aria-live={frame.announces ? 'polite' : 'off'}
        aria-relevant="additions"
        aria-busy={!frame.loaded}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div ref={elements.content} class="content">
          {isEmpty ? (
            <p class="note" aria-live="off">
              {frame.isRefused ? '' : frame.loaded ? strings.nothingYet : strings.loading}
            </p>
          ) : (
            <OlderMessages older={older} strings={strings} onLoad={onLoadOlder} />
          )}
          {children}
        </div>
      </div>
      {news !== undefined && <JumpButton strings={strings} news={news} onJump={onJump} />}
    </div>
  );
}

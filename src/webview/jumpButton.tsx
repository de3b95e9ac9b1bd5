import type { VNode } from 'preact';
import type { PageStrings } from '../protocol/messages';
import { Icon } from './icons';
import { countOfNews } from './words';

/** More are not counted for the eye. */
const MAX_SHOWN = 99;

/** The way to the newest message, with the number of those that came since the person was there. */
export function JumpButton({
  strings,
  news,
  onJump,
}: {
  readonly strings: PageStrings;
  readonly news: number;
  readonly onJump: () => void;
}): VNode {
  return (
    <button
      type="button"
      class="jump"
      {...(news === 0 ? {} : { 'aria-description': countOfNews(news, strings) })}
      onClick={onJump}
    >
      <Icon name="down" />
      {strings.jumpToLatest}
      {news > 0 && (
        <span class="count" aria-hidden="true">
          {news > MAX_SHOWN ? `${MAX_SHOWN}+` : news}
        </span>
      )}
    </button>
  );
}

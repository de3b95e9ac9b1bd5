import type { PageMessage } from '../protocol/messages';
import type { PageModel } from './pageModel';

/** Which of a list's messages are new: to those who listen, and to those who are not at its end. */
export class ListNews {
  /** How many of the news there had been when the end was last in view. */
  #countAtEnd = 0;
  /** News that were drawn once: drawn again, they are none. */
  readonly #drawn = new Set<string>();

  /** Keys of what is new and was not drawn before. */
  sayable({ news }: PageModel): ReadonlySet<string> {
    return new Set(news.filter((key) => !this.#drawn.has(key)));
  }

  noteDrawn({ news }: PageModel, drawn: readonly Pick<PageMessage, 'key'>[]): void {
    if (news.length === 0 && this.#drawn.size === 0) return;
    for (const key of this.#drawn) if (!news.includes(key)) this.#drawn.delete(key);
    const keys = new Set(drawn.map(({ key }) => key));
    for (const key of news) if (keys.has(key)) this.#drawn.add(key);
  }

  noteAtEnd({ newsCount }: PageModel): void {
    this.#countAtEnd = newsCount;
  }

  /** How many are below, for somebody who is not at the end: those that are unread, else those that came since. */
  below({ frame, newsCount }: PageModel): number {
    return frame.unreadCount > 0 ? frame.unreadCount : newsCount - this.#countAtEnd;
  }
}

import type { FetchedPage } from '../chapi/client';
import type { DecodedPage } from '../chapi/decoder';
import type { Learning } from './learned';

/** So many answers in a row are taken from memory at most: a service whose tag never changes must not hide messages. */
const MOST_FROM_MEMORY = 20;

/**
 * The last answer to one question, and its `ETag`. An answer of "not modified" stands for that page, which is taken in
 * once more: what it proves may have changed since, with what else is known.
 */
export class TaggedPage {
  readonly #learning: Learning;
  #last: { readonly etag: string; readonly page: DecodedPage } | undefined;
  #fromMemory = 0;

  constructor(learning: Learning) {
    this.#learning = learning;
  }

  /** The tag to ask with. */
  get etag(): string | undefined {
    const isTrusted = this.#learning.facts.etagMisleads !== true && this.#fromMemory < MOST_FROM_MEMORY;
    return isTrusted ? this.#last?.etag : undefined;
  }

  /** The page that an answer stands for. */
  take(answer: FetchedPage): DecodedPage {
    if (answer.notModified && this.#last !== undefined) {
      this.#fromMemory++;
      return this.#last.page;
    }
    this.#fromMemory = 0;
    const { etag, messages, dropped } = answer;
    const page = { messages, dropped };
    if (etag !== undefined && etag === this.#last?.etag && !isSamePage(page, this.#last.page)) {
      this.#learning.learn({ etagMisleads: true });
    }
    this.#last = etag === undefined ? undefined : { etag, page };
    return page;
  }
}

function isSamePage(left: DecodedPage, right: DecodedPage): boolean {
  return JSON.stringify(left.messages) === JSON.stringify(right.messages);
}

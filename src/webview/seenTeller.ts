import type { PageMessage, PageNotices } from '../protocol/messages';
import type { PageModel } from './pageModel';

/** While a person scrolls, the host is told no more often than this, in milliseconds. */
const PAUSE_MS = 250;

/** Tells the host what the person has seen, each thing once. */
export class SeenTeller {
  readonly #tell: (seen: PageNotices['seen']) => void;
  /** With as many arrivals the end of the room was seen. */
  #arrivals = 0;
  #last: { readonly room: string; readonly time: number } | undefined;
  #waiting: PageNotices['seen'] | undefined;

  constructor(tell: (seen: PageNotices['seen']) => void) {
    this.#tell = tell;
  }

  /** Everything up to the entry is seen. The end of the room is told at once; on the way there, now and then. */
  note({ frame, arrivals }: PageModel, { id, time }: PageMessage, isNewest: boolean): void {
    const { room } = frame;
    if (isNewest) {
      if (arrivals === this.#arrivals) return;
      this.#arrivals = arrivals;
      this.#waiting = undefined;
      this.#last = { room, time };
      this.#tell({ room });
      return;
    }
    if (!frame.hasUnread || id === undefined || (this.#last?.room === room && time <= this.#last.time)) return;
    this.#last = { room, time };
    const isToldSoon = this.#waiting !== undefined;
    this.#waiting = { room, upTo: id };
    if (isToldSoon) return;
    setTimeout(() => {
      if (this.#waiting !== undefined) this.#tell(this.#waiting);
      this.#waiting = undefined;
    }, PAUSE_MS);
  }
}

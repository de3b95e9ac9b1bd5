import type { PageMessage, PageNotices } from '../protocol/messages';
import type { PageModel } from './pageModel';

/** While a person scrolls, the host is told no more often than this, in milliseconds. */
const PAUSE_MS = 250;

interface Told {
  readonly room: string;
  readonly id: string | undefined;
  readonly time: number;
  readonly arrivals: number;
}

/** Tells the host what the person has seen: each message once, and again when one has come in above it. */
export class SeenTeller {
  readonly #tell: (seen: PageNotices['seen']) => void;
  #last: Told | undefined;
  #waiting: PageNotices['seen'] | undefined;

  constructor(tell: (seen: PageNotices['seen']) => void) {
    this.#tell = tell;
  }

  /**
   * Everything up to the entry is seen. The end of the room is told at once; on the way there, now and then.
   * @param entry the last one that the service has an id for, if there is one
   */
  note({ frame, arrivals }: PageModel, entry: PageMessage | undefined, isNewest: boolean): void {
    const { room } = frame;
    if (this.#last?.room !== room) this.#flush();
    const told = { room, id: entry?.id, time: entry?.time ?? -Infinity, arrivals };
    if (!this.#isNew(told) || (!isNewest && (frame.unreadCount === 0 || told.id === undefined))) return;
    this.#last = told;
    const isToldSoon = this.#waiting !== undefined;
    this.#waiting = told.id === undefined ? { room } : { room, upTo: told.id };
    if (isNewest) this.#flush();
    else if (!isToldSoon) setTimeout(() => this.#flush(), PAUSE_MS);
  }

  #isNew({ room, id, time, arrivals }: Told): boolean {
    const last = this.#last;
    if (last?.room !== room || arrivals !== last.arrivals) return true;
    return time > last.time || (time === last.time && id !== last.id);
  }

  #flush(): void {
    if (this.#waiting !== undefined) this.#tell(this.#waiting);
    this.#waiting = undefined;
  }
}

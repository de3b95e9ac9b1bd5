import type { Message, RoomName } from '../../chat/message';
import type { Disposable } from '../../chapi/clock';
import type { ChatFeed, ConnectionDetails, FeedEvent } from '../feed';
import type { Intent, Presence } from './windowMessages';

/** What one window knows of a host that is gone, beside what it shows. */
export interface Carried {
  readonly drafts: ReadonlyMap<RoomName, string>;
  /** Ids of the last messages that were announced as new. */
  readonly announced: readonly string[];
  /** How many windows there were, this one and the host's too. */
  readonly windows: number;
}

/** What is behind a window's feed for a while: the engine in its own process, or a copy of what another one tells. */
export interface Backing extends Pick<ChatFeed, 'state' | 'entries' | 'drafts'> {
  connectionDetails(): Promise<ConnectionDetails>;
  subscribe(listener: (event: FeedEvent) => void): Disposable;
  present(presence: Presence): void;
  /** Resolves when it is done. Rejects with a `HostLostError` when whoever should do it is gone before the answer. */
  intend(intent: Intent): Promise<void>;
  carry(): Carried;
  dispose(): void;
}

/** Nothing is known of any host. */
export const nothingCarried: Carried = { drafts: new Map(), announced: [], windows: 0 };

/** Whoever hosted is gone: what was asked for may be done or not. */
export class HostLostError extends Error {
  override readonly name = 'HostLostError';
}

/** Whether it is that error. Bundles have classes of their own, so that it is told by its name. */
export function isHostLost(error: unknown): boolean {
  return error instanceof Error && error.name === 'HostLostError';
}

/** The last ids of some messages, as many as matter. */
export class RecentIds {
  readonly #most: number;
  readonly #ids = new Set<string>();

  constructor(most: number, ids: readonly string[] = []) {
    this.#most = most;
    this.add(ids);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#most) break;
      this.#ids.delete(oldest);
    }
  }

  /** Oldest first. */
  list(): readonly string[] {
    return [...this.#ids];
  }
}

/** Ids of messages, in their order. */
export function idsOf(messages: readonly Message[]): readonly string[] {
  return messages.map(({ id }) => id);
}

/** Why the connection to a host that does not answer is closed. */
export const SILENT = 'the host does not answer';

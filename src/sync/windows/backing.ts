import type { Message, RoomName } from '../../chat/message';
import type { Disposable } from '../../chapi/clock';
import type { ChatFeed, ConnectionDetails, FeedEvent } from '../feed';
import type { RoomStates } from '../roomState';
import type { Intent, Presence } from './windowMessages';

/** What one window knows of a host that is gone, beside what it shows. */
export interface Carried {
  readonly drafts: ReadonlyMap<RoomName, string>;
  /** The last messages that were announced as new, as `RecentMessages` names them. */
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
  /** What is known of the rooms, for the engine that comes next. */
  states(): RoomStates;
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

/** The last messages of some kind, as many as matter, each by its room and its id: ids may be counted by room. */
export class RecentMessages {
  readonly #most: number;
  readonly #names = new Set<string>();

  /** @param names as `list` gave them */
  constructor(most: number, names: readonly string[] = []) {
    this.#most = most;
    this.#remember(names);
  }

  has(room: RoomName, id: string): boolean {
    return this.#names.has(nameOf(room, id));
  }

  add(room: RoomName, messages: readonly Message[]): void {
    this.#remember(messages.map(({ id }) => nameOf(room, id)));
  }

  /** Adds what `list` gave elsewhere. */
  addAll(names: readonly string[]): void {
    this.#remember(names);
  }

  /** Oldest first. */
  list(): readonly string[] {
    return [...this.#names];
  }

  #remember(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
    for (const oldest of this.#names) {
      if (this.#names.size <= this.#most) break;
      this.#names.delete(oldest);
    }
  }
}

function nameOf(room: RoomName, id: string): string {
  return `${id} ${room}`;
}

/** Why the connection to a host that does not answer is closed. */
export const SILENT = 'the host does not answer';

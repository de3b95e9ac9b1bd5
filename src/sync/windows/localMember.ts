import type { RoomName } from '../../chat/message';
import type { Disposable } from '../../chapi/clock';
import type { ConnectionDetails, FeedEntry, FeedEvent, FeedState } from '../feed';
import type { RoomStates } from '../roomState';
import { HostLostError, type Backing, type Carried } from './backing';
import type { Hub } from './hub';
import type { Intent, Presence } from './windowMessages';

/** The window in the process of the engine: everything is a call. */
export class LocalMember implements Backing {
  readonly #hub: Hub;
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  #presence: Presence;
  #isGone = false;

  constructor(hub: Hub, presence: Presence) {
    this.#hub = hub;
    this.#presence = presence;
    this.present(presence);
  }

  state(): FeedState {
    return this.#hub.stateFor(this.#presence);
  }

  entries(room: RoomName, count: number): readonly FeedEntry[] {
    this.#hub.keep(this, room, count);
    return this.#hub.engine.entries(room, count);
  }

  drafts(): ReadonlyMap<RoomName, string> {
    return this.#hub.drafts;
  }

  connectionDetails(): Promise<ConnectionDetails> {
    return Promise.resolve(this.#hub.engine.connectionDetails());
  }

  subscribe(listener: (event: FeedEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  present(presence: Presence): void {
    this.#presence = presence;
    if (this.#isGone) return;
    this.#hub.sit(this, { presence, hear: (event) => this.#hear(event), told: () => Promise.resolve() });
  }

  intend(intent: Intent): Promise<void> {
    return this.#isGone ? Promise.reject(new HostLostError('superseded')) : this.#hub.intend(this, intent);
  }

  carry(): Carried {
    const { drafts, announced, windows } = this.#hub;
    return { drafts: new Map(drafts), announced, windows };
  }

  states(): RoomStates {
    return this.#hub.engine.states();
  }

  /** The engine goes on to be looked at, as it is now. */
  dispose(): void {
    this.#isGone = true;
    this.#listeners.clear();
    this.#hub.leave(this);
  }

  #hear(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

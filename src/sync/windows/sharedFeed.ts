import type { Disposable } from '../../chapi/clock';
import type { RoomName } from '../../chat/message';
import type {
  Attention,
  ChatFeed,
  ConnectionDetails,
  FeedEntry,
  FeedEvent,
  FeedState,
  PollingSettings,
  RoomSummary,
} from '../feed';
import { isHostLost, nothingCarried, type Backing } from './backing';
import { Election } from './election';
import type { ReignOptions } from './reign';
import type { Intent, Presence } from './windowMessages';

/** What a shared feed is made of. */
export interface SharedFeedOptions extends ReignOptions {
  readonly newLocalId: () => string;
  readonly polling: PollingSettings;
}

/** What is wanted while no window hosts waits so long for the next one, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * The feed of one of many windows, behind which there is one engine for all of them, in this process or in another. While
 * the host changes, everything stays as it was, and what is wanted waits.
 */
export class SharedFeed implements ChatFeed {
  readonly #options: SharedFeedOptions;
  readonly #election: Election;
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  /** How many entries of which rooms were asked for. */
  readonly #shown = new Map<RoomName, number>();
  readonly #waiting = new Set<() => void>();
  #presence: Presence;
  #backing: Backing | undefined;
  #isLive = false;
  #isOutdated = false;
  #isDisposed = false;
  #subscription: Disposable | undefined;
  /** As it was when the host changed. */
  #entriesBefore: ReadonlyMap<RoomName, readonly FeedEntry[]> = new Map();
  #before: FeedState = { connection: { status: 'connecting' }, rooms: [] };

  constructor(options: SharedFeedOptions) {
    this.#options = options;
    this.#presence = { rooms: [], attention: { visible: false, focused: false }, polling: options.polling };
    this.#election = new Election(options, {
      situation: () => {
        const wants = [...this.#shown].map(([room, count]) => ({ room, count }));
        return {
          presence: this.#presence,
          states: this.#backing?.states() ?? new Map(),
          wants,
          carried: this.#backing?.carry() ?? nothingCarried,
        };
      },
      onBacking: (backing) => this.#swap(backing),
      onLost: () => (this.#isLive = false),
      onOutdated: () => {
        this.#isOutdated = true;
        this.#wakeWaiting();
        this.#emit({ type: 'state' });
      },
    });
  }

  /** Begins to look for a host, or to be one. What was said before that is known to the first engine. */
  start(): void {
    void this.#election.run();
  }

  state(): FeedState {
    const { connection, rooms } = this.#backing?.state() ?? this.#before;
    const before = new Map(this.#before.rooms.map((summary) => [summary.room, summary]));
    const shown = connection.status === 'connecting' ? this.#before.connection : connection;
    return {
      connection: this.#isOutdated ? { status: 'outdated' } : shown,
      rooms: rooms.map((summary) => continued(summary, before.get(summary.room))),
    };
  }

  async connectionDetails(): Promise<ConnectionDetails> {
    return (await this.#live()).connectionDetails();
  }

  entries(room: RoomName, count: number): readonly FeedEntry[] {
    // Other processes are told, in a notation that knows no infinity.
    const asked = Math.min(count, Number.MAX_SAFE_INTEGER);
    this.#shown.set(room, Math.max(asked, this.#shown.get(room) ?? 0));
    const now = this.#backing?.entries(room, asked) ?? [];
    const before = this.#entriesBefore.get(room);
    if (before === undefined || now.some(({ kind }) => kind === 'message')) return now;
    const isKnown = this.#backing?.state().rooms.some((summary) => summary.room === room && summary.loaded) ?? false;
    return isKnown ? now : [...before, ...now];
  }

  subscribe(listener: (event: FeedEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  setRooms(rooms: readonly RoomName[]): void {
    this.#present({ ...this.#presence, rooms });
  }

  setAttention(attention: Attention): void {
    this.#present({ ...this.#presence, attention });
  }

  setPolling(polling: PollingSettings): void {
    this.#present({ ...this.#presence, polling });
  }

  drafts(): ReadonlyMap<RoomName, string> {
    return this.#backing?.drafts() ?? new Map<RoomName, string>();
  }

  setDraft(room: RoomName, text: string): void {
    void this.#try({ type: 'draft', room, text });
  }

  noteKeyChanged(): void {
    void this.#try({ type: 'keyChanged' });
  }

  /**
   * Rejects also when this window is outdated, or when for some seconds no window hosts. Made here, the local id tells a
   * host that follows one that was killed whether the message was kept.
   */
  async send(room: RoomName, text: string): Promise<string> {
    const localId = this.#options.newLocalId();
    await this.#intend({ type: 'send', room, text, localId, again: false });
    return localId;
  }

  retry(localId: string): void {
    void this.#try({ type: 'retry', localId });
  }

  discard(localId: string): void {
    void this.#try({ type: 'discard', localId });
  }

  retryAll(): void {
    void this.#try({ type: 'retryAll' });
  }

  markRead(room: RoomName, upTo?: string): void {
    void this.#try(upTo === undefined ? { type: 'markRead', room } : { type: 'markRead', room, upTo });
  }

  loadOlder(room: RoomName): Promise<void> {
    return this.#try({ type: 'loadOlder', room });
  }

  loadMissing(room: RoomName): Promise<void> {
    return this.#try({ type: 'loadMissing', room });
  }

  refresh(): Promise<void> {
    return this.#try({ type: 'refresh' });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#isLive = false;
    this.#subscription?.dispose();
    this.#listeners.clear();
    this.#election.dispose();
    this.#wakeWaiting();
  }

  #present(presence: Presence): void {
    this.#presence = presence;
    if (this.#isLive) this.#backing?.present(presence);
    else this.#emit({ type: 'state' });
  }

  #swap(backing: Backing): void {
    const last = this.#backing;
    if (last !== undefined) {
      const shown = [...this.#shown].map(([room, count]) => [room, this.entries(room, count)] as const);
      this.#before = this.state();
      this.#entriesBefore = new Map(shown.map(([room, entries]) => [room, entries.filter(isMessage)]));
    }
    this.#subscription?.dispose();
    this.#backing = backing;
    this.#isLive = true;
    this.#isOutdated = false;
    backing.present(this.#presence);
    this.#subscription = backing.subscribe((event) => {
      if (event.type === 'keyChanged') this.#election.pause();
      this.#emit(event);
    });
    last?.dispose();
    this.#wakeWaiting();
    this.#emit({ type: 'state' });
    for (const room of this.#shown.keys()) this.#emit({ type: 'entries', room, arrivals: [] });
  }

  /** What may as well not be done, if it cannot. */
  async #try(intent: Intent): Promise<void> {
    try {
      await this.#intend(intent);
    } catch {
      if (!this.#isDisposed) this.#options.log(`What was wanted could not be done: ${intent.type}.`);
    }
  }

  /** Has it done by whoever hosts; by the next one if the answer does not come. */
  async #intend(intent: Intent): Promise<void> {
    for (let asked = intent; ;) {
      const backing = await this.#live();
      try {
        await backing.intend(asked);
        return;
      } catch (error) {
        if (!isHostLost(error)) throw error;
        // The election may not have noticed yet.
        if (backing === this.#backing) this.#isLive = false;
        if (asked.type === 'send') asked = { ...asked, again: true };
      }
    }
  }

  async #live(): Promise<Backing> {
    if (!this.#isLive && !this.#isOutdated && !this.#isDisposed) {
      await new Promise<void>((resolve) => {
        const timer = this.#options.clock.setTimer(PATIENCE_MS, () => wake());
        const wake = (): void => {
          timer.dispose();
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
    if (this.#isOutdated) throw new Error('This window runs an older version and must be reloaded.');
    if (!this.#isLive || this.#backing === undefined) throw new Error('No window hosts the chat.');
    return this.#backing;
  }

  #wakeWaiting(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #emit(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function isMessage({ kind }: FeedEntry): boolean {
  return kind === 'message';
}

/** A room as it was, until its engine knows better. */
function continued(now: RoomSummary, before: RoomSummary | undefined): RoomSummary {
  if (now.loaded || now.fault !== undefined || before === undefined) return now;
  return { ...before, unsentCount: now.unsentCount };
}

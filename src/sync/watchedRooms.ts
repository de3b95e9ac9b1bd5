import type { ChapiClient } from '../chapi/client';
import type { Clock, Disposable } from '../chapi/clock';
import type { RequestBudget } from '../chapi/requestBudget';
import type { RoomName } from '../chat/message';
import type { TimelineEntry } from '../chat/timeline';
import type { EngineMemory } from './engineMemory';
import type { Learning, LearnedFacts } from './learned';
import { limitsAfterFilter } from './limitOrder';
import { stateEntries, type StateEntry } from './roomEntries';
import { sharedEntry, type RoomState, type RoomStates } from './roomState';
import { RoomSync, type Look, type RoomListener } from './roomSync';

/** What the rooms of an engine need. */
export interface WatchedRoomsOptions extends RoomListener {
  readonly clock: Clock;
  readonly client: ChapiClient;
  readonly learning: Learning;
  readonly memory: EngineMemory;
  readonly budget: RequestBudget;
  /** The states that the last engine handed over. */
  readonly states: RoomStates | undefined;
  /** The service's milliseconds since 1970, if its answers tell. */
  readonly serviceNow: () => number | undefined;
  /** Called when a room starts from an earlier state, with the timestamp of its newest message in microseconds. */
  readonly onBegun: (room: RoomName, newestStamp: number) => void;
}

/** How long a room waits for its state from disk before it is polled without it, in milliseconds. */
const RECALL_PATIENCE_MS = 5000;

/** The rooms that are polled, and the states of those that were polled before. */
export class WatchedRooms {
  readonly #options: WatchedRoomsOptions;
  readonly #rooms = new Map<RoomName, RoomSync>();
  /** States of rooms that are not watched now: handed over, or saved when watching ended. */
  readonly #states: Map<RoomName, RoomState>;
  /** When reading the state of a room first failed, in monotonic milliseconds. */
  readonly #unreadableSince = new Map<RoomName, number>();
  readonly #sharedEntries = new WeakMap<TimelineEntry, TimelineEntry>();
  #recallingFacts: Promise<void> | undefined;
  readonly #paceSubscription: Disposable;
  /** Milliseconds since 1970 when the monotonic clock stood at 0. It is fixed, so that a time that is told twice is the same. */
  readonly #epochMs: number;

  constructor(options: WatchedRoomsOptions) {
    const { states, clock, budget, memory } = options;
    this.#options = options;
    this.#states = new Map(states);
    this.#epochMs = clock.now() - clock.monotonic();
    this.#paceSubscription = budget.onChange((pace) => memory.rememberPace(pace));
  }

  get all(): readonly RoomSync[] {
    return [...this.#rooms.values()];
  }

  get(room: RoomName): RoomSync | undefined {
    return this.#rooms.get(room);
  }

  /**
   * Watches these rooms and no others, in this order.
   * @returns the rooms for which there is now more or less to show: those no longer watched, and those that come back;
   * `undefined` when nothing changed
   */
  replace(rooms: readonly RoomName[]): readonly RoomName[] | undefined {
    if (rooms.length === this.#rooms.size && rooms.every((room) => this.#rooms.has(room))) return undefined;
    const gone = this.all.filter(({ room }) => !rooms.includes(room));
    const back = rooms.filter((room) => !this.#rooms.has(room) && this.#states.has(room));
    const ordered = rooms.map((room) => this.#rooms.get(room) ?? this.#newRoom(room));
    this.#rooms.clear();
    for (const sync of ordered) this.#rooms.set(sync.room, sync);
    for (const sync of gone) {
      const state = sync.known.state();
      if (state !== undefined) this.#states.set(sync.room, state);
      sync.dispose();
    }
    return [...gone.map(({ room }) => room), ...back];
  }

  /** The newest messages of a room in the form for other windows, with times in milliseconds since 1970. */
  sharedEntries(room: RoomName, count: number): readonly StateEntry[] | undefined {
    const sync = this.#rooms.get(room);
    return sync && stateEntries(sync, count).map((shown) => ({ ...shown, entry: this.#shared(shown.entry) }));
  }

  /** All that is known of all rooms, for the next engine. */
  states(): RoomStates {
    const states = new Map(this.#states);
    for (const { room, known } of this.all) {
      const state = known.state();
      if (state !== undefined) states.set(room, state);
    }
    return states;
  }

  /**
   * Reads from disk what was learned of the service, the pace, and the room's state, before the room's first poll.
   * @returns whether the room can be polled now; if not, the caller tries again soon
   */
  async recall(sync: RoomSync): Promise<'ready' | 'changed' | 'later'> {
    const { memory, clock } = this.#options;
    const { room, known } = sync;
    this.#recallingFacts ??= this.#recallFacts();
    await this.#recallingFacts;
    if (memory.hasRecalled(room)) return 'ready';
    const recall = await memory.recall(room);
    if (this.#rooms.get(room) !== sync) return 'ready';
    if (recall.kind === 'unreadable') {
      const since = this.#unreadableSince.get(room) ?? clock.monotonic();
      this.#unreadableSince.set(room, since);
      // The state on disk says how far the room was read. It is worth waiting for, but not for ever.
      return clock.monotonic() - since >= RECALL_PATIENCE_MS ? 'ready' : 'later';
    }
    this.#unreadableSince.delete(room);
    if (recall.kind === 'none') return 'ready';
    if (!sync.loaded) this.#begin(sync, recall.state);
    else if (known.proof.answeredAt !== undefined) known.restoreLate(recall.state);
    else known.adopt(recall.state);
    return 'changed';
  }

  /** Learns from a full page of one room whether the service picks the room before it limits the page. */
  learnLimitOrder({ room }: RoomSync, { messages, covers, isFull }: Look): void {
    const { learning, clock } = this.#options;
    if (learning.facts.limitsBeforeFilter !== undefined || covers !== 'span' || !isFull) return;
    const others = this.all.filter((other) => other.room !== room).map(({ timeline }) => timeline);
    if (limitsAfterFilter(messages, others, clock.monotonic())) learning.learn({ limitsBeforeFilter: false });
  }

  dispose(): void {
    const { memory, budget } = this.#options;
    this.#paceSubscription.dispose();
    memory.rememberPace(budget.state());
    // That nothing has changed until now is worth knowing: what was there a moment ago is hardly out of reach later.
    for (const sync of this.all) if (sync.known.proof.answeredAt !== undefined) memory.remember(sync);
    for (const sync of this.all) sync.dispose();
  }

  /** The same one for the same entry, so that what has not changed is seen at once. */
  #shared(entry: TimelineEntry): TimelineEntry {
    const known = this.#sharedEntries.get(entry);
    if (known !== undefined) return known;
    const shared = sharedEntry(entry, this.#epochMs);
    this.#sharedEntries.set(entry, shared);
    return shared;
  }

  #newRoom(room: RoomName): RoomSync {
    const { client, learning, clock, serviceNow, onLook, onState } = this.#options;
    const sync = new RoomSync({ room, client, learning, clock, serviceNow, onLook, onState });
    const state = this.#states.get(room);
    this.#states.delete(room);
    if (state !== undefined) this.#begin(sync, state);
    return sync;
  }

  #begin({ room, known }: RoomSync, state: RoomState): void {
    known.restore(state);
    this.#options.onBegun(room, state.entries.at(-1)?.message.timestamp ?? 0);
  }

  async #recallFacts(): Promise<void> {
    const { memory, learning, budget } = this.#options;
    const [facts, pace] = await Promise.all([memory.facts(), memory.pace()]);
    if (pace !== undefined) budget.restore(pace);
    // The next poll tries again. Until then the file is not overwritten.
    if (facts === undefined) this.#recallingFacts = undefined;
    else learning.learn({ ...facts, ...definedOf(learning.facts) });
  }
}

/** Those that are known. */
function definedOf({ largestPage, ...rest }: LearnedFacts): Partial<LearnedFacts> {
  const known = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { ...(largestPage > 0 ? { largestPage } : {}), ...Object.fromEntries(known) };
}

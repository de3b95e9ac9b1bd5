import { ChapiClient } from '../chapi/client';
import type { Clock } from '../chapi/clock';
import type { RequestBudget } from '../chapi/requestBudget';
import type { Transport } from '../chapi/transport';
import type { Fault } from '../chat/fault';
import type { RoomName } from '../chat/message';
import { isOutOfReach } from './cadence';
import { connectionDetails } from './connectionDetails';
import { ConnectionRecord } from './connectionRecord';
import { ConnectionWatch } from './connectionWatch';
import { describeFault } from './describeFault';
import { factsOfArrivals, factsOfEcho, factsOfSend } from './echoFacts';
import { EngineMemory } from './engineMemory';
import type {
  Attention,
  ChatFeed,
  ConnectionDetails,
  FeedEntry,
  FeedEvent,
  FeedState,
  OutgoingEntry,
  PollingSettings,
} from './feed';
import { knownMessages } from './knownMessages';
import { Learning, nothingLearned, type LearnedFacts } from './learned';
import { OutboxSender } from './outboxSender';
import { PollLoop } from './pollLoop';
import { PollTiming } from './pollTiming';
import { feedEntry, outgoingEntry, readable, roomSummary, stateEntries, type StateEntry } from './roomEntries';
import type { RoomFacts, RoomState } from './roomState';
import { type RoomStates } from './roomState';
import type { Look, RoomSync } from './roomSync';
import { WatchedRooms } from './watchedRooms';
import type { StateStore } from './stateStore';

/** What a chat engine is made of. */
export interface ChatEngineOptions {
  /** Checked before (`checkBaseUrl`). */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly newLocalId: () => string;
  readonly polling: PollingSettings;
  /** Shared by all that speaks with the service from here. */
  readonly budget: RequestBudget;
  readonly transport: Transport;
  readonly store: StateStore;
  /** What an engine before this one handed over. */
  readonly states?: RoomStates;
  /** Says what happens, for the log. Never holds the key or a message's text. */
  readonly log: (line: string) => void;
}

/**
 * How long the echo of an own message is waited for before the room is looked at, in milliseconds. With others on the key
 * the next look of the schedule brings it: one more would cost them more than it gives.
 */
const ECHO_DELAY_MS = 250;

/** What is kept of a room could not be read: it is tried again after so long, in milliseconds. */
const RECALL_AGAIN_MS = 500;

/** A room that was empty at the first look is looked at once more after so long, in milliseconds: one answer proves little. */
const SECOND_LOOK_MS = 1000;

/** The chat behind one key: what it knows, when it looks, and what it sends. All windows are shown this one. */
export class ChatEngine implements Pick<ChatFeed, 'state' | 'entries' | 'subscribe' | 'send' | 'dispose'> {
  readonly #options: ChatEngineOptions;
  readonly #learning: Learning;
  readonly #memory: EngineMemory;
  readonly #client: ChapiClient;
  readonly #line: ConnectionWatch;
  readonly #loop: PollLoop;
  readonly #outbox: OutboxSender;
  readonly #record: ConnectionRecord;
  readonly #rooms: WatchedRooms;
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  readonly #timing: PollTiming;
  #listed: readonly RoomName[] = [];

  constructor(options: ChatEngineOptions) {
    const { clock, baseUrl, apiKey, transport, budget } = options;
    this.#options = options;
    this.#timing = new PollTiming(clock, options.polling);
    this.#line = new ConnectionWatch(clock, () => this.#hastenUnreached());
    this.#record = new ConnectionRecord(clock);
    this.#memory = new EngineMemory(options.store, options.log);
    this.#learning = new Learning(nothingLearned, (facts, before) => this.#learned(facts, before));
    this.#client = new ChapiClient({
      ...{ baseUrl, apiKey, transport, budget, clock },
      sendsWithSlash: () => this.#learning.facts.sendsWithSlash === true,
      onSent: (sent) => this.#learning.learn(factsOfSend(sent, this.#learning.facts)),
      onCallEnded: (call) => this.#record.noteCall(call),
    });
    this.#rooms = new WatchedRooms({
      ...{
        clock,
        client: this.#client,
        learning: this.#learning,
        memory: this.#memory,
        budget,
        states: options.states,
      },
      serviceNow: () => this.#record.serviceNow,
      onBegun: (room, newestStamp) => this.#timing.noteLastActivity(room, newestStamp / 1000),
      onLook: (sync, look) => {
        // Whether the service can be reached, and what it says of this room, is for the looks to find out.
        if (look.fault === undefined || look.fault.kind === 'throttled') this.#line.callEnded(look.fault);
        this.#looked(sync, look);
      },
      onState: () => this.#emit({ type: 'state' }),
    });
    this.#loop = new PollLoop({
      clock,
      poll: (room, signal) => this.#look(room, signal),
      delayAfter: (room) => this.#delayAfter(room, options.random()),
      interval: (room) => this.#delayAfter(room, 0.5),
      schedule: budget,
      isInSight: (room) => this.#timing.isInSight(room),
      backgroundSpacing: () => this.#timing.backgroundSpacing(),
      log: options.log,
    });
    this.#outbox = new OutboxSender({
      client: this.#client,
      clock,
      store: options.store,
      log: options.log,
      facts: () => this.#learning.facts,
      ownerOf: (room, id) => this.#rooms.get(room)?.known.ownerOf(id),
      isInRoom: (room, localId) => this.#rooms.get(room)?.known.holds(localId) ?? false,
      onDisowned: (room, id) => this.#rooms.get(room)?.known.disown(id),
      known: (room) => knownMessages(this.#rooms.get(room)),
      onChange: (room) => {
        this.#watch();
        this.#entriesChanged(room);
      },
      onSettled: (room, fault) => this.#sendSettled(room, fault),
    });
  }

  /** Rooms in which something waits for the person. */
  get stuckRooms(): readonly RoomName[] {
    return this.#outbox.stuckRooms;
  }

  state(): FeedState {
    const shown = new Set([...this.#listed, ...this.stuckRooms]);
    const syncs = [...shown].map((room) => this.#rooms.get(room)).filter((sync) => sync !== undefined);
    return {
      connection: this.#line.connection,
      rooms: syncs.map((sync) => roomSummary(sync, this.#outbox.pending(sync.room))),
    };
  }

  connectionDetails(): ConnectionDetails {
    const { pace } = this.#options.budget;
    const now = { connection: this.#line.connection, rooms: this.#rooms.all, pace };
    return connectionDetails(this.#record, { ...now, learned: this.#learning.facts, next: this.#loop.next });
  }

  entries(room: RoomName, count: number): readonly FeedEntry[] {
    const sync = this.#rooms.get(room);
    if (sync === undefined) return [];
    const messages = stateEntries(sync, count).map((entry) => feedEntry(entry, this.escapes));
    return [...messages, ...this.#outbox.pending(room).map(outgoingEntry)];
  }

  /** The same as it is handed to other windows, with times in milliseconds since 1970. */
  stateEntries(room: RoomName, count: number): readonly (StateEntry | OutgoingEntry)[] {
    const state = this.#rooms.sharedEntries(room, count);
    return state === undefined ? [] : [...state, ...this.#outbox.pending(room).map(outgoingEntry)];
  }

  /** The service escapes texts. */
  get escapes(): boolean {
    return this.#learning.facts.escapes === true;
  }

  /** What is known of a room beside its entries. `undefined` while nothing is. */
  roomFacts(room: RoomName): RoomFacts | undefined {
    return this.#rooms.get(room)?.known.facts();
  }

  /** All that is known of all rooms, for the engine that comes after this one. */
  states(): RoomStates {
    return this.#rooms.states();
  }

  /** Somebody wants to see so many messages of a room: they are not dropped. */
  keep(room: RoomName, count: number): void {
    this.#rooms.get(room)?.known.keep(count);
  }

  subscribe(listener: (event: FeedEvent) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  setRooms(rooms: readonly RoomName[]): void {
    this.#listed = rooms;
    this.#watch();
    void this.restore();
    this.#emit({ type: 'state' });
  }

  /** One window is all there is. */
  setAttention(attention: Attention): void {
    this.setAttentions([attention]);
  }

  /** The attention of all windows. */
  setAttentions(attentions: readonly Attention[]): void {
    const { cameIntoSight, gotFocus } = this.#timing.attend(attentions);
    for (const room of cameIntoSight) this.#loop.hasten(room, 0);
    if (gotFocus) this.#hastenUnreached();
    this.#loop.replan();
  }

  setPolling(polling: PollingSettings): void {
    this.#timing.setPolling(polling);
    for (const { room } of this.#rooms.all) this.#loop.hasten(room, this.#delayAfter(room, 0.5));
  }

  /** Takes over what earlier engines could not finish. Never rejects. */
  restore(): Promise<void> {
    return this.#outbox.restore();
  }

  /** Whether the message is here or was not long ago, so that it must not be sent again. */
  knows(localId: string): Promise<boolean> {
    return this.#outbox.knows(localId);
  }

  send(room: RoomName, text: string, localId = this.#options.newLocalId()): Promise<string> {
    return this.#outbox.send(room, text, localId);
  }

  retry(localId: string): void {
    void this.#outbox.retry(localId);
  }

  discard(localId: string): void {
    void this.#outbox.discard(localId);
  }

  retryAll(): void {
    void this.#outbox.retryAll();
  }

  markRead(room: RoomName, upTo?: string): void {
    const sync = this.#rooms.get(room);
    if (sync === undefined || sync.known.unread().length === 0 || !sync.known.markRead(upTo)) return;
    this.#memory.remember(sync);
    this.#entriesChanged(room);
  }

  /** Takes in what a window had of a room under an engine that is gone. */
  adopt(room: RoomName, state: RoomState): void {
    const sync = this.#rooms.get(room);
    if (sync?.known.adopt(state) !== true) return;
    this.#memory.remember(sync);
    this.#entriesChanged(room);
  }

  async loadOlder(room: RoomName): Promise<void> {
    await this.#rooms.get(room)?.history.loadOlder();
  }

  async loadMissing(room: RoomName): Promise<void> {
    await this.#rooms.get(room)?.history.loadMissing();
  }

  async refresh(): Promise<void> {
    await Promise.all(this.#rooms.all.map(({ room }) => this.#loop.pollNow(room)));
  }

  dispose(): void {
    this.#loop.dispose();
    this.#outbox.dispose();
    this.#rooms.dispose();
    this.#listeners.clear();
  }

  /** Rooms with something unsent are looked at too, whether they are on the list or not: their echo is awaited. */
  #watch(): void {
    const rooms = [...new Set([...this.#listed, ...this.#outbox.rooms])];
    const changed = this.#rooms.replace(rooms);
    if (changed === undefined) return;
    this.#loop.setRooms(rooms);
    for (const room of changed) this.#entriesChanged(room);
  }

  async #look(room: RoomName, signal: AbortSignal): Promise<void> {
    const sync = this.#rooms.get(room);
    if (sync === undefined) return;
    const recalled = await this.#rooms.recall(sync);
    if (recalled === 'changed') this.#entriesChanged(room);
    if (recalled === 'later') {
      this.#loop.hasten(room, RECALL_AGAIN_MS);
      return;
    }
    this.#memory.retryWrites();
    const startedAt = this.#options.clock.monotonic();
    const priority = this.#timing.isInSight(room) ? 'openRoom' : 'otherRooms';
    const look = await sync.look(priority, signal, this.#outbox.doubtedFrom(room));
    this.#line.callEnded(look.fault);
    this.#looked(sync, look, startedAt);
    if (look.fault === undefined) void sync.history.fillGaps();
    if (sync.wantsSecondLook) this.#loop.hasten(room, SECOND_LOOK_MS);
  }

  /** @param startedAt when the look began, monotonic milliseconds; absent for a page that reaches back */
  #looked(sync: RoomSync, look: Look, startedAt?: number): void {
    const { room } = sync;
    // It was taken from the list meanwhile: what is known of it was put by before this answer came.
    if (this.#rooms.get(room) !== sync) return;
    if (look.fault !== undefined) this.#options.log(`Looking at a room failed: ${describeFault(look.fault)}.`);
    if (!look.isFirst && startedAt !== undefined) this.#record.noteArrivals(look.arrivals);
    // A page that was asked for to reach back proves nothing of what is on its way: it may be of any age.
    const seen = startedAt === undefined ? { messages: look.arrivals, covers: 'nothing' as const } : look;
    const own = this.#outbox.takeEchoes(room, seen, startedAt ?? NaN);
    for (const [id, { localId }] of own) sync.known.own(id, localId);
    this.#learning.learn(factsOfArrivals(look.messages, this.#learning.facts));
    for (const echo of own.values()) this.#learning.learn(factsOfEcho(echo, this.#learning.facts));
    const fromOthers = look.isFirst ? [] : look.arrivals.filter(({ id }) => !own.has(id));
    if (look.arrivals.length > 0 && !look.isFirst) this.#timing.noteActivity(room);
    if (look.changed || look.isFirst || own.size > 0) this.#memory.remember(sync);
    if (own.size > 0) this.#watch();
    this.#rooms.learnLimitOrder(sync, look);
    if (look.changed || look.isFirst || own.size > 0) {
      const arrivals = fromOthers.map((message) => readable(message, this.escapes));
      this.#emit({ type: 'entries', room, arrivals });
    }
    this.#emit({ type: 'state' });
  }

  #learned(facts: LearnedFacts, before: LearnedFacts): void {
    this.#memory.rememberFacts(facts);
    if (facts.escapes === before.escapes) return;
    for (const { room } of this.#rooms.all) this.#emit({ type: 'entries', room, arrivals: [] });
  }

  #delayAfter(room: RoomName, random: number): number {
    return this.#timing.delayAfter(room, this.#rooms.get(room), random);
  }

  #sendSettled(room: RoomName, fault: Fault | undefined): void {
    // That the service refuses this message, as too long for instance, says nothing of the connection.
    if (fault?.kind !== 'server' || fault.status >= 500) this.#line.callEnded(fault);
    this.#timing.noteActivity(room);
    if (fault !== undefined) this.#options.log(`Sending a message failed: ${describeFault(fault)}.`);
    else if (!this.#options.budget.pace.shared) this.#loop.hasten(room, ECHO_DELAY_MS);
    this.#emit({ type: 'state' });
  }

  /** The network may be back: looks at the rooms that could not be reached, and sends what could not leave. */
  #hastenUnreached(): void {
    for (const { room, fault } of this.#rooms.all) if (isOutOfReach(fault)) this.#loop.hasten(room, 0);
    this.#outbox.connected();
  }

  #entriesChanged(room: RoomName): void {
    this.#emit({ type: 'entries', room, arrivals: [] });
    this.#emit({ type: 'state' });
  }

  #emit(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

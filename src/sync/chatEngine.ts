import { ChapiClient } from '../chapi/client';
import type { Clock } from '../chapi/clock';
import type { RequestBudget } from '../chapi/requestBudget';
import type { Transport } from '../chapi/transport';
import { unescapeOnce } from '../chat/escaping';
import type { Fault } from '../chat/fault';
import type { Message, RoomName } from '../chat/message';
import { Attentions } from './attentions';
import { backgroundSpacing, isOutOfReach, nextDelay } from './cadence';
import { connectionDetails } from './connectionDetails';
import { ConnectionRecord } from './connectionRecord';
import { ConnectionWatch } from './connectionWatch';
import { describeFault } from './describeFault';
import { factsOfArrivals, factsOfEcho, factsOfSend } from './echoFacts';
import { EngineMemory } from './engineMemory';
import type { Attention, ChatFeed, ConnectionDetails, FeedEntry, FeedEvent, FeedState, PollingSettings } from './feed';
import { knownMessages } from './knownMessages';
import { Learning, nothingLearned, type LearnedFacts } from './learned';
import { OutboxSender } from './outboxSender';
import { PollLoop } from './pollLoop';
import { messageEntries, outgoingEntry, roomSummary } from './roomEntries';
import { RoomSync, type Look } from './roomSync';
import { lastActivity, roomSeeds, type RoomSeed, type Seed } from './seed';
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
  /** What is on screen already. */
  readonly seed?: Seed;
  /** Says what happens, for the log. Never holds the key or a message's text. */
  readonly log: (line: string) => void;
}

/**
 * How long the echo of an own message is waited for before the room is looked at, in milliseconds. With others on the key
 * the next look of the schedule brings it: one more would cost them more than it gives.
 */
const ECHO_DELAY_MS = 250;

/** The chat behind one key: what it knows, when it looks, and what it sends. All windows are shown this one. */
export class ChatEngine implements Pick<ChatFeed, 'state' | 'entries' | 'subscribe' | 'send' | 'dispose'> {
  readonly #options: ChatEngineOptions;
  readonly #learning: Learning;
  readonly #memory: EngineMemory;
  #recalling: Promise<void> | undefined;
  readonly #client: ChapiClient;
  readonly #line: ConnectionWatch;
  readonly #loop: PollLoop;
  readonly #outbox: OutboxSender;
  readonly #record: ConnectionRecord;
  readonly #rooms = new Map<RoomName, RoomSync>();
  readonly #ownIds = new Map<string, string>();
  readonly #lastActivity = new Map<RoomName, number>();
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  /** Messages of the seed, whose text is already as it was written. */
  readonly #readableAlready = new WeakSet<Message>();
  readonly #seeds: ReadonlyMap<RoomName, RoomSeed>;
  readonly #attentions: Attentions;
  #listed: readonly RoomName[] = [];
  #polling: PollingSettings;

  constructor(options: ChatEngineOptions) {
    const { clock, baseUrl, apiKey, transport, budget } = options;
    this.#options = options;
    this.#polling = options.polling;
    this.#attentions = new Attentions(clock);
    this.#seeds = roomSeeds(options.seed);
    for (const seed of this.#seeds.values()) this.#noteShown(seed);
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
    this.#loop = new PollLoop({
      clock,
      poll: (room, signal) => this.#look(room, signal),
      delayAfter: (room) => this.#delayAfter(room, options.random()),
      interval: (room) => this.#delayAfter(room, 0.5),
      schedule: budget,
      isInSight: (room) => this.#attentions.isInSight(room),
      backgroundSpacing: () => backgroundSpacing(this.#attentions.visible, this.#polling.backgroundSeconds * 1000),
      log: options.log,
    });
    this.#outbox = new OutboxSender({
      client: this.#client,
      clock,
      store: options.store,
      log: options.log,
      facts: () => this.#learning.facts,
      ownerOf: (_room, id) => this.#ownIds.get(id),
      isInRoom: (_room, localId) => [...this.#ownIds.values()].includes(localId),
      onDisowned: (_room, id) => this.#ownIds.delete(id),
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
      rooms: syncs.map((sync) => roomSummary(sync, this.#isOwn, this.#outbox.pending(sync.room))),
    };
  }

  connectionDetails(): ConnectionDetails {
    const { pace } = this.#options.budget;
    const now = { connection: this.#line.connection, rooms: [...this.#rooms.values()], pace };
    return connectionDetails(this.#record, { ...now, learned: this.#learning.facts, next: this.#loop.next });
  }

  entries(room: RoomName, count: number): readonly FeedEntry[] {
    const sync = this.#rooms.get(room);
    if (sync === undefined) return [];
    const messages = messageEntries(sync, count, { ownIds: this.#ownIds, readable: this.#readable });
    return [...messages, ...this.#outbox.pending(room).map(outgoingEntry)];
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
    const { cameIntoSight, gotFocus } = this.#attentions.replace(attentions);
    for (const room of cameIntoSight) this.#loop.hasten(room, 0);
    if (gotFocus) this.#hastenUnreached();
    this.#loop.replan();
  }

  setPolling(polling: PollingSettings): void {
    this.#polling = polling;
    for (const room of this.#rooms.keys()) this.#loop.hasten(room, this.#delayAfter(room, 0.5));
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
    if (sync === undefined || sync.unread(this.#isOwn).length === 0 || !sync.markRead(upTo)) return;
    this.#memory.remember(sync);
    this.#entriesChanged(room);
  }

  /** Takes in what a window shows of the time before or after all that is known here. */
  takeShown(room: RoomName, shown: Pick<RoomSeed, 'ownIds' | 'messages'>): void {
    if (this.#rooms.get(room)?.takeShown(shown.messages) !== true) return;
    this.#noteShown(shown);
    this.#entriesChanged(room);
  }

  async loadOlder(room: RoomName): Promise<void> {
    await this.#rooms.get(room)?.history.loadOlder();
  }

  async loadMissing(room: RoomName): Promise<void> {
    await this.#rooms.get(room)?.history.loadMissing();
  }

  async refresh(): Promise<void> {
    await Promise.all([...this.#rooms.keys()].map((room) => this.#loop.pollNow(room)));
  }

  dispose(): void {
    this.#loop.dispose();
    this.#outbox.dispose();
    for (const sync of this.#rooms.values()) sync.dispose();
    this.#listeners.clear();
  }

  /** Rooms with something unsent are looked at too, whether they are on the list or not: their echo is awaited. */
  #watch(): void {
    const rooms = [...new Set([...this.#listed, ...this.#outbox.rooms])];
    if (rooms.length === this.#rooms.size && rooms.every((room) => this.#rooms.has(room))) return;
    const gone = [...this.#rooms.values()].filter(({ room }) => !rooms.includes(room));
    const ordered = rooms.map((room) => this.#rooms.get(room) ?? this.#newRoom(room));
    this.#rooms.clear();
    for (const sync of ordered) this.#rooms.set(sync.room, sync);
    this.#loop.setRooms(rooms);
    for (const sync of gone) {
      sync.dispose();
      this.#entriesChanged(sync.room);
    }
  }

  #newRoom(room: RoomName): RoomSync {
    const sync = new RoomSync(room, this.#client, this.#learning, {
      onLook: (sync, look) => {
        // Whether the service can be reached, and what it says of this room, is for the looks to find out.
        if (look.fault === undefined || look.fault.kind === 'throttled') this.#line.callEnded(look.fault);
        this.#looked(sync, look);
      },
      onState: () => this.#emit({ type: 'state' }),
    });
    const seed = this.#seeds.get(room);
    if (seed === undefined) return sync;
    sync.restore(seed);
    this.#lastActivity.set(room, lastActivity(seed, this.#options.clock));
    return sync;
  }

  #noteShown({ ownIds, messages }: Pick<RoomSeed, 'ownIds' | 'messages'>): void {
    for (const [id, localId] of ownIds) this.#ownIds.set(id, localId);
    for (const message of messages) this.#readableAlready.add(message);
  }

  readonly #isOwn = (id: string): boolean => this.#ownIds.has(id);

  async #look(room: RoomName, signal: AbortSignal): Promise<void> {
    const sync = this.#rooms.get(room);
    if (sync === undefined) return;
    await (this.#recalling ??= this.#memory.facts().then((facts) => this.#learning.learn(facts)));
    if (await this.#memory.recall(sync)) this.#entriesChanged(room);
    const startedAt = this.#options.clock.monotonic();
    const priority = this.#attentions.isInSight(room) ? 'openRoom' : 'otherRooms';
    const look = await sync.look(priority, signal, this.#outbox.doubtedFrom(room));
    this.#line.callEnded(look.fault);
    this.#looked(sync, look, startedAt);
    if (look.fault === undefined) void sync.history.fillGaps();
  }

  /** @param startedAt when the look began, monotonic milliseconds; absent for a page that reaches back */
  #looked(sync: RoomSync, look: Look, startedAt?: number): void {
    const { room } = sync;
    if (look.fault !== undefined) this.#options.log(`Looking at a room failed: ${describeFault(look.fault)}.`);
    if (!look.isFirst && startedAt !== undefined) this.#record.noteArrivals(look.arrivals);
    // A page that was asked for to reach back proves nothing of what is on its way: it may be of any age.
    const seen = startedAt === undefined ? { messages: look.arrivals, covers: 'nothing' as const } : look;
    const own = this.#outbox.takeEchoes(room, seen, startedAt ?? NaN);
    for (const [id, { localId }] of own) this.#ownIds.set(id, localId);
    this.#learning.learn(factsOfArrivals(look.arrivals, this.#learning.facts));
    for (const echo of own.values()) this.#learning.learn(factsOfEcho(echo, this.#learning.facts));
    const fromOthers = look.isFirst ? [] : look.arrivals.filter(({ id }) => !own.has(id));
    if (look.arrivals.length > 0 && !look.isFirst) this.#lastActivity.set(room, this.#options.clock.monotonic());
    if (look.changed || look.isFirst) this.#memory.remember(sync);
    if (own.size > 0) this.#watch();
    if (look.changed || look.isFirst || own.size > 0) {
      this.#emit({ type: 'entries', room, arrivals: fromOthers.map(this.#readable) });
    }
    this.#emit({ type: 'state' });
  }

  /** The message as it was written. The timeline keeps the service's own text, which an edit is told by. */
  readonly #readable = (message: Message): Message => {
    const isEscaped = this.#learning.facts.escapes === true && !this.#readableAlready.has(message);
    return isEscaped ? { ...message, text: unescapeOnce(message.text) } : message;
  };

  #learned(facts: LearnedFacts, before: LearnedFacts): void {
    this.#memory.rememberFacts(facts);
    if (facts.escapes === before.escapes) return;
    for (const room of this.#rooms.keys()) this.#emit({ type: 'entries', room, arrivals: [] });
  }

  #delayAfter(room: RoomName, random: number): number {
    const sync = this.#rooms.get(room);
    return nextDelay(
      {
        inSight: this.#attentions.isInSight(room),
        focused: this.#attentions.isFocused(room),
        unfocusedMs: this.#attentions.unfocusedMs,
        quietMs: this.#options.clock.monotonic() - (this.#lastActivity.get(room) ?? -Infinity),
        faultsInARow: sync?.faultsInARow ?? 0,
        activeMs: this.#polling.activeSeconds * 1000,
        backgroundMs: this.#polling.backgroundSeconds * 1000,
        ...(sync?.fault === undefined ? {} : { lastFault: sync.fault }),
      },
      random,
    );
  }

  #sendSettled(room: RoomName, fault: Fault | undefined): void {
    // That the service refuses this message, as too long for instance, says nothing of the connection.
    if (fault?.kind !== 'server' || fault.status >= 500) this.#line.callEnded(fault);
    this.#lastActivity.set(room, this.#options.clock.monotonic());
    if (fault !== undefined) this.#options.log(`Sending a message failed: ${describeFault(fault)}.`);
    else if (!this.#options.budget.pace.shared) this.#loop.hasten(room, ECHO_DELAY_MS);
    this.#emit({ type: 'state' });
  }

  /** The network may be back: looks at the rooms that could not be reached, and sends what could not leave. */
  #hastenUnreached(): void {
    for (const { room, fault } of this.#rooms.values()) if (isOutOfReach(fault)) this.#loop.hasten(room, 0);
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

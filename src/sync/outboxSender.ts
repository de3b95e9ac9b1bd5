import type { ChapiClient, Outcome } from '../chapi/client';
import type { Clock, Disposable } from '../chapi/clock';
import { lookForOwn, type Echo, type PollEvidence } from '../chat/echoes';
import type { Fault } from '../chat/fault';
import type { RoomName } from '../chat/message';
import {
  afterRestart,
  doubtedFrom,
  isEchoItsOwn,
  markFault,
  markLeaving,
  markQueued,
  markRetried,
  markSending,
  markSent,
  nextToSend,
  withoutEcho,
  type KnownMessages,
  type Outbox,
} from '../chat/outbox';
import type { Outgoing } from '../chat/outgoing';
import { neverLeft } from '../chat/sendFaults';
import { GrowingWait } from './diskRetry';
import type { LearnedFacts } from './learned';
import { OutboxDisk } from './outboxDisk';
import { OutboxTakeover } from './outboxTakeover';
import type { StateStore } from './stateStore';

/** What an outbox sender is made of. */
export interface OutboxSenderOptions {
  readonly client: ChapiClient;
  readonly clock: Clock;
  readonly store: StateStore;
  /** What is known in the room; `undefined` when it has not been polled, so that it must be first. */
  readonly known: (room: RoomName) => KnownMessages | undefined;
  /** The room's entries changed. */
  readonly onChange: (room: RoomName) => void;
  /** What is known of the service by now. */
  readonly facts: () => Pick<LearnedFacts, 'ownAuthorId' | 'likelyAuthorId' | 'changesTexts'>;
  /** The local id of a message of the room that is known to be an own one. */
  readonly ownerOf: (room: RoomName, id: string) => string | undefined;
  /** The message is known to be in its room. */
  readonly isInRoom: (room: RoomName, localId: string) => boolean;
  /** What was taken for an own message is somebody else's. */
  readonly onDisowned: (room: RoomName, id: string) => void;
  /** A send ended; a fault is absent when the service took the message. */
  readonly onSettled: (room: RoomName, fault: Fault | undefined) => void;
  readonly log: (line: string) => void;
}

/** How often the outboxes of ended processes are looked for, in milliseconds. */
const TAKE_OVER_EVERY_MS = 10_000;

/** How long whoever asks for a message waits for outboxes that can't be read, in milliseconds. */
const LONGEST_KNOWS_MS = 10_000;

/** A message that has its turn turned out to be in the room already. */
class AlreadyThere extends Error {}

/**
 * Sends what was written here, one message after the other in each room, each room for itself. A message is on disk
 * before its first byte leaves, and again before it is given up: whatever ends the process, the next one goes on.
 */
export class OutboxSender {
  readonly #options: OutboxSenderOptions;
  readonly #ending = new AbortController();
  readonly #disk: OutboxDisk;
  readonly #takeover: OutboxTakeover;
  /** The message that is on its way, by room. */
  readonly #sending = new Map<RoomName, string>();
  readonly #timers = new Map<RoomName, Disposable>();
  readonly #waits = new Map<RoomName, GrowingWait>();
  /** Rooms that wait only for the network. */
  readonly #offline = new Set<RoomName>();
  #outbox: Outbox = [];

  constructor(options: OutboxSenderOptions) {
    const { store, clock, log, isInRoom } = options;
    this.#options = options;
    this.#disk = new OutboxDisk({
      ...{ store, clock, log },
      find: (localId) => this.#find(localId),
      onDiscarded: (localId) => this.#forget(localId),
      onTakenAway: (localId) => this.#forget(localId),
    });
    this.#takeover = new OutboxTakeover({
      ...{ store, clock, log },
      isInRoom: ({ room, localId }) => isInRoom(room, localId),
      onDone: (localId) => void this.#disk.save([localId]),
      onTaken: (entries) => this.#takeIn(entries),
    });
  }

  /** Takes over what earlier processes could not finish, or begins to try. Never rejects. */
  restore(): Promise<void> {
    return this.#takeover.ensure();
  }

  /** Rooms in which something is not done. */
  get rooms(): readonly RoomName[] {
    return [...new Set(this.#outbox.filter(({ echoId }) => echoId === undefined).map(({ room }) => room))];
  }

  /** Rooms in which something waits for the user. */
  get stuckRooms(): readonly RoomName[] {
    const stuck = this.#outbox.filter(({ state }) => state === 'failed' || state === 'unconfirmed');
    return [...new Set(stuck.filter(({ echoId }) => echoId === undefined).map(({ room }) => room))];
  }

  /** Ids of which the next page must hold one to settle what is in doubt; see {@link doubtedFrom}. */
  doubtedFrom(room: RoomName): readonly string[] {
    return doubtedFrom(this.#outbox, room, this.#options.clock.monotonic());
  }

  /** What was written here and is not found in the room yet, oldest first. */
  pending(room: RoomName): readonly Outgoing[] {
    const { isInRoom } = this.#options;
    const awaited = this.#outbox.filter((entry) => entry.room === room && entry.echoId === undefined);
    return awaited.filter(({ localId }) => !isInRoom(room, localId));
  }

  /** Whether the message is in the outbox, or was not long ago. Rejects when that can't be read. */
  async knows(localId: string): Promise<boolean> {
    if (!(await this.#takeover.complete(LONGEST_KNOWS_MS))) throw new Error('An outbox cannot be read.');
    return this.#find(localId) !== undefined || this.#options.store.wasDropped(localId);
  }

  /** Keeps the message and sends it when its turn comes. Rejects when it could not be kept. */
  async send(room: RoomName, text: string, localId: string): Promise<string> {
    await this.#takeover.ensure();
    const entry: Outgoing = { localId, room, text, createdAt: this.#options.clock.now(), state: 'queued' };
    await this.#disk.keep(entry);
    this.#outbox = [...this.#outbox, entry];
    this.#changed(room);
    return localId;
  }

  /** Sends again what was refused or stayed without an answer. Never rejects. */
  async retry(localId: string): Promise<void> {
    const entry = this.#find(localId);
    if (entry === undefined || (entry.state !== 'failed' && entry.state !== 'unconfirmed')) return;
    // It is given up: only the disk has not heard of it.
    if (entry.isDiscarded === true) return this.discard(localId);
    const { room } = entry;
    this.#stopWaiting(room);
    this.#put(markRetried(entry, this.#options.known(room) ?? { ids: [] }));
    this.#changed(room);
    await this.#disk.save([localId]);
  }

  /** Never rejects. */
  async retryAll(): Promise<void> {
    const tries = this.#outbox.map(({ localId, room }) => {
      this.#stopWaiting(room);
      void this.#sendNext(room);
      return this.retry(localId);
    });
    await Promise.all(tries);
  }

  /**
   * Gives up a message that is not under way. It is gone once the disk has forgotten it; until then it is shown as
   * `failed` and not sent. Never rejects.
   */
  async discard(localId: string): Promise<void> {
    const entry = this.#find(localId);
    if (entry === undefined || entry.state === 'sending' || entry.state === 'sent') return;
    this.#put({ ...entry, state: 'failed', isDiscarded: true });
    await this.#disk.save([localId]);
    this.#changed(entry.room);
  }

  /**
   * Looks for own messages in a poll of their room, and goes on with what waited for the poll.
   * @param startedAt when the poll began, monotonic milliseconds; `NaN` for a page that was asked for to reach back
   * @returns the echoes that were found, by the message's id
   */
  takeEchoes(
    room: RoomName,
    page: Pick<PollEvidence, 'messages' | 'covers'>,
    startedAt: number,
  ): ReadonlyMap<string, Echo> {
    const before = this.#outbox;
    const { ownerOf, facts } = this.#options;
    const { ownAuthorId, likelyAuthorId, changesTexts } = facts();
    const { outbox, echoes } = lookForOwn(before, room, {
      ...page,
      startedAt,
      ownerOf: (id) => ownerOf(room, id),
      ownAuthorId,
      likelyAuthorId,
      changesTexts,
    });
    // One whose send has not ended yet stays until its answer is in, hidden behind the room's own message.
    const sending = this.#sending.get(room);
    this.#outbox = outbox.filter(({ echoId, localId }) => echoId === undefined || localId === sending);
    this.#polled(room, before, echoes.length > 0);
    return new Map(echoes.map((echo) => [echo.message.id, echo]));
  }

  /** The service can be reached again: what waited for that need wait no longer. */
  connected(): void {
    for (const room of [...this.#offline]) {
      this.#stopWaiting(room);
      void this.#sendNext(room);
    }
  }

  dispose(): void {
    this.#ending.abort();
    this.#disk.dispose();
    this.#takeover.dispose();
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  #polled(room: RoomName, before: Outbox, isToldAnyway: boolean): void {
    const old = new Map(before.map((entry) => [entry.localId, entry]));
    const changed = this.#outbox.filter((entry) => old.get(entry.localId) !== entry);
    const gone = before.filter(({ localId }) => this.#find(localId) === undefined);
    // What only this process counts is not worth a write at each poll.
    const worthKeeping = changed.filter((entry) => {
      const was = old.get(entry.localId);
      return was?.state !== entry.state || was.twins !== entry.twins;
    });
    void this.#disk.save([...worthKeeping, ...gone].map(({ localId }) => localId));
    // Lost on the way once, it may be again: not at once.
    if (changed.some(({ localId, state }) => state === 'queued' && old.get(localId)?.state === 'unconfirmed')) {
      this.#wait(room);
    }
    if (!isToldAnyway && (gone.length > 0 || worthKeeping.length > 0)) this.#options.onChange(room);
    // Whoever polled takes in the echoes first: what is shown in between would be wrong.
    void Promise.resolve().then(() => this.#sendNext(room));
    // A process that was still ending when this one began has left its outbox in the meantime.
    void this.#takeover.refresh(TAKE_OVER_EVERY_MS);
  }

  #takeIn(entries: readonly Outgoing[]): void {
    const now = this.#options.clock.monotonic();
    const added = entries.filter(({ localId }) => this.#find(localId) === undefined);
    if (added.length === 0) return;
    this.#outbox = [...added.map((entry) => afterRestart(entry, now)), ...this.#outbox];
    for (const room of this.rooms) this.#changed(room);
  }

  #forget(localId: string): void {
    const entry = this.#find(localId);
    if (entry === undefined) return;
    this.#outbox = this.#outbox.filter((other) => other !== entry);
    this.#changed(entry.room);
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #find(localId: string): Outgoing | undefined {
    return this.#outbox.find((entry) => entry.localId === localId);
  }

  #put(entry: Outgoing): void {
    this.#outbox = this.#outbox.map((other) => (other.localId === entry.localId ? entry : other));
  }

  #changed(room: RoomName): void {
    this.#options.onChange(room);
    void this.#sendNext(room);
  }

  async #sendNext(room: RoomName): Promise<void> {
    if (this.#sending.has(room) || this.#timers.has(room) || this.#isEnding()) return;
    const next = nextToSend(this.#outbox, room, this.#options.clock.monotonic());
    if (next === undefined || this.#options.known(room) === undefined) return;
    this.#sending.set(room, next.localId);
    this.#put(markSending(next));
    this.#options.onChange(room);
    try {
      await this.#send(next);
    } finally {
      this.#sending.delete(room);
    }
    if (!this.#isEnding()) this.#changed(room);
  }

  async #send({ localId, room, text }: Outgoing): Promise<void> {
    const outcome = await this.#post(room, text, localId);
    if (outcome === undefined) return;
    await this.#settle(localId, outcome);
    this.#options.onSettled(room, outcome.ok ? undefined : outcome.fault);
  }

  /** Sends the message. Gives back `undefined` when it did not leave. */
  async #post(
    room: RoomName,
    text: string,
    localId: string,
  ): Promise<Outcome<{ readonly parsed: string | undefined }> | undefined> {
    const flight = { hasLeft: false };
    try {
      return await this.#options.client.sendMessage(room, text, this.#ending.signal, async () => {
        flight.hasLeft = false;
        await this.#leave(localId);
        flight.hasLeft = true;
      });
    } catch (error) {
      if (this.#isEnding()) return undefined;
      // Nobody knows what came of it: that is doubt, too.
      if (flight.hasLeft) return { ok: false, fault: { kind: 'network', code: 'UNKNOWN' } };
      const entry = this.#find(localId);
      if (entry === undefined) return undefined;
      if (error instanceof AlreadyThere) {
        this.#outbox = this.#outbox.filter((other) => other !== entry);
        void this.#disk.save([localId]);
      } else {
        this.#put(markQueued(withoutEcho(entry)));
        this.#wait(room);
      }
      return undefined;
    }
  }

  /** What is known in the room now can't be this message; what comes from here on may be. */
  async #leave(localId: string): Promise<void> {
    const { known } = this.#options;
    const leaving = (): Outgoing => {
      const entry = this.#find(localId);
      if (entry === undefined || entry.echoId !== undefined) throw new AlreadyThere();
      return markLeaving(entry, known(entry.room) ?? { ids: [] });
    };
    await this.#disk.keep(leaving());
    // A poll may have brought something in the meantime: the message itself, or one that it can't be.
    this.#put(leaving());
  }

  async #settle(localId: string, outcome: Outcome<{ readonly parsed: string | undefined }>): Promise<void> {
    const found = this.#find(localId);
    if (found === undefined) return;
    const { room, echoId } = found;
    const fault = outcome.ok ? undefined : outcome.fault;
    if (fault === undefined) this.#stopWaiting(room);
    if (echoId !== undefined && isEchoItsOwn(found, fault)) {
      this.#outbox = this.#outbox.filter((other) => other !== found);
    } else {
      if (echoId !== undefined) this.#options.onDisowned(room, echoId);
      this.#put(this.#ended(withoutEcho(found), outcome));
    }
    await this.#disk.save([localId]);
  }

  /** The message after a send that ended so. */
  #ended(entry: Outgoing, outcome: Outcome<{ readonly parsed: string | undefined }>): Outgoing {
    const now = this.#options.clock.monotonic();
    if (outcome.ok) return markSent(entry, outcome.value.parsed, now);
    const { fault } = outcome;
    if (fault.kind !== 'throttled' && fault.kind !== 'unauthorized' && !neverLeft(fault)) {
      return markFault(entry, fault, now);
    }
    this.#wait(entry.room, fault.kind === 'throttled' ? this.#options.client.sendWaitMs : undefined);
    if (neverLeft(fault)) this.#offline.add(entry.room);
    return markQueued(entry);
  }

  #wait(room: RoomName, milliseconds?: number): void {
    let wait = this.#waits.get(room);
    if (wait === undefined) this.#waits.set(room, (wait = new GrowingWait()));
    this.#timers.get(room)?.dispose();
    const timer = this.#options.clock.setTimer(milliseconds ?? wait.take(), () => {
      this.#timers.delete(room);
      void this.#sendNext(room);
    });
    this.#timers.set(room, timer);
  }

  #stopWaiting(room: RoomName): void {
    this.#timers.get(room)?.dispose();
    this.#timers.delete(room);
    this.#waits.delete(room);
    this.#offline.delete(room);
  }
}

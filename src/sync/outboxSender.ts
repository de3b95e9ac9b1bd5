import type { ChapiClient } from '../chapi/client';
import type { Clock, Disposable } from '../chapi/clock';
import type { Fault } from '../chat/fault';
import type { RoomName } from '../chat/message';
import {
  afterRestart,
  doubtedFrom,
  lookForOwn,
  markFault,
  markLeaving,
  markQueued,
  markSending,
  markSent,
  mayHaveArrived,
  neverLeft,
  nextToSend,
  withoutEcho,
  type Outbox,
  type Sighting,
} from '../chat/outbox';
import type { Outgoing } from '../chat/outgoing';
import { decodeOutgoing } from '../chat/outgoingDecoder';
import type { StateStore } from './stateStore';

/** What an outbox sender is made of. */
export interface OutboxSenderOptions {
  readonly client: ChapiClient;
  readonly clock: Clock;
  readonly store: StateStore;
  /** Ids of the messages that are known in the room; nothing when it has not been looked at, so that it must be first. */
  readonly knownIds: (room: RoomName) => readonly string[] | undefined;
  /** The room's entries changed. */
  readonly onChange: (room: RoomName) => void;
  /** The author that own messages bear, if that is known. */
  readonly ownAuthorId: () => string | undefined;
  /** The local id of a message of the room that is known to be an own one. */
  readonly ownerOf: (id: string) => string | undefined;
  /** The message is known to be in its room. */
  readonly isInRoom: (localId: string) => boolean;
  /** What was taken for an own message is somebody else's. */
  readonly onDisowned: (id: string) => void;
  /** A send ended; a fault is absent when the service took the message. */
  readonly onSettled: (room: RoomName, fault: Fault | undefined) => void;
  readonly log: (line: string) => void;
}

/** How long a message that was refused for its haste, or could not leave, waits for its next try, in milliseconds. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** How often the outboxes of ended processes are looked for, in milliseconds. */
const RESTORE_EVERY_MS = 10_000;

/** A look proves nothing about a send that ended less than this before, in milliseconds: it may still be on its way. */
const SETTLING_MS = 2000;

/**
 * Sends what was written here, one message after the other in each room, each room for itself. A message is on disk
 * before its first byte leaves, and again before it is given up: whatever ends the process, the next one goes on.
 */
export class OutboxSender {
  readonly #options: OutboxSenderOptions;
  readonly #ending = new AbortController();
  /** The message that is on its way, by room. */
  readonly #sending = new Map<RoomName, string>();
  /** When the send of a message ended, by local id: monotonic milliseconds. */
  readonly #endedAt = new Map<string, number>();
  readonly #waits = new Map<RoomName, Disposable>();
  /** Rooms that wait only for the network. */
  readonly #offline = new Set<RoomName>();
  readonly #lastWaits = new Map<RoomName, number>();
  #outbox: Outbox = [];
  #restored: Promise<void> | undefined;
  #restoredAt = -Infinity;

  constructor(options: OutboxSenderOptions) {
    this.#options = options;
  }

  /** Takes over what an earlier process could not finish. */
  restore(): Promise<void> {
    this.#restored ??= this.#restore();
    return this.#restored;
  }

  /** Rooms in which something is not done. */
  get rooms(): readonly RoomName[] {
    return [...new Set(this.#outbox.filter(({ echoId }) => echoId === undefined).map(({ room }) => room))];
  }

  /** Rooms in which something waits for the person. */
  get stuckRooms(): readonly RoomName[] {
    const stuck = this.#outbox.filter(({ state }) => state === 'failed' || state === 'unconfirmed');
    return [...new Set(stuck.filter(({ echoId }) => echoId === undefined).map(({ room }) => room))];
  }

  /** Ids of which the next page must hold one to settle what is in doubt; see {@link doubtedFrom}. */
  doubtedFrom(room: RoomName): readonly string[] {
    return doubtedFrom(this.#outbox, room);
  }

  /** What was written here and is not found in the room yet, oldest first. */
  pending(room: RoomName): readonly Outgoing[] {
    const { isInRoom } = this.#options;
    const awaited = this.#outbox.filter((entry) => entry.room === room && entry.echoId === undefined);
    return awaited.filter(({ localId }) => !isInRoom(localId));
  }

  /** Whether the message is in the outbox, or was not long ago. */
  async knows(localId: string): Promise<boolean> {
    await this.restore();
    return this.#find(localId) !== undefined || this.#options.store.wasDropped(localId);
  }

  /** Keeps the message and sends it when its turn comes. Rejects when it could not be kept. */
  async send(room: RoomName, text: string, localId: string): Promise<string> {
    await this.restore();
    const entry: Outgoing = { localId, room, text, createdAt: this.#options.clock.now(), state: 'queued' };
    await this.#options.store.keepOutgoing(localId, entry);
    this.#outbox = [...this.#outbox, entry];
    this.#changed(room);
    return localId;
  }

  /** Sends again what was refused or stayed without an answer. */
  async retry(localId: string): Promise<void> {
    const entry = this.#find(localId);
    if (entry === undefined || entry.state === 'sending' || entry.state === 'sent') return;
    this.#stopWaiting(entry.room);
    await this.#replace(markQueued(entry));
    this.#changed(entry.room);
  }

  async retryAll(): Promise<void> {
    for (const { localId, room } of this.#outbox) {
      this.#stopWaiting(room);
      await this.retry(localId);
      void this.#sendNext(room);
    }
  }

  /** Gives up a message that is not under way. */
  async discard(localId: string): Promise<void> {
    const entry = this.#find(localId);
    if (entry === undefined || entry.state === 'sending' || entry.state === 'sent') return;
    this.#outbox = this.#outbox.filter((other) => other !== entry);
    await this.#options.store.dropOutgoing(localId);
    this.#changed(entry.room);
  }

  /**
   * Looks for own messages in a page of their room, and goes on with what waited for the look.
   * @param startedAt when the look began, monotonic milliseconds
   * @returns the local id of each own message by its id
   */
  takeEchoes(
    room: RoomName,
    page: Pick<Sighting, 'messages' | 'covers'>,
    startedAt: number,
  ): ReadonlyMap<string, string> {
    const isLaterThan = (localId: string): boolean =>
      startedAt >= (this.#endedAt.get(localId) ?? -Infinity) + SETTLING_MS;
    const before = this.#outbox;
    const sending = this.#sending.get(room);
    const ownAuthorId = this.#options.ownAuthorId();
    const looked = lookForOwn(before, room, {
      ...page,
      ownerOf: this.#options.ownerOf,
      ...(ownAuthorId === undefined ? {} : { ownAuthorId }),
      isLaterThan: (localId) => localId !== sending && isLaterThan(localId),
    });
    const own = new Map<string, string>();
    for (const { echoId, localId } of looked) if (echoId !== undefined) own.set(echoId, localId);
    // One whose send has not ended yet stays until its answer is in, hidden behind the room's own message.
    this.#outbox = looked.filter(({ echoId, localId }) => echoId === undefined || localId === sending);
    void this.#persist(before, this.#outbox);
    const wasInDoubt = new Set(before.filter(({ state }) => state === 'unconfirmed').map(({ localId }) => localId));
    // Lost on the way once, it may be again: not at once.
    if (looked.some(({ localId, state }) => state === 'queued' && wasInDoubt.has(localId))) this.#wait(room);
    void this.#sendNext(room);
    void this.#restoreAgain();
    return own;
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
    for (const timer of this.#waits.values()) timer.dispose();
    this.#waits.clear();
  }

  /** A process that was still ending when this one began has left its outbox in the meantime. */
  async #restoreAgain(): Promise<void> {
    if (this.#options.clock.monotonic() < this.#restoredAt + RESTORE_EVERY_MS) return;
    await this.#restore();
  }

  async #restore(): Promise<void> {
    this.#restoredAt = this.#options.clock.monotonic();
    const { values: kept } = await this.#options.store.takeOutgoing();
    const entries = kept.map(decodeOutgoing).filter((entry) => entry !== undefined);
    if (entries.length < kept.length) {
      this.#options.log(`${kept.length - entries.length} kept messages could not be read and were left on disk.`);
    }
    const known = new Set(this.#outbox.map(({ localId }) => localId));
    const added: Outgoing[] = [];
    for (const entry of entries.filter(({ localId }) => !known.has(localId))) {
      if (await this.#isDone(entry.localId)) await this.#options.store.dropOutgoing(entry.localId);
      else added.push(entry);
    }
    const restored = added.map(afterRestart).sort((left, right) => left.createdAt - right.createdAt);
    if (restored.length === 0) return;
    this.#outbox = [...restored, ...this.#outbox];
    for (const room of this.rooms) this.#changed(room);
  }

  /** Its engine was killed before it could drop the message, or was only thought dead and kept it once more. */
  async #isDone(localId: string): Promise<boolean> {
    return this.#options.isInRoom(localId) || this.#options.store.wasDropped(localId);
  }

  /** Writes what changed: first what is kept otherwise, then what is gone, so that no moment knows less than before. */
  async #persist(before: Outbox, after: Outbox): Promise<void> {
    const old = new Set(before);
    const left = new Set(after.map(({ localId }) => localId));
    const { store } = this.#options;
    const kept = after.filter((entry) => !old.has(entry));
    const gone = before.filter(({ localId }) => !left.has(localId));
    try {
      // All asked for at once: the store keeps the order, and nothing that comes later can get in between.
      await Promise.all([
        ...kept.map((entry) => store.keepOutgoing(entry.localId, entry)),
        ...gone.map(({ localId }) => store.dropOutgoing(localId)),
      ]);
    } catch (error) {
      this.#options.log(`The outbox could not be written: ${codeOf(error)}.`);
    }
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #find(localId: string): Outgoing | undefined {
    return this.#outbox.find((entry) => entry.localId === localId);
  }

  async #replace(entry: Outgoing): Promise<void> {
    const before = this.#outbox;
    this.#outbox = before.map((other) => (other.localId === entry.localId ? entry : other));
    await this.#persist(before, this.#outbox);
  }

  #changed(room: RoomName): void {
    this.#options.onChange(room);
    void this.#sendNext(room);
  }

  async #sendNext(room: RoomName): Promise<void> {
    if (this.#sending.has(room) || this.#waits.has(room) || this.#isEnding()) return;
    const next = nextToSend(this.#outbox, room);
    if (next === undefined || this.#options.knownIds(room) === undefined) return;
    this.#sending.set(room, next.localId);
    this.#outbox = this.#outbox.map((entry) => (entry === next ? markSending(entry) : entry));
    this.#options.onChange(room);
    try {
      await this.#send(next);
    } catch (error) {
      if (this.#isEnding()) return;
      this.#outbox = this.#outbox.map((entry) => (entry.localId === next.localId ? markQueued(entry) : entry));
      this.#options.log(`A message could not be written to disk, and waits: ${codeOf(error)}.`);
      this.#wait(room);
    } finally {
      this.#sending.delete(room);
    }
    this.#changed(room);
  }

  async #send({ localId, room, text }: Outgoing): Promise<void> {
    const { client, clock } = this.#options;
    const outcome = await client.sendMessage(room, text, this.#ending.signal, () => this.#leave(localId));
    this.#endedAt.set(localId, clock.monotonic());
    await this.#settle(localId, outcome.ok ? undefined : outcome.fault, outcome.ok ? outcome.value.parsed : undefined);
    this.#options.onSettled(room, outcome.ok ? undefined : outcome.fault);
  }

  /** What is known in the room now can't be this message; what comes from here on may be. */
  async #leave(localId: string): Promise<void> {
    const entry = this.#find(localId);
    if (entry === undefined) return;
    const leaving = markLeaving(entry, this.#options.knownIds(entry.room) ?? []);
    await this.#options.store.keepOutgoing(localId, leaving);
    this.#outbox = this.#outbox.map((other) => (other === entry ? leaving : other));
  }

  async #settle(localId: string, fault: Fault | undefined, parsed: string | undefined): Promise<void> {
    const found = this.#find(localId);
    if (found === undefined) return;
    const { room, echoId } = found;
    if (fault === undefined) this.#stopWaiting(room);
    if (echoId !== undefined && (fault === undefined || mayHaveArrived(fault))) {
      const before = this.#outbox;
      this.#outbox = before.filter((other) => other !== found);
      await this.#persist(before, this.#outbox);
      return;
    }
    if (echoId !== undefined) this.#options.onDisowned(echoId);
    const entry = withoutEcho(found);
    if (fault === undefined) {
      await this.#replace(markSent(entry, parsed));
    } else if (fault.kind === 'throttled' || fault.kind === 'unauthorized' || neverLeft(fault)) {
      this.#wait(room, fault.kind === 'throttled' ? this.#options.client.sendWaitMs : undefined);
      if (neverLeft(fault)) this.#offline.add(room);
      await this.#replace(markQueued(entry));
    } else {
      await this.#replace(markFault(entry, fault));
    }
  }

  #nextWaitMs(room: RoomName): number {
    const before = this.#lastWaits.get(room);
    const milliseconds = before === undefined ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, before * 2);
    this.#lastWaits.set(room, milliseconds);
    return milliseconds;
  }

  #wait(room: RoomName, milliseconds = this.#nextWaitMs(room)): void {
    const timer = this.#options.clock.setTimer(milliseconds, () => {
      this.#waits.delete(room);
      void this.#sendNext(room);
    });
    this.#waits.set(room, timer);
  }

  #stopWaiting(room: RoomName): void {
    this.#waits.get(room)?.dispose();
    this.#waits.delete(room);
    this.#lastWaits.delete(room);
    this.#offline.delete(room);
  }
}

/** What went wrong with the disk, without the path. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

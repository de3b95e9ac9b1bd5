import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import type { Clock, Disposable } from '../../chapi/clock';
import type { RoomName } from '../../chat/message';
import type { ConnectionDetails, FeedEntry, FeedEvent, FeedState } from '../feed';
import { feedEntry } from '../roomEntries';
import { stateOfPart, type RoomFacts, type RoomState, type RoomStates } from '../roomState';
import { encodeRoomState } from '../roomStateCodec';
import { HostLostError, RecentMessages, SILENT, type Backing, type Carried } from './backing';
import { patched, type SharedEntry } from './entryPatch';
import type { FramedSocket } from './framedSocket';
import { ANNOUNCED_MESSAGES } from './hub';
import { FrameMessageReader, FrameMessageWriter } from './jsonPort';
import { StateOffer } from './stateOffer';
import { hostNoticeGuards, requestGuards } from './windowGuards';
import type { HostNotices, Intent, MemberNotices, MemberRequests, Presence, Want } from './windowMessages';

/** What a mirror begins with. */
export interface MirrorOptions {
  readonly clock: Clock;
  readonly presence: Presence;
  /** What the window has of its rooms. */
  readonly states: RoomStates;
  readonly wants: readonly Want[];
  readonly carried: Carried;
}

/** The host is asked so often whether it is there, and is taken for dead after so many times without an answer. */
const BEAT_MS = 1000;
const MOST_MISSED_BEATS = 5;

/** What the host has told of a room. */
interface ToldRoom {
  readonly count: number;
  readonly entries: readonly SharedEntry[];
  /** The same as there is to show. */
  readonly shown: readonly FeedEntry[];
  readonly facts?: RoomFacts;
  readonly isTold: boolean;
}

const nothingTold = { entries: [], shown: [], isTold: false } as const;

/** A window whose engine is in another process: it shows what that one told last, and passes on what the person wants. */
export class Mirror implements Backing {
  readonly #socket: FramedSocket;
  readonly #clock: Clock;
  readonly #connection: MessageConnection;
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  readonly #rooms = new Map<RoomName, ToldRoom>();
  readonly #drafts: Map<RoomName, string>;
  readonly #announced: RecentMessages;
  readonly #early: FeedEvent[] = [];
  readonly #hadBefore: Map<RoomName, StateOffer>;
  /** Rooms of which a part of what was there before is on its way. */
  readonly #offering = new Set<RoomName>();
  readonly #heardDrafts = new Set<RoomName>();
  #state: FeedState | undefined;
  #windows: number;
  #missedBeats = 0;
  #beat: Disposable | undefined;
  #sayReady: () => void = () => undefined;

  private constructor(socket: FramedSocket, { clock, states, wants, carried }: MirrorOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#drafts = new Map(carried.drafts);
    this.#announced = new RecentMessages(ANNOUNCED_MESSAGES, carried.announced);
    this.#windows = carried.windows;
    this.#hadBefore = new Map([...states].map(([room, state]) => [room, new StateOffer(state)]));
    for (const { room, count } of wants) this.#rooms.set(room, { ...nothingTold, count });
    const hear: { readonly [Method in keyof HostNotices]: (params: HostNotices[Method]) => void } = {
      state: ({ state, windows }) => this.#takeState(state, windows),
      entries: (change) => this.#takeEntries(change),
      notify: ({ room, arrivals }) => {
        this.#announced.add(room, arrivals);
        this.#emit({ type: 'notify', room, arrivals });
      },
      draft: ({ room, text }) => {
        this.#heardDrafts.add(room);
        this.#takeDraft(room, text);
      },
      keyChanged: () => this.#emit({ type: 'keyChanged' }),
    };
    const onNotice = (method: string, params: unknown): void => {
      if (!Object.hasOwn(hear, method)) return;
      const name = method as keyof HostNotices;
      try {
        const checked = hostNoticeGuards[name](Array.isArray(params) ? params[0] : params);
        (hear[name] as (params: unknown) => void)(checked);
      } catch (error) {
        socket.close(`a wrong message ${name}: ${error instanceof Error ? error.message : ''}`);
      }
    };
    this.#connection = createMessageConnection(
      new FrameMessageReader(socket, { onNotice }),
      new FrameMessageWriter(socket),
    );
    socket.onClosed(() => this.#ended());
    this.#connection.listen();
  }

  /**
   * Says hello to a host that has proved who it is. Resolves when everything is there that the window showed before.
   * @throws a `HostLostError` when the connection is closed before that
   */
  static async open(socket: FramedSocket, options: MirrorOptions): Promise<Mirror> {
    const mirror = new Mirror(socket, options);
    const ready = new Promise<void>((resolve) => (mirror.#sayReady = resolve));
    const lost = new Promise<never>((_, reject) => {
      socket.onClosed((why) => reject(new HostLostError(why)));
    });
    // Nobody may be waiting any more when the connection is closed.
    lost.catch(() => undefined);
    mirror.#keepAsking();
    const { state, windows, drafts } = await Promise.race([
      mirror.#request('hello', {
        presence: options.presence,
        wants: options.wants,
        drafts: [...mirror.#drafts],
        announced: mirror.#announced.list(),
      }),
      lost,
    ]);
    // What was told since is newer than the answer.
    if (mirror.#state === undefined) mirror.#takeState(state, windows);
    for (const [room, text] of drafts) if (!mirror.#heardDrafts.has(room)) mirror.#takeDraft(room, text);
    mirror.#checkReady();
    await Promise.race([ready, lost]);
    return mirror;
  }

  state(): FeedState {
    return this.#state ?? { connection: { status: 'connecting' }, rooms: [] };
  }

  entries(room: RoomName, count: number): readonly FeedEntry[] {
    const known = this.#rooms.get(room);
    if (known === undefined || known.count < count) {
      this.#rooms.set(room, { ...nothingTold, ...known, count });
      this.#notify('want', { room, count });
    }
    return newest(known?.shown ?? [], count);
  }

  drafts(): ReadonlyMap<RoomName, string> {
    return this.#drafts;
  }

  connectionDetails(): Promise<ConnectionDetails> {
    return this.#request('details', null);
  }

  subscribe(listener: (event: FeedEvent) => void): Disposable {
    this.#listeners.add(listener);
    for (const event of this.#early.splice(0)) listener(event);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  present(presence: Presence): void {
    this.#notify('present', presence);
  }

  async intend(intent: Intent): Promise<void> {
    // What the host would not let in would cost the connection, and be asked for again of the next one.
    requestGuards.intend(intent);
    if (intent.type === 'draft') this.#drafts.set(intent.room, intent.text);
    await this.#request('intend', intent);
  }

  carry(): Carried {
    return {
      drafts: new Map(this.#drafts),
      announced: this.#announced.list(),
      windows: this.#windows,
    };
  }

  states(): RoomStates {
    const states = new Map<RoomName, RoomState>();
    for (const [room, { entries, facts }] of this.#rooms) {
      if (facts === undefined) continue;
      const known = entries.flatMap((entry) => (entry.kind === 'state' ? [entry.entry] : []));
      states.set(room, stateOfPart(known, facts));
    }
    return states;
  }

  dispose(): void {
    this.#listeners.clear();
    this.#socket.close('this window leaves');
  }

  #takeState(state: FeedState, windows: number): void {
    this.#state = state;
    this.#windows = windows;
    this.#emit({ type: 'state' });
  }

  #takeEntries({ room, patch, arrivals, escapes, facts }: HostNotices['entries']): void {
    this.#announced.add(room, arrivals);
    const known = this.#rooms.get(room);
    if (known !== undefined) {
      const entries = patched(known.entries, patch);
      if (entries === undefined) throw new Error('a change of something else');
      const shown = entries.map((entry) => (entry.kind === 'state' ? feedEntry(entry, escapes) : entry));
      const told = {
        ...{ count: known.count, entries, shown, isTold: true },
        ...(facts === undefined ? {} : { facts }),
      };
      this.#rooms.set(room, told);
      this.#offerState(room, told, true);
      this.#checkReady();
    }
    this.#emit({ type: 'entries', room, arrivals });
  }

  #offerState(room: RoomName, { entries, facts }: ToldRoom, isChange: boolean): void {
    // One after the other: what the host does with one is told before it is done.
    if (this.#offering.has(room)) return;
    const offer = this.#hadBefore.get(room)?.next(entries, facts?.revision ?? 0);
    if (offer === undefined) {
      // What is gone from a room later is not to be handed over once more.
      if (isChange && entries.some(({ kind }) => kind === 'state')) this.#hadBefore.delete(room);
      return;
    }
    this.#offering.add(room);
    const done = (): void => {
      this.#offering.delete(room);
      const told = this.#rooms.get(room);
      if (told !== undefined) this.#offerState(room, told, false);
      this.#checkReady();
    };
    // As it is read: by the codec of what is kept.
    const intent = { type: 'handOver', room, state: encodeRoomState(offer) };
    this.#request('intend', intent as Intent).then(done, done);
  }

  #takeDraft(room: RoomName, text: string): void {
    if (this.#drafts.get(room) === text) return;
    this.#drafts.set(room, text);
    this.#emit({ type: 'draft', room, text });
  }

  #checkReady(): void {
    const isTold = this.#state !== undefined && [...this.#rooms.values()].every((room) => room.isTold);
    if (isTold && this.#offering.size === 0) this.#sayReady();
  }

  /** A machine that sleeps, or a window that is busy, asks less: only what was asked can stay without an answer. */
  #keepAsking(): void {
    this.#beat = this.#clock.setTimer(BEAT_MS, () => {
      if (this.#missedBeats >= MOST_MISSED_BEATS) {
        this.#socket.close(SILENT);
        return;
      }
      this.#missedBeats++;
      this.#request('ping', null).then(
        () => (this.#missedBeats = 0),
        () => undefined,
      );
      this.#keepAsking();
    });
  }

  async #request<Method extends keyof MemberRequests>(
    method: Method,
    params: MemberRequests[Method]['params'],
  ): Promise<MemberRequests[Method]['result']> {
    const lost = this.#lost();
    if (lost !== undefined) throw lost;
    try {
      return await this.#connection.sendRequest<MemberRequests[Method]['result']>(method, params);
    } catch (error) {
      throw this.#lost() ?? error;
    }
  }

  #lost(): HostLostError | undefined {
    const { closedWhy } = this.#socket;
    return closedWhy === undefined ? undefined : new HostLostError(closedWhy);
  }

  #notify<Method extends keyof MemberNotices>(method: Method, params: MemberNotices[Method]): void {
    if (this.#socket.closedWhy === undefined) void this.#connection.sendNotification(method, params);
  }

  #ended(): void {
    this.#beat?.dispose();
    // Fails what is still without an answer.
    this.#connection.dispose();
  }

  #emit(event: FeedEvent): void {
    // What must not be missed waits for the first who listens.
    if (this.#listeners.size === 0 && (event.type === 'notify' || event.type === 'keyChanged')) this.#early.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

function isKept({ kind }: FeedEntry): boolean {
  return kind !== 'outgoing';
}

/** The newest messages, and all that is on its way. */
function newest(entries: readonly FeedEntry[], count: number): readonly FeedEntry[] {
  const messages = entries.flatMap(({ kind }, index) => (kind === 'message' ? [index] : []));
  if (messages.length <= count) return entries;
  return entries.slice(count > 0 ? messages.at(-count) : entries.findLastIndex(isKept) + 1);
}

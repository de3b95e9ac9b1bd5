import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import type { Clock, Disposable } from '../../chapi/clock';
import type { Message, RoomName } from '../../chat/message';
import type { FeedEvent } from '../feed';
import { RecentMessages } from './backing';
import { entryKey, entryPatch, type SharedEntry } from './entryPatch';
import type { FramedSocket } from './framedSocket';
import { ANNOUNCED_MESSAGES, type Hub } from './hub';
import { FrameMessageReader, FrameMessageWriter } from './jsonPort';
import { memberNoticeGuards, requestGuards } from './windowGuards';
import type { Hello, HostNotices, MemberNotices, MemberRequests, Presence, Welcome } from './windowMessages';

/** What a window's service is made of. */
export interface MemberServiceOptions {
  readonly clock: Clock;
  /** Resolves once the engine has begun. */
  readonly begun: Promise<Hub>;
  /** The other window is one of the hub's now. */
  readonly onSeated: () => void;
}

/** No window has so much to say. */
const MOST_MESSAGES_A_SECOND = 500;
const MOST_OPEN_REQUESTS = 200;

/** While so many bytes wait to be taken, nothing more is written: what changes meanwhile is told as one change. */
const BACKLOG_BYTES = 1024 * 1024;

/** Who takes nothing for so long is let go, in milliseconds. */
const SLOWEST_MS = 10_000;

/** Entries are handed over in portions of so many characters of text: no frame grows with what a window has loaded. */
const PORTION_LENGTH = 512 * 1024;

/** The host's side of one connection: a window in another process is told what it shows, and its wishes are done. */
export class MemberService {
  readonly #socket: FramedSocket;
  readonly #options: MemberServiceOptions;
  readonly #connection: MessageConnection;
  readonly #announced = new RecentMessages(ANNOUNCED_MESSAGES);
  /** What the window has, by room; `count` is how many it wants. */
  readonly #rooms = new Map<RoomName, { count: number; entries: readonly SharedEntry[]; isTold: boolean }>();
  readonly #changed = new Set<RoomName>();
  readonly #arrivals = new Map<RoomName, Message[]>();
  #hub: Hub | undefined;
  #presence: Presence | undefined;
  #toldState = '';
  #isFlushPlanned = false;
  #slow: Disposable | undefined;
  #openRequests = 0;
  #second = { start: -Infinity, messages: 0 };

  constructor(socket: FramedSocket, options: MemberServiceOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#connection = createMessageConnection(
      new FrameMessageReader(socket, { admit: () => this.#flooded() }),
      new FrameMessageWriter(socket),
    );
    const answers: {
      readonly [Method in keyof MemberRequests]: (
        params: MemberRequests[Method]['params'],
      ) => Promise<MemberRequests[Method]['result']>;
    } = {
      hello: (hello) => this.#hello(hello),
      intend: async (intent) => {
        await this.#seated().intend(this, intent);
        return null;
      },
      details: () => Promise.resolve(this.#seated().engine.connectionDetails()),
      ping: () => Promise.resolve(null),
    };
    const notices: { readonly [Method in keyof MemberNotices]: (params: MemberNotices[Method]) => void } = {
      present: (presence) => this.#present(presence),
      want: ({ room, count }) => this.#want(room, count),
    };
    this.#connection.onRequest(async (method, params) => {
      const guard: ((value: unknown) => unknown) | undefined = own(requestGuards, method);
      const answer = own(answers, method) as ((params: unknown) => Promise<unknown>) | undefined;
      const checked = this.#check(method, guard, params);
      if (checked === undefined || answer === undefined) throw new Error('refused');
      this.#openRequests++;
      try {
        return await answer(checked.params);
      } finally {
        this.#openRequests--;
      }
    });
    this.#connection.onNotification((method, params) => {
      const checked = this.#check(method, own(memberNoticeGuards, method), params);
      const hear = own(notices, method) as ((params: unknown) => void) | undefined;
      if (checked !== undefined) hear?.(checked.params);
    });
    socket.onClosed(() => this.#ended());
    this.#connection.listen();
  }

  #flooded(): string | undefined {
    const now = this.#options.clock.monotonic();
    if (now - this.#second.start >= 1000) this.#second = { start: now, messages: 0 };
    this.#second.messages++;
    if (this.#second.messages > MOST_MESSAGES_A_SECOND) return 'a flood of messages';
    return this.#openRequests > MOST_OPEN_REQUESTS ? 'a flood of requests' : undefined;
  }

  /** Whoever says what cannot be understood is no window of ours. */
  #check(
    method: string,
    guard: ((value: unknown) => unknown) | undefined,
    params: unknown,
  ): { readonly params: unknown } | undefined {
    try {
      if (guard === undefined) throw new Error('not known');
      // The library wraps what it is given in an array.
      return { params: guard(Array.isArray(params) ? params[0] : params) };
    } catch (error) {
      this.#socket.close(`a wrong message ${method.slice(0, 50)}: ${error instanceof Error ? error.message : ''}`);
      return undefined;
    }
  }

  async #hello(hello: Hello): Promise<Welcome> {
    const hub = await this.#options.begun;
    if (this.#socket.closedWhy !== undefined) throw new Error('gone');
    this.#hub = hub;
    this.#presence = hello.presence;
    this.#announced.addAll(hello.announced);
    for (const { room, count } of hello.wants) this.#rooms.set(room, { count, entries: [], isTold: false });
    this.#sit(hello);
    for (const { room, count } of hello.wants) hub.keep(this, room, count);
    this.#options.onSeated();
    const state = hub.stateFor(hello.presence);
    this.#toldState = JSON.stringify({ state, windows: hub.windows });
    for (const { room } of hello.wants) this.#changed.add(room);
    this.#flushSoon();
    return { state, windows: hub.windows, drafts: [...hub.drafts] };
  }

  #sit(hello?: Hello): void {
    if (this.#hub === undefined || this.#presence === undefined) return;
    const member = {
      presence: this.#presence,
      hear: (event: FeedEvent) => this.#hear(event),
      told: () => this.#told(),
    };
    const carried = hello === undefined ? {} : { drafts: new Map(hello.drafts), announced: hello.announced };
    this.#hub.sit(this, member, carried);
  }

  #seated(): Hub {
    if (this.#hub === undefined) throw new Error('no hello yet');
    return this.#hub;
  }

  #present(presence: Presence): void {
    this.#presence = presence;
    this.#sit();
  }

  #want(room: RoomName, count: number): void {
    const known = this.#rooms.get(room);
    this.#rooms.set(room, { entries: [], isTold: false, ...known, count });
    this.#hub?.keep(this, room, count);
    this.#changed.add(room);
    this.#flushSoon();
  }

  #hear(event: FeedEvent): void {
    switch (event.type) {
      case 'entries':
        this.#changed.add(event.room);
        if (event.arrivals.length > 0) {
          this.#arrivals.set(event.room, [...(this.#arrivals.get(event.room) ?? []), ...event.arrivals]);
        }
        break;
      case 'state':
        break;
      case 'notify':
        this.#flush();
        this.#tell('notify', { room: event.room, arrivals: event.arrivals });
        break;
      case 'draft':
        this.#tell('draft', { room: event.room, text: event.text });
        break;
      case 'keyChanged':
        this.#tell('keyChanged', null);
        break;
    }
    this.#flushSoon();
  }

  async #told(): Promise<void> {
    this.#flush();
    await this.#socket.drained();
  }

  #flushSoon(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    queueMicrotask(() => this.#flush());
  }

  /** Tells all that has changed since the last time, unless the other side is still busy with that. */
  #flush(): void {
    this.#isFlushPlanned = false;
    const hub = this.#hub;
    if (hub === undefined || this.#presence === undefined || this.#socket.closedWhy !== undefined) return;
    if (this.#isBehind()) return;
    for (const room of [...this.#changed]) {
      this.#changed.delete(room);
      this.#tellEntries(hub, room);
      if (this.#isBehind()) return;
    }
    const state = { state: hub.stateFor(this.#presence), windows: hub.windows };
    const text = JSON.stringify(state);
    if (text === this.#toldState) return;
    this.#toldState = text;
    this.#tell('state', state);
  }

  #tellEntries(hub: Hub, room: RoomName): void {
    const arrivals = (this.#arrivals.get(room) ?? []).filter(({ id }) => !this.#announced.has(room, id));
    this.#arrivals.delete(room);
    this.#announced.add(room, arrivals);
    const known = this.#rooms.get(room);
    const all = known === undefined ? [] : hub.engine.stateEntries(room, known.count);
    const entries = known === undefined ? [] : portion(known.entries, all);
    const patch = entryPatch(known?.entries ?? [], entries);
    if (known !== undefined) {
      known.entries = entries;
      if (entries.length < all.length) {
        this.#changed.add(room);
        void this.#socket.drained().then(() => this.#flushSoon());
      }
    }
    if (patch === undefined && arrivals.length === 0 && known?.isTold !== false) return;
    if (known !== undefined) known.isTold = true;
    const facts = known === undefined ? undefined : hub.engine.roomFacts(room);
    const told = { room, patch: patch ?? [], arrivals, escapes: hub.engine.escapes };
    this.#tell('entries', facts === undefined ? told : { ...told, facts });
  }

  /** Watches a window that does not take what it is told; goes on when it has. */
  #isBehind(): boolean {
    if (this.#slow !== undefined) return true;
    if (this.#socket.backlog <= BACKLOG_BYTES) return false;
    this.#slow = this.#options.clock.setTimer(SLOWEST_MS, () => this.#socket.close('it takes nothing'));
    void this.#socket.drained().then(() => {
      this.#slow?.dispose();
      this.#slow = undefined;
      this.#flushSoon();
    });
    return true;
  }

  #tell<Method extends keyof HostNotices>(method: Method, params: HostNotices[Method]): void {
    if (this.#socket.closedWhy === undefined) void this.#connection.sendNotification(method, params);
  }

  #ended(): void {
    this.#slow?.dispose();
    this.#hub?.leave(this);
    this.#hub = undefined;
    this.#connection.dispose();
  }
}

function own<Table extends object>(table: Table, name: string): Table[keyof Table] | undefined {
  return Object.hasOwn(table, name) ? table[name as keyof Table] : undefined;
}

/** What is told of a room at once: what the window has and all that is newer, and as many of the older ones as fit. */
function portion(known: readonly SharedEntry[], all: readonly SharedEntry[]): readonly SharedEntry[] {
  const has = new Set(known.map(entryKey));
  let start = all.findIndex((entry) => has.has(entryKey(entry)));
  if (start < 0) start = all.length;
  let length = 0;
  for (let entry = all[start - 1]; entry !== undefined; entry = all[start - 1]) {
    length += textOf(entry).length;
    if (length > PORTION_LENGTH && start < all.length) break;
    start--;
  }
  return all.slice(start);
}

function textOf(entry: SharedEntry): string {
  return entry.kind === 'state' ? entry.entry.message.text : entry.outgoing.text;
}

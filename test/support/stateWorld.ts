import { RequestBudget } from '../../src/chapi/requestBudget';
import type { HttpRequest } from '../../src/chapi/transport';
import { DEFAULT_ROOM, type RoomName } from '../../src/chat/message';
import { ChatEngine } from '../../src/sync/chatEngine';
import type { FeedEntry, RoomSummary } from '../../src/sync/feed';
import { decodeLearnedFacts, nothingLearned, type LearnedFacts } from '../../src/sync/learned';
import type { RoomStates } from '../../src/sync/roomState';
import { decodeRoomState, encodeRoomState } from '../../src/sync/roomStateCodec';
import { pageBody } from '../sandbox/page';
import { person } from '../sandbox/people';
import { DEFAULT_ROOM_NAME, type Room, type StoredMessage } from '../sandbox/rooms';
import { Service } from '../sandbox/service';
import { defaultSettings, type Settings } from '../sandbox/settings';
import { MemoryDisk, MemoryStateStore } from './memoryStateStore';
import { serviceTransport, type Loss, type SeenRequest, type Way } from './serviceTransport';
import { VirtualClock } from './virtualClock';

const KEY = 'test_key_of_the_states';

/** How an engine ends: as it should, or from one moment to the next. */
export type Ending = 'closed' | 'killed';

/** How a world begins. */
export interface WorldOptions {
  readonly settings?: Partial<Settings>;
  readonly rooms?: readonly RoomName[];
  /** Answers bear a `Date`. */
  readonly isDated?: boolean;
  /** What is there before the first engine starts. */
  readonly before?: (world: StateWorld) => void;
}

/** A service and a disk that outlive the engines: each hands over to the next, or leaves it no more than the disk. */
export class StateWorld {
  readonly clock = new VirtualClock();
  readonly disk = new MemoryDisk();
  readonly service: Service;
  readonly seen: SeenRequest[] = [];
  /** Texts that were announced as new. */
  readonly announced: string[] = [];
  /** Is told of each change of a room's entries. */
  onEntries: (room: RoomName) => void = () => undefined;
  loss: (request: HttpRequest) => Loss = () => undefined;
  /** Answers in place of the service. */
  instead: NonNullable<Way['instead']> = () => undefined;
  makeStore: () => MemoryStateStore = () => new MemoryStateStore(this.disk);
  engine!: ChatEngine;
  store!: MemoryStateStore;
  budget!: RequestBudget;
  rooms: readonly RoomName[];
  readonly #way: Way;
  #ids = 0;
  #messageIds = 0;

  constructor({ settings = {}, rooms = [DEFAULT_ROOM], isDated = false, before }: WorldOptions = {}) {
    this.rooms = rooms;
    this.service = new Service({ ...defaultSettings(), keys: [KEY], ...settings }, () => this.clock.now());
    this.#way = {
      latencyMs: () => 20,
      loss: (request) => this.loss(request),
      instead: (request) => this.instead(request),
      ...(isDated ? { serviceNow: () => this.clock.now() } : {}),
    };
    for (const room of rooms) this.room(room);
    before?.(this);
    this.start();
  }

  /** A new process begins, with what another one handed over, or with the disk alone. */
  start(states: RoomStates = new Map()): void {
    this.store = this.makeStore();
    this.budget = new RequestBudget(this.clock, undefined, () => 0.5);
    this.engine = new ChatEngine({
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey: KEY,
      clock: this.clock,
      random: () => 0.5,
      newLocalId: () => `local-${++this.#ids}`,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      budget: this.budget,
      transport: serviceTransport(this.service, this.clock, this.#way, this.seen),
      store: this.store,
      states,
      log: () => undefined,
    });
    this.engine.subscribe((event) => {
      if (event.type !== 'entries') return;
      this.announced.push(...event.arrivals.map(({ text }) => text));
      this.onEntries(event.room);
    });
    this.engine.setAttention({ openRoom: DEFAULT_ROOM, visible: true, focused: true });
    this.engine.setRooms(this.rooms);
  }

  /** The process ends. */
  async end(ending: Ending): Promise<void> {
    if (ending === 'killed') this.store.kill();
    this.engine.dispose();
    await this.clock.advance(0);
  }

  /** Another window takes over from this one, with all that it was told. */
  async takeOver(ending: Ending = 'closed', awayMs = 0): Promise<void> {
    const states = handedOver(this.engine);
    await this.end(ending);
    await this.clock.advance(awayMs);
    this.start(states);
  }

  /** The process ends, and a new one begins with the disk alone. */
  async restart(ending: Ending = 'closed', awayMs = 0): Promise<void> {
    await this.end(ending);
    await this.clock.advance(awayMs);
    this.start();
  }

  async seconds(count: number): Promise<void> {
    await this.clock.advance(count * 1000);
  }

  /** Looks at the world after each of so many seconds. */
  async watch(seconds: number, look: (second: number) => void): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.seconds(1);
      look(second);
    }
  }

  /** Lets so many polls be answered. */
  async polls(count: number): Promise<void> {
    const answered = (): number => this.seen.filter(({ method, status }) => method === 'GET' && status < 400).length;
    const enough = answered() + count;
    for (let step = 0; answered() < enough && step < 2000; step++) await this.clock.advance(50);
    await this.clock.advance(50);
  }

  /** Nobody reaches the service for so many seconds, and others say so many messages meanwhile. */
  async away(seconds: number, said: number): Promise<void> {
    this.loss = () => ({ lost: 'request', code: 'ECONNREFUSED' });
    await this.seconds(seconds / 2);
    for (let count = 0; count < said; count++) this.say(`missed ${count}`);
    await this.seconds(seconds / 2);
    this.loss = () => undefined;
    await this.seconds(90);
  }

  /** Messages are shown to be missing. */
  get hasGap(): boolean {
    return this.feed().some((line) => line.startsWith('…'));
  }

  setRooms(rooms: readonly RoomName[]): void {
    this.rooms = rooms;
    this.engine.setRooms(rooms);
  }

  room(room: RoomName = DEFAULT_ROOM): Room {
    return this.service.rooms.findOrMake(room === DEFAULT_ROOM ? DEFAULT_ROOM_NAME : room);
  }

  /** Somebody else says something. The ids are the same in two worlds that live alike. */
  say(text: string, room: RoomName = DEFAULT_ROOM, timestamp?: number | 'late'): StoredMessage {
    const draft = { author: person('Alice Fox'), text, id: `m${String(++this.#messageIds).padStart(6, '0')}` };
    return this.service.rooms.add(this.room(room), timestamp === undefined ? draft : { ...draft, timestamp });
  }

  /** Somebody else says `message FROM` to `message TO - 1`. */
  sayMany(from: number, to: number, room: RoomName = DEFAULT_ROOM): void {
    for (let number = from; number < to; number++) this.say(`message ${number}`, room);
  }

  /** The texts that the service has, oldest first. */
  truth(room: RoomName = DEFAULT_ROOM): readonly string[] {
    return this.room(room).messages.map(({ text }) => text);
  }

  /** An answer that holds these messages, oldest first, as far as was asked for. */
  pageOf(messages: readonly StoredMessage[], request: HttpRequest): { readonly status: number; readonly body: string } {
    const query = new URL(request.url).searchParams;
    const asked = { pageSize: Number(query.get('pageSize') ?? 30), ts: Number(query.get('ts') ?? 0) };
    return { status: 200, body: pageBody(messages, asked, this.service.settings, Math.random) };
  }

  /** The messages of the room that is asked for, oldest first; `undefined` when nothing is asked for. */
  asked(request: HttpRequest): readonly StoredMessage[] | undefined {
    if (request.method !== 'GET') return undefined;
    return this.room(new URL(request.url).searchParams.get('room') ?? DEFAULT_ROOM).messages;
  }

  entries(room: RoomName = DEFAULT_ROOM, count = Infinity): readonly FeedEntry[] {
    return this.engine.entries(room, count);
  }

  /**
   * What is shown, a line for each entry, oldest first: `…` for a gap, the text or `(deleted)`, and in brackets what is
   * said of it.
   */
  feed(room: RoomName = DEFAULT_ROOM, count = Infinity): readonly string[] {
    return this.entries(room, count).map((entry) => {
      if (entry.kind === 'outgoing') return `${entry.outgoing.state}: ${entry.outgoing.text}`;
      const own = entry.localId === undefined ? '' : ' [own]';
      if (entry.kind === 'deleted') return `(deleted)${entry.signer === undefined ? '' : ` by ${entry.signer}`}${own}`;
      const { gap, edited, unread, message } = entry;
      const said = `${edited === true ? ' [edited]' : ''}${unread ? ' [unread]' : ''}${own}`;
      return `${gap === undefined ? '' : '… '}${message.text}${said}`;
    });
  }

  /** The texts of messages that are shown, oldest first. */
  texts(room: RoomName = DEFAULT_ROOM): readonly string[] {
    return this.entries(room).flatMap((entry) => (entry.kind === 'message' ? [entry.message.text] : []));
  }

  /** How many messages are shown as deleted. */
  deleted(room: RoomName = DEFAULT_ROOM): number {
    return this.entries(room).filter(({ kind }) => kind === 'deleted').length;
  }

  summary(room: RoomName = DEFAULT_ROOM): RoomSummary {
    const summary = this.engine.state().rooms.find((candidate) => candidate.room === room);
    if (summary === undefined) throw new Error(`The engine has no room "${room}".`);
    return summary;
  }

  /** What was learned last. */
  get facts(): LearnedFacts {
    const kept = this.disk.values.get('learned');
    return (kept === undefined ? undefined : decodeLearnedFacts(JSON.parse(kept))) ?? nothingLearned;
  }

  /** Presses "Load older messages", and waits until it is done. */
  async loadOlder(room: RoomName = DEFAULT_ROOM): Promise<void> {
    let pending = 1;
    void this.engine.loadOlder(room).then(() => pending--);
    for (let second = 0; pending > 0 && second < 120; second++) await this.seconds(1);
    if (pending > 0) throw new Error('Loading older messages does not end.');
  }
}

/** A world whose first polls are over. */
export async function begunWorld(options?: WorldOptions): Promise<StateWorld> {
  const world = new StateWorld(options);
  await world.seconds(20);
  return world;
}

/** What an engine leaves to the next one, on its way from window to window. */
export function handedOver(engine: ChatEngine): RoomStates {
  const states = [...engine.states()].map(([room, state]) => {
    const read = decodeRoomState(JSON.parse(JSON.stringify(encodeRoomState(state))));
    if (read === undefined) throw new Error('What is handed over cannot be read.');
    return [room, read] as const;
  });
  return new Map(states);
}

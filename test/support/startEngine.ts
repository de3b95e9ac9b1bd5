import { RequestBudget } from '../../src/chapi/requestBudget';
import { DEFAULT_ROOM } from '../../src/chat/message';
import { ChatEngine } from '../../src/sync/chatEngine';
import type { FeedEntry, FeedEvent, RoomSummary } from '../../src/sync/feed';
import { decodeLearnedFacts, nothingLearned, type LearnedFacts } from '../../src/sync/learned';
import { person } from '../sandbox/people';
import { DEFAULT_ROOM_NAME, type StoredMessage } from '../sandbox/rooms';
import { Service } from '../sandbox/service';
import { defaultSettings, type Settings } from '../sandbox/settings';
import { MemoryDisk, MemoryStateStore } from './memoryStateStore';
import { serviceTransport, type SeenRequest, type Way } from './serviceTransport';
import { VirtualClock } from './virtualClock';

const KEY = 'test_key_of_the_engine';

/** An engine that looks at the default room of a sandbox in virtual time, and all that a test sees of both. */
export class StartedEngine {
  readonly clock = new VirtualClock();
  readonly service: Service;
  readonly engine: ChatEngine;
  readonly seen: SeenRequest[] = [];
  /** Ids of messages that were announced as new. */
  readonly announced: string[] = [];
  readonly #disk = new MemoryDisk();

  constructor(
    settings: Partial<Settings> = {},
    way: Way = {},
    options: { readonly learned?: LearnedFacts } = {},
    before: (service: Service) => void = () => undefined,
  ) {
    const { clock } = this;
    this.service = new Service({ ...defaultSettings(), keys: [KEY], ...settings }, () => clock.now());
    before(this.service);
    if (options.learned !== undefined) this.#disk.values.set('learned', JSON.stringify(options.learned));
    let lastId = 0;
    this.engine = new ChatEngine({
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey: KEY,
      clock,
      random: () => 0.5,
      newLocalId: () => `local-${++lastId}`,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      budget: new RequestBudget(clock),
      transport: serviceTransport(this.service, clock, { latencyMs: () => 20, ...way }, this.seen),
      log: () => undefined,
      store: new MemoryStateStore(this.#disk),
    });
    this.engine.subscribe((event: FeedEvent) => {
      if (event.type === 'entries') this.announced.push(...event.arrivals.map(({ id }) => id));
    });
    this.engine.setAttention({ openRoom: DEFAULT_ROOM, visible: true, focused: true });
    this.engine.setRooms([DEFAULT_ROOM]);
  }

  /** What was learned last. */
  get facts(): LearnedFacts {
    const kept = this.#disk.values.get('learned');
    return (kept === undefined ? undefined : decodeLearnedFacts(JSON.parse(kept))) ?? nothingLearned;
  }

  get summary(): RoomSummary {
    const [summary] = this.engine.state().rooms;
    if (summary === undefined) throw new Error('The engine has no room.');
    return summary;
  }

  get entries(): readonly FeedEntry[] {
    return this.engine.entries(DEFAULT_ROOM, Infinity);
  }

  /** The texts that are shown, oldest first; `…` stands where messages may be missing. */
  get texts(): readonly string[] {
    return this.entries.flatMap((entry) => {
      if (entry.kind === 'outgoing') return [`${entry.outgoing.state}: ${entry.outgoing.text}`];
      if (entry.kind === 'deleted') return [];
      return entry.gap === undefined ? [entry.message.text] : ['…', entry.message.text];
    });
  }

  /** The texts that the service has, oldest first. */
  get truth(): readonly string[] {
    return this.messages.map(({ text }) => text);
  }

  get messages(): readonly StoredMessage[] {
    return this.service.rooms.find(DEFAULT_ROOM_NAME)?.messages ?? [];
  }

  /** Somebody else says something. */
  say(text: string, timestamp?: number | 'late'): StoredMessage {
    return sayIn(this.service, text, timestamp);
  }

  /** Somebody else says `message FROM` to `message TO - 1`. */
  sayMany(from: number, to: number): void {
    for (let number = from; number < to; number++) this.say(`message ${number}`);
  }

  /** Presses "Load older messages", and waits until it is done. */
  async loadOlder(): Promise<void> {
    let pending = 1;
    void this.engine.loadOlder(DEFAULT_ROOM).then(() => pending--);
    for (let second = 0; pending > 0 && second < 120; second++) await this.clock.advance(1000);
    if (pending > 0) throw new Error('Loading older messages does not end.');
  }
}

/** Somebody says something in the default room. */
export function sayIn(service: Service, text: string, timestamp?: number | 'late'): StoredMessage {
  const draft = { author: person('Alice Fox'), text, ...(timestamp === undefined ? {} : { timestamp }) };
  return service.rooms.add(service.rooms.findOrMake(DEFAULT_ROOM_NAME), draft);
}

/** `message FROM` to `message TO - 1`. */
export function texts(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, index) => `message ${from + index}`);
}

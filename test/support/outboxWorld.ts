import { RequestBudget } from '../../src/chapi/requestBudget';
import type { HttpRequest, Transport } from '../../src/chapi/transport';
import { ChatEngine } from '../../src/sync/chatEngine';
import { decodeLearnedFacts, nothingLearned, type LearnedFacts } from '../../src/sync/learned';
import type { RoomStates } from '../../src/sync/roomState';
import { person, type Author } from '../sandbox/people';
import type { StoredMessage } from '../sandbox/rooms';
import { Service } from '../sandbox/service';
import { defaultSettings, type Settings } from '../sandbox/settings';
import { MemoryDisk, MemoryStateStore } from './memoryStateStore';
import { serviceTransport, type Loss } from './serviceTransport';
import { shownTexts } from './shownTexts';
import { VirtualClock } from './virtualClock';

export const KEY = 'test_key_of_the_outbox';
export const ROOM = 'CHAPI sandbox';

/** A service and a disk that outlive the engines, which start and are killed. */
export class OutboxWorld {
  readonly clock = new VirtualClock();
  readonly disk = new MemoryDisk();
  readonly service: Service;
  readonly log: string[] = [];
  /** Texts that were announced as new. */
  readonly announced: string[] = [];
  loss: (request: HttpRequest) => Loss = () => undefined;
  /** What every send is answered, in place of the service. */
  refusal: { readonly status: number; readonly body: string; readonly retryAfter?: string } | undefined;
  /** What the service makes of a text that was sent. */
  change: (text: string) => string = (text) => text;
  /** Whether the service's answer gives the text back. */
  answersParsed = true;
  /** A send is stored so much later, and never answered, in milliseconds. */
  storesAfterMs: number | undefined;
  /** Polls show only what was stored so long ago, in milliseconds. */
  lagMs: () => number = () => 0;
  posts = 0;
  engine!: ChatEngine;
  store!: MemoryStateStore;
  #ids = 0;

  constructor(settings: Partial<Settings> = {}) {
    this.service = new Service({ ...defaultSettings(), keys: [KEY], ...settings }, () => this.clock.now());
    this.service.onSent = ({ message }) => this.service.rooms.edit(message.id, this.change(message.text));
    this.say('first', 'Alice Fox');
    this.start();
  }

  start(states: RoomStates = new Map()): void {
    this.store = new MemoryStateStore(this.disk);
    this.engine = new ChatEngine({
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey: KEY,
      clock: this.clock,
      random: () => 0.5,
      newLocalId: () => `local-${++this.#ids}`,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      budget: new RequestBudget(this.clock),
      transport: this.#transport(),
      store: this.store,
      states,
      log: (line) => this.log.push(line),
    });
    this.engine.subscribe((event) => {
      if (event.type === 'entries') this.announced.push(...event.arrivals.map(({ text }) => text));
    });
    this.engine.setAttention({ openRoom: '', visible: true, focused: true });
    this.engine.setRooms(['']);
  }

  /** SIGKILL: no byte is written and none is sent from here on. */
  kill(): void {
    this.store.kill();
    this.engine.dispose();
  }

  /** Somebody else says something. */
  say(text: string, author: string | Author = 'Ben'): StoredMessage {
    const by = typeof author === 'string' ? person(author) : author;
    return this.service.rooms.add(this.service.rooms.findOrMake(ROOM), { author: by, text });
  }

  get messages(): readonly StoredMessage[] {
    return this.service.rooms.find(ROOM)?.messages ?? [];
  }

  get truth(): readonly string[] {
    return this.messages.map(({ text }) => text);
  }

  get shown(): readonly string[] {
    return shownTexts(this.engine.entries('', 1000));
  }

  /** Texts of the room's messages that are shown as one's own. */
  get own(): readonly string[] {
    return this.engine
      .entries('', 1000)
      .flatMap((entry) => (entry.kind === 'message' && entry.localId !== undefined ? [entry.message.text] : []));
  }

  get unread(): number | undefined {
    return this.engine.state().rooms[0]?.unreadCount;
  }

  /** What was learned last. */
  get facts(): LearnedFacts {
    const kept = this.disk.values.get('learned');
    return (kept === undefined ? undefined : decodeLearnedFacts(JSON.parse(kept))) ?? nothingLearned;
  }

  #transport(): Transport {
    const { clock, service } = this;
    const way = serviceTransport(service, clock, {
      latencyMs: () => 40,
      loss: (request) => this.loss(request),
      instead: ({ method }) => {
        if (method === 'GET') return undefined;
        this.posts++;
        return this.refusal;
      },
    });
    return async (request) => {
      if (request.method === 'POST' && this.storesAfterMs !== undefined) {
        clock.setTimer(this.storesAfterMs, () => void this.#store(request, way).catch(() => undefined));
        return new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason as Error), { once: true });
        });
      }
      if (request.method === 'POST') return this.#store(request, way);
      const lag = this.lagMs();
      const answer = await way(request);
      if (lag === 0 || answer.status !== 200) return answer;
      const listed = (JSON.parse(answer.body) as { readonly timestamp: number }[]).filter(
        ({ timestamp }) => timestamp / 1000 <= clock.now() - lag,
      );
      return { ...answer, body: JSON.stringify(listed) };
    };
  }

  async #store(request: HttpRequest, way: Transport): ReturnType<Transport> {
    // What is stored late is stored whether its sender still waits or not.
    const signal = this.storesAfterMs === undefined ? request.signal : new AbortController().signal;
    const answer = await way({ ...request, signal });
    if (answer.status >= 300 || answer.body === '{}') return answer;
    const { parsed } = JSON.parse(answer.body) as { readonly parsed: string };
    return { ...answer, body: JSON.stringify(this.answersParsed ? { parsed: this.change(parsed) } : {}) };
  }
}

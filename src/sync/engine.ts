import { ChapiClient } from '../chapi/client';
import { systemClock, type Clock } from '../chapi/clock';
import { nodeFetchTransport } from '../chapi/nodeFetchTransport';
import { RequestBudget } from '../chapi/requestBudget';
import type { Transport } from '../chapi/transport';
import type { Fault } from '../chat/fault';
import { DEFAULT_ROOM } from '../chat/message';
import { ChatEngine, type ChatEngineOptions } from './chatEngine';
import type { ChatFeed } from './feed';

/** What is needed for one key at one address. */
export type EngineOptions = Omit<ChatEngineOptions, 'clock' | 'budget' | 'transport'>;

/**
 * Everything behind the feed, as one bundle that is loaded only when there is something to do. Whatever it makes shares
 * one request budget.
 */
export class EngineMaker {
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #budget: RequestBudget;

  constructor(clock: Clock = systemClock, transport: Transport = nodeFetchTransport) {
    this.#clock = clock;
    this.#transport = transport;
    this.#budget = new RequestBudget(clock);
  }

  /** Makes an engine; it starts with its first room. */
  make(options: EngineOptions): ChatFeed {
    this.#budget.endPause();
    return new ChatEngine({ ...options, clock: this.#clock, budget: this.#budget, transport: this.#transport });
  }

  /**
   * Asks the service whether it takes the key, by a look at one message of the key's default room.
   * @returns why not; nothing when it does. A default room that is missing or refused is no fault of the key.
   */
  async checkKey(baseUrl: string, apiKey: string, signal: AbortSignal): Promise<Fault | undefined> {
    this.#budget.endPause();
    const client = new ChapiClient({
      baseUrl,
      apiKey,
      transport: this.#transport,
      budget: this.#budget,
      clock: this.#clock,
    });
    const outcome = await client.fetchMessages({ room: DEFAULT_ROOM, pageSize: 1 }, 'send', signal);
    if (outcome.ok || outcome.fault.kind === 'noSuchRoom' || outcome.fault.kind === 'forbidden') return undefined;
    return outcome.fault;
  }
}

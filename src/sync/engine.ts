import { ChapiClient } from '../chapi/client';
import { systemClock, type Clock } from '../chapi/clock';
import { nodeFetchTransport } from '../chapi/nodeFetchTransport';
import { RequestBudgets } from '../chapi/requestBudgets';
import { NetworkError, type Transport } from '../chapi/transport';
import type { Fault } from '../chat/fault';
import { DEFAULT_ROOM } from '../chat/message';
import { ChatEngine, type ChatEngineOptions } from './chatEngine';
import type { Disk } from './disk';
import type { StateStore } from './stateStore';
import { Claims } from './windows/claims';
import { SharedFeed } from './windows/sharedFeed';
import { PROTOCOL } from './windows/windowMessages';

/** What is needed for one key at one address. */
export type EngineOptions = Omit<ChatEngineOptions, 'clock' | 'budget' | 'transport'>;

/** A store that has to be let go. */
export interface ReleasableStore extends StateStore {
  /** Leaves the outbox to the next engine, at once. */
  release(): void;
}

/** What is needed for one key at one address, by one of many windows. */
export interface SharedOptions extends Omit<EngineOptions, 'store' | 'states'> {
  /** For the claims of the windows that share the engine; of this address and key at this place, and of nothing else. */
  readonly claimsFolder: string;
  readonly disk: Disk;
  /** Of the extension. */
  readonly version: string;
  /** @param isHost chosen among all windows to be the one that sends with this key */
  readonly openStore: (isHost: boolean) => ReleasableStore;
  /** Of what windows say to each other; this program's own when absent. */
  readonly protocol?: number;
}

/** A check of a key does not wait longer for its turn, in milliseconds. */
const LONGEST_CHECK_WAIT_MS = 3000;

/**
 * Everything behind the feed, as one bundle that is loaded only when there is something to do. Whatever it makes for
 * one key shares that key's request budget.
 */
export class EngineMaker {
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #budgets: RequestBudgets;

  constructor(clock: Clock = systemClock, transport: Transport = nodeFetchTransport) {
    this.#clock = clock;
    this.#transport = transport;
    this.#budgets = new RequestBudgets(clock);
  }

  /** Makes an engine; it starts with its first room. */
  make(options: EngineOptions): ChatEngine {
    const budget = this.#budgets.of(options.baseUrl, options.apiKey);
    return new ChatEngine({ ...options, clock: this.#clock, budget, transport: this.#transport });
  }

  /** Makes the feed of one window. All windows with the same claims share one engine, in one of their processes. */
  share(options: SharedOptions): SharedFeed {
    const { claimsFolder, disk, version, protocol = PROTOCOL, openStore, ...forEngine } = options;
    const feed = new SharedFeed({
      clock: this.#clock,
      own: { protocol, version },
      disk,
      claims: new Claims(claimsFolder, disk),
      openEngine: (states, mayAsk, isHost) => {
        const store = openStore(isHost);
        const transport: Transport = async (request) => {
          if (mayAsk()) return this.#transport(request);
          request.signal.throwIfAborted();
          throw new NetworkError('ECANCELED');
        };
        const budget = this.#budgets.of(forEngine.baseUrl, forEngine.apiKey);
        const own = { clock: this.#clock, budget, transport };
        const engine = new ChatEngine({ ...forEngine, ...own, store, states });
        return { engine, release: () => store.release() };
      },
      loadLink: () => import('./windows/windowLink'),
      newLocalId: options.newLocalId,
      polling: options.polling,
      log: options.log,
    });
    feed.start();
    return feed;
  }

  /**
   * Asks the service whether it takes the key, by a look at one message of the key's default room.
   * @returns why not; nothing when it does. A default room that is missing or refused is no fault of the key.
   */
  async checkKey(baseUrl: string, apiKey: string, signal: AbortSignal): Promise<Fault | undefined> {
    const budget = this.#budgets.of(baseUrl, apiKey);
    const waitMs = budget.sendWaitMs;
    // Somebody waits in front of an input: rather a word at once than an answer in some minutes.
    if (waitMs > LONGEST_CHECK_WAIT_MS) return { kind: 'throttled', retryAfterMs: waitMs };
    const client = new ChapiClient({ baseUrl, apiKey, transport: this.#transport, budget, clock: this.#clock });
    const outcome = await client.fetchMessages({ room: DEFAULT_ROOM, pageSize: 1 }, 'send', signal);
    if (outcome.ok || outcome.fault.kind === 'noSuchRoom' || outcome.fault.kind === 'forbidden') return undefined;
    return outcome.fault;
  }
}

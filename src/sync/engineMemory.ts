import { decodeBudgetState, type BudgetState } from '../chapi/budgetState';
import type { RoomName } from '../chat/message';
import { decodeLearnedFacts, nothingLearned, type LearnedFacts } from './learned';
import type { RoomState } from './roomState';
import { decodeRoomState, encodeRoomState, roomStateName } from './roomStateCodec';
import type { RoomSync } from './roomSync';
import type { StateStore } from './stateStore';

const FACTS = 'learned';
const PACE = 'pace';

/** The result of reading a room's state from disk. */
export type Recall =
  | { readonly kind: 'known'; readonly state: RoomState }
  /** There is none. */
  | { readonly kind: 'none' }
  /** It could not be read now. It may be worth more than what is known here, so it is not overwritten. */
  | { readonly kind: 'unreadable' };

/**
 * What an engine remembers from one process to the next, apart from its outbox. It never overwrites what it could not
 * read, so that a disk that fails for a moment costs nothing.
 */
export class EngineMemory {
  readonly #store: StateStore;
  readonly #log: (line: string) => void;
  /** Rooms whose state was read, or is known not to exist. */
  readonly #recalled = new Set<RoomName>();
  #areFactsKnown = false;
  #isPaceKnown = false;
  /** What waits to be written, by name, in its latest state. Of each name, one write runs at a time. */
  readonly #waiting = new Map<string, () => unknown>();
  readonly #writing = new Set<string>();
  /** What failed the last time. A failure that lasts is logged once. */
  readonly #failing = new Set<string>();

  constructor(store: StateStore, log: (line: string) => void) {
    this.#store = store;
    this.#log = log;
  }

  /** What earlier engines learned of the service with this key at this address. `undefined` when it can't be read now. */
  async facts(): Promise<LearnedFacts | undefined> {
    try {
      const facts = decodeLearnedFacts(await this.#store.read(FACTS)) ?? nothingLearned;
      this.#areFactsKnown = true;
      this.#succeeded(FACTS);
      return facts;
    } catch {
      this.#failed(FACTS, 'What was learned of the service could not be read from disk.');
      return undefined;
    }
  }

  rememberFacts(facts: LearnedFacts): void {
    if (this.#areFactsKnown) this.#write(FACTS, () => facts);
  }

  /** How the key was shared, and until when the service wanted no requests. `undefined` when nothing is kept. */
  async pace(): Promise<BudgetState | undefined> {
    try {
      const pace = decodeBudgetState(await this.#store.read(PACE));
      this.#isPaceKnown = true;
      return pace;
    } catch {
      return undefined;
    }
  }

  rememberPace(pace: BudgetState): void {
    if (this.#isPaceKnown) this.#write(PACE, () => pace);
  }

  /** Whether the room's state was read, or is known not to exist. */
  hasRecalled(room: RoomName): boolean {
    return this.#recalled.has(room);
  }

  /** Reads the room's state. */
  async recall(room: RoomName): Promise<Recall> {
    const name = roomStateName(room);
    // A state that waits to be written is newer than the one on disk.
    const waiting = this.#waiting.get(name);
    try {
      const state = decodeRoomState(waiting === undefined ? await this.#store.read(name) : waiting());
      this.#recalled.add(room);
      this.#succeeded(name);
      return state === undefined ? { kind: 'none' } : { kind: 'known', state };
    } catch {
      this.#failed(name, 'What is known of a room could not be read from disk.');
      return { kind: 'unreadable' };
    }
  }

  remember(sync: RoomSync): void {
    if (!this.#recalled.has(sync.room) || !sync.loaded) return;
    this.#write(roomStateName(sync.room), () => {
      const state = sync.known.keptState();
      return state && encodeRoomState(state);
    });
  }

  /** Retries writes that failed. */
  retryWrites(): void {
    for (const name of this.#waiting.keys()) if (!this.#writing.has(name)) void this.#writeWaiting(name);
  }

  /** @param value called when the write begins, so that several changes in the meantime cost one write */
  #write(name: string, value: () => unknown): void {
    this.#waiting.set(name, value);
    if (!this.#writing.has(name)) void this.#writeWaiting(name);
  }

  async #writeWaiting(name: string): Promise<void> {
    this.#writing.add(name);
    // Later, because the present change may not be complete yet.
    await Promise.resolve();
    for (let value = this.#waiting.get(name); value !== undefined; value = this.#waiting.get(name)) {
      this.#waiting.delete(name);
      try {
        await this.#store.write(name, value());
        this.#succeeded(name);
      } catch {
        this.#failed(name, 'What is known of a room, or of the service, could not be written to disk.');
        if (!this.#waiting.has(name)) this.#waiting.set(name, value);
        break;
      }
    }
    this.#writing.delete(name);
  }

  #failed(name: string, line: string): void {
    if (!this.#failing.has(name)) this.#log(line);
    this.#failing.add(name);
  }

  #succeeded(name: string): void {
    this.#failing.delete(name);
  }
}

import { decodeLearnedFacts, nothingLearned, type LearnedFacts } from './learned';
import { decodeRoomMemory, encodeRoomMemory, roomMemoryName } from './roomMemory';
import type { RoomSync } from './roomSync';
import type { StateStore } from './stateStore';

const FACTS = 'learned';

/** What an engine remembers from one process to the next, beside its outbox. */
export class EngineMemory {
  readonly #store: StateStore;
  readonly #log: (line: string) => void;
  readonly #recalled = new WeakSet<RoomSync>();

  constructor(store: StateStore, log: (line: string) => void) {
    this.#store = store;
    this.#log = log;
  }

  /** What was learned of the service before, with this key at this address. */
  async facts(): Promise<LearnedFacts> {
    return decodeLearnedFacts(await this.#store.read(FACTS)) ?? nothingLearned;
  }

  rememberFacts(facts: LearnedFacts): void {
    this.#write(FACTS, facts, 'What was learned of the service');
  }

  /** Gives the room what was known of it, the first time it is asked for. Whether there was anything. */
  async recall(sync: RoomSync): Promise<boolean> {
    if (this.#recalled.has(sync)) return false;
    this.#recalled.add(sync);
    const memory = decodeRoomMemory(await this.#store.read(roomMemoryName(sync.room)));
    if (memory === undefined) return false;
    sync.restore(memory);
    return true;
  }

  remember(sync: RoomSync): void {
    const memory = sync.memory();
    if (memory !== undefined) {
      this.#write(roomMemoryName(sync.room), encodeRoomMemory(memory), 'What is known of a room');
    }
  }

  #write(name: string, value: unknown, what: string): void {
    this.#store.write(name, value).catch(() => this.#log(`${what} could not be written to disk.`));
  }
}

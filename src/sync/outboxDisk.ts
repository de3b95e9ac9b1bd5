import type { Clock, Disposable } from '../chapi/clock';
import type { Outgoing } from '../chat/outgoing';
import { encodeOutgoing } from '../chat/outgoingDecoder';
import { diskErrorCode, GrowingWait } from './diskRetry';
import { OUTBOX_TAKEN, type StateStore } from './stateStore';

/** What the disk's side of an outbox is made of. */
export interface OutboxDiskOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** The message as it is now; `undefined` when it is done with. */
  readonly find: (localId: string) => Outgoing | undefined;
  /** The disk has forgotten a message that the user gave up. */
  readonly onDiscarded: (localId: string) => void;
  /** Another engine has taken the message over: it is no longer to be sent from here. */
  readonly onTakenAway: (localId: string) => void;
}

/**
 * Writes what becomes of an outbox to disk. What can't be written is tried again, with growing waits, until it is: always
 * the message as it is by then, so that no late write brings back what has passed. The log hears of it once when it
 * begins, and once when it is over.
 */
export class OutboxDisk {
  readonly #options: OutboxDiskOptions;
  /** Messages of which the disk does not know the last. */
  readonly #unsaved = new Set<string>();
  /** Messages that are being written by {@link keep}, in a state that is not theirs yet. */
  readonly #keeping = new Set<string>();
  readonly #wait = new GrowingWait();
  #timer: Disposable | undefined;
  #isBroken = false;
  #isDisposed = false;

  constructor(options: OutboxDiskOptions) {
    this.#options = options;
  }

  /** Resolves when the message would survive a crash as it is given. Rejects when it could not be written. */
  async keep(entry: Outgoing): Promise<void> {
    const { localId } = entry;
    this.#keeping.add(localId);
    try {
      await this.#options.store.keepOutgoing(localId, encodeOutgoing(entry));
      this.#unsaved.delete(localId);
      this.#succeeded();
    } catch (error) {
      if (this.#isTakenAway(localId, error)) throw error;
      // Whatever stands there now is not known to be right; a message that nobody has kept must not turn up there later.
      this.#unsaved.add(localId);
      this.#failed(error);
      throw error;
    } finally {
      this.#keeping.delete(localId);
    }
  }

  /**
   * Writes messages as they are now, and forgets those that are done with. Never rejects: what fails is tried again. What
   * is kept comes before what is gone, so that no moment knows less than before.
   */
  async save(localIds: Iterable<string>): Promise<void> {
    const entries = [...localIds].map((localId) => ({ localId, entry: this.#options.find(localId) }));
    const kept = entries.filter(({ entry }) => entry !== undefined && entry.isDiscarded !== true);
    const gone = entries.filter((item) => !kept.includes(item));
    // All asked for at once: the store keeps the order, and nothing that comes later can get in between.
    await Promise.all([...kept, ...gone].map(({ localId, entry }) => this.#saveOne(localId, entry)));
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
  }

  async #saveOne(localId: string, entry: Outgoing | undefined): Promise<void> {
    const { store, onDiscarded } = this.#options;
    if (this.#keeping.has(localId)) {
      this.#unsaved.add(localId);
      this.#tryLater();
      return;
    }
    try {
      if (entry !== undefined && entry.isDiscarded !== true) {
        await store.keepOutgoing(localId, encodeOutgoing(entry));
      } else {
        await store.dropOutgoing(localId);
      }
      this.#unsaved.delete(localId);
      this.#succeeded();
      if (entry?.isDiscarded === true) onDiscarded(localId);
    } catch (error) {
      if (this.#isTakenAway(localId, error)) return;
      this.#unsaved.add(localId);
      this.#failed(error);
      // A file that can't be removed may be writable: the next process has to know that the user gave the message up.
      if (entry?.isDiscarded === true) {
        await store.keepOutgoing(localId, encodeOutgoing(entry)).catch(() => undefined);
      }
    }
  }

  /** Whether the error says that. */
  #isTakenAway(localId: string, error: unknown): boolean {
    // Bundles have classes of their own, so that it is told by its code.
    if (diskErrorCode(error) !== OUTBOX_TAKEN) return false;
    this.#unsaved.delete(localId);
    this.#options.log('Another window has taken a message over that was waiting here.');
    this.#options.onTakenAway(localId);
    return true;
  }

  #succeeded(): void {
    if (!this.#isBroken || this.#unsaved.size > 0) return;
    this.#isBroken = false;
    this.#wait.reset();
    this.#options.log('The outbox is on disk again.');
  }

  #failed(error: unknown): void {
    if (!this.#isBroken) {
      this.#options.log(`The outbox could not be written, and will be again and again: ${diskErrorCode(error)}.`);
    }
    this.#isBroken = true;
    this.#tryLater();
  }

  #tryLater(): void {
    if (this.#timer !== undefined || this.#isDisposed) return;
    this.#timer = this.#options.clock.setTimer(this.#wait.take(), () => {
      this.#timer = undefined;
      void this.save(this.#unsaved);
    });
  }
}

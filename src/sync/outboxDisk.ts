import type { Clock, Disposable } from '../chapi/clock';
import type { Outgoing } from '../chat/outgoing';
import { encodeOutgoing } from '../chat/outgoingDecoder';
import { diskErrorCode, GrowingWait } from './diskRetry';
import { OUTBOX_TAKEN, type StateStore } from './stateStore';

/** What the disk's side of an outbox needs. */
export interface OutboxDiskOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** The present state of a message; `undefined` when it is done. */
  readonly find: (localId: string) => Outgoing | undefined;
  /** Called when a message that the user discarded is gone from disk. */
  readonly onDiscarded: (localId: string) => void;
  /** Called when another engine has taken the message over, so that it must not be sent from here. */
  readonly onTakenAway: (localId: string) => void;
}

/**
 * Writes each change of an outbox to disk. A write that fails is retried, with growing waits, until it succeeds. A retry
 * writes the message as it is by then, so that no late write brings back an earlier state. The log says once that writing
 * fails, and once that it works again.
 */
export class OutboxDisk {
  readonly #options: OutboxDiskOptions;
  /** Messages whose latest state is not on disk. */
  readonly #unsaved = new Set<string>();
  /** Messages that {@link keep} is writing, in a state that they do not have yet. */
  readonly #keeping = new Set<string>();
  readonly #wait = new GrowingWait();
  #timer: Disposable | undefined;
  #isBroken = false;
  #isDisposed = false;

  constructor(options: OutboxDiskOptions) {
    this.#options = options;
  }

  /** Resolves when the given state of the message would survive a crash. Rejects when it could not be written. */
  async keep(entry: Outgoing): Promise<void> {
    const { localId } = entry;
    this.#keeping.add(localId);
    try {
      await this.#options.store.keepOutgoing(localId, encodeOutgoing(entry));
      this.#unsaved.delete(localId);
      this.#succeeded();
    } catch (error) {
      if (this.#isTakenAway(localId, error)) throw error;
      // What is on disk now may be wrong. A message that was not kept must not turn up there later.
      this.#unsaved.add(localId);
      this.#failed(error);
      throw error;
    } finally {
      this.#keeping.delete(localId);
    }
  }

  /**
   * Writes messages as they are now, and drops those that are done. Never rejects, because failures are retried. Keeps
   * before it drops, so that the disk never knows less than before.
   */
  async save(localIds: Iterable<string>): Promise<void> {
    const entries = [...localIds].map((localId) => ({ localId, entry: this.#options.find(localId) }));
    const kept = entries.filter(({ entry }) => entry !== undefined && entry.isDiscarded !== true);
    const gone = entries.filter((item) => !kept.includes(item));
    // All calls are made at once: the store keeps their order, and no later call can get in between.
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
      // A file that can't be removed may be writable. The next process has to know that the user discarded the message.
      if (entry?.isDiscarded === true) {
        await store.keepOutgoing(localId, encodeOutgoing(entry)).catch(() => undefined);
      }
    }
  }

  /** Handles the error if it says that another engine has taken the message. @returns whether it does */
  #isTakenAway(localId: string, error: unknown): boolean {
    // The code tells, not the class, because each bundle has its own copy of the class.
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

import type { Clock, Disposable } from '../chapi/clock';
import type { Outgoing } from '../chat/outgoing';
import { decodeOutgoing } from '../chat/outgoingDecoder';
import { diskErrorCode, GrowingWait } from './diskRetry';
import type { StateStore } from './stateStore';

/** What a takeover of outboxes needs. */
export interface OutboxTakeoverOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Called with messages that are still to be sent or found, oldest first. */
  readonly onTaken: (entries: readonly Outgoing[]) => void;
  /** Called with a message that is done already and has to be removed from disk. */
  readonly onDone: (localId: string) => void;
  /** The message is known to be in its room. */
  readonly isInRoom: (entry: Outgoing) => boolean;
}

/**
 * Takes over the outboxes of engines that are gone. An error is not absence: an outbox that can't be read now is tried
 * again, with growing waits. Nothing here rejects.
 */
export class OutboxTakeover {
  readonly #options: OutboxTakeoverOptions;
  readonly #wait = new GrowingWait();
  /** Messages that were taken. The disk could not tell yet whether they were dropped. */
  #taken: readonly Outgoing[] = [];
  #running: Promise<void> | undefined;
  #timer: Disposable | undefined;
  #lastAt = -Infinity;
  #isComplete = false;
  #isBroken = false;
  #isDisposed = false;
  readonly #onComplete = new Set<() => void>();

  constructor(options: OutboxTakeoverOptions) {
    this.#options = options;
  }

  /** Resolves after a try, which is made unless everything was taken over before. */
  async ensure(): Promise<void> {
    if (!this.#isComplete) await this.#try();
  }

  /** Tries again when the last try is this many milliseconds ago: an engine may have ended since. */
  async refresh(afterMs: number): Promise<void> {
    if (this.#options.clock.monotonic() >= this.#lastAt + afterMs) await this.#try();
  }

  /** Whether everything is taken over within this many milliseconds. */
  async complete(withinMs: number): Promise<boolean> {
    await this.ensure();
    if (this.#isComplete) return true;
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(withinMs, () => end(false));
      const onComplete = (): void => end(true);
      const end = (isComplete: boolean): void => {
        timer.dispose();
        this.#onComplete.delete(onComplete);
        resolve(isComplete);
      };
      this.#onComplete.add(onComplete);
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer?.dispose();
  }

  #try(): Promise<void> {
    this.#running ??= this.#take().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #take(): Promise<void> {
    const { clock, log, store } = this.#options;
    this.#lastAt = clock.monotonic();
    try {
      const { values, isComplete } = await store.takeOutgoing();
      const entries = values.map(decodeOutgoing).filter((entry) => entry !== undefined);
      if (entries.length < values.length) {
        log(`${values.length - entries.length} kept messages could not be read and were left on disk.`);
      }
      this.#taken = [...this.#taken, ...entries];
      await this.#sort();
      if (isComplete) this.#succeeded();
      else this.#failed('some of it is out of reach');
    } catch (error) {
      this.#failed(diskErrorCode(error));
    }
  }

  /** Hands on the messages that are not done. Rejects when the disk can't tell; the rest then waits for the next try. */
  async #sort(): Promise<void> {
    const { store, isInRoom, onTaken, onDone } = this.#options;
    const taken = this.#taken;
    const left: Outgoing[] = [];
    let sorted = 0;
    try {
      for (const entry of taken) {
        // Its engine was killed before it could drop the message, or was wrongly taken for dead and kept it once more.
        const isDone = entry.isDiscarded === true || isInRoom(entry) || (await store.wasDropped(entry.localId));
        if (isDone) onDone(entry.localId);
        else left.push(entry);
        sorted++;
      }
    } finally {
      this.#taken = taken.slice(sorted);
      onTaken(left.sort((one, other) => one.createdAt - other.createdAt));
    }
  }

  #succeeded(): void {
    if (this.#isBroken) this.#options.log('The outboxes of earlier processes are taken over.');
    this.#isBroken = false;
    this.#isComplete = true;
    this.#wait.reset();
    for (const onComplete of [...this.#onComplete]) onComplete();
  }

  #failed(reason: string): void {
    const { clock, log } = this.#options;
    if (!this.#isBroken) log(`An outbox could not be taken over, and will be tried again and again: ${reason}.`);
    this.#isBroken = true;
    this.#isComplete = false;
    if (this.#isDisposed) return;
    this.#timer?.dispose();
    this.#timer = clock.setTimer(this.#wait.take(), () => void this.#try());
  }
}

import { codeOf, type DiskClock } from '../sync/disk';

/** What is done with the disk, for the log. */
export type DiskTask =
  'Keeping a message' | 'Dropping a message' | 'Taking over unsent messages' | 'Reading' | 'Writing';

/** Failures that go on for so long are the user's business, in milliseconds. */
const LASTING_MS = 5000;

/** Says once in the log that something fails, and in words when it goes on. */
export class DiskTrouble {
  readonly #clock: DiskClock;
  readonly #log: (line: string) => void;
  readonly #onLasting: (code: string | undefined) => void;
  /** Since when a task fails, monotonic milliseconds. */
  readonly #failing = new Map<DiskTask, number>();
  #isSaid = false;

  /** @param onLasting told the system's code when a task goes on failing, and `undefined` when all work again */
  constructor(clock: DiskClock, log: (line: string) => void, onLasting: (code: string | undefined) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#onLasting = onLasting;
  }

  /** Does a task and notes how it ends. */
  async watch<Result>(task: DiskTask, work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.worked(task);
      return result;
    } catch (error) {
      this.failed(task, error);
      throw error;
    }
  }

  failed(task: DiskTask, error: unknown): void {
    const now = this.#clock.monotonic();
    const since = this.#failing.get(task);
    if (since === undefined) {
      this.#failing.set(task, now);
      this.#log(`${task} failed (${codeOf(error)}). It is tried again.`);
    } else if (now - since >= LASTING_MS && !this.#isSaid) {
      this.#isSaid = true;
      this.#onLasting(codeOf(error));
    }
  }

  worked(task: DiskTask): void {
    if (!this.#failing.delete(task)) return;
    this.#log(`${task} works again.`);
    if (this.#failing.size > 0 || !this.#isSaid) return;
    this.#isSaid = false;
    this.#onLasting(undefined);
  }
}

import { codeOf, type DiskClock } from '../sync/disk';

/** Names of disk operations, for the log. */
export type DiskTask =
  'Keeping a message' | 'Dropping a message' | 'Taking over unsent messages' | 'Reading' | 'Writing';

/** The user is told of a failure that lasts this long, in milliseconds. */
const LASTING_MS = 5000;

/** Logs the first failure of a task, and reports one that lasts to the user. */
export class DiskTrouble {
  readonly #clock: DiskClock;
  readonly #log: (line: string) => void;
  readonly #onLasting: (code: string | undefined) => void;
  /** When each failing task began to fail, in monotonic milliseconds. */
  readonly #failing = new Map<DiskTask, number>();
  #isSaid = false;

  /** @param onLasting called with the system's error code when a task keeps failing, and with `undefined` when all work again */
  constructor(clock: DiskClock, log: (line: string) => void, onLasting: (code: string | undefined) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#onLasting = onLasting;
  }

  /** Runs a task and records how it ended. */
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

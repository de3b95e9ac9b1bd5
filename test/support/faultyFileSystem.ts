import type { Clock } from '../../src/chapi/clock';
import { nodeFileSystem, type FileSystem, type OpenFile } from '../../src/store/fileSystem';

/** A call of the file system; `write`, `sync` and `close` of a file that is open. */
export type FileCall = keyof FileSystem | keyof OpenFile;

/** All calls there are. */
export const fileCalls: readonly FileCall[] = [
  ...(Object.keys(nodeFileSystem) as (keyof FileSystem)[]),
  ...(['write', 'sync', 'close'] as const),
];

/** The errors that disks are known for. */
export const diskErrors = ['EIO', 'EMFILE', 'EPERM', 'EACCES', 'EBUSY', 'ENOSPC', 'EROFS'] as const;

/** Which calls fail, how, and for how long. */
export interface DiskFault {
  /** All when absent. */
  readonly call?: FileCall;
  readonly code: string;
  /** After so many calls that work. */
  readonly after?: number;
  /** So many calls. */
  readonly times?: number;
  /** From the first of them on, so many milliseconds. */
  readonly forMs?: number;
  /** Only of files whose path this is part of. */
  readonly path?: string;
}

/** The machine's own file system, on which calls fail as a test says. */
export class FaultyFileSystem {
  readonly #clock: Clock;
  readonly files: FileSystem;
  #fault: DiskFault | undefined;
  #before = 0;
  #left = Infinity;
  #until: number | undefined;
  /** How many calls have failed. */
  failures = 0;
  /** How often each call was made. */
  readonly counts = new Map<FileCall, number>();
  /** The calls that have failed. */
  readonly failed = new Set<FileCall>();
  #underWay = 0;
  readonly #onIdle: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.files = this.#make();
  }

  /** From now on. Replaces what was told before. */
  fail(fault: DiskFault | undefined): void {
    this.#fault = fault;
    this.#left = fault?.times ?? Infinity;
    this.#before = fault?.after ?? 0;
    this.#until = undefined;
  }

  /** Resolves when no call is under way: what goes on from here waits for time alone. */
  async idle(): Promise<void> {
    while (this.#underWay > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async #watched<Result>(call: () => Result): Promise<Awaited<Result>> {
    this.#underWay++;
    try {
      return await call();
    } finally {
      if (--this.#underWay === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  #check(call: FileCall, path: string): void {
    this.counts.set(call, (this.counts.get(call) ?? 0) + 1);
    const fault = this.#fault;
    if (fault === undefined || (fault.call ?? call) !== call || !path.includes(fault.path ?? '')) return;
    if (this.#before-- > 0) return;
    if (fault.forMs !== undefined) {
      this.#until ??= this.#clock.monotonic() + fault.forMs;
      if (this.#clock.monotonic() >= this.#until) return;
    }
    if (this.#left-- <= 0) return;
    this.failures++;
    this.failed.add(call);
    throw Object.assign(new Error(`${fault.code}: ${call}`), { code: fault.code });
  }

  #make(): FileSystem {
    const checked = Object.entries(nodeFileSystem).map(([name, call]: [string, unknown]) => {
      const act = call as (...args: readonly string[]) => unknown;
      const faulty = (...args: readonly string[]): unknown => {
        this.#check(name as FileCall, args[0] ?? '');
        return act(...args);
      };
      const isSync = name.endsWith('Sync');
      // What is asynchronous rejects, it never throws.
      return [name, isSync ? faulty : (...args: readonly string[]) => this.#watched(() => faulty(...args))];
    });
    const files = Object.fromEntries(checked) as FileSystem;
    const open: FileSystem['open'] = async (...args) => this.#opened(await files.open(...args), args[0]);
    return { ...files, open };
  }

  #opened(file: OpenFile, path: string): OpenFile {
    return {
      write: (text) =>
        this.#watched(() => {
          this.#check('write', path);
          return file.write(text);
        }),
      // No test pulls the plug, and a flush takes longer than all the rest.
      sync: () => this.#watched(() => this.#check('sync', path)),
      // It is closed, whatever the system says of it.
      close: () => this.#watched(() => file.close().then(() => this.#check('close', path))),
    };
  }
}

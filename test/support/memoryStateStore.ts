import type { StateStore, TakenOutgoing } from '../../src/sync/stateStore';
import { diskError, type DiskCall, type DiskFailure } from './rudeDisk';

/** What a disk holds: it outlives the stores that write to it. */
export class MemoryDisk {
  readonly outgoing = new Map<string, { readonly owner: object; readonly text: string }>();
  readonly values = new Map<string, string>();
  readonly dropped = new Set<string>();
  /** Keeping a message waits for this: the disk is slow. */
  beforeKeep: Promise<void> | undefined;
  /** Calls that failed. */
  readonly failed: DiskCall[] = [];
  readonly #failures = new Map<DiskCall, DiskFailure>();

  /** Lets a call fail the next so many times. */
  fail(failure: DiskFailure): void {
    this.#failures.set(failure.call, failure);
  }

  /** All is well again. */
  heal(): void {
    this.#failures.clear();
  }

  /** The way in which the call fails this time, if it does. */
  failureOf(call: DiskCall): DiskFailure | undefined {
    const failure = this.#failures.get(call);
    if (failure === undefined || failure.times <= 0) return undefined;
    this.#failures.set(call, { ...failure, times: failure.times - 1 });
    this.failed.push(call);
    return failure;
  }
}

/** A state store without files. The stores that had the disk before are taken for gone. */
export class MemoryStateStore implements StateStore {
  readonly #disk: MemoryDisk;
  #isGone = false;

  constructor(disk: MemoryDisk = new MemoryDisk()) {
    this.#disk = disk;
  }

  /** The process is killed: nothing is written any more. */
  kill(): void {
    this.#isGone = true;
  }

  takeOutgoing(): Promise<TakenOutgoing> {
    const failure = this.#disk.failureOf('takeOutgoing');
    if (failure?.code === 'part') return Promise.resolve({ values: [], isComplete: false });
    if (failure !== undefined) return Promise.reject(diskError(failure.code));
    const left = [...this.#disk.outgoing].filter(([, { owner }]) => owner !== this);
    for (const [localId, { text }] of left) this.#disk.outgoing.set(localId, { owner: this, text });
    return Promise.resolve({ values: left.map(([, { text }]): unknown => JSON.parse(text)), isComplete: true });
  }

  async keepOutgoing(localId: string, value: unknown): Promise<void> {
    await this.#disk.beforeKeep;
    await this.#write(
      () => this.#disk.outgoing.set(localId, { owner: this, text: JSON.stringify(value) }),
      'keepOutgoing',
    );
  }

  dropOutgoing(localId: string): Promise<void> {
    return this.#write(() => {
      this.#disk.dropped.add(localId);
      this.#disk.outgoing.delete(localId);
    }, 'dropOutgoing');
  }

  wasDropped(localId: string): Promise<boolean> {
    const failure = this.#disk.failureOf('wasDropped');
    if (failure !== undefined) return Promise.reject(diskError(failure.code));
    return Promise.resolve(this.#disk.dropped.has(localId));
  }

  read(name: string): Promise<unknown> {
    const text = this.#disk.values.get(name);
    return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
  }

  write(name: string, value: unknown): Promise<void> {
    return this.#write(() => this.#disk.values.set(name, JSON.stringify(value)));
  }

  /** A killed process never hears that its write is done. */
  #write(change: () => unknown, call?: DiskCall): Promise<void> {
    if (this.#isGone) return new Promise<void>(() => undefined);
    const failure = call === undefined ? undefined : this.#disk.failureOf(call);
    if (failure !== undefined && failure.isDoneAllTheSame !== true) return Promise.reject(diskError(failure.code));
    change();
    return failure === undefined ? Promise.resolve() : Promise.reject(diskError(failure.code));
  }
}

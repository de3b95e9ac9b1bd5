import type { StateStore, TakenOutgoing } from '../../../src/sync/stateStore';

/** An error of a disk, with the system's code. */
export class DiskError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`${code}: made for a test`);
    this.code = code;
  }
}

interface DiskFault {
  readonly op: 'read' | 'write';
  readonly code: string;
  /** Until when it lasts; `undefined`: until a call has failed. */
  readonly until: number | undefined;
}

/** The disk of one machine: it outlives the processes that write to it, and now and then it fails. */
export class LifeDisk {
  readonly outgoing = new Map<string, { readonly owner: object; readonly text: string }>();
  readonly values = new Map<string, string>();
  readonly dropped = new Set<string>();
  readonly #now: () => number;
  #faults: readonly DiskFault[] = [];

  /** @param now milliseconds that never go backwards */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Characters that are kept, all in all. */
  get size(): number {
    const texts = [...this.values.values(), ...[...this.outgoing.values()].map(({ text }) => text)];
    return texts.reduce((sum, text) => sum + text.length, 0);
  }

  /** @param ms how long each call fails; 0: only the next one does */
  failFor(op: 'read' | 'write', code: string, ms: number): void {
    this.#faults = [...this.#faults, { op, code, until: ms === 0 ? undefined : this.#now() + ms }];
  }

  heal(): void {
    this.#faults = [];
  }

  /** Throws the error that this call meets with, if it does. */
  throwIfFaulty(op: 'read' | 'write'): void {
    const now = this.#now();
    this.#faults = this.#faults.filter(({ until }) => until === undefined || until > now);
    const fault = this.#faults.find((candidate) => candidate.op === op);
    if (fault === undefined) return;
    if (fault.until === undefined) this.#faults = this.#faults.filter((other) => other !== fault);
    throw new DiskError(fault.code);
  }
}

/** A process's store on such a disk. The stores that had it before are taken for gone. */
export class LifeStore implements StateStore {
  readonly #disk: LifeDisk;
  #inOrder: Promise<unknown> = Promise.resolve();
  #isGone = false;

  constructor(disk: LifeDisk) {
    this.#disk = disk;
  }

  /** The process is killed: nothing is written any more, and nobody hears of anything. */
  kill(): void {
    this.#isGone = true;
  }

  takeOutgoing(): Promise<TakenOutgoing> {
    return this.#run('read', () => {
      this.#disk.throwIfFaulty('write');
      const left = [...this.#disk.outgoing].filter(([, { owner }]) => owner !== this);
      for (const [localId, { text }] of left) this.#disk.outgoing.set(localId, { owner: this, text });
      return { values: left.map(([, { text }]): unknown => JSON.parse(text)), isComplete: true };
    });
  }

  keepOutgoing(localId: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    return this.#run('write', () => void this.#disk.outgoing.set(localId, { owner: this, text }));
  }

  dropOutgoing(localId: string): Promise<void> {
    return this.#run('write', () => {
      this.#disk.dropped.add(localId);
      this.#disk.outgoing.delete(localId);
    });
  }

  wasDropped(localId: string): Promise<boolean> {
    return this.#run('read', () => this.#disk.dropped.has(localId));
  }

  read(name: string): Promise<unknown> {
    return this.#run('read', (): unknown => {
      const text = this.#disk.values.get(name);
      return text === undefined ? undefined : JSON.parse(text);
    });
  }

  write(name: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    return this.#run('write', () => void this.#disk.values.set(name, text));
  }

  /** One call after the other, in the order of asking. */
  #run<Value>(op: 'read' | 'write', call: () => Value): Promise<Value> {
    const turn = this.#inOrder.then(() => {
      if (this.#isGone) return new Promise<never>(() => undefined);
      this.#disk.throwIfFaulty(op);
      return call();
    });
    this.#inOrder = turn.catch(() => undefined);
    return turn;
  }
}

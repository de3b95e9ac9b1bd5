import type { StateStore, TakenOutgoing } from '../../src/sync/stateStore';

/** What a disk holds: it outlives the stores that write to it. */
export class MemoryDisk {
  readonly outgoing = new Map<string, { readonly owner: object; readonly text: string }>();
  readonly values = new Map<string, string>();
  readonly dropped = new Set<string>();
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
    const left = [...this.#disk.outgoing].filter(([, { owner }]) => owner !== this);
    for (const [localId, { text }] of left) this.#disk.outgoing.set(localId, { owner: this, text });
    return Promise.resolve({ values: left.map(([, { text }]): unknown => JSON.parse(text)), isComplete: true });
  }

  keepOutgoing(localId: string, value: unknown): Promise<void> {
    return this.#write(() => this.#disk.outgoing.set(localId, { owner: this, text: JSON.stringify(value) }));
  }

  dropOutgoing(localId: string): Promise<void> {
    return this.#write(() => {
      this.#disk.dropped.add(localId);
      this.#disk.outgoing.delete(localId);
    });
  }

  wasDropped(localId: string): Promise<boolean> {
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
  #write(change: () => unknown): Promise<void> {
    if (this.#isGone) return new Promise<void>(() => undefined);
    change();
    return Promise.resolve();
  }
}

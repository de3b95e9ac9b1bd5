import path from 'node:path';
import { codeOf, unlessMissing, type Disk, type DiskClock } from '../sync/disk';
import { isKeyName, layoutOf, layoutOfKey, type Layout } from './layout';
import { OwnerWatch, releasedOwner } from './owners';
import type { Place } from './place';

/** How much is unsent that was written with a key. */
export interface UnsentOfKey {
  /** The key's hash. */
  readonly key: string;
  /** Messages in outboxes whose engines are gone. */
  readonly count: number;
}

/** The result of moving or discarding it. */
export interface SettledUnsent {
  /** Outboxes that a live engine still owns, or that could not be moved or removed now. */
  readonly left: number;
}

/** A file in a key's folder: the user was asked what to do with that key's unsent messages. */
const ASKED = 'asked';

/**
 * Unsent messages at an address that were written with other keys than the one in use. They stay out of the present chat
 * until the user decides.
 */
export class OtherKeys {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #watch: OwnerWatch;

  constructor(options: {
    readonly folder: string;
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly disk: Disk;
    readonly clock: DiskClock;
    readonly place: Place;
  }) {
    this.#disk = options.disk;
    this.#layout = layoutOf(options.folder, options.baseUrl, options.apiKey);
    this.#watch = new OwnerWatch(options.disk, options.clock, options.place);
  }

  /** The unsent messages of other keys that no live engine owns. @throws when the disk cannot tell now */
  async unsent(): Promise<readonly UnsentOfKey[]> {
    const found: UnsentOfKey[] = [];
    for (const key of await unlessMissing(this.#disk.list(this.#layout.address), [])) {
      if (!isKeyName(key) || key === this.#layout.key) continue;
      const { free } = await this.#outboxesOf(key);
      let count = 0;
      for (const outbox of free) count += await this.#countIn(outbox);
      if (count > 0) found.push({ key, count });
    }
    return found;
  }

  /** Moves another key's unsent messages to the key in use, whose engine then takes them over. */
  move(key: string): Promise<SettledUnsent> {
    return this.#settle(key, async (outbox) => {
      await this.#disk.makeFolder(this.#layout.outboxes);
      await unlessMissing(this.#disk.move(outbox, path.join(this.#layout.outboxes, releasedOwner())), undefined);
    });
  }

  /** Removes another key's unsent messages. */
  discard(key: string): Promise<SettledUnsent> {
    return this.#settle(key, (outbox) => this.#disk.removeTree(outbox));
  }

  /** Lets one of all windows ask the user. @returns whether it is this one */
  async mayAsk(key: string): Promise<boolean> {
    try {
      await this.#disk.create(this.#askedFile(key), '');
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** The key is in use again, so that the user is asked again when it changes. */
  async forgetAsked(): Promise<void> {
    await this.#disk.remove(this.#askedFile(this.#layout.key));
  }

  async #settle(key: string, settle: (outbox: string) => Promise<void>): Promise<SettledUnsent> {
    const { free, held } = await this.#outboxesOf(key);
    let left = held;
    for (const outbox of free) await settle(outbox).catch(() => left++);
    return { left };
  }

  async #outboxesOf(key: string): Promise<{ readonly free: readonly string[]; readonly held: number }> {
    const { outboxes } = layoutOfKey(this.#layout.address, key);
    const free: string[] = [];
    let held = 0;
    for (const owner of await unlessMissing(this.#disk.list(outboxes), [])) {
      if (await this.#watch.isGone(outboxes, owner, false)) free.push(path.join(outboxes, owner));
      else held++;
    }
    return { free, held };
  }

  async #countIn(folder: string): Promise<number> {
    let count = 0;
    const names = await unlessMissing<readonly string[], readonly string[]>(this.#disk.list(folder), []);
    for (const name of names) {
      if (name.startsWith('taken-')) count += await this.#countIn(path.join(folder, name));
      if (!name.endsWith('.json') || names.includes(name.replace(/\.json$/, '.dropped'))) continue;
      const text = await unlessMissing(this.#disk.readText(path.join(folder, name)), undefined);
      if (text !== undefined && !isSent(text)) count++;
    }
    return count;
  }

  #askedFile(key: string): string {
    return path.join(this.#layout.address, key, ASKED);
  }
}

/** Whether the service took the message, so that it only has to be found in its room. */
function isSent(text: string): boolean {
  try {
    return (JSON.parse(text) as { readonly state?: unknown } | null)?.state === 'sent';
  } catch {
    return false;
  }
}

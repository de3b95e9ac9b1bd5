import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { unlessMissing, type Disk } from '../sync/disk';
import { isKeyName, layoutOfKey, type Layout } from './layout';
import { isAlive, releasedOwner, type OwnerWatch } from './owners';

/** A folder of messages that was taken and is not gone through yet. It may be named so in the outbox of one who has died. */
const TAKEN = 'taken-';
/** Of messages of which nobody knows the key. */
const TAKEN_KEYLESS = 'taken-keyless-';

const MESSAGE = '.json';
/** Beside a message that was done with and could not be removed. */
export const DROPPED_MARK = '.dropped';

/** What a take-over needs. */
export interface TakeOverOptions {
  readonly disk: Disk;
  readonly watch: OwnerWatch;
  readonly layout: Layout;
  /** The name of the own outbox. */
  readonly owner: string;
  /** Chosen among the windows of its place to be the one that sends with this key. */
  readonly isHost: boolean;
  /** Local ids of what is in the own outbox; those that are taken are added. */
  readonly kept: Set<string>;
  readonly log: (line: string) => void;
}

/**
 * Moves what dead engines have left into the own outbox. Each step leaves every message in one place, where the next try
 * finds it: whatever fails is tried again, by this process or the next.
 */
export class TakeOver {
  readonly #options: TakeOverOptions;
  readonly #own: string;
  readonly values: unknown[] = [];
  /** What went wrong first. Something is left for the next try. */
  error: unknown;

  constructor(options: TakeOverOptions) {
    this.#options = options;
    this.#own = path.join(options.layout.outboxes, options.owner);
  }

  /** Never rejects. */
  async run(): Promise<void> {
    await this.#attempt(() => this.#takeOlder());
    await this.#attempt(() => this.#takeOwners());
    await this.#attempt(() => this.#goThroughOwn());
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.error ??= error;
    }
  }

  async #takeOwners(): Promise<void> {
    const { disk, watch, layout, owner, isHost } = this.#options;
    for (const other of await unlessMissing(disk.list(layout.outboxes), [])) {
      if (other === owner) continue;
      await this.#attempt(async () => {
        if (await watch.isGone(layout.outboxes, other, isHost)) await this.#take(path.join(layout.outboxes, other));
      });
    }
  }

  /** Whoever moves it first has it. */
  async #take(folder: string, as = TAKEN): Promise<void> {
    const { disk } = this.#options;
    await disk.makeFolder(this.#own);
    await unlessMissing(disk.move(folder, path.join(this.#own, `${as}${randomUUID()}`)), undefined);
  }

  /**
   * From before keys were kept apart. An owner was named by process, key and chance there; one that was released had no
   * name, and what is in it may have been written for another key. An engine of that time that lives hears nothing of this
   * one, and goes on sending.
   */
  async #takeOlder(): Promise<void> {
    const { disk, layout } = this.#options;
    const owners = await unlessMissing(disk.list(layout.olderOutboxes), []);
    for (const owner of owners) {
      await this.#attempt(async () => {
        const folder = path.join(layout.olderOutboxes, owner);
        const [pid = '', key = ''] = owner.split('-');
        if (isAlive(owner, Number(pid))) return;
        if (key === layout.key) await this.#take(folder);
        else if (!isKeyName(key)) await this.#take(folder, TAKEN_KEYLESS);
        else await this.#leaveTo(layoutOfKey(layout.address, key), folder);
      });
    }
    // Until it is empty, somebody still lives there.
    if (owners.length > 0) await disk.removeFolder(layout.olderOutboxes).catch(() => undefined);
  }

  async #leaveTo({ outboxes }: Layout, folder: string): Promise<void> {
    const { disk } = this.#options;
    await disk.makeFolder(outboxes);
    await unlessMissing(disk.move(folder, path.join(outboxes, releasedOwner())), undefined);
  }

  /** Also what an earlier try has taken and could not go through. */
  async #goThroughOwn(): Promise<void> {
    const { disk } = this.#options;
    const names = await unlessMissing(disk.list(this.#own), []);
    await this.#removeDropped(this.#own, names);
    const taken = names.filter((name) => name.startsWith(TAKEN));
    if (taken.length === 0) return;
    const dropped = new Set(await unlessMissing(disk.list(this.#options.layout.dropped), []));
    for (const name of taken) await this.#attempt(() => this.#goThrough(this.#own, name, dropped));
  }

  async #goThrough(parent: string, name: string, dropped: ReadonlySet<string>, keyless = false): Promise<void> {
    const { disk } = this.#options;
    const folder = path.join(parent, name);
    const isKeyless = keyless || name.startsWith(TAKEN_KEYLESS);
    const names = await unlessMissing(disk.list(folder), []);
    await this.#removeDropped(folder, names);
    const marked = new Set(names.filter((other) => other.endsWith(DROPPED_MARK)).map(idOf));
    for (const inside of names) {
      await this.#attempt(async () => {
        if (inside.startsWith(TAKEN)) return this.#goThrough(folder, inside, dropped, isKeyless);
        // The mark goes after its message, which may still be there.
        if (inside.endsWith(DROPPED_MARK)) return;
        const id = idOf(inside);
        const isWanted = inside.endsWith(MESSAGE) && !dropped.has(id) && !marked.has(id);
        // One that is here already is the newer one. What is no message is the beginning of one that nobody was told is kept.
        if (isWanted && !this.#options.kept.has(id)) return this.#takeMessage(folder, inside, isKeyless);
        return disk.remove(path.join(folder, inside));
      });
    }
    await disk.removeFolder(folder);
  }

  /** Given only once it is in the own outbox: what fails before is found where it was. */
  async #takeMessage(folder: string, name: string, isKeyless: boolean): Promise<void> {
    const { disk, layout, kept, log } = this.#options;
    const file = path.join(folder, name);
    const text = await disk.readText(file);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      await disk.makeFolder(layout.damaged);
      await disk.move(file, path.join(layout.damaged, `${name}-${randomUUID()}`));
      log('A damaged message was set aside.');
      return;
    }
    if (isKeyless && typeof value === 'object' && value !== null) {
      // It waits for the user, who knows whether it is meant for this key.
      value = { ...value, state: 'failed' };
      await disk.replace(path.join(this.#own, name), JSON.stringify(value));
      kept.add(idOf(name));
      this.values.push(value);
      await disk.remove(file);
      return;
    }
    await disk.move(file, path.join(this.#own, name));
    kept.add(idOf(name));
    this.values.push(value);
  }

  async #removeDropped(folder: string, names: readonly string[]): Promise<void> {
    const { disk } = this.#options;
    for (const name of names.filter((other) => other.endsWith(DROPPED_MARK))) {
      await this.#attempt(async () => {
        await disk.remove(path.join(folder, `${idOf(name)}${MESSAGE}`));
        await disk.flush(folder);
        await disk.remove(path.join(folder, name));
      });
    }
  }
}

function idOf(name: string): string {
  return path.basename(name, path.extname(name));
}

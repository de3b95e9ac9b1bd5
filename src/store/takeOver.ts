import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { unlessMissing, type Disk } from '../sync/disk';
import { isKeyName, layoutOfKey, type Layout } from './layout';
import { isAlive, releasedOwner, type OwnerWatch } from './owners';

/** Start of the name of an outbox that was taken and is not gone through yet. A dead engine's outbox may hold some, too. */
const TAKEN = 'taken-';
/** The same, for messages whose key is unknown. */
const TAKEN_KEYLESS = 'taken-keyless-';

const MESSAGE = '.json';
/** Marks a message that was dropped and could not be removed. */
export const DROPPED_MARK = '.dropped';

/** What a takeover needs. */
export interface TakeOverOptions {
  readonly disk: Disk;
  readonly watch: OwnerWatch;
  readonly layout: Layout;
  /** The name of this engine's outbox. */
  readonly owner: string;
  /** This window was elected, among those of its place, to send with this key. */
  readonly isHost: boolean;
  /** Local ids of the messages in this engine's outbox. Those that are taken are added. */
  readonly kept: Set<string>;
  readonly log: (line: string) => void;
}

/**
 * Moves what dead engines have left into this engine's outbox. After each step every message is in one place, where the
 * next try finds it. Whatever fails is tried again, by this process or the next one.
 */
export class TakeOver {
  readonly #options: TakeOverOptions;
  readonly #own: string;
  readonly values: unknown[] = [];
  /** The first failure. When there is one, something is left for the next try. */
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

  /** The engine that moves it first gets it. */
  async #take(folder: string, as = TAKEN): Promise<void> {
    const { disk } = this.#options;
    await disk.makeFolder(this.#own);
    await unlessMissing(disk.move(folder, path.join(this.#own, `${as}${randomUUID()}`)), undefined);
  }

  /**
   * Takes outboxes from before each key had its own folder. Their names hold process, key and a random part. Released ones
   * have no name, so what they hold may have been written for another key. A live engine of such a version does not know of
   * this one and keeps sending.
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
    // Fails while an engine still lives there, because the folder is not empty.
    if (owners.length > 0) await disk.removeFolder(layout.olderOutboxes).catch(() => undefined);
  }

  async #leaveTo({ outboxes }: Layout, folder: string): Promise<void> {
    const { disk } = this.#options;
    await disk.makeFolder(outboxes);
    await unlessMissing(disk.move(folder, path.join(outboxes, releasedOwner())), undefined);
  }

  /** Includes what an earlier try has taken and could not go through. */
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
        // Its message may still be there, and must be removed first.
        if (inside.endsWith(DROPPED_MARK)) return;
        const id = idOf(inside);
        const isWanted = inside.endsWith(MESSAGE) && !dropped.has(id) && !marked.has(id);
        // If the message is here already, that copy is newer. Other files are half-written, and nobody was told they are kept.
        if (isWanted && !this.#options.kept.has(id)) return this.#takeMessage(folder, inside, isKeyless);
        return disk.remove(path.join(folder, inside));
      });
    }
    await disk.removeFolder(folder);
  }

  /** Gives the message only once it is in this engine's outbox. If that fails, the next try finds it where it was. */
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
      // Only the user knows whether it was meant for this key.
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

import path from 'node:path';
import pLimit from 'p-limit';
import { unlessMissing, type Disk, type DiskClock } from '../sync/disk';
import { OutboxTakenError, type StateStore, type TakenOutgoing } from '../sync/stateStore';
import { DiskTrouble } from './diskTrouble';
import { hash, layoutOf, type Layout } from './layout';
import { BEAT_MS, forgetOwner, newOwner, OwnerWatch, releasedOwner } from './owners';
import type { Place } from './place';
import { DROPPED_MARK, TakeOver } from './takeOver';

/** For so long it is known that a message was dropped, in milliseconds: whoever may ask for it is asking within seconds. */
const DROPPED_KNOWN_MS = 10 * 60_000;

/** What a store is made of. */
export interface FileStateStoreOptions {
  /** Belongs to this program alone. */
  readonly folder: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly disk: Disk;
  readonly clock: DiskClock;
  readonly place: Place;
  /** Chosen among all windows of the place to be the one that sends with this key. */
  readonly isHost?: boolean;
  readonly log: (line: string) => void;
  /** Told the system's code when the disk goes on refusing, and `undefined` when it works again. */
  readonly onLastingTrouble?: (code: string | undefined) => void;
}

/**
 * Keeps an engine's state in files; `layout.ts` says where. An owner is named by machine, place, process, and chance; its
 * outbox is its own while its engine lives. But whoever was chosen to host the engine of a key takes every outbox of that
 * key at its place: an engine that was superseded no longer sends. Every file is written whole beside its place, flushed,
 * and renamed into it, so that a crash at any byte leaves the old file or the new one.
 *
 * What is known of rooms is kept by each machine for itself: were two to write one file, a read mark would go back each
 * time the other one writes. A machine that knows nothing of a room yet begins with what another one knows.
 */
export class FileStateStore implements StateStore {
  readonly #options: FileStateStoreOptions;
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #owner: string;
  readonly #own: string;
  readonly #watch: OwnerWatch;
  readonly #trouble: DiskTrouble;
  /** Local ids of what is in the own outbox. */
  readonly #kept = new Set<string>();
  /** What was dropped here and could not be noted for the others yet. */
  readonly #unnoted = new Set<string>();
  /** Names of values that are there and could not be read: nobody may overwrite what nobody has seen. */
  readonly #unread = new Set<string>();
  #beat: { dispose(): void } | undefined;
  #isReleased = false;
  /** One after the other, in the order of asking. */
  readonly #inOrder = pLimit(1);

  constructor(options: FileStateStoreOptions) {
    const { folder, baseUrl, apiKey, disk, clock, place, log, onLastingTrouble = () => undefined } = options;
    this.#options = options;
    this.#disk = disk;
    this.#layout = layoutOf(folder, baseUrl, apiKey);
    this.#owner = newOwner(place);
    this.#own = path.join(this.#layout.outboxes, this.#owner);
    this.#watch = new OwnerWatch(disk, clock, place);
    this.#trouble = new DiskTrouble(clock, log, onLastingTrouble);
  }

  takeOutgoing(): Promise<TakenOutgoing> {
    return this.#inOrder(async () => {
      const { isHost = false, log } = this.#options;
      const [disk, watch, layout, owner, kept] = [this.#disk, this.#watch, this.#layout, this.#owner, this.#kept];
      const round = new TakeOver({ disk, watch, layout, owner, isHost, kept, log });
      await round.run();
      for (const localId of this.#unnoted) await this.#noteDropped(localId);
      const isComplete = round.error === undefined;
      if (isComplete) {
        this.#trouble.worked('Taking over unsent messages');
        await this.#forgetDropped();
      } else this.#trouble.failed('Taking over unsent messages', round.error);
      this.#keepBeating();
      return { values: round.values, isComplete };
    });
  }

  keepOutgoing(localId: string, value: unknown): Promise<void> {
    return this.#task('Keeping a message', async () => {
      const file = this.#file(localId);
      if (this.#kept.has(localId) && (await unlessMissing(this.#disk.changedAt(file), undefined)) === undefined) {
        this.#kept.delete(localId);
        throw new OutboxTakenError();
      }
      await this.#disk.replace(file, JSON.stringify(value));
      this.#kept.add(localId);
      this.#keepBeating();
    });
  }

  /** Done when the message is gone for good or bears a mark that says so, whichever the disk lets be done. */
  dropOutgoing(localId: string): Promise<void> {
    return this.#task('Dropping a message', async () => {
      await this.#noteDropped(localId);
      try {
        await this.#disk.remove(this.#file(localId));
        await unlessMissing(this.#disk.flush(this.#own), undefined);
      } catch {
        await this.#disk.replace(this.#file(localId, DROPPED_MARK), '');
      }
      this.#kept.delete(localId);
    });
  }

  /** Rejects when it cannot be found out now. */
  wasDropped(localId: string): Promise<boolean> {
    return this.#task('Reading', async () => {
      if (this.#unnoted.has(localId)) return true;
      const noted = this.#disk.changedAt(this.#droppedFile(localId));
      return (await unlessMissing(noted, undefined)) !== undefined;
    });
  }

  read(name: string): Promise<unknown> {
    return this.#task('Reading', async () => {
      this.#unread.add(name);
      const value = await this.#readValue(name);
      this.#unread.delete(name);
      return value;
    });
  }

  write(name: string, value: unknown): Promise<void> {
    return this.#task('Writing', async () => {
      if (this.#unread.has(name)) throw new Error('What is there could not be read yet.');
      await this.#disk.replace(this.#valueFile(name), JSON.stringify(value));
    });
  }

  /** Resolves when all that was asked for so far is done. */
  settled(): Promise<void> {
    return this.#inOrder(() => Promise.resolve());
  }

  /** Leaves the outbox to whoever comes next, at once: the process may be about to end. */
  release(): void {
    this.#isReleased = true;
    this.#beat?.dispose();
    forgetOwner(this.#owner);
    const free = path.join(this.#layout.outboxes, releasedOwner());
    try {
      this.#disk.moveNow(this.#own, free);
    } catch {
      // There is none, or it is held for a moment.
    }
    // Again, for what was still being written. What is not moved is found by its engine being gone.
    const later = path.join(this.#layout.outboxes, releasedOwner());
    void this.#inOrder(() => this.#disk.move(this.#own, later).catch(() => undefined));
  }

  #task<Result>(task: Parameters<DiskTrouble['failed']>[0], work: () => Promise<Result>): Promise<Result> {
    return this.#inOrder(() => this.#trouble.watch(task, work));
  }

  async #readValue(name: string): Promise<unknown> {
    for (const file of [this.#valueFile(name), ...(await this.#valuesOfOthers(name))]) {
      const text = await unlessMissing(this.#disk.readText(file), undefined);
      if (text === undefined) continue;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        const aside = path.join(this.#layout.damaged, `${path.basename(file)}-${this.#options.clock.now()}`);
        await this.#disk.makeFolder(this.#layout.damaged);
        await this.#disk.move(file, aside);
        this.#options.log(`A damaged file was set aside as ${path.basename(aside)}.`);
        return undefined;
      }
    }
    return undefined;
  }

  /** What other machines know under a name, the newest first, and what was known before machines were told apart. */
  async #valuesOfOthers(name: string): Promise<readonly string[]> {
    const { values, olderValues } = this.#layout;
    if ((await unlessMissing(this.#disk.changedAt(this.#valueFile(name)), undefined)) !== undefined) return [];
    const found: { readonly file: string; readonly at: number }[] = [];
    for (const machine of await unlessMissing(this.#disk.list(values), [])) {
      const file = path.join(values, machine, valueName(name));
      const at = await unlessMissing(this.#disk.changedAt(file), undefined);
      if (at !== undefined) found.push({ file, at });
    }
    const newestFirst = found.sort((left, right) => right.at - left.at).map(({ file }) => file);
    return [...newestFirst, path.join(olderValues, valueName(name))];
  }

  /** For whoever is asked for the message once more by a window that does not know. */
  async #noteDropped(localId: string): Promise<void> {
    try {
      await this.#disk.mark(this.#droppedFile(localId));
      this.#unnoted.delete(localId);
    } catch {
      this.#unnoted.add(localId);
    }
  }

  async #forgetDropped(): Promise<void> {
    const now = this.#options.clock.now();
    for (const name of await this.#disk.list(this.#layout.dropped).catch(() => [])) {
      const at = await this.#disk.changedAt(this.#droppedFile(name)).catch(() => now);
      if (now - at > DROPPED_KNOWN_MS) await this.#disk.remove(this.#droppedFile(name)).catch(() => undefined);
    }
  }

  /** Signs of life for other places, while there is something that they might take. */
  #keepBeating(): void {
    if (this.#beat !== undefined || this.#isReleased || this.#kept.size === 0) return;
    this.#beat = this.#options.clock.setTimer(BEAT_MS, () => {
      this.#beat = undefined;
      void this.#disk.touch(this.#own).catch(() => undefined);
      this.#keepBeating();
    });
  }

  #file(localId: string, ending = '.json'): string {
    return path.join(this.#own, `${path.basename(localId)}${ending}`);
  }

  #droppedFile(localId: string): string {
    return path.join(this.#layout.dropped, path.basename(localId));
  }

  #valueFile(name: string): string {
    return path.join(this.#layout.values, this.#options.place.machine, valueName(name));
  }
}

function valueName(name: string): string {
  return `${hash(name)}.json`;
}

import path from 'node:path';
import pLimit from 'p-limit';
import { unlessMissing, type Disk, type DiskClock } from '../sync/disk';
import { OutboxTakenError, type StateStore, type TakenOutgoing } from '../sync/stateStore';
import { DiskTrouble } from './diskTrouble';
import { hash, layoutOf, type Layout } from './layout';
import { BEAT_MS, forgetOwner, newOwner, OwnerWatch, releasedOwner } from './owners';
import type { Place } from './place';
import { DROPPED_MARK, TakeOver } from './takeOver';

/** How long a dropped message is remembered, in milliseconds. Whoever may still ask for it asks within seconds. */
const DROPPED_KNOWN_MS = 10 * 60_000;

/** What a store needs. */
export interface FileStateStoreOptions {
  /** Belongs to this program alone. */
  readonly folder: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly disk: Disk;
  readonly clock: DiskClock;
  readonly place: Place;
  /** This window was elected, among all windows of its place, to send with this key. */
  readonly isHost?: boolean;
  readonly log: (line: string) => void;
  /** Called with the system's error code when the disk keeps failing, and with `undefined` when it works again. */
  readonly onLastingTrouble?: (code: string | undefined) => void;
}

/**
 * Keeps an engine's state in files; `layout.ts` says where. The name of an outbox's owner holds its machine, place and
 * process, and a random part. Nobody else touches the outbox while that engine lives, with one exception: the elected host
 * of a key takes every outbox of the key at its place, because an engine that was superseded no longer sends. Every file is
 * written to a temporary name, flushed and renamed, so that a crash at any byte leaves either the old file or the new one.
 *
 * Each machine keeps its own copy of what is known of rooms. If two machines wrote the same file, each would set the
 * other's read marks back. A machine that knows nothing of a room yet starts from another machine's copy.
 */
export class FileStateStore implements StateStore {
  readonly #options: FileStateStoreOptions;
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #owner: string;
  readonly #own: string;
  readonly #watch: OwnerWatch;
  readonly #trouble: DiskTrouble;
  /** Local ids of the messages in this engine's outbox. */
  readonly #kept = new Set<string>();
  /** Messages that were dropped here. The note that tells other engines could not be written yet. */
  readonly #unnoted = new Set<string>();
  /** Names of values that exist and could not be read. They are not overwritten, because nobody has seen them. */
  readonly #unread = new Set<string>();
  #beat: { dispose(): void } | undefined;
  #isReleased = false;
  /** Runs tasks one at a time, in the order of the calls. */
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

  /** Resolves when the message is removed or, where the disk refuses that, marked as dropped. */
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

  /** Rejects when the disk cannot tell now. */
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

  /** Resolves when everything asked for so far is done. */
  settled(): Promise<void> {
    return this.#inOrder(() => Promise.resolve());
  }

  /** Releases the outbox to the next engine. Synchronous, because the process may be about to end. */
  release(): void {
    this.#isReleased = true;
    this.#beat?.dispose();
    forgetOwner(this.#owner);
    const free = path.join(this.#layout.outboxes, releasedOwner());
    try {
      this.#disk.moveNow(this.#own, free);
    } catch {
      // There is none, or it is locked for a moment.
    }
    // Again, for what was still being written. What is not moved is taken over once this engine is seen to be gone.
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

  /** Other machines' files of a name, newest first, and then the one from before each machine had its own. */
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

  /** So that an engine does not send the message when a window that has not heard of the drop asks for it again. */
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

  /** Gives other places signs of life while the outbox holds something that they might take. */
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

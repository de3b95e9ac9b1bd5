import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FileStateStore } from '../../src/store/fileStateStore';
import { layoutOf, type Layout } from '../../src/store/layout';
import { OtherKeys } from '../../src/store/otherKeys';
import { PatientDisk } from '../../src/store/patientDisk';
import type { Place } from '../../src/store/place';
import { driven } from './driven';
import { FaultyFileSystem } from './faultyFileSystem';
import { HERE, quickFolder } from './testDisk';
import { VirtualClock } from './virtualClock';

const ADDRESS = 'https://chapi.test/v1';
export const KEY = 'test_key_of_the_store';
/** Callers ask again after so long, in milliseconds, as an outbox does. */
const ASK_AGAIN_MS = 1000;

/** Stores over a folder of the real disk, on which calls fail and time passes as a test says. */
export class StoreBench {
  readonly folder: string;
  readonly clock = new VirtualClock();
  readonly faulty = new FaultyFileSystem(this.clock);
  readonly disk: PatientDisk;
  readonly log: string[] = [];
  readonly troubles: (string | undefined)[] = [];

  private constructor(folder: string, isWindows: boolean) {
    this.folder = folder;
    this.disk = new PatientDisk({ clock: this.clock, files: this.faulty.files, isWindows });
  }

  static async make(isWindows = false): Promise<StoreBench> {
    return new StoreBench(await mkdtemp(path.join(quickFolder, 'chapi-bench-')), isWindows);
  }

  open(options: { readonly key?: string; readonly isHost?: boolean; readonly place?: Place } = {}): FileStateStore {
    const { key: apiKey = KEY, isHost = true, place = HERE } = options;
    return new FileStateStore({
      ...{ folder: this.folder, baseUrl: ADDRESS, apiKey, disk: this.disk, clock: this.clock, place, isHost },
      log: (line) => this.log.push(line),
      onLastingTrouble: (code) => this.troubles.push(code),
    });
  }

  layout(key = KEY): Layout {
    return layoutOf(this.folder, ADDRESS, key);
  }

  otherKeys(apiKey = KEY): OtherKeys {
    const { folder, disk, clock } = this;
    return new OtherKeys({ folder, baseUrl: ADDRESS, apiKey, disk, clock, place: HERE });
  }

  /** Lets time pass until it is done. */
  done<Result>(promise: Promise<Result>): Promise<Result> {
    return driven(this.clock, this.faulty, promise);
  }

  /** Asks again and again, until it is done. */
  async atLast<Result>(what: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await this.done(what());
      } catch {
        await this.clock.advance(ASK_AGAIN_MS);
      }
    }
  }

  /** One attempt to take what is left: the texts, and whether that was all. */
  async take(store: FileStateStore): Promise<{ readonly texts: readonly string[]; readonly isComplete: boolean }> {
    const { values, isComplete } = await this.done(store.takeOutgoing());
    return { texts: values.map((value) => (value as { readonly text: string }).text).sort(), isComplete };
  }

  /** Takes until nothing is left behind, as engines do. */
  async takeAll(store: FileStateStore): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let rounds = 0; rounds < 100; rounds++) {
      const taken = await this.take(store);
      texts.push(...taken.texts);
      if (taken.isComplete) return texts.sort();
      await this.clock.advance(ASK_AGAIN_MS);
    }
    throw new Error('It was never complete.');
  }

  /** An engine that wrote messages and is gone. */
  async leave(ids: readonly string[], options: { readonly key?: string; readonly place?: Place } = {}): Promise<void> {
    const store = this.open(options);
    for (const id of ids) await this.done(store.keepOutgoing(id, { text: id, state: 'queued' }));
    await this.release(store);
  }

  async release(store: FileStateStore): Promise<void> {
    store.release();
    await this.done(store.settled());
  }

  /** Writes files by hand: names below the folder of the address, and texts. */
  async put(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.layout().address, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }

  /** Names of all files, from the folder of the address. */
  async files(): Promise<readonly string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.layout().address, path.join(entry.parentPath, entry.name)));
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

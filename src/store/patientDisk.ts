import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { codeOf, isMissing, type Disk, type DiskClock } from '../sync/disk';
import { nodeFileSystem, type FileSystem } from './fileSystem';

/** What a disk needs. */
export interface PatientDiskOptions {
  readonly clock: DiskClock;
  /** Node's own file system when absent. */
  readonly files?: FileSystem;
  /** Whether a call fails while another program has the file open. */
  readonly isWindows?: boolean;
}

/** The first and the longest wait before a retry, in milliseconds. Each wait is twice the one before. */
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 640;

/**
 * On Windows, a virus scanner, an indexer or a backup often locks a new file for some hundred milliseconds. The error is
 * the same as for missing permissions, which do not come by waiting, so the wait is limited. Milliseconds.
 */
const HELD_MS = 5000;
const HELD: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/** On every system: too many open files, or a hiccup of a disk or network. It passes soon or not at all. Milliseconds. */
const HICCUP_MS = 1000;
const HICCUPS: readonly string[] = ['EMFILE', 'ENFILE', 'EAGAIN', 'EIO', 'EBUSY', 'ESTALE'];

const FOR_USER_ALONE = 0o700;
const FILE_FOR_USER_ALONE = 0o600;

/** The machine's disk. Tries again after failures that may pass. */
export class PatientDisk implements Disk {
  readonly #clock: DiskClock;
  readonly #files: FileSystem;
  readonly #isWindows: boolean;

  constructor({ clock, files = nodeFileSystem, isWindows = process.platform === 'win32' }: PatientDiskOptions) {
    this.#clock = clock;
    this.#files = files;
    this.#isWindows = isWindows;
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#patiently(() => this.#files.readdir(folder));
  }

  readText(file: string): Promise<string> {
    return this.#patiently(() => this.#files.readFile(file));
  }

  async replace(file: string, text: string): Promise<void> {
    const folder = path.dirname(file);
    await this.makeFolder(folder);
    const beside = `${file}.${randomUUID()}.part`;
    try {
      // After a failed flush the file cannot be trusted, even if a second flush succeeds. It is written anew.
      await this.#patiently(() => this.#write(beside, 'w', text, true));
      await this.move(beside, file);
    } catch (error) {
      await this.#files.unlink(beside).catch(() => undefined);
      throw error;
    }
    await this.flush(folder);
  }

  create(file: string, text: string): Promise<void> {
    return this.#patiently(async () => {
      try {
        await this.#write(file, 'wx', text, false);
      } catch (error) {
        // A file that was created and not filled must not block the next try.
        if (codeOf(error) !== 'EEXIST') await this.#files.unlink(file).catch(() => undefined);
        throw error;
      }
    });
  }

  async mark(file: string): Promise<void> {
    await this.makeFolder(path.dirname(file));
    await this.#patiently(() => this.#write(file, 'w', '', false));
  }

  move(from: string, to: string): Promise<void> {
    return this.#patiently(() => this.#files.rename(from, to));
  }

  link(file: string, name: string): Promise<void> {
    return this.#patiently(() => this.#files.link(file, name));
  }

  remove(file: string): Promise<void> {
    return this.#patiently(() => unlessGone(this.#files.unlink(file)));
  }

  removeFolder(folder: string): Promise<void> {
    return this.#patiently(() => unlessGone(this.#files.rmdir(folder)));
  }

  removeTree(folder: string): Promise<void> {
    return this.#patiently(() => this.#files.rm(folder));
  }

  makeFolder(folder: string): Promise<void> {
    return this.#patiently(() => this.#files.mkdir(folder, FOR_USER_ALONE));
  }

  makeFreshFolder(start: string): Promise<string> {
    return this.#patiently(() => this.#files.mkdtemp(start));
  }

  /** Does nothing on Windows, which cannot flush a folder and does not need to. */
  async flush(folder: string): Promise<void> {
    if (this.#isWindows) return;
    await this.#patiently(async () => {
      const open = await this.#files.open(folder, 'r', 0);
      try {
        await open.sync();
      } finally {
        await open.close();
      }
    });
  }

  async changedAt(file: string): Promise<number> {
    return (await this.#patiently(() => this.#files.lstat(file))).mtimeMs;
  }

  touch(file: string): Promise<void> {
    return this.#patiently(() => this.#files.utimes(file, this.#clock.now() / 1000));
  }

  listNow(folder: string): readonly string[] {
    return this.#files.readdirSync(folder);
  }

  moveNow(from: string, to: string): void {
    this.#files.renameSync(from, to);
  }

  makeFolderNow(folder: string): void {
    this.#files.mkdirSync(folder, FOR_USER_ALONE);
  }

  removeNow(file: string): void {
    this.#files.unlinkSync(file);
  }

  removeFolderNow(folder: string): void {
    this.#files.rmdirSync(folder);
  }

  async #write(file: string, flags: 'w' | 'wx', text: string, durably: boolean): Promise<void> {
    const open = await this.#files.open(file, flags, FILE_FOR_USER_ALONE);
    try {
      await open.write(text);
      if (durably) await open.sync();
    } finally {
      await open.close();
    }
  }

  /** Retries failures that may pass, at doubling intervals. Whatever a failed call did must not harm the next. */
  async #patiently<Result>(call: () => Promise<Result>): Promise<Result> {
    const startedAt = this.#clock.monotonic();
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        return await call();
      } catch (error) {
        const waited = this.#clock.monotonic() - startedAt;
        if (waited + wait > this.#patienceFor(codeOf(error))) throw error;
      }
      await new Promise<void>((resolve) => this.#clock.setTimer(wait, resolve));
    }
  }

  #patienceFor(code: string): number {
    if (this.#isWindows && HELD.includes(code)) return HELD_MS;
    return HICCUPS.includes(code) ? HICCUP_MS : 0;
  }
}

async function unlessGone(removed: Promise<void>): Promise<void> {
  try {
    await removed;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { StateStore, TakenOutgoing } from '../sync/stateStore';

/** Changes when what is on disk can no longer be read as it is. */
const SCHEMA = 'v1';
const RELEASED = 'released';
const TAKEN = 'taken-';

/** For so long it is known that a message was dropped, in milliseconds: whoever may ask for it is asking within seconds. */
const DROPPED_KNOWN_MS = 10 * 60_000;

/** Outboxes of engines that live in this process. */
const liveOwners = new Set<string>();

/**
 * Keeps an engine's state in files: `SCHEMA/ADDRESS/outbox/OWNER/MESSAGE.json`, one owner per engine, an empty
 * `SCHEMA/ADDRESS/dropped/MESSAGE` for a message that was done with not long ago, and `SCHEMA/ADDRESS/KEY/NAME.json`.
 * An owner is named by process, key, and chance; its outbox is its own while its process lives. But whoever was chosen to
 * host the engine of a key takes every outbox of that key: an engine that was superseded no longer sends. Address and key stand there by their hashes. Every file is written whole beside its
 * place, flushed, and renamed into it, so that a crash at any byte leaves the old file or the new one.
 */
export class FileStateStore implements StateStore {
  readonly #outboxes: string;
  readonly #dropped: string;
  readonly #values: string;
  readonly #key: string;
  readonly #owner: string;
  readonly #isHost: boolean;
  readonly #log: (line: string) => void;
  /** One after the other, in the order of asking. */
  readonly #inOrder = pLimit(1);

  /**
   * @param folder belongs to this program alone
   * @param isHost chosen among all windows to be the one that sends with this key
   */
  constructor(folder: string, baseUrl: string, apiKey: string, log: (line: string) => void, isHost = false) {
    const address = path.join(folder, SCHEMA, hash(baseUrl));
    this.#key = engineName(baseUrl, apiKey);
    this.#owner = `${process.pid}-${this.#key}-${randomUUID()}`;
    this.#outboxes = path.join(address, 'outbox');
    this.#dropped = path.join(address, 'dropped');
    this.#values = path.join(address, this.#key);
    this.#log = log;
    this.#isHost = isHost;
    liveOwners.add(this.#owner);
  }

  takeOutgoing(): Promise<TakenOutgoing> {
    return this.#inOrder(async () => {
      const taken: unknown[] = [];
      await this.#forgetDropped();
      for (const owner of await filesIn(this.#outboxes)) {
        if (owner === this.#owner || (isAlive(owner) && !this.#supersedes(owner))) continue;
        // Whoever renames it first has it.
        const own = path.join(this.#outboxes, this.#owner);
        await mkdir(own, { recursive: true });
        const mine = path.join(own, `${TAKEN}${randomUUID()}`);
        const isMine = await rename(path.join(this.#outboxes, owner), mine).then(
          () => true,
          () => false,
        );
        if (isMine) taken.push(...(await this.#unpack(mine, own)));
      }
      return { values: taken, isComplete: true };
    });
  }

  keepOutgoing(localId: string, value: unknown): Promise<void> {
    return this.#inOrder(() => writeDurably(this.#outgoingFile(localId), value));
  }

  dropOutgoing(localId: string): Promise<void> {
    return this.#inOrder(async () => {
      // Survives the process, which is enough: whoever asks does not survive the machine.
      await mkdir(this.#dropped, { recursive: true, mode: 0o700 });
      await writeFile(path.join(this.#dropped, path.basename(localId)), '', { mode: 0o600 });
      await removeFile(this.#outgoingFile(localId));
    });
  }

  wasDropped(localId: string): Promise<boolean> {
    return this.#inOrder(() =>
      access(path.join(this.#dropped, path.basename(localId))).then(
        () => true,
        () => false,
      ),
    );
  }

  read(name: string): Promise<unknown> {
    return this.#inOrder(() => this.#readFile(this.#valueFile(name)));
  }

  write(name: string, value: unknown): Promise<void> {
    return this.#inOrder(() => writeDurably(this.#valueFile(name), value));
  }

  /** Resolves when all that was asked for so far is done. */
  settled(): Promise<void> {
    return this.#inOrder(() => Promise.resolve());
  }

  /** Leaves the outbox to whoever comes next, at once: the process may be about to end. */
  release(): void {
    liveOwners.delete(this.#owner);
    try {
      mkdirSync(this.#outboxes, { recursive: true });
      renameSync(path.join(this.#outboxes, this.#owner), path.join(this.#outboxes, `${RELEASED}-${randomUUID()}`));
    } catch {
      // There is none; or it is found by its process being gone.
    }
  }

  /** Moves the messages of a taken outbox into the own one and gives them back. */
  async #unpack(taken: string, own: string): Promise<readonly unknown[]> {
    const values: unknown[] = [];
    for (const name of await filesIn(taken)) {
      if (name.startsWith(TAKEN)) {
        values.push(...(await this.#unpack(path.join(taken, name), own)));
        continue;
      }
      if (!name.endsWith('.json')) continue;
      await rename(path.join(taken, name), path.join(own, name));
      const value = await this.#readFile(path.join(own, name));
      if (value !== undefined) values.push(value);
    }
    await rm(taken, { recursive: true, force: true });
    return values;
  }

  #supersedes(owner: string): boolean {
    return this.#isHost && owner.split('-')[1] === this.#key;
  }

  async #forgetDropped(): Promise<void> {
    for (const name of await filesIn(this.#dropped)) {
      const file = path.join(this.#dropped, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > DROPPED_KNOWN_MS) await removeFile(file).catch(() => undefined);
    }
  }

  async #readFile(file: string): Promise<unknown> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch {
      return undefined;
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      const aside = `${file}.damaged`;
      this.#log(`A damaged file was set aside as ${path.basename(aside)}.`);
      await rename(file, aside).catch(() => undefined);
      return undefined;
    }
  }

  #outgoingFile(localId: string): string {
    return path.join(this.#outboxes, this.#owner, `${localId}.json`);
  }

  #valueFile(name: string): string {
    return path.join(this.#values, `${hash(name)}.json`);
  }
}

/** Removes all that was ever kept there, of every address and key. */
export async function removeState(folder: string): Promise<void> {
  await rm(path.join(folder, SCHEMA), { recursive: true, force: true });
}

/** A name for the engine of a key at an address, that tells neither. */
export function engineName(baseUrl: string, apiKey: string): string {
  return hash(`${baseUrl}\n${apiKey}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Whether the engine behind an outbox may still send from it. */
function isAlive(owner: string): boolean {
  if (liveOwners.has(owner)) return true;
  const pid = Number(owner.split('-')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function writeDurably(file: string, value: unknown): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const beside = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(value));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await removeFile(beside).catch(() => undefined);
    throw error;
  }
  await flushFolder(folder);
}

async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
}

/** Makes a rename survive a crash. Windows has no such thing and does not need it. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

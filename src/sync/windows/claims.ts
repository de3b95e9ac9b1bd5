import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { codeOf, isMissing, unlessMissing, type Disk } from '../disk';
import type { Introduction } from './windowMessages';

/** What the host writes down for the other windows. */
export interface Claim extends Introduction {
  /** A Unix socket's path, or the name of a pipe. */
  readonly address: string;
  /** Whoever knows it may connect. Base64. */
  readonly token: string;
  readonly pid: number;
}

/** A claim with its generation. `claim` is absent when its text makes no sense. */
export interface NumberedClaim {
  readonly generation: number;
  readonly claim?: Claim;
}

const NAME = /^host-([1-9]\d{0,14})$/;
const PART = /^part-/;

/** How long a half-written file of a killed window is left alone before it is removed, in milliseconds. */
const PART_LIVES_MS = 60_000;

/** Error codes of file systems without links. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EINVAL', 'EMLINK', 'EXDEV'];

/**
 * Says who hosts the engine of one key at one address, by files `host-GENERATION` in a folder that only the user can enter.
 * The window with the highest generation hosts. Its file stays when the window is gone, so that numbers only grow. A file
 * appears whole and only one can have a name, so that the first window to make it hosts. When the folder cannot be read
 * for a moment, nobody can tell who hosts, and everything here rejects.
 */
export class Claims {
  readonly #folder: string;
  readonly #disk: Disk;

  /** @param folder for this address and key at this place, and for nothing else */
  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** The present or last host. `undefined` when there was never one. @throws when it cannot be read now */
  async highest(): Promise<NumberedClaim | undefined> {
    for (;;) {
      const generation = highestOf(await unlessMissing(this.#disk.list(this.#folder), []));
      if (generation === undefined) return undefined;
      const text = await unlessMissing(this.#disk.readText(this.#file(generation)), undefined);
      // It was removed, because there is a higher one now.
      if (text === undefined) continue;
      const claim = decodeClaim(text);
      return claim === undefined ? { generation } : { generation, claim };
    }
  }

  /**
   * Whether this generation still hosts; `undefined` when that cannot be read now. Synchronous and cheap, so that it can
   * be asked before each request.
   */
  isHighest(generation: number): boolean | undefined {
    // A second try may succeed at once. There is no time to wait.
    for (let tries = 0; tries < 2; tries++) {
      try {
        return highestOf(this.#disk.listNow(this.#folder)) === generation;
      } catch (error) {
        if (isMissing(error)) return false;
      }
    }
    return undefined;
  }

  /**
   * Claims a generation.
   * @returns false when another window was faster
   * @throws when nothing can be written here
   */
  async claim(generation: number, claim: Claim): Promise<boolean> {
    await this.#disk.makeFolder(this.#folder);
    const part = path.join(this.#folder, `part-${randomUUID()}`);
    try {
      await this.#disk.create(part, JSON.stringify(claim));
      await this.#place(part, generation, claim);
    } catch (error) {
      // A call that failed may have done its work all the same.
      const isMine = await this.#isBy(claim, generation).catch(() => false);
      if (!isMine && codeOf(error) === 'EEXIST') return false;
      if (!isMine) throw error;
    } finally {
      await this.#disk.remove(part).catch(() => undefined);
    }
    // Another window may have claimed a higher generation since this one was chosen.
    return highestOf(await this.#disk.list(this.#folder)) === generation;
  }

  /**
   * Removes the claims below this one. What cannot be removed now is left to the next host.
   * @param now milliseconds since 1970
   * @returns the removed claims
   */
  async sweep(generation: number, now: number): Promise<readonly Claim[]> {
    const swept: Claim[] = [];
    for (const name of await this.#disk.list(this.#folder).catch(() => [])) {
      const file = path.join(this.#folder, name);
      const number = generationOf(name);
      if (number !== undefined && number < generation) {
        const claim = decodeClaim(await this.#disk.readText(file).catch(() => ''));
        if (claim !== undefined) swept.push(claim);
        await this.#disk.remove(file).catch(() => undefined);
      } else if (PART.test(name)) {
        const changedAt = await this.#disk.changedAt(file).catch(() => now);
        if (now - changedAt > PART_LIVES_MS) await this.#disk.remove(file).catch(() => undefined);
      }
    }
    return swept;
  }

  /** Whether a claim could be made and read here now. @throws why not */
  async probe(): Promise<void> {
    await this.#disk.makeFolder(this.#folder);
    const part = path.join(this.#folder, `part-${randomUUID()}`);
    await this.#disk.create(part, '');
    await this.#disk.remove(part);
    await this.highest();
  }

  async #place(part: string, generation: number, claim: Claim): Promise<void> {
    try {
      await this.#disk.link(part, this.#file(generation));
    } catch (error) {
      if (!NO_LINKS.includes(codeOf(error))) throw error;
      // The file may be seen half-written. A window that sees that reads it again before it claims a higher generation.
      await this.#disk.create(this.#file(generation), JSON.stringify(claim));
    }
  }

  async #isBy(claim: Claim, generation: number): Promise<boolean> {
    return (await this.#disk.readText(this.#file(generation))) === JSON.stringify(claim);
  }

  #file(generation: number): string {
    return path.join(this.#folder, `host-${generation}`);
  }
}

function highestOf(names: readonly string[]): number | undefined {
  const generations = names.map(generationOf).filter((generation) => generation !== undefined);
  return generations.length === 0 ? undefined : Math.max(...generations);
}

function generationOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function decodeClaim(text: string): Claim | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Claim, unknown>> | null;
    const { protocol, version, address, token, pid } = value ?? {};
    if (typeof protocol !== 'number' || typeof version !== 'string' || typeof address !== 'string') return undefined;
    if (typeof token !== 'string' || token === '' || typeof pid !== 'number') return undefined;
    return { protocol, version, address, token, pid };
  } catch {
    return undefined;
  }
}

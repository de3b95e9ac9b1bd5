import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { codeOf, isMissing, unlessMissing, type Disk } from '../disk';
import type { Introduction } from './windowMessages';

/** What whoever hosts writes down for the others. */
export interface Claim extends Introduction {
  /** A Unix socket's path, or the name of a pipe. */
  readonly address: string;
  /** Whoever knows it may come in. Base64. */
  readonly token: string;
  readonly pid: number;
}

/** A claim with its number; without what it says when that makes no sense. */
export interface NumberedClaim {
  readonly generation: number;
  readonly claim?: Claim;
}

const NAME = /^host-([1-9]\d{0,14})$/;
const PART = /^part-/;

/** What a window that was killed while it wrote has left, is swept away after so long, in milliseconds. */
const PART_LIVES_MS = 60_000;

/** What file systems say that know no links. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EINVAL', 'EMLINK', 'EXDEV'];

/**
 * Who hosts the engine of one key at one address: files `host-GENERATION` in a folder that only the user can enter. The
 * highest generation hosts, and stays when its window is gone, so that numbers only grow. A file appears whole and at
 * once, and there can be one of a name: whoever makes it first hosts. What cannot be read for a moment says nothing of
 * who hosts: then everything here rejects.
 */
export class Claims {
  readonly #folder: string;
  readonly #disk: Disk;

  /** @param folder of this address and key at this place, and of nothing else */
  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** Whoever hosts, or did last. Nothing when nobody ever has. @throws when that cannot be read now */
  async highest(): Promise<NumberedClaim | undefined> {
    for (;;) {
      const generation = highestOf(await unlessMissing(this.#disk.list(this.#folder), []));
      if (generation === undefined) return undefined;
      const text = await unlessMissing(this.#disk.readText(this.#file(generation)), undefined);
      // Swept away, because there is a higher one now.
      if (text === undefined) continue;
      const claim = decodeClaim(text);
      return claim === undefined ? { generation } : { generation, claim };
    }
  }

  /**
   * Whether this generation hosts still; nothing when that cannot be told now. Cheap, and at once, so that it can be asked
   * before each request.
   */
  isHighest(generation: number): boolean | undefined {
    // What fails once may do at once; nothing is waited for here.
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
   * @returns false when somebody was faster
   * @throws when nothing can be written here
   */
  async claim(generation: number, claim: Claim): Promise<boolean> {
    await this.#disk.makeFolder(this.#folder);
    const part = path.join(this.#folder, `part-${randomUUID()}`);
    try {
      await this.#disk.create(part, JSON.stringify(claim));
      await this.#place(part, generation, claim);
    } catch (error) {
      // A call that was answered with an error may have done its work all the same.
      const isMine = await this.#isBy(claim, generation).catch(() => false);
      if (!isMine && codeOf(error) === 'EEXIST') return false;
      if (!isMine) throw error;
    } finally {
      await this.#disk.remove(part).catch(() => undefined);
    }
    // Somebody may have gone on from a higher one that was not here yet when this one was chosen.
    return highestOf(await this.#disk.list(this.#folder)) === generation;
  }

  /**
   * Sweeps away the claims below this one. What cannot be swept away now is left to the next.
   * @param now milliseconds since 1970
   * @returns what they said
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
      // The file may be seen half-written: whoever reads that looks again before it goes one higher.
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

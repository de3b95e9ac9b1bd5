import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Introduction } from './windowMessages';

/** What whoever hosts writes down for the others. */
export interface Claim extends Introduction {
  /** A Unix socket's path, or the name of a pipe. */
  readonly address: string;
  /** Whoever knows it may come in. Base64. */
  readonly token: string;
  readonly pid: number;
}

/** A claim with its number; without what it says when that cannot be read. */
export interface NumberedClaim {
  readonly generation: number;
  readonly claim?: Claim;
}

const NAME = /^host-([1-9]\d{0,14})$/;
const PART = /^part-/;

/** What a window that was killed while it wrote has left, is swept away after so long, in milliseconds. */
const PART_LIVES_MS = 60_000;

/**
 * Who hosts the engine of one key at one address: files `host-GENERATION` in a folder that only the user can enter. The
 * highest generation hosts, and stays when its window is gone, so that numbers only grow. A file appears whole and at
 * once, and there can be one of a name: whoever makes it first hosts.
 */
export class Claims {
  readonly #folder: string;

  /** @param folder of this address and key, and of nothing else */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whoever hosts, or did last. Nothing when nobody ever has. */
  async highest(): Promise<NumberedClaim | undefined> {
    const generation = highestOf(await readdir(this.#folder).catch(noneIfMissing));
    if (generation === undefined) return undefined;
    const text = await readFile(this.#file(generation), 'utf8').catch(() => '');
    const claim = decodeClaim(text);
    return claim === undefined ? { generation } : { generation, claim };
  }

  /** Whether this generation hosts still. Cheap, and at once, so that it can be asked before each request. */
  isHighest(generation: number): boolean {
    try {
      return highestOf(readdirSync(this.#folder)) === generation;
    } catch {
      return false;
    }
  }

  /**
   * Claims a generation.
   * @returns false when somebody was faster
   * @throws when nothing can be written here
   */
  async claim(generation: number, claim: Claim): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const part = path.join(this.#folder, `part-${randomUUID()}`);
    await writeNew(part, claim);
    try {
      await this.#place(part, generation, claim);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await unlink(part).catch(() => undefined);
    }
    // Somebody may have gone on from a higher one that was not here yet when this one was chosen.
    return this.isHighest(generation);
  }

  /**
   * Sweeps away the claims below this one.
   * @param now milliseconds since 1970
   * @returns what they said
   */
  async sweep(generation: number, now: number): Promise<readonly Claim[]> {
    const swept: Claim[] = [];
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      const number = generationOf(name);
      if (number !== undefined && number < generation) {
        const claim = decodeClaim(await readFile(file, 'utf8').catch(() => ''));
        if (claim !== undefined) swept.push(claim);
        await unlink(file).catch(() => undefined);
      } else if (PART.test(name)) {
        const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
        if (now - mtimeMs > PART_LIVES_MS) await unlink(file).catch(() => undefined);
      }
    }
    return swept;
  }

  async #place(part: string, generation: number, claim: Claim): Promise<void> {
    try {
      await link(part, this.#file(generation));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw error;
      // A file system without links. The file may be seen half-written: whoever reads that takes the claim for dead, and
      // goes one higher.
      await writeNew(this.#file(generation), claim);
    }
  }

  #file(generation: number): string {
    return path.join(this.#folder, `host-${generation}`);
  }
}

async function writeNew(file: string, claim: Claim): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(claim));
  } finally {
    await handle.close();
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

function noneIfMissing(error: unknown): readonly string[] {
  if (codeOf(error) === 'ENOENT') return [];
  throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

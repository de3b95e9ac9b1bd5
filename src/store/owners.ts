import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { isMissing, type Disk, type DiskClock } from '../sync/disk';
import type { Place } from './place';

/** The outboxes of this process's live engines. */
const liveOwners = new Set<string>();

/** Start of the name of an outbox that was released to the next engine. */
export const RELEASED = 'released-';

/** How often an engine gives a sign of life while its outbox holds something unsent, in milliseconds. */
export const BEAT_MS = 20_000;

/**
 * How long an outbox of another place must be silent before it is taken, in milliseconds. On the same machine, the place
 * changes when a restart clears the temporary folder. One minute is three missed signs, and the user soon sees what is
 * unsent. Another machine may only be slow, or cut off from the folder for a moment, so it gets ten minutes. A machine
 * that slept longer finds its outbox gone before it sends from it (`OutboxTakenError`). Silence means that nothing changed
 * while this process watched; the clocks of two machines are never compared.
 */
const SILENT_PLACE_MS = 60_000;
const SILENT_MACHINE_MS = 600_000;

/** A new name for the outbox of an engine of this process. It tells others which process to look for, and where. */
export function newOwner({ machine, place }: Place): string {
  const owner = `${machine}.${place}.${process.pid}.${randomUUID()}`;
  liveOwners.add(owner);
  return owner;
}

/** The engine is gone, even if its process lives on. */
export function forgetOwner(owner: string): void {
  liveOwners.delete(owner);
}

/** A new name for an outbox that belongs to nobody. */
export function releasedOwner(): string {
  return `${RELEASED}${randomUUID()}`;
}

/** Tells which outboxes may be taken over. */
export class OwnerWatch {
  readonly #disk: Disk;
  readonly #clock: DiskClock;
  readonly #place: Place;
  readonly #seen = new Map<string, { readonly beat: number; readonly since: number }>();

  constructor(disk: Disk, clock: DiskClock, place: Place) {
    this.#disk = disk;
    this.#clock = clock;
    this.#place = place;
  }

  /**
   * Whether the engine of an outbox will never send from it again.
   * @param isHost whether the caller is the elected host of this place: then no other engine of the place sends with the
   * key, even if it has not noticed yet
   * @throws when the disk cannot tell now
   */
  async isGone(outboxes: string, owner: string, isHost: boolean): Promise<boolean> {
    const [machine = '', place = '', pid = '', chance] = owner.split('.');
    if (chance === undefined) return true;
    if (place === this.#place.place) return isHost || !isAlive(owner, Number(pid));
    const limit = machine === this.#place.machine ? SILENT_PLACE_MS : SILENT_MACHINE_MS;
    return this.#isSilent(path.join(outboxes, owner), limit);
  }

  async #isSilent(folder: string, limit: number): Promise<boolean> {
    let beat: number;
    try {
      beat = await this.#disk.changedAt(folder);
    } catch (error) {
      // Another engine has taken it already.
      if (isMissing(error)) return false;
      throw error;
    }
    const now = this.#clock.monotonic();
    const seen = this.#seen.get(folder);
    if (seen?.beat === beat) return now - seen.since >= limit;
    this.#seen.set(folder, { beat, since: now });
    return false;
  }
}

/** Whether the process of an owner at this place lives, or at least some process with the same number. */
export function isAlive(owner: string, pid: number): boolean {
  if (liveOwners.has(owner)) return true;
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

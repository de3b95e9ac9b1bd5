import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { isMissing, type Disk, type DiskClock } from '../sync/disk';
import type { Place } from './place';

/** Outboxes of engines that live in this process. */
const liveOwners = new Set<string>();

/** The name of an outbox that was left to whoever comes next. */
export const RELEASED = 'released-';

/** How often an engine gives a sign of life while something unsent lies in its outbox, in milliseconds. */
export const BEAT_MS = 20_000;

/**
 * An outbox of another place is taken after so long without a sign of life, in milliseconds. On the same machine that
 * happens when a start of it has cleared the temporary folder: one minute is three signs, and the user sees soon what is
 * unsent. Another machine may only be slow, or the network between it and the folder away for a moment: ten minutes. A
 * machine that slept longer finds its outbox gone before it sends from it (`OutboxTakenError`). What counts is that
 * nothing changed while this process was watching; two machines' clocks are never compared.
 */
const SILENT_PLACE_MS = 60_000;
const SILENT_MACHINE_MS = 600_000;

/** A new name for the outbox of an engine of this process: whoever sees it knows where to look for its process. */
export function newOwner({ machine, place }: Place): string {
  const owner = `${machine}.${place}.${process.pid}.${randomUUID()}`;
  liveOwners.add(owner);
  return owner;
}

/** The engine is gone, whatever its process does. */
export function forgetOwner(owner: string): void {
  liveOwners.delete(owner);
}

/** A new name for an outbox that belongs to nobody. */
export function releasedOwner(): string {
  return `${RELEASED}${randomUUID()}`;
}

/** Which outboxes may be taken over. */
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
   * Whether the engine of an outbox will not send from it any more.
   * @param isHost whether this place's windows have chosen the one who asks: then no other engine of the place sends with
   * the key, whether it knows that or not
   * @throws when it cannot be found out now
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
      // Somebody has it already.
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

/** Whether the process of an owner lives, which is of this place, or at least has a process of its number. */
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

import path from 'node:path';
import { systemClock } from '../chapi/clock';
import { FileStateStore } from '../store/fileStateStore';
import { finishRemoving, removeState } from '../store/forgetting';
import { engineName } from '../store/layout';
import { OtherKeys } from '../store/otherKeys';
import { PatientDisk } from '../store/patientDisk';
import { findPlace, type Place } from '../store/place';
import { codeOf, type Disk } from '../sync/disk';
import type { ReleasableStore } from '../sync/engine';

/** Other windows' engines have ended by so long after the key was changed or removed, in milliseconds. */
export const LATE_WRITES_MS = 5000;

/** An address and a key there. */
export interface Account {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** The folder in which the extension keeps what must outlive a window. */
export class StateFolder {
  readonly #folder: string;
  readonly #log: (line: string) => void;
  readonly #onTrouble: () => void;
  readonly disk: Disk = new PatientDisk({ clock: systemClock });
  #place: Promise<Place> | undefined;
  #store: FileStateStore | undefined;
  #trouble: string | undefined;

  /** @param onTrouble called when {@link trouble} changes */
  constructor(folder: string, log: (line: string) => void, onTrouble: () => void) {
    this.#folder = folder;
    this.#log = log;
    this.#onTrouble = onTrouble;
  }

  /** The system's code when the disk goes on refusing. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /**
   * Gets ready, after finishing what was to be removed. Never rejects.
   * @returns nothing when that is still there: no engine may find it
   */
  async open(): Promise<Place | undefined> {
    try {
      await finishRemoving(this.disk, this.#folder);
    } catch (error) {
      this.#log(`What was kept before could not be removed (${codeOf(error)}). It is tried again.`);
      this.#setTrouble(codeOf(error));
      return undefined;
    }
    this.#setTrouble(undefined);
    this.#place ??= findPlace(this.disk);
    return this.#place;
  }

  claimsFolder({ baseUrl, apiKey }: Account, { place }: Place): string {
    return path.join(this.#folder, 'hosts', engineName(baseUrl, apiKey), place);
  }

  /** A store for an engine. @param isHost chosen among all windows of the place to be the one that sends with this key */
  openStore(account: Account, place: Place, isHost: boolean): ReleasableStore {
    this.#setTrouble(undefined);
    const store = new FileStateStore({
      ...account,
      ...{ folder: this.#folder, disk: this.disk, clock: systemClock, place, isHost, log: this.#log },
      onLastingTrouble: (code) => {
        if (store === this.#store) this.#setTrouble(code);
      },
    });
    this.#store = store;
    return store;
  }

  otherKeys(account: Account, place: Place): OtherKeys {
    return new OtherKeys({ ...account, folder: this.#folder, disk: this.disk, clock: systemClock, place });
  }

  /**
   * Removes all that is kept. Only when there is no feed that would write it again.
   * @param isStillWanted asked some seconds later, when other windows have ended what they were writing
   * @throws when something is left
   */
  async remove(isStillWanted: () => boolean): Promise<void> {
    await this.#store?.settled();
    await removeState(this.disk, this.#folder);
    setTimeout(() => {
      if (isStillWanted()) removeState(this.disk, this.#folder).catch(() => undefined);
    }, LATE_WRITES_MS).unref();
  }

  #setTrouble(code: string | undefined): void {
    if (this.#trouble === code) return;
    this.#trouble = code;
    this.#onTrouble();
  }
}

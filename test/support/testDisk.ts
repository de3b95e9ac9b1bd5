import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { systemClock } from '../../src/chapi/clock';
import { PatientDisk } from '../../src/store/patientDisk';
import type { Place } from '../../src/store/place';
import type { Disk } from '../../src/sync/disk';

/** The real disk. */
export const testDisk: Disk = new PatientDisk({ clock: systemClock });

/** A folder in memory, where there is one, for tests that make a hundred thousand calls. */
export const quickFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Where all windows of a test are, unless it says otherwise. */
export const HERE: Place = { machine: 'this-machine', place: 'this-place' };

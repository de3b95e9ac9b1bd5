import { systemClock } from '../../src/chapi/clock';
import { PatientDisk } from '../../src/store/patientDisk';
import type { Place } from '../../src/store/place';
import type { Disk } from '../../src/sync/disk';

/** The real disk. */
export const testDisk: Disk = new PatientDisk({ clock: systemClock });

/** Where all windows of a test are, unless it says otherwise. */
export const HERE: Place = { machine: 'this-machine', place: 'this-place' };

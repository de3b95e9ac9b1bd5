import { createHash, randomBytes } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { codeOf, isMissing, type Disk } from '../sync/disk';

/**
 * Where a process runs, for a storage folder that more than one machine may see (a home on NFS, a redirected `%APPDATA%`,
 * the volume of a code server's replicas).
 */
export interface Place {
  /** Whoever bears the same one finds the same sockets. Another one after a start of the machine, where that clears `/tmp`. */
  readonly place: string;
  /** The machine or container, also after it was started anew. */
  readonly machine: string;
}

/** Where a place is made out. */
export interface PlaceFolders {
  /** Tried in this order. */
  readonly forPlace: readonly string[];
  readonly forMachine: readonly string[];
}

const ID_BYTES = 16;
const SHOWN_CHARACTERS = 12;

/**
 * Makes out where this process runs. No number that a system gives itself tells what is asked here: containers of one
 * image have one `machine-id`, replicas have one host name, and a process id means nothing elsewhere. What two processes
 * need is each other's sockets, and those are in the temporary folder: whoever sees the same random number there sees the
 * same sockets. It is looked for in `/tmp`, not in `TMPDIR`, which a shell may set for one window alone. The machine is
 * known by a number in `/var/tmp`, which a start of the machine does not clear. The host name counts too, for temporary
 * folders that are shared by machines. Somebody else may write these files: that makes windows talk for themselves, no more.
 */
export async function findPlace(disk: Disk, folders: PlaceFolders = systemFolders()): Promise<Place> {
  const place = await numberIn(disk, folders.forPlace);
  const machine = await numberIn(disk, folders.forMachine);
  return { place: shown(`${machine}\n${place}`), machine: shown(machine) };
}

function systemFolders(): PlaceFolders {
  // On Windows it is the user's own, stays on the machine, and lasts.
  if (process.platform === 'win32') return { forPlace: [tmpdir()], forMachine: [tmpdir()] };
  return { forPlace: ['/tmp', tmpdir()], forMachine: ['/var/tmp', '/tmp', tmpdir()] };
}

/** The number in the first of the folders that has or takes one; without any, the host name has to do. */
async function numberIn(disk: Disk, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    try {
      return await readOrMake(disk, path.join(folder, `chapi-place-${process.getuid?.() ?? 'user'}`));
    } catch {
      // The next folder may be better.
    }
  }
  return 'unknown';
}

async function readOrMake(disk: Disk, file: string): Promise<string> {
  try {
    return await disk.readText(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const part = `${file}-${randomBytes(ID_BYTES).toString('hex')}`;
  await disk.create(part, randomBytes(ID_BYTES).toString('hex'));
  try {
    // Whole and at once, and whoever is first has made it.
    await disk.link(part, file);
  } catch (error) {
    // A file system without links.
    if (codeOf(error) !== 'EEXIST') await disk.move(part, file);
  }
  await disk.remove(part);
  return disk.readText(file);
}

function shown(text: string): string {
  return createHash('sha256').update(`${hostname()}\n${text}`).digest('hex').slice(0, SHOWN_CHARACTERS);
}

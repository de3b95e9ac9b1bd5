import { createHash, randomBytes } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { codeOf, isMissing, type Disk } from '../sync/disk';

/**
 * Where a process runs. It matters where several machines share a storage folder (a home on NFS, a redirected
 * `%APPDATA%`, the volume of a code server's replicas).
 */
export interface Place {
  /** Processes with the same place see the same sockets. It changes when a restart of the machine clears `/tmp`. */
  readonly place: string;
  /** The machine or container. It survives a restart. */
  readonly machine: string;
}

/** Folders whose files identify a place. */
export interface PlaceFolders {
  /** In the order of trying. */
  readonly forPlace: readonly string[];
  readonly forMachine: readonly string[];
}

const ID_BYTES = 16;
const SHOWN_CHARACTERS = 12;

/**
 * Finds out where this process runs. No id of the system answers that: containers of one image share a `machine-id`,
 * replicas share a host name, and a process id means nothing elsewhere. Two processes can work together when they see each
 * other's sockets, which are in the temporary folder. So a random number is kept there, and whoever reads the same number
 * sees the same sockets. It is kept in `/tmp`, not in `TMPDIR`, which a shell may set for one window alone. The machine is
 * identified by a number in `/var/tmp`, which survives a restart. The host name counts too, because machines may share
 * temporary folders. Another user may write these files; the worst of it is that each window talks to the service itself.
 */
export async function findPlace(disk: Disk, folders: PlaceFolders = systemFolders()): Promise<Place> {
  const place = await numberIn(disk, folders.forPlace);
  const machine = await numberIn(disk, folders.forMachine);
  return { place: shown(`${machine}\n${place}`), machine: shown(machine) };
}

function systemFolders(): PlaceFolders {
  // On Windows it belongs to the user, is on the machine, and survives a restart.
  if (process.platform === 'win32') return { forPlace: [tmpdir()], forMachine: [tmpdir()] };
  return { forPlace: ['/tmp', tmpdir()], forMachine: ['/var/tmp', '/tmp', tmpdir()] };
}

/** The number in the first folder that has or takes one. Without any, the host name alone has to do. */
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
    // The file appears whole, and only the first one to link it succeeds.
    await disk.link(part, file);
  } catch (error) {
    // The file system has no links.
    if (codeOf(error) !== 'EEXIST') await disk.move(part, file);
  }
  await disk.remove(part);
  return disk.readText(file);
}

function shown(text: string): string {
  return createHash('sha256').update(`${hostname()}\n${text}`).digest('hex').slice(0, SHOWN_CHARACTERS);
}

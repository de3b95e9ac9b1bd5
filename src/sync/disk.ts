import type { Clock } from '../chapi/clock';

/** Time, as a disk and a store are given it. */
export type DiskClock = Clock;

/**
 * The files of this machine, as the engine's storage and the windows' claims need them. A call that fails for a reason
 * that passes by itself (a file that a scanner holds, too many open files) is tried again for a while before it rejects,
 * with the system's code. The calls that end in `Now` are for moments that cannot wait: they are tried once.
 */
export interface Disk {
  /** Names in a folder. @throws ENOENT too: only that means that there is none */
  list(folder: string): Promise<readonly string[]>;
  readText(file: string): Promise<string>;
  /** Replaces a file, whole or not at all. Resolves when the text would survive a crash. Makes the folder. */
  replace(file: string, text: string): Promise<void>;
  /** Makes a file that was not there, for the user alone. @throws EEXIST when it was */
  create(file: string, text: string): Promise<void>;
  /** Makes an empty file, or none when it is there. Makes the folder. It survives the process, perhaps not a crash of the machine. */
  mark(file: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** A second name for a file. @throws EEXIST when the name is taken */
  link(file: string, name: string): Promise<void>;
  /** Removes a file, if there is one. */
  remove(file: string): Promise<void>;
  /** Removes an empty folder, if there is one. @throws ENOTEMPTY */
  removeFolder(folder: string): Promise<void>;
  /** Removes a folder with all that is in it, if there is one. */
  removeTree(folder: string): Promise<void>;
  /** Makes a folder and those above it, for the user alone. */
  makeFolder(folder: string): Promise<void>;
  /** Makes a folder of a name that was never there: `start` and six characters. */
  makeFreshFolder(start: string): Promise<string>;
  /** What was made, moved or removed in the folder survives a crash of the machine. */
  flush(folder: string): Promise<void>;
  /** When a file or folder was changed last, milliseconds since 1970. @throws ENOENT when there is none */
  changedAt(file: string): Promise<number>;
  /** Says that it was changed now. */
  touch(file: string): Promise<void>;

  listNow(folder: string): readonly string[];
  moveNow(from: string, to: string): void;
  makeFolderNow(folder: string): void;
  removeNow(file: string): void;
  removeFolderNow(folder: string): void;
}

/** The system's code of an error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** The one error that means absence. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** What a promise resolves to; `otherwise` only when what it asks for does not exist. */
export async function unlessMissing<Found, Otherwise>(
  found: Promise<Found>,
  otherwise: Otherwise,
): Promise<Found | Otherwise> {
  try {
    return await found;
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}

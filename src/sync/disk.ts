import type { Clock } from '../chapi/clock';

/** The clock that disks and stores are given. */
export type DiskClock = Clock;

/**
 * The file operations that the engine's storage and the windows' claims need. A call that fails for a reason that may pass
 * (a file that a scanner has locked, too many open files) is retried for a while before it rejects with the system's error
 * code. Calls that end in `Now` are for moments that cannot wait; they are tried once.
 */
export interface Disk {
  /** Names in a folder. @throws ENOENT when there is no such folder; no other error means that */
  list(folder: string): Promise<readonly string[]>;
  readText(file: string): Promise<string>;
  /** Replaces a file, completely or not at all. Makes the folder. Resolves when the text would survive a crash. */
  replace(file: string, text: string): Promise<void>;
  /** Makes a new file that only the user can read. @throws EEXIST when it exists */
  create(file: string, text: string): Promise<void>;
  /** Makes an empty file unless it exists. Makes the folder. The file survives the process, but perhaps not a crash of the machine. */
  mark(file: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** Gives a file a second name. @throws EEXIST when the name is taken */
  link(file: string, name: string): Promise<void>;
  /** Removes a file if it exists. */
  remove(file: string): Promise<void>;
  /** Removes an empty folder if it exists. @throws ENOTEMPTY */
  removeFolder(folder: string): Promise<void>;
  /** Removes a folder and its contents if it exists. */
  removeTree(folder: string): Promise<void>;
  /** Makes a folder and its parents, which only the user can enter. */
  makeFolder(folder: string): Promise<void>;
  /** Makes a folder with a new name: `start` and six random characters. */
  makeFreshFolder(start: string): Promise<string>;
  /** Resolves when what was made, moved or removed in the folder would survive a crash of the machine. */
  flush(folder: string): Promise<void>;
  /** When a file or folder was last changed, in milliseconds since 1970. @throws ENOENT when there is none */
  changedAt(file: string): Promise<number>;
  /** Sets the time of its last change to now. */
  touch(file: string): Promise<void>;

  listNow(folder: string): readonly string[];
  moveNow(from: string, to: string): void;
  makeFolderNow(folder: string): void;
  removeNow(file: string): void;
  removeFolderNow(folder: string): void;
}

/** An error's system code, such as ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** Whether an error means that the file does not exist. No other error does. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** The promise's value, or `otherwise` if the file does not exist. Rejects with any other error. */
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

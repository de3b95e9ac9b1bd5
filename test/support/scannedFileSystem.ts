import { nodeFileSystem, type FileSystem } from '../../src/store/fileSystem';

/** So long a scanner looks at a file, in milliseconds. */
const HELD_MS = 100;

/**
 * The machine's own file system, as it is beside a virus scanner on Windows: each file is held once, for a moment, from the
 * first call that finds it there.
 */
export function scannedFileSystem(): FileSystem {
  const heldUntil = new Map<string, number>();
  const refuseHeld = (file: string, code: string): void => {
    const now = performance.now();
    const until = heldUntil.get(file) ?? now + HELD_MS;
    heldUntil.set(file, until);
    if (now < until) throw Object.assign(new Error(`${code}: held`), { code });
  };
  /** What does not exist is nobody's to hold. */
  const refuseIfThere = async (file: string, code: string): Promise<void> => {
    await nodeFileSystem.lstat(file);
    refuseHeld(file, code);
  };
  return {
    ...nodeFileSystem,
    readFile: async (file) => {
      await refuseIfThere(file, 'EBUSY');
      return nodeFileSystem.readFile(file);
    },
    rename: async (from, to) => {
      await refuseIfThere(from, 'EPERM');
      await nodeFileSystem.rename(from, to);
    },
    link: async (file, name) => {
      await refuseIfThere(file, 'EPERM');
      await nodeFileSystem.link(file, name);
    },
    unlink: async (file) => {
      await refuseIfThere(file, 'EBUSY');
      await nodeFileSystem.unlink(file);
    },
  };
}

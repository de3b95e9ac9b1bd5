import { mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  unlink,
  utimes,
} from 'node:fs/promises';

/** A file that is open. */
export interface OpenFile {
  write(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a file system says of a file. */
export interface FileFacts {
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The owner's number; 0 on Windows. */
  readonly uid: number;
  readonly isFile: boolean;
}

/** The calls of Node's file system that are made here, and no others: whoever tests what a disk may do hands in another. */
export interface FileSystem {
  readdir(folder: string): Promise<readonly string[]>;
  readFile(file: string): Promise<string>;
  open(file: string, flags: 'wx' | 'w' | 'r', mode: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  link(file: string, name: string): Promise<void>;
  unlink(file: string): Promise<void>;
  rmdir(folder: string): Promise<void>;
  /** A folder with all that is in it. */
  rm(folder: string): Promise<void>;
  /** With the folders above it. */
  mkdir(folder: string, mode: number): Promise<void>;
  mkdtemp(start: string): Promise<string>;
  /** Of the file itself, not of what a link leads to. */
  lstat(file: string): Promise<FileFacts>;
  /** @param seconds since 1970 */
  utimes(file: string, seconds: number): Promise<void>;
  readdirSync(folder: string): readonly string[];
  renameSync(from: string, to: string): void;
  mkdirSync(folder: string, mode: number): void;
  unlinkSync(file: string): void;
  rmdirSync(folder: string): void;
}

/** The machine's own. */
export const nodeFileSystem: FileSystem = {
  readdir: (folder) => readdir(folder),
  readFile: (file) => readFile(file, 'utf8'),
  open: async (file, flags, mode) => {
    const handle = await open(file, flags, mode);
    return {
      write: (text) => handle.writeFile(text),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename,
  link,
  unlink,
  rmdir,
  rm: (folder) => rm(folder, { recursive: true, force: true }),
  mkdir: async (folder, mode) => {
    await mkdir(folder, { recursive: true, mode });
  },
  mkdtemp: (start) => mkdtemp(start),
  lstat: async (file) => {
    const stats = await lstat(file);
    return { mtimeMs: stats.mtimeMs, uid: stats.uid, isFile: stats.isFile() };
  },
  utimes: (file, seconds) => utimes(file, seconds, seconds),
  readdirSync: (folder) => readdirSync(folder),
  renameSync,
  mkdirSync: (folder, mode) => {
    mkdirSync(folder, { recursive: true, mode });
  },
  unlinkSync,
  rmdirSync,
};

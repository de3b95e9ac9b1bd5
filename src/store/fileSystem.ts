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

/** An open file. */
export interface OpenFile {
  write(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the file system says about a file. */
export interface FileFacts {
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The owner's number; 0 on Windows. */
  readonly uid: number;
  readonly isFile: boolean;
}

/** All the calls that this program makes to Node's file system. Tests hand in one that fails. */
export interface FileSystem {
  readdir(folder: string): Promise<readonly string[]>;
  readFile(file: string): Promise<string>;
  open(file: string, flags: 'wx' | 'w' | 'r', mode: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  link(file: string, name: string): Promise<void>;
  unlink(file: string): Promise<void>;
  rmdir(folder: string): Promise<void>;
  /** Removes a folder with its contents. */
  rm(folder: string): Promise<void>;
  /** Makes missing parent folders too. */
  mkdir(folder: string, mode: number): Promise<void>;
  mkdtemp(start: string): Promise<string>;
  /** Describes the file itself, not the target of a link. */
  lstat(file: string): Promise<FileFacts>;
  /** @param seconds since 1970 */
  utimes(file: string, seconds: number): Promise<void>;
  readdirSync(folder: string): readonly string[];
  renameSync(from: string, to: string): void;
  mkdirSync(folder: string, mode: number): void;
  unlinkSync(file: string): void;
  rmdirSync(folder: string): void;
}

/** Node's own file system. */
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

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../chapi/clock';
import { codeOf, type Disk } from '../disk';

/** A door at a fresh address. */
export interface OpenDoor {
  /** A Unix socket's path, or the name of a pipe. */
  readonly address: string;
  /** Lets nobody in any more and clears the address away, at once. Who is in stays. */
  close(): void;
}

/** macOS has the shortest limit of a socket's path: 104 bytes, with the zero at its end. */
const LONGEST_PATH_BYTES = 103;
const SOCKET_NAME = 's';

/** More than anybody has windows; a flood of connections stops here. */
const MOST_CONNECTIONS = 100;

/**
 * Nobody waits longer for a connection, nor then for the other side's proof, in milliseconds: a host that is frozen lets
 * others connect until its queue is full, and says nothing.
 */
export const ANSWER_MS = 2000;

/** A queue that is full is tried again after so long, in milliseconds. */
const FULL_QUEUE_WAIT_MS = 100;

/** Listens at an address that nobody can guess, in a folder that only the user can enter. */
export async function openDoor(disk: Disk, onConnection: (socket: Socket) => void): Promise<OpenDoor> {
  const server = createServer(onConnection);
  server.maxConnections = MOST_CONNECTIONS;
  // A connection that could not be taken, for lack of file handles for instance, is tried again by the other side.
  server.on('error', () => undefined);
  if (process.platform === 'win32') {
    const address = `\\\\.\\pipe\\chapi-${randomBytes(16).toString('hex')}`;
    await listen(server, address);
    return { address, close: () => server.close() };
  }
  const address = await freshSocketPath(disk);
  try {
    await listen(server, address);
  } catch (error) {
    removeSocket(disk, address);
    throw error;
  }
  return {
    address,
    close: () => {
      server.close();
      removeSocket(disk, address);
    },
  };
}

/**
 * Connects to an address.
 * @throws an error with the system's code when nobody listens there, `ETIMEDOUT` when somebody does and takes nobody in
 */
export async function connect(address: string, clock: Clock): Promise<Socket> {
  const startedAt = clock.monotonic();
  for (;;) {
    const left = ANSWER_MS - (clock.monotonic() - startedAt);
    if (left <= 0) throw timedOut();
    try {
      return await connectOnce(address, clock, left);
    } catch (error) {
      // Not this process's lack of something, as the name of the error has it, but a queue that is full.
      if (codeOf(error) !== 'EAGAIN') throw error;
    }
    await new Promise<void>((resolve) => clock.setTimer(FULL_QUEUE_WAIT_MS, resolve));
  }
}

async function connectOnce(address: string, clock: Clock, milliseconds: number): Promise<Socket> {
  const socket = createConnection(address);
  const timer = clock.setTimer(milliseconds, () => socket.destroy(timedOut()));
  try {
    await once(socket, 'connect');
    // Whoever takes the socket listens for errors before the next event.
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    timer.dispose();
  }
}

function timedOut(): Error {
  return Object.assign(new Error('Nobody was taken in.'), { code: 'ETIMEDOUT' });
}

/**
 * Clears away a socket that was made here, and its folder if nothing else is in it. An address that is none of ours, a
 * file in the user's home for instance, is left alone.
 */
export function removeSocket(disk: Disk, address: string): void {
  const folder = path.dirname(address);
  if (process.platform === 'win32' || path.basename(address) !== SOCKET_NAME) return;
  if (!path.isAbsolute(address) || !/^chapi-[A-Za-z0-9]{6}$/.test(path.basename(folder))) return;
  for (const remove of [() => disk.removeNow(address), () => disk.removeFolderNow(folder)]) {
    try {
      remove();
    } catch {
      // It is gone already, or not ours to remove.
    }
  }
}

async function listen(server: Server, address: string): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(address);
  await listening;
}

/** A fresh folder can be entered by the user alone. */
async function freshSocketPath(disk: Disk): Promise<string> {
  const sample = path.join(tmpdir(), 'chapi-XXXXXX', SOCKET_NAME);
  const base = Buffer.byteLength(sample) <= LONGEST_PATH_BYTES ? tmpdir() : '/tmp';
  return path.join(await disk.makeFreshFolder(path.join(base, 'chapi-')), SOCKET_NAME);
}

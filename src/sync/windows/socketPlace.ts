import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../chapi/clock';
import { codeOf, type Disk } from '../disk';

/** A listening socket at a new address. */
export interface OpenDoor {
  /** A Unix socket's path, or the name of a pipe. */
  readonly address: string;
  /** Stops listening and removes the address, at once. Open connections stay. */
  close(): void;
}

/** macOS has the lowest limit for the path of a socket: 104 bytes, with the zero at its end. */
const LONGEST_PATH_BYTES = 103;
const SOCKET_NAME = 's';

/** More windows than anybody has. A flood of connections stops here. */
const MOST_CONNECTIONS = 100;

/**
 * The longest wait for a connection, and then for the other side's proof, in milliseconds. A frozen host accepts
 * connections until its queue is full, but says nothing.
 */
export const ANSWER_MS = 2000;

/** When to try again after the host's queue was full, in milliseconds. */
const FULL_QUEUE_WAIT_MS = 100;

/** Listens at an address that cannot be guessed, in a folder that only the user can enter. */
export async function openDoor(disk: Disk, onConnection: (socket: Socket) => void): Promise<OpenDoor> {
  const server = createServer(onConnection);
  server.maxConnections = MOST_CONNECTIONS;
  // If a connection cannot be accepted, for lack of file handles for instance, the other side tries again.
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
 * @throws an error with the system's code when nobody listens there, `ETIMEDOUT` when the listener does not accept
 */
export async function connect(address: string, clock: Clock): Promise<Socket> {
  const startedAt = clock.monotonic();
  for (;;) {
    const left = ANSWER_MS - (clock.monotonic() - startedAt);
    if (left <= 0) throw timedOut();
    try {
      return await connectOnce(address, clock, left);
    } catch (error) {
      // The error's name suggests that this process lacks something, but it means that the host's queue is full.
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
    // The caller listens for errors before the next event.
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
 * Removes a socket that this program made, and its folder if that is empty then. Any other address, a file in the user's
 * home for instance, is left alone.
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

/** Only the user can enter a fresh folder. */
async function freshSocketPath(disk: Disk): Promise<string> {
  const sample = path.join(tmpdir(), 'chapi-XXXXXX', SOCKET_NAME);
  const base = Buffer.byteLength(sample) <= LONGEST_PATH_BYTES ? tmpdir() : '/tmp';
  return path.join(await disk.makeFreshFolder(path.join(base, 'chapi-')), SOCKET_NAME);
}

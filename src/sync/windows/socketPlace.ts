import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmdirSync, unlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

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

/** Listens at an address that nobody can guess, in a folder that only the user can enter. */
export async function openDoor(onConnection: (socket: Socket) => void): Promise<OpenDoor> {
  const server = createServer(onConnection);
  server.maxConnections = MOST_CONNECTIONS;
  // A connection that could not be taken, for lack of file handles for instance, is tried again by the other side.
  server.on('error', () => undefined);
  if (process.platform === 'win32') {
    const address = `\\\\.\\pipe\\chapi-${randomBytes(16).toString('hex')}`;
    await listen(server, address);
    return { address, close: () => server.close() };
  }
  const address = await freshSocketPath();
  try {
    await listen(server, address);
  } catch (error) {
    removeSocket(address);
    throw error;
  }
  return {
    address,
    close: () => {
      server.close();
      removeSocket(address);
    },
  };
}

/**
 * Connects to an address.
 * @throws an error with the system's code when nobody listens there
 */
export async function connect(address: string): Promise<Socket> {
  const socket = createConnection(address);
  try {
    await once(socket, 'connect');
    // Whoever takes the socket listens for errors before the next event.
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * Clears away a socket that was made here, and its folder if nothing else is in it. An address that is none of ours, a
 * file in the user's home for instance, is left alone.
 */
export function removeSocket(address: string): void {
  const folder = path.dirname(address);
  if (process.platform === 'win32' || path.basename(address) !== SOCKET_NAME) return;
  if (!path.isAbsolute(address) || !/^chapi-[A-Za-z0-9]{6}$/.test(path.basename(folder))) return;
  for (const remove of [() => unlinkSync(address), () => rmdirSync(folder)]) {
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

/** `mkdtemp` makes folders that only the user can enter. */
async function freshSocketPath(): Promise<string> {
  const sample = path.join(tmpdir(), 'chapi-XXXXXX', SOCKET_NAME);
  const base = Buffer.byteLength(sample) <= LONGEST_PATH_BYTES ? tmpdir() : '/tmp';
  return path.join(await mkdtemp(path.join(base, 'chapi-')), SOCKET_NAME);
}

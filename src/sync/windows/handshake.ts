import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FramedSocket } from './framedSocket';
import type { Introduction } from './windowMessages';

/** The most bytes of a frame until both sides have proved who they are. */
export const HANDSHAKE_FRAME_BYTES = 4096;

const NONCE_BYTES = 32;

interface Opening extends Introduction {
  readonly nonce: string;
}

/**
 * The host's side of a handshake. The host says a number that was never said before, the other side says one too and
 * proves with both that it knows the token, then the host does: what was recorded proves nothing the next time.
 * @returns how the other side introduced itself
 * @throws an error that says what was wrong; the connection is left to the caller
 */
export async function receive(socket: FramedSocket, token: Buffer, own: Introduction): Promise<Introduction> {
  const host: Opening = { ...own, nonce: newNonce() };
  const frames = new Frames(socket);
  frames.send(host);
  const answer = await frames.next();
  const member = opening(answer);
  check(answer['proof'], proof(token, 'member', host, member));
  frames.send({ proof: proof(token, 'host', host, member).toString('base64') });
  frames.end();
  return { protocol: member.protocol, version: member.version };
}

/** The other side of that. Gives how the host introduced itself. */
export async function introduce(socket: FramedSocket, token: Buffer, own: Introduction): Promise<Introduction> {
  const frames = new Frames(socket);
  const host = opening(await frames.next());
  const member: Opening = { ...own, nonce: newNonce() };
  frames.send({ ...member, proof: proof(token, 'member', host, member).toString('base64') });
  const answer = await frames.next();
  check(answer['proof'], proof(token, 'host', host, member));
  frames.end();
  return { protocol: host.protocol, version: host.version };
}

function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64');
}

function proof(token: Buffer, role: 'host' | 'member', host: Opening, member: Opening): Buffer {
  const said = [host, member].map(({ nonce, protocol, version }) => [nonce, protocol, version]);
  return createHmac('sha256', token)
    .update(JSON.stringify([role, ...said]))
    .digest();
}

function check(given: unknown, expected: Buffer): void {
  const bytes = typeof given === 'string' ? Buffer.from(given, 'base64') : Buffer.alloc(0);
  if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) throw new Error('a wrong proof');
}

function opening({ nonce, protocol, version }: Readonly<Record<string, unknown>>): Opening {
  const isNonce = typeof nonce === 'string' && Buffer.from(nonce, 'base64').length === NONCE_BYTES;
  if (!isNonce || !Number.isSafeInteger(protocol) || typeof version !== 'string' || version.length > 100) {
    throw new Error('no introduction');
  }
  return { nonce, protocol: protocol as number, version };
}

/** One frame of JSON after the other. */
class Frames {
  readonly #socket: FramedSocket;

  constructor(socket: FramedSocket) {
    this.#socket = socket;
  }

  send(value: object): void {
    this.#socket.send(Buffer.from(JSON.stringify(value)));
  }

  async next(): Promise<Readonly<Record<string, unknown>>> {
    const frame = await new Promise<Buffer>((resolve, reject) => {
      this.#socket.onClosed((why) => reject(new Error(why)));
      this.#socket.setHearer((bytes) => {
        this.#socket.setHearer(undefined);
        resolve(bytes);
      });
    });
    let value: unknown;
    try {
      value = JSON.parse(frame.toString('utf8'));
    } catch {
      throw new Error('garbage');
    }
    if (typeof value !== 'object' || value === null) throw new Error('garbage');
    return value as Readonly<Record<string, unknown>>;
  }

  end(): void {
    this.#socket.setHearer(undefined);
  }
}

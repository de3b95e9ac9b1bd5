import type { Duplex } from 'node:stream';

const HEADER_BYTES = 4;

/**
 * Frames over a stream: four bytes that tell the length, most significant first, then so many bytes. A frame that is
 * announced as longer than the limit closes the connection before it is read.
 */
export class FramedSocket {
  readonly #socket: Duplex;
  readonly #closers = new Set<(why: string) => void>();
  #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #hear: ((frame: Buffer) => void) | undefined;
  #closedWhy: string | undefined;

  /** @param limit most bytes of a frame */
  constructor(socket: Duplex, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      this.#read();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => this.close(error.code ?? 'an error'));
    socket.on('end', () => this.close('the other side left'));
    socket.on('close', () => this.close('the other side left'));
    socket.pause();
    if (socket.destroyed) this.close('the other side left');
  }

  /** Why the connection is closed; nothing while it is open. */
  get closedWhy(): string | undefined {
    return this.#closedWhy;
  }

  /** Bytes that the other side has not taken. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /** Frames may be so many bytes long from here on. */
  setLimit(limit: number): void {
    this.#limit = limit;
  }

  /** Calls for each frame, or for none until there is somebody to call again; what comes meanwhile waits. */
  setHearer(hear: ((frame: Buffer) => void) | undefined): void {
    this.#hear = hear;
    if (hear === undefined) {
      this.#socket.pause();
      return;
    }
    this.#read();
    // The hearer may have gone with a frame that was waiting.
    if (this.#hear === hear && this.#closedWhy === undefined) this.#socket.resume();
  }

  /** Calls once when the connection is closed, with the reason; at once if it is. Returns what takes that back. */
  onClosed(listener: (why: string) => void): () => void {
    if (this.#closedWhy === undefined) this.#closers.add(listener);
    else listener(this.#closedWhy);
    return () => this.#closers.delete(listener);
  }

  /** Hands a frame to the system as soon as it takes it. */
  send(frame: Uint8Array): void {
    if (this.#closedWhy !== undefined) return;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(frame.length);
    this.#socket.write(Buffer.concat([header, frame]));
  }

  /** Resolves when the other side has taken all that was sent, or is gone. */
  drained(): Promise<void> {
    if (this.backlog === 0 || this.#closedWhy !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const forget = this.onClosed(() => resolve());
      this.#socket.write('', () => {
        forget();
        resolve();
      });
    });
  }

  close(why: string): void {
    if (this.#closedWhy !== undefined) return;
    this.#closedWhy = why;
    this.#hear = undefined;
    this.#chunks = [];
    this.#size = 0;
    this.#socket.destroy();
    for (const listener of this.#closers) listener(why);
    this.#closers.clear();
  }

  #read(): void {
    while (this.#hear !== undefined && this.#size >= HEADER_BYTES) {
      const length = this.#peekLength();
      if (length > this.#limit || length === 0) {
        this.close(length === 0 ? 'an empty frame' : `a frame of ${length} bytes`);
        return;
      }
      if (this.#size < HEADER_BYTES + length) return;
      const bytes = this.#joined();
      const frame = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length);
      const rest = bytes.subarray(HEADER_BYTES + length);
      this.#chunks = rest.length === 0 ? [] : [rest];
      this.#size = rest.length;
      this.#hear(frame);
    }
  }

  #peekLength(): number {
    const [first] = this.#chunks;
    const bytes = first !== undefined && first.length >= HEADER_BYTES ? first : this.#joined();
    return bytes.readUInt32BE();
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

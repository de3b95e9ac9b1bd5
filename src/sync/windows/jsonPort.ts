import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  Message,
  type MessageWriter,
} from 'vscode-jsonrpc/node';
import type { FramedSocket } from './framedSocket';

/** What is done with messages before the connection gets them. */
export interface ReaderOptions {
  /** Asked before each message; a reason closes the connection. */
  readonly admit?: () => string | undefined;
  /**
   * Takes the notices. The connection itself would handle them a while later, one after the other, and not at all when
   * the other side is gone by then.
   */
  readonly onNotice?: (method: string, params: unknown) => void;
}

/** Reads JSON-RPC messages from frames. What is none closes the connection. */
export class FrameMessageReader extends AbstractMessageReader {
  readonly #socket: FramedSocket;
  readonly #options: ReaderOptions;

  constructor(socket: FramedSocket, options: ReaderOptions) {
    super();
    this.#socket = socket;
    this.#options = options;
    socket.onClosed(() => this.fireClose());
  }

  override listen(callback: DataCallback): { dispose(): void } {
    const { admit, onNotice } = this.#options;
    this.#socket.setHearer((frame) => {
      const message = readMessage(frame);
      const refused = message === undefined ? 'garbage' : admit?.();
      if (message === undefined || refused !== undefined) this.#socket.close(refused ?? '');
      else if (onNotice !== undefined && Message.isNotification(message)) onNotice(message.method, message.params);
      else callback(message);
    });
    return { dispose: () => this.#socket.setHearer(undefined) };
  }
}

/** Writes JSON-RPC messages as frames, each at once: what was written first has left first. */
export class FrameMessageWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: FramedSocket;

  constructor(socket: FramedSocket) {
    super();
    this.#socket = socket;
    socket.onClosed(() => this.fireClose());
  }

  write(message: Message): Promise<void> {
    this.#socket.send(Buffer.from(JSON.stringify(message)));
    return Promise.resolve();
  }

  end(): void {
    // The connection belongs to whoever opened it.
  }
}

function readMessage(frame: Buffer): Message | undefined {
  try {
    const value: unknown = JSON.parse(frame.toString('utf8'));
    const isMessage = typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
    return isMessage ? (value as unknown as Message) : undefined;
  } catch {
    return undefined;
  }
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** One `CONNECT`, and what went through it. */
export interface Tunnel {
  /** What was asked for, such as `chapi.test:443`. */
  readonly authority: string;
  /** Every byte in either direction. */
  readonly passed: () => Buffer;
}

/** An HTTP proxy that opens tunnels, to nowhere but this machine, and keeps a record. */
export class ConnectProxy {
  readonly #server: Server;
  readonly #routes: ReadonlyMap<string, number>;
  readonly #sockets = new Set<Duplex>();
  readonly #tunnels: Tunnel[] = [];
  readonly #plainRequests: string[] = [];

  private constructor(routes: Readonly<Record<string, number>>) {
    this.#routes = new Map(Object.entries(routes));
    this.#server = createServer((request, response) => {
      this.#plainRequests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(403).end();
    });
    this.#server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#open(request.url ?? '', socket, head),
    );
  }

  /** @param routes the loopback port behind each authority; every other one is refused */
  static async start(routes: Readonly<Record<string, number>>): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(routes);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** What `http.proxy` has to be. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The tunnels that were opened, in order. */
  get tunnels(): readonly Tunnel[] {
    return [...this.#tunnels];
  }

  /** Requests that came in the clear, which were refused. */
  get plainRequests(): readonly string[] {
    return [...this.#plainRequests];
  }

  /** Ends every tunnel. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await closed;
  }

  #open(authority: string, socket: Duplex, head: Buffer): void {
    const port = this.#routes.get(authority);
    this.#keep(socket);
    if (port === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const passed: Buffer[] = [head];
    this.#tunnels.push({ authority, passed: () => Buffer.concat(passed) });
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      for (const [from, to] of [
        [socket, target],
        [target, socket],
      ] as const) {
        from.on('data', (bytes: Buffer) => passed.push(bytes));
        from.pipe(to);
      }
    });
    this.#keep(target);
    target.on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    // Somebody who goes away is no business of a proxy's.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

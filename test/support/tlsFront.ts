import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import type { SelfSignedCertificate } from './selfSignedCertificate';

/** Speaks TLS with clients and hands what they say, in the clear, to a server of this machine. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor({ certificate, privateKey }: SelfSignedCertificate, targetPort: number) {
    this.#server = createServer({ cert: certificate, key: privateKey }, (client) => {
      const target = connect(targetPort, '127.0.0.1');
      for (const socket of [client, target]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          target.destroy();
        });
      }
      client.pipe(target).pipe(client);
    });
    // A client that does not take the certificate leaves.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** @param targetPort of the server on the loopback address */
  static async start(certificate: SelfSignedCertificate, targetPort: number): Promise<TlsFront> {
    const front = new TlsFront(certificate, targetPort);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

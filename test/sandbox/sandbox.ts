import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { refuse } from './answers';
import { SandboxControl } from './control';
import { answerControl, CONTROL_PATH } from './controlServer';
import { playDamage, playObstacle, sendAnswer, type Stage } from './faultPlayer';
import { FaultQueue } from './faults';
import { keyOf, openRecord, readAddress, readRequestBody } from './incoming';
import { RequestLog, type OpenRecord } from './requestLog';
import { BASE_PATH, Service } from './service';
import { namedRoom, type ServiceRequest } from './serviceRequest';
import { defaultSettings, type Settings } from './settings';

/** How a sandbox starts: any of the settings, and what cannot change later. */
export interface SandboxOptions extends Partial<Settings> {
  /** A free one when absent or 0. */
  readonly port?: number;
  /** Serves the control side over HTTP too, for tests in another process. */
  readonly control?: boolean;
  /** Milliseconds since 1970, for timestamps, the limiter and the record of requests. Delays are always real. */
  readonly now?: () => number;
}

const LOOPBACK = '127.0.0.1';

/** Longer than any client keeps a connection, so that no request crosses with the server's closing of it. */
const KEEP_ALIVE_MS = 120_000;

/** A faithful Chapi over real HTTP, reachable from this machine only. */
export class Sandbox {
  /** The other side: speak as somebody else, look at the truth, let things go wrong. */
  readonly control: SandboxControl;
  /** The first of the keys that it was started with. */
  readonly key: string;
  readonly #service: Service;
  readonly #faults = new FaultQueue();
  readonly #log = new RequestLog();
  readonly #server: Server;
  readonly #closing = new AbortController();
  readonly #connections = new WeakMap<Socket, number>();
  readonly #now: () => number;
  readonly #servesControl: boolean;
  #connectionCount = 0;
  #port = 0;

  private constructor({ port: _port, control = false, now = Date.now, ...settings }: SandboxOptions) {
    const started = { ...defaultSettings(), ...settings };
    this.key = started.keys[0] ?? '';
    this.#now = now;
    this.#servesControl = control;
    this.#service = new Service(started, now);
    this.control = new SandboxControl(this.#service, this.#faults, this.#log, now);
    // Every request in flight listens for the end.
    setMaxListeners(0, this.#closing.signal);
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#receive(request, response);
    });
    this.#server.on('connection', (socket) => this.#connections.set(socket, ++this.#connectionCount));
  }

  /** Rejects with a sentence when the port is taken. */
  static async start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    await sandbox.#listen(options.port ?? 0);
    return sandbox;
  }

  /** What a client is given as the service's address. */
  get baseUrl(): string {
    return `http://${LOOPBACK}:${this.#port}${BASE_PATH}`;
  }

  /** Where the control side is served; nothing when it is not. */
  get controlUrl(): string | undefined {
    return this.#servesControl ? `http://${LOOPBACK}:${this.#port}${CONTROL_PATH}` : undefined;
  }

  get settings(): Settings {
    return this.#service.settings;
  }

  /** Changes how the service behaves, from the next request on. */
  configure(partial: Partial<Settings>): void {
    this.#service.configure(partial);
  }

  /** Ends every connection at once, answered or not. Resolves when the port is free; a second call does no harm. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = error.code === 'EADDRINUSE';
        reject(taken ? new Error(`Port ${port} is taken. Choose another one, or none to get a free one.`) : error);
      });
      this.#server.listen(port, LOOPBACK, resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Takes one request to its end, whatever it is. */
  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away is its own business; an error that nobody listens to would end the process.
    const ignore = (): void => undefined;
    request.on('error', ignore);
    response.on('error', ignore);
    const address = readAddress(request);
    const forControl = this.#servesControl && address.pathname.startsWith(`${CONTROL_PATH}/`);
    const record = openRecord(request, address, {
      keys: this.settings.keys,
      nowMs: this.#now(),
      connection: this.#connections.get(request.socket) ?? 0,
    });
    if (!forControl) this.#log.add(record);
    const stage: Stage = {
      response,
      signal: this.#closing.signal,
      nowMs: record.time,
      writeHead: (status, headers) => {
        record.status = status;
        response.writeHead(status, headers);
      },
    };
    try {
      if (forControl) await this.#serveControl(request, address, stage);
      else await this.#serve(request, address, stage, record);
    } catch (error) {
      if (response.destroyed || stage.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else sendAnswer(stage, refuse(500, `The sandbox failed: ${error instanceof Error ? error.message : 'unknown'}`));
    }
  }

  async #serve(request: IncomingMessage, address: URL, stage: Stage, record: OpenRecord): Promise<void> {
    const asked: ServiceRequest = {
      method: request.method ?? 'GET',
      path: address.pathname,
      query: address.searchParams,
      key: keyOf(request),
      ifNoneMatch: request.headers['if-none-match'],
      body: await readRequestBody(request),
    };
    const room = namedRoom(asked);
    if (room !== undefined) record.room = room;
    await this.#travel();
    const subject = { method: asked.method, room };
    const obstacle = this.#faults.takeObstacle(subject);
    if (obstacle !== undefined) {
      record.fault = obstacle.kind;
      await playObstacle(stage, obstacle);
      return;
    }
    const answer = this.#service.answer(asked);
    record.refusedByLimiter = answer.refusedByLimiter;
    const damage = answer.accepted ? this.#faults.takeDamage(subject) : undefined;
    await this.#travel();
    if (damage === undefined) {
      sendAnswer(stage, answer);
      return;
    }
    record.fault = damage.kind;
    await playDamage(stage, damage, answer);
  }

  async #serveControl(request: IncomingMessage, address: URL, stage: Stage): Promise<void> {
    const { status, result } = answerControl(this.control, {
      method: request.method ?? 'GET',
      path: address.pathname,
      contentType: request.headers['content-type'],
      body: await readRequestBody(request),
    });
    stage.writeHead(status, { 'content-type': 'application/json' });
    stage.response.end(JSON.stringify(result));
  }

  /** Half of the way between client and service. */
  async #travel(): Promise<void> {
    const { latencyMs } = this.settings;
    if (latencyMs > 0) await pause(latencyMs / 2, undefined, { signal: this.#closing.signal });
  }
}

import type { Clock } from '../../../src/chapi/clock';
import { NetworkError, type HttpRequest, type HttpResponse, type Transport } from '../../../src/chapi/transport';
import type { Random } from '../../sandbox/seededRandom';
import type { VirtualClock } from '../virtualClock';
import type { LifeScript } from './lifeScript';
import type { LifeAnswer, LifeService } from './lifeService';

/** Is told what passes between one machine and the service. */
export interface NetworkListener {
  readonly onLeave: (request: HttpRequest) => void;
  readonly onPage: (room: string, page: NonNullable<LifeAnswer['page']>) => void;
  /** A refusal came that asks for a wait, in milliseconds. */
  readonly onAskedToWait: (milliseconds: number) => void;
}

/** The state of a machine's network. */
export interface Line {
  isOffline: boolean;
}

/** What a process's transport is made of. */
export interface TransportOptions {
  readonly world: VirtualClock;
  readonly service: LifeService;
  readonly traits: LifeScript['traits'];
  readonly random: Random;
  readonly machine: number;
  readonly line: Line;
  /** Of the process. */
  readonly clock: Clock;
  readonly isAsleep: () => boolean;
  readonly isAlive: () => boolean;
  readonly listener: NetworkListener;
}

/**
 * The way of one process to the service. What has left goes on by itself: it arrives also when the process has given up,
 * or is no more.
 */
export function lifeTransport(options: TransportOptions): Transport {
  const { world, service, traits, random, machine, line, clock, isAlive, listener } = options;
  return (request) =>
    new Promise<HttpResponse>((resolve, reject) => {
      if (!isAlive()) return;
      request.signal.throwIfAborted();
      request.signal.addEventListener('abort', () => {
        if (isAlive()) reject(request.signal.reason as Error);
      });
      const fail = (code: string, afterMs: number): void =>
        void clock.setTimer(afterMs, () => reject(new NetworkError(code)));
      if (line.isOffline) {
        fail('ENETUNREACH', 5);
        return;
      }
      listener.onLeave(request);
      const halfMs = 10 + Math.floor(random() * 60);
      if (service.happens(traits.lostRequests)) {
        // Lost in silence, or with an error that says that it never left, or with one that does not tell.
        const code = ['', 'ECONNREFUSED', 'ECONNRESET'][Math.floor(random() * 3)];
        if (code !== undefined && code !== '') fail(code, halfMs);
        return;
      }
      const isAnswerLost = service.happens(traits.lostAnswers);
      const lossCode = ['', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', '502'][Math.floor(random() * 4)];
      const deliver = (answer: LifeAnswer): void => {
        if (!isAlive()) return;
        // A connection does not outlive sleep, nor the network that it is on.
        if (options.isAsleep()) fail('ECONNRESET', 0);
        else if (isAnswerLost && lossCode === '502') {
          resolve(response({ status: 502, body: '', headers: {} }, world.now()));
        } else if (isAnswerLost && lossCode !== undefined && lossCode !== '') reject(new NetworkError(lossCode));
        else if (!isAnswerLost && !line.isOffline && !request.signal.aborted) {
          tell(listener, request, answer);
          resolve(response(answer, world.now()));
        }
      };
      world.setTimer(halfMs, () =>
        service.take(request, machine, (answer) => world.setTimer(halfMs, () => deliver(answer))),
      );
    });
}

function tell(listener: NetworkListener, request: HttpRequest, { page, headers, status }: LifeAnswer): void {
  if (page !== undefined) listener.onPage(new URL(request.url).searchParams.get('room') ?? '', page);
  const wait = headers['retry-after'];
  if (wait !== undefined && status >= 400) listener.onAskedToWait(Number(wait) * 1000);
}

/** As any HTTP server does, the service says what time it is. */
function response({ status, body, headers }: LifeAnswer, nowMs: number): HttpResponse {
  const all: Readonly<Record<string, string>> = { date: new Date(nowMs).toUTCString(), ...headers };
  return { status, body, header: (name) => all[name.toLowerCase()] };
}

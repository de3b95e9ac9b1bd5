import { NetworkError, type HttpRequest, type HttpResponse, type Transport } from '../../src/chapi/transport';
import type { Service } from '../sandbox/service';
import type { VirtualClock } from './virtualClock';

/** What becomes of a request: it never arrives, or it is done and the answer is lost; with the system's error code. */
export type Loss = { readonly lost: 'request' | 'answer'; readonly code: string } | undefined;

/** How the way between a client and the service behaves. */
export interface Way {
  /** Milliseconds there and back, half each way. */
  readonly latencyMs?: (request: HttpRequest) => number;
  readonly loss?: (request: HttpRequest) => Loss;
  /** Answers in place of the service. */
  readonly instead?: (
    request: HttpRequest,
  ) => { readonly status: number; readonly body: string; readonly retryAfter?: string } | undefined;
  /** The service's clock, in milliseconds since 1970, for the answers' `Date`; they bear none when absent. */
  readonly serviceNow?: () => number;
}

/** A record of one request as the service saw it. */
export interface SeenRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** The clock's monotonic milliseconds on arrival. */
  readonly at: number;
  readonly status: number;
}

/** The sandbox's service reached in virtual time, without a network. */
export function serviceTransport(
  service: Service,
  clock: VirtualClock,
  way: Way = {},
  seen: SeenRequest[] = [],
): Transport {
  return async (request) => {
    const half = (way.latencyMs?.(request) ?? 0) / 2;
    const loss = way.loss?.(request);
    await abortable(clock.sleep(half), request.signal);
    if (loss?.lost === 'request') throw new NetworkError(loss.code);
    const url = new URL(request.url);
    const instead = way.instead?.(request);
    const answer = instead === undefined ? answerOf(service, request, url) : undefined;
    const status = instead?.status ?? answer?.status ?? 0;
    const date = way.serviceNow === undefined ? {} : { date: new Date(way.serviceNow()).toUTCString() };
    seen.push({ method: request.method, url, at: clock.monotonic(), status });
    await abortable(clock.sleep(half), request.signal);
    if (loss?.lost === 'answer') throw new NetworkError(loss.code);
    const headers: Readonly<Record<string, string>> = {
      ...date,
      ...answer?.headers,
      ...(instead?.retryAfter === undefined ? {} : { 'retry-after': instead.retryAfter }),
    };
    const response: HttpResponse = {
      status,
      header: (name) => headers[name.toLowerCase()],
      body: instead?.body ?? answer?.body.toString('utf8') ?? '',
    };
    return response;
  };
}

function answerOf(service: Service, request: HttpRequest, url: URL): ReturnType<Service['answer']> {
  return service.answer({
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    key: request.headers['x-api-key'],
    ifNoneMatch: request.headers['if-none-match'],
    body: Buffer.from(request.body ?? ''),
  });
}

async function abortable(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

import type { Fault } from '../chat/fault';
import { DEFAULT_ROOM, type RoomName } from '../chat/message';
import type { Clock } from './clock';
import { decodePage, decodeSent, type DecodedPage } from './decoder';
import { faultOfError, faultOfResponse } from './faults';
import type { Priority, RequestBudget, Verdict } from './requestBudget';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/** What came of a call. */
export type Outcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

/** What a client is made of. */
export interface ClientOptions {
  /** Checked before (`checkBaseUrl`), without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly transport: Transport;
  readonly budget: RequestBudget;
  readonly clock: Clock;
  /** Most time from a request's start to the end of its answer, in milliseconds. */
  readonly timeoutMs?: number;
  /** A longer answer is cut off; bytes. */
  readonly maxBodyBytes?: number;
  /** Learned before: the path that takes a POST ends with a slash. The guide has none, the OpenAPI file has one. */
  readonly sendsWithSlash?: () => boolean;
  /** A message was taken by the service. */
  readonly onSent?: (sent: SentMessage) => void;
  /** A request ended otherwise than by the caller's wish. */
  readonly onCallEnded?: (call: EndedCall) => void;
}

/** What a message that was taken shows of the service. */
export interface SentMessage {
  readonly text: string;
  /** The text as the answer gives it back, if it does. */
  readonly parsed: string | undefined;
  readonly withSlash: boolean;
}

/** An answer to "fetch messages". */
export interface FetchedPage extends DecodedPage {
  /** The answer's `ETag`, if it bears one. */
  readonly etag?: string;
  /** The page is still the one whose tag was sent; it is not told again, and `messages` is empty. */
  readonly notModified: boolean;
}

/** How one request went. */
export interface EndedCall {
  readonly priority: Priority;
  /** Monotonic milliseconds; waiting for the request's turn does not count. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Absent when it succeeded. */
  readonly fault?: Fault;
  /** What the answer's `Date` says, in milliseconds since 1970. */
  readonly serviceDate?: number;
}

/** Which messages to fetch. */
export interface FetchQuery {
  readonly room: RoomName;
  readonly pageSize: number;
  /** Microseconds since 1970. What the service makes of it is not documented. */
  readonly ts?: number;
  /** The `ETag` of the answer to this same query, to be told only what is another one (RFC 9110, 13.1.2). */
  readonly etag?: string;
}

/** One request, without what is the same for all. */
interface Call {
  readonly method: HttpRequest['method'];
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Speaks Chapi: `GET /messages` and `POST /messages` (getting-started guide and OpenAPI file 0.1). Never throws for what
 * the service or the network does; throws the signal's reason when the caller aborts.
 */
export class ChapiClient {
  readonly #options: ClientOptions;
  readonly #timeoutMs: number;
  readonly #maxBodyBytes: number;
  /** The path that was taken last. */
  #sendsWithSlash: boolean | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  }

  /** Fetches messages of a room. */
  async fetchMessages(query: FetchQuery, priority: Priority, signal: AbortSignal): Promise<Outcome<FetchedPage>> {
    const parameters = [`pageSize=${query.pageSize}`];
    if (query.room !== DEFAULT_ROOM) parameters.push(`room=${encodeURIComponent(query.room)}`);
    if (query.ts !== undefined) parameters.push(`ts=${query.ts}`);
    const { etag } = query;
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    const call = { method: 'GET', path: `/messages?${parameters.join('&')}`, headers } as const;
    return this.#call(call, priority, signal, (response): Outcome<FetchedPage> => {
      if (response.status === 304) {
        const notModified = { messages: [], dropped: 0, notModified: true };
        return { ok: true, value: etag === undefined ? notModified : { ...notModified, etag } };
      }
      const page = read(response, decodePage);
      if (!page.ok) return page;
      const tag = response.header('etag');
      return { ok: true, value: { ...page.value, notModified: false, ...(tag === undefined ? {} : { etag: tag }) } };
    });
  }

  /** How long a message that was refused has to wait before it may be tried again, in milliseconds. */
  get sendWaitMs(): number {
    return this.#options.budget.sendWaitMs;
  }

  /**
   * Sends a message. A fault does not always mean that it did not arrive: see `mayHaveArrived`.
   * @param onStart awaited when its turn has come, before a byte leaves; what it throws is thrown
   */
  async sendMessage(
    room: RoomName,
    text: string,
    signal: AbortSignal,
    onStart: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Outcome<{ readonly parsed: string | undefined }>> {
    const body = JSON.stringify({ messageRaw: text, ...(room === DEFAULT_ROOM ? {} : { room }) });
    const post = (slash: boolean): Promise<Outcome<{ readonly parsed: string | undefined }>> => {
      const call = { method: 'POST', path: slash ? '/messages/' : '/messages', body } as const;
      return this.#call(call, 'send', signal, (response) => read(response, decodeSent), onStart);
    };
    let withSlash = this.#sendsWithSlash ?? this.#options.sendsWithSlash?.() ?? false;
    let answer = await post(withSlash);
    if (!answer.ok && isUnknownPath(answer.fault)) {
      const again = await post(!withSlash);
      // Only a success tells which path is right: a missing room answers like a missing path.
      if (again.ok) withSlash = !withSlash;
      if (again.ok || !isUnknownPath(again.fault)) answer = again;
    }
    if (!answer.ok) return answer;
    this.#sendsWithSlash = withSlash;
    this.#options.onSent?.({ text, parsed: answer.value.parsed, withSlash });
    return answer;
  }

  async #call<Value>(
    { method, path, headers = {}, body }: Call,
    priority: Priority,
    signal: AbortSignal,
    take: (response: HttpResponse) => Outcome<Value>,
    onStart: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Outcome<Value>> {
    const { baseUrl, apiKey, transport, budget, clock, onCallEnded } = this.#options;
    const request = async (): Promise<Outcome<Value>> => {
      await onStart();
      const startedAt = clock.monotonic();
      const end = (outcome: Outcome<Value>, date?: string): Outcome<Value> => {
        const serviceDate = Date.parse(date ?? '');
        onCallEnded?.({
          priority,
          startedAt,
          endedAt: clock.monotonic(),
          ...(outcome.ok ? {} : { fault: outcome.fault }),
          ...(Number.isNaN(serviceDate) ? {} : { serviceDate }),
        });
        return outcome;
      };
      const ending = new AbortController();
      let timedOut = false;
      const timer = clock.setTimer(this.#timeoutMs, () => {
        timedOut = true;
        ending.abort();
      });
      try {
        const response = await transport({
          method,
          url: baseUrl + path,
          headers: {
            ...headers,
            'x-api-key': apiKey,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.any([signal, ending.signal]),
          maxBodyBytes: this.#maxBodyBytes,
        });
        const isSameAsBefore = response.status === 304 && 'if-none-match' in headers;
        return end(
          (response.status >= 200 && response.status < 300) || isSameAsBefore
            ? take(response)
            : { ok: false, fault: faultOfResponse(response, clock.now()) },
          response.header('date'),
        );
      } catch (error) {
        signal.throwIfAborted();
        return end({ ok: false, fault: faultOfError(error, timedOut, this.#maxBodyBytes) });
      } finally {
        timer.dispose();
      }
    };
    return budget.run(priority, signal, request, verdictOf);
  }
}

/**
 * What the outcome says of the limit. Whatever the service itself answers shows that the request was let in. A pause
 * that a refusal asks for is kept whatever its reason, but only `throttled` says that the limiter refused.
 */
function verdictOf(outcome: Outcome<unknown>): Verdict {
  if (outcome.ok) return { outcome: 'accepted' };
  const { fault } = outcome;
  const pause = 'retryAfterMs' in fault ? { retryAfterMs: fault.retryAfterMs } : {};
  switch (fault.kind) {
    case 'throttled':
      return { outcome: 'refused', ...pause };
    case 'unauthorized':
    case 'forbidden':
    case 'noSuchRoom':
    case 'tooLarge':
      return { outcome: 'accepted', ...pause };
    case 'server':
    case 'network':
    case 'timeout':
    case 'badAnswer':
      return { outcome: 'unknown', ...pause };
  }
}

function isUnknownPath(fault: Fault): boolean {
  return fault.kind === 'noSuchRoom' || (fault.kind === 'server' && fault.status === 405);
}

function read<Value>(response: HttpResponse, decode: (json: unknown) => Value | undefined): Outcome<Value> {
  let json: unknown;
  try {
    json = JSON.parse(response.body);
  } catch {
    return { ok: false, fault: { kind: 'badAnswer', detail: 'not JSON' } };
  }
  const value = decode(json);
  return value === undefined
    ? { ok: false, fault: { kind: 'badAnswer', detail: 'not what is documented' } }
    : { ok: true, value };
}

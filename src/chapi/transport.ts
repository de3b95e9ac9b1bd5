/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** A longer body is cut off: the transport throws `BodyTooLargeError`. Bytes, after content decoding. */
  readonly maxBodyBytes: number;
}

/** One HTTP answer, read to its end. */
export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: string;
}

/**
 * How requests reach the service. Never follows a redirect, because the key would go with it.
 * Throws `BodyTooLargeError`, or `NetworkError` when there was no whole answer.
 */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** There was no whole answer. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** The system's error code, such as `ECONNREFUSED`, or `UNKNOWN`. */
  readonly code: string;

  constructor(code: string) {
    super(`No whole answer: ${code}`);
    this.code = code;
  }
}

/** The body was over the limit. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

import type { Fault } from '../chat/fault';
import { BodyTooLargeError, NetworkError, type HttpResponse } from './transport';

/**
 * Why an answer is a refusal. The gateway's fault body decides before the status: an older one refuses a spike with 500.
 * `Retry-After` counts on every refusal (RFC 9110, 10.2.3 names 503, and any answer may bear it). On a redirect it does
 * not: redirects are not followed, and most are those of a sign-in page.
 * @param nowMs milliseconds since 1970, for a `Retry-After` that is a date
 */
export function faultOfResponse(response: HttpResponse, nowMs: number): Fault {
  const { status } = response;
  const errorCode = faultErrorCode(response.body);
  const retryAfterMs = parseRetryAfter(response.header('retry-after'), nowMs, response.header('date'));
  const pause = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429 || errorCode?.startsWith('policies.ratelimit.') === true) return { kind: 'throttled', ...pause };
  if (status === 401 || errorCode === 'oauth.v2.InvalidAccessToken') return { kind: 'unauthorized', ...pause };
  if (status === 403) return { kind: 'forbidden', ...pause };
  if (status === 404) return { kind: 'noSuchRoom', ...pause };
  // A redirect, as a captive portal answers: it is not followed, because the key would go with it.
  if (status >= 300 && status < 400) return { kind: 'badAnswer', detail: `redirect ${status}` };
  return { kind: 'server', status, ...pause };
}

/**
 * Why there was no whole answer.
 * @param timedOut whether our own time limit ended the request
 */
export function faultOfError(error: unknown, timedOut: boolean, limitBytes: number): Fault {
  if (timedOut) return { kind: 'timeout' };
  if (error instanceof BodyTooLargeError) return { kind: 'tooLarge', limitBytes };
  return { kind: 'network', code: error instanceof NetworkError ? error.code : 'UNKNOWN' };
}

/** How far a `Retry-After` date is believed by this machine's clock alone, which may be hours off; milliseconds. */
const LONGEST_BY_OWN_CLOCK_MS = 60_000;

/** An HTTP date in one of its three forms (RFC 9110, 5.6.7). `Date.parse` alone reads a date into almost anything. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/**
 * The wait that a `Retry-After` asks for, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 * A date is read against the answer's own, so that a clock that is hours off makes nobody wait for hours.
 * @param nowMs milliseconds since 1970 by this machine's clock
 * @param answerDate the answer's `Date` header
 * @returns a safe integer; `undefined` when there is no header or it can't be read
 */
export function parseRetryAfter(value: string | undefined, nowMs: number, answerDate?: string): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number.MAX_SAFE_INTEGER, Number(text) * 1000);
  if (!HTTP_DATE.test(text)) return undefined;
  // The form without a zone is in UTC too.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  if (Number.isNaN(date)) return undefined;
  const answeredAt = Date.parse(answerDate ?? '');
  if (!Number.isNaN(answeredAt)) return Math.max(0, date - answeredAt);
  return Math.min(LONGEST_BY_OWN_CLOCK_MS, Math.max(0, date - nowMs));
}

/** `fault.detail.errorcode` of the gateway's fault body. */
function faultErrorCode(body: string): string | undefined {
  try {
    const { fault } = JSON.parse(body) as { fault?: { detail?: { errorcode?: unknown } } };
    const code = fault?.detail?.errorcode;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

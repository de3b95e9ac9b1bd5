import type { Fault } from '../chat/fault';
import { BodyTooLargeError, NetworkError, type HttpResponse } from './transport';

/**
 * Why an answer is a refusal. The gateway's fault body decides before the status: an older one refuses a spike with 500.
 * @param nowMs milliseconds since 1970, for a `Retry-After` that is a date
 */
export function faultOfResponse(response: HttpResponse, nowMs: number): Fault {
  const errorCode = faultErrorCode(response.body);
  if (response.status === 429 || errorCode?.startsWith('policies.ratelimit.') === true) {
    const retryAfterMs = parseRetryAfter(response.header('retry-after'), nowMs, response.header('date'));
    return retryAfterMs === undefined ? { kind: 'throttled' } : { kind: 'throttled', retryAfterMs };
  }
  if (response.status === 401 || errorCode === 'oauth.v2.InvalidAccessToken') return { kind: 'unauthorized' };
  if (response.status === 403) return { kind: 'forbidden' };
  if (response.status === 404) return { kind: 'noSuchRoom' };
  // A redirect, as a captive portal answers: it is not followed, because the key would go with it.
  if (response.status >= 300 && response.status < 400) {
    return { kind: 'badAnswer', detail: `redirect ${response.status}` };
  }
  return { kind: 'server', status: response.status };
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

/**
 * The wait that a `Retry-After` asks for, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 * A date is read against the answer's own, so that a clock that is hours off makes nobody wait for hours.
 * @param nowMs milliseconds since 1970 by this machine's clock
 * @param answerDate the answer's `Date` header
 * @returns nothing when there is none or it can't be read
 */
export function parseRetryAfter(value: string | undefined, nowMs: number, answerDate?: string): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
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

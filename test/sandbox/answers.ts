import invalidToken from '../support/payloads/fault-invalid-token.json';
import spikeArrest from '../support/payloads/fault-spike-arrest.json';
import type { RetryAfter } from './settings';

/** One whole answer of the service. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The request was accepted and done; everything else is a refusal. */
  readonly accepted: boolean;
  readonly refusedByLimiter: boolean;
}

/** An answer that did what was asked, with a body of JSON text. */
export function acceptedAnswer(status: number, json: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(json),
    accepted: true,
    refusedByLimiter: false,
  };
}

/** A page that the client has already. */
export function notModified(etag: string): Answer {
  return { status: 304, headers: { etag }, body: Buffer.alloc(0), accepted: true, refusedByLimiter: false };
}

function refusal(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
    accepted: false,
    refusedByLimiter: false,
  };
}

/**
 * A refusal in the format of the documented faults. Only those of {@link invalidKey} and {@link throttled} have a
 * documented wording.
 */
export function refuse(status: number, why: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return refusal(status, { fault: { faultstring: why, detail: { errorcode: `messages.${status}` } } }, headers);
}

/** The documented answer to a wrong key. */
export function invalidKey(): Answer {
  return refusal(401, invalidToken);
}

/** The `Retry-After` header, or no header. `nowMs` is milliseconds since 1970. */
function retryAfterHeader(retryAfter: RetryAfter, nowMs: number): Record<string, string> {
  if (retryAfter === 'none') return {};
  if ('seconds' in retryAfter) return { 'retry-after': String(retryAfter.seconds) };
  // An HTTP date has whole seconds: rounding up keeps it from naming a time that is too early.
  const date = Math.ceil(nowMs / 1000 + retryAfter.dateAfterSeconds) * 1000;
  return { 'retry-after': new Date(date).toUTCString() };
}

/** The wording of an Apigee quota; the error code is the documented one. */
const quotaViolation = {
  fault: {
    faultstring: 'Rate limit quota violation. Quota limit  exceeded. Identifier : _default',
    detail: { errorcode: 'policies.ratelimit.QuotaViolation' },
  },
};

/** What a gateway says to one request too many. A 500 is always a spike arrest: quotas never answered with it. */
export function throttled(options: {
  readonly status: 429 | 500;
  readonly reason: 'spike' | 'quota';
  readonly retryAfter: RetryAfter;
  readonly nowMs: number;
}): Answer {
  const { status, reason, retryAfter, nowMs } = options;
  const body = reason === 'quota' && status === 429 ? quotaViolation : spikeArrest;
  return refusal(status, body, retryAfterHeader(retryAfter, nowMs));
}

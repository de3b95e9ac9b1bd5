import assert from 'node:assert/strict';
import type { Fault } from '../../../src/chat/fault';
import { faultOfResponse, parseRetryAfter } from '../../../src/chapi/faults';
import invalidToken from '../../support/payloads/fault-invalid-token.json';
import spikeArrest from '../../support/payloads/fault-spike-arrest.json';

function response(status: number, body: unknown, retryAfter?: string) {
  return {
    status,
    body: JSON.stringify(body),
    header: (name: string) => (name === 'retry-after' ? retryAfter : undefined),
  };
}

describe('faults', () => {
  it('knows the documented bodies whatever the status', () => {
    assert.deepEqual(faultOfResponse(response(401, invalidToken), 0), { kind: 'unauthorized' });
    assert.deepEqual(faultOfResponse(response(500, invalidToken), 0), { kind: 'unauthorized' });
    assert.deepEqual(faultOfResponse(response(500, spikeArrest), 0), { kind: 'throttled' });
    assert.deepEqual(
      faultOfResponse(response(403, { fault: { detail: { errorcode: 'policies.ratelimit.QuotaViolation' } } }, '2'), 0),
      { kind: 'throttled', retryAfterMs: 2000 },
    );
    assert.deepEqual(faultOfResponse(response(500, null), 0), { kind: 'server', status: 500 });
  });

  it('reads Retry-After in seconds and as a date', () => {
    const now = Date.UTC(2026, 0, 1, 0, 0, 0);
    assert.equal(parseRetryAfter('7', now), 7000);
    assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now), 5000);
    assert.equal(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
    assert.equal(parseRetryAfter('soon', now), undefined);
    assert.equal(parseRetryAfter(undefined, now), undefined);
  });

  it('reads a Retry-After date by the clock of the service, and its own clock only for a minute', () => {
    const hoursOff = Date.UTC(2026, 0, 1, 9, 0, 0);
    const date = 'Thu, 01 Jan 2026 12:00:05 GMT';
    assert.equal(parseRetryAfter(date, hoursOff, 'Thu, 01 Jan 2026 12:00:00 GMT'), 5000);
    assert.equal(parseRetryAfter(date, hoursOff, 'no date'), 60_000);
    assert.equal(parseRetryAfter(date, hoursOff), 60_000);
  });

  const unknown = { fault: { faultstring: 'Down for a moment' } };
  const refusals: readonly (readonly [number, unknown, Fault])[] = [
    [400, unknown, { kind: 'server', status: 400 }],
    [401, unknown, { kind: 'unauthorized' }],
    [403, unknown, { kind: 'forbidden' }],
    [404, unknown, { kind: 'noSuchRoom' }],
    [413, unknown, { kind: 'server', status: 413 }],
    [429, unknown, { kind: 'throttled' }],
    [500, unknown, { kind: 'server', status: 500 }],
    [500, spikeArrest, { kind: 'throttled' }],
    [502, 'Bad Gateway', { kind: 'server', status: 502 }],
    [503, unknown, { kind: 'server', status: 503 }],
    [504, null, { kind: 'server', status: 504 }],
  ];
  for (const [status, body, fault] of refusals) {
    it(`keeps the Retry-After of every refusal: ${status} as ${fault.kind}`, () => {
      assert.deepEqual(faultOfResponse(response(status, body, '60'), 0), { ...fault, retryAfterMs: 60_000 });
      assert.deepEqual(faultOfResponse(response(status, body, 'garbage'), 0), fault);
      assert.deepEqual(faultOfResponse(response(status, body), 0), fault);
    });
  }

  it('does not wait for what a redirect asks for: it is most often a sign-in page', () => {
    assert.deepEqual(faultOfResponse(response(302, null, '60'), 0), { kind: 'badAnswer', detail: 'redirect 302' });
  });

  const now = Date.UTC(2026, 0, 1, 0, 0, 0);
  const values: readonly (readonly [string, number | undefined])[] = [
    ['0', 0],
    [' 7 ', 7000],
    ['86400', 86_400_000],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['later 2099', undefined],
    ['2099-01-01', undefined],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Thursday, 01-Jan-26 00:00:05 GMT', 5000],
    ['Thu Jan  1 00:00:05 2026', 5000],
    ['Thu, 99 Jan 2026 00:00:05 GMT', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 60_000],
  ];
  for (const [value, expected] of values) {
    it(`reads a Retry-After of "${value.slice(0, 30)}" as ${expected}`, () => {
      assert.equal(parseRetryAfter(value, now), expected);
    });
  }
});

import assert from 'node:assert/strict';
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
});

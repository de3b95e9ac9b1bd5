import assert from 'node:assert/strict';
import { Sandbox } from '../../sandbox/sandbox';
import spikeArrest from '../../support/payloads/fault-spike-arrest.json';
import { call, send } from './call';

/** 500 ms past a full second. */
const START_MS = Date.parse('2024-05-06T07:08:09.500Z');

describe('sandbox refusals', () => {
  let nowMs = START_MS;
  let sandbox: Sandbox;
  beforeEach(async () => {
    nowMs = START_MS;
    sandbox = await Sandbox.start({ now: () => nowMs, keys: ['test_key_one', 'test_key_two'] });
  });
  afterEach(async () => {
    await sandbox.close();
  });

  it('lets five requests of a key in within a second', async () => {
    sandbox.configure({ limiter: 'window' });
    for (let count = 0; count < 5; count++) assert.equal((await call(sandbox)).status, 200);
    const { status, text, headers } = await call(sandbox);
    assert.equal(status, 429);
    assert.match(text, /policies\.ratelimit\.QuotaViolation/);
    assert.equal(headers['retry-after'], undefined);
    assert.equal((await call(sandbox, { key: 'test_key_two' })).status, 200);
    nowMs += 999;
    assert.equal((await call(sandbox)).status, 429);
    nowMs += 1;
    assert.equal((await call(sandbox)).status, 200);
  });

  it('spaces the requests of a key by 200 ms', async () => {
    sandbox.configure({ limiter: 'spacing' });
    assert.equal((await call(sandbox)).status, 200);
    nowMs += 199;
    const { status, text } = await send(sandbox, 'too soon');
    assert.equal(status, 429);
    assert.equal(text, JSON.stringify(spikeArrest));
    assert.equal((await call(sandbox, { key: 'test_key_two' })).status, 200);
    nowMs += 1;
    assert.equal((await send(sandbox, 'in time')).status, 200);
    assert.deepEqual(
      sandbox.control.listMessages().map(({ text: said }) => said),
      ['in time'],
    );
    assert.deepEqual(
      sandbox.control
        .requests()
        .map(({ time, status: answered, refusedByLimiter }) => [time, answered, refusedByLimiter]),
      [
        [START_MS, 200, false],
        [START_MS + 199, 429, true],
        [START_MS + 199, 200, false],
        [START_MS + 200, 200, false],
      ],
    );
  });

  it('does not count requests with a wrong key', async () => {
    sandbox.configure({ limiter: 'spacing' });
    assert.equal((await call(sandbox, { key: 'wrong' })).status, 401);
    assert.equal((await call(sandbox)).status, 200);
  });

  it('answers like an older gateway when asked to', async () => {
    for (const limiter of ['window', 'spacing'] as const) {
      sandbox.configure({ limiter, refusalStatus: 500 });
      for (let count = 0; count < 5; count++) await call(sandbox);
      const { status, text } = await call(sandbox);
      assert.equal(status, 500);
      assert.equal(text, JSON.stringify(spikeArrest));
    }
  });

  it('says when to come back, in seconds or by date', async () => {
    sandbox.configure({ limiter: 'spacing', retryAfter: { seconds: 3 } });
    await call(sandbox);
    assert.equal((await call(sandbox)).headers['retry-after'], '3');
    sandbox.configure({ retryAfter: { dateAfterSeconds: 3 } });
    assert.equal((await call(sandbox)).headers['retry-after'], 'Mon, 06 May 2024 07:08:13 GMT');
  });

  it('starts another kind of limiter without a past', async () => {
    sandbox.configure({ limiter: 'spacing' });
    await call(sandbox);
    sandbox.configure({ limiter: 'window' });
    assert.equal((await call(sandbox)).status, 200);
  });
});

import assert from 'node:assert/strict';
import type { Fault } from '../../../src/chat/fault';
import { ConnectionRecord } from '../../../src/sync/connectionRecord';
import { buildMessage } from '../../support/builders';
import { VirtualClock } from '../../support/virtualClock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const nothing = { answered: 0, refused: 0, failed: 0 };

function start() {
  const clock = new VirtualClock();
  const record = new ConnectionRecord(clock);
  const call = async (priority: 'send' | 'openRoom' | 'otherRooms', fault?: Fault, more: { date?: number } = {}) => {
    const startedAt = clock.monotonic();
    await clock.advance(100);
    record.noteCall({
      priority,
      startedAt,
      endedAt: clock.monotonic(),
      ...(fault === undefined ? {} : { fault }),
      ...(more.date === undefined ? {} : { serviceDate: more.date }),
    });
  };
  return { clock, record, call };
}

describe('connection record', () => {
  it('tells nothing before anything happened', () => {
    const summary = start().record.summary();
    assert.deepEqual(summary.lastMinute, { send: nothing, openRoom: nothing, loadOlder: nothing, otherRooms: nothing });
    assert.deepEqual([summary.chart.length, summary.chartStepMs, summary.troubles], [30, 10_000, []]);
    assert.deepEqual(
      [summary.lastSuccessMs, summary.answerMs, summary.delays, summary.clock],
      [undefined, undefined, undefined, undefined],
    );
  });

  it('counts the last minute by kind and by how it ended, and forgets what is older', async () => {
    const { clock, record, call } = start();
    await call('openRoom');
    await clock.advance(MINUTE);
    await call('openRoom');
    await call('openRoom', { kind: 'throttled', retryAfterMs: 2000 });
    await call('send', { kind: 'timeout' });
    await call('otherRooms');
    const { lastMinute, answerMs, lastSuccessMs } = record.summary();
    assert.deepEqual(lastMinute, {
      send: { answered: 0, refused: 0, failed: 1 },
      openRoom: { answered: 1, refused: 1, failed: 0 },
      loadOlder: nothing,
      otherRooms: { answered: 1, refused: 0, failed: 0 },
    });
    assert.equal(answerMs, 100);
    assert.equal(lastSuccessMs, 0);
    await clock.advance(MINUTE);
    assert.deepEqual(record.summary().lastMinute.openRoom, nothing);
  });

  it('draws the last five minutes in steps of ten seconds, the newest last', async () => {
    const { clock, record, call } = start();
    await call('openRoom');
    await call('openRoom', { kind: 'unauthorized' });
    assert.deepEqual(record.summary().chart.at(-1), { answered: 1, refused: 1, failed: 0 });
    await clock.advance(25_000);
    const { chart } = record.summary();
    assert.deepEqual([chart.at(-1), chart.at(-3)], [nothing, { answered: 1, refused: 1, failed: 0 }]);
    await clock.advance(5 * MINUTE);
    assert.ok(record.summary().chart.every(({ answered, refused }) => answered + refused === 0));
  });

  it('names the last troubles, the newest first and ten at most', async () => {
    const { clock, record, call } = start();
    for (let status = 500; status < 515; status++) await call('send', { kind: 'server', status });
    const { troubles } = record.summary();
    assert.deepEqual(
      troubles.map(({ agoMs, fault }) => [agoMs, fault.kind === 'server' ? fault.status : 0]),
      Array.from({ length: 10 }, (_, index) => [index * 100, 514 - index]),
    );
    await clock.advance(5 * MINUTE);
    assert.deepEqual(record.summary().troubles, []);
  });

  it('keeps no more than the chart can show, however long it runs', async () => {
    const { record, call } = start();
    for (let index = 0; index < 4000; index++) await call('openRoom');
    const { chart } = record.summary();
    assert.ok(chart.reduce((sum, { answered }) => sum + answered, 0) <= 1500);
  }).timeout(20_000);

  it('measures how late messages come by the clock of the service, whatever this one shows', async () => {
    const { clock, record, call } = start();
    const serviceAhead = 5 * HOUR;
    const serviceNow = (): number => clock.now() + serviceAhead;
    for (let look = 0; look < 60; look++) {
      await clock.advance(937);
      await call('openRoom', undefined, { date: Math.floor((serviceNow() + 50) / 1000) * 1000 });
    }
    const late = (milliseconds: number, id: string) =>
      buildMessage(id, Math.round((serviceNow() - milliseconds) * 1000));
    record.noteArrivals([late(4000, 'a'), late(1000, 'b')]);
    record.noteArrivals([late(500, 'c')]);
    const { delays, clock: compared } = record.summary();
    const near = (found: number | undefined, wanted: number) =>
      assert.ok(Math.abs((found ?? NaN) - wanted) < 150, `${String(found)} is not about ${wanted}`);
    assert.equal(delays?.count, 3);
    near(delays.lastMs, 500);
    near(delays.medianMs, 1000);
    near(delays.longestMs, 4000);
    near(compared?.aheadMs, -serviceAhead);
    clock.setWallClock(clock.now() + 30 * HOUR);
    near(record.summary().clock?.aheadMs, 30 * HOUR - serviceAhead);
  });

  it('measures by the clock of this machine where the answers have no date', () => {
    const { clock, record } = start();
    record.noteArrivals([
      buildMessage('a', (clock.now() - 1500) * 1000),
      buildMessage('b', (clock.now() + 5000) * 1000),
    ]);
    assert.deepEqual(record.summary().delays, { count: 2, lastMs: 0, medianMs: 750, longestMs: 1500 });
    assert.equal(record.summary().clock, undefined);
  });

  it('does not learn the time of a page that is not an answer of the service', async () => {
    const { record, call } = start();
    await call('openRoom', { kind: 'badAnswer', detail: 'not JSON' }, { date: 0 });
    assert.equal(record.summary().clock, undefined);
  });

  it('knows that time passed while the machine slept', async () => {
    const { clock, record, call } = start();
    await call('openRoom');
    clock.suspend(8 * HOUR, 'stops');
    const { lastSuccessMs, lastMinute } = record.summary();
    assert.equal(lastSuccessMs, 8 * HOUR);
    assert.deepEqual(lastMinute.openRoom, nothing);
  });
});

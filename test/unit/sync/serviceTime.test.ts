import assert from 'node:assert/strict';
import fc from 'fast-check';
import { learnServiceTime, serviceNow, type ServiceTime } from '../../../src/sync/serviceTime';

const HOUR = 3_600_000;

/** An answer of a service whose clock is `ahead` of the monotonic one, written `there` ms after the request's start. */
function answer(startedAt: number, ahead: number, there: number, back: number) {
  const serviceDate = Math.floor((startedAt + there + ahead) / 1000) * 1000;
  return { startedAt, endedAt: startedAt + there + back, serviceDate };
}

describe("the service's clock", () => {
  it('is always within what was learned, and soon known to half a second', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100 * HOUR, max: 500_000 * HOUR }),
        fc.array(fc.tuple(fc.nat(5000), fc.nat(300), fc.nat(300)), { minLength: 1, maxLength: 40 }),
        (ahead, steps) => {
          let learned: ServiceTime | undefined;
          let now = 0;
          for (const [pause, there, back] of steps) {
            now += pause;
            learned = learnServiceTime(learned, answer(now, ahead, there, back));
            now += there + back;
            assert.ok(learned.least <= ahead && ahead <= learned.most);
            const { ms, toleranceMs } = serviceNow(learned, now);
            assert.ok(Math.abs(ms - (now + ahead)) <= toleranceMs);
            assert.ok(toleranceMs <= 800);
          }
        },
      ),
    );
  });

  it('becomes more exact with each second that is caught turning', () => {
    let learned: ServiceTime | undefined;
    for (let look = 0; look < 60; look++) learned = learnServiceTime(learned, answer(look * 1037, 5 * HOUR, 20, 20));
    assert.ok(serviceNow(learned!, 0).toleranceMs < 60, JSON.stringify(learned));
  });

  it('is learned anew when the machine slept while its monotonic clock stood still', () => {
    const before = learnServiceTime(undefined, answer(1000, 0, 20, 20));
    const after = learnServiceTime(before, answer(2000, 8 * HOUR, 20, 20));
    assert.ok(after.least <= 8 * HOUR && 8 * HOUR <= after.most);
  });
});

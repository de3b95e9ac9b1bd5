import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PaceOutcome } from '../../../src/chapi/paceOutcome';
import { SharedPace } from '../../../src/chapi/sharedPace';
import { measure, type Measures } from '../../bench/sharedKeyMeasures';
import { crowd, simulateSharedKey, type MachinePlan } from '../../bench/sharedKeySimulation';
import { seededRandom } from '../../sandbox/seededRandom';

const MINUTE = 60_000;

interface Answer {
  readonly takesMs: number;
  readonly outcome: PaceOutcome;
  readonly retryAfterMs: number;
}

const answers = fc.array(
  fc.record({
    takesMs: fc.integer({ min: 1, max: 120 }),
    outcome: fc.constantFrom<PaceOutcome>('accepted', 'accepted', 'refused', 'unknown'),
    retryAfterMs: fc.constantFrom(0, 0, 0, 1000, 30_000),
  }),
  { maxLength: 300 },
);

/** Polls as the pace says and tells it those answers. Gives the starts, and until when the service asked to wait. */
function drive(pace: SharedPace, wishedMs: number, all: readonly Answer[]): { start: number; notBefore: number }[] {
  let now = 5000;
  let notBefore = 0;
  return all.map(({ takesMs, outcome, retryAfterMs }) => {
    const start = Math.max(now, pace.nextPollAt(now, wishedMs), pace.mayStartAt(now, 'openRoom'));
    assert.equal(pace.nextPollAt(now, wishedMs), pace.nextPollAt(now, wishedMs), 'asking twice changes nothing');
    const started = { start, notBefore };
    pace.onStart(start, 'poll');
    now = start + takesMs;
    pace.onAnswer(start, now, outcome, retryAfterMs);
    notBefore = Math.max(notBefore, now + retryAfterMs);
    return started;
  });
}

function accepted(count: number): readonly Answer[] {
  return Array.from({ length: count }, () => ({ takesMs: 40, outcome: 'accepted', retryAfterMs: 0 }));
}

function run(limiter: 'window' | 'spacing', machines: readonly MachinePlan[], seed: number): Measures {
  const records = simulateSharedKey({ limiter, machines, seed, untilMs: 75 * MINUTE });
  return measure(records, 5 * MINUTE, 60 * MINUTE);
}

describe('shared pace', () => {
  it('keeps a machine that is alone at exactly the interval it wishes for', () => {
    const starts = drive(new SharedPace(seededRandom(1)), 1000, accepted(100)).map(({ start }) => start);
    assert.deepEqual(
      starts,
      starts.map((_, index) => 5000 + 1000 * index),
    );
  });

  it('never polls twice within 200 ms nor before a Retry-After is over, and never stops, whatever is answered', () => {
    fc.assert(
      fc.property(answers, fc.constantFrom(1000, 2000, 15_000), fc.integer(), (all, wishedMs, seed) => {
        const starts = drive(new SharedPace(seededRandom(seed)), wishedMs, all);
        starts.forEach(({ start, notBefore }, index) => {
          assert.ok(start >= notBefore, `${start} is before ${notBefore}`);
          if (index === 0) return;
          const previous = Math.max(starts[index - 1]!.start, notBefore);
          assert.ok(start - starts[index - 1]!.start >= 200, `${start - starts[index - 1]!.start} ms apart`);
          assert.ok(start - previous <= 260_000, `waits for ${start - previous} ms`);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('polls at once when the wish becomes shorter than the time since the last poll', () => {
    const pace = new SharedPace(seededRandom(1));
    drive(pace, 15_000, accepted(1));
    assert.equal(pace.nextPollAt(8000, 15_000), 20_000);
    assert.equal(pace.nextPollAt(8000, 1000), 8000);
  });

  it('goes on at the next slot, not at once, when its machine has slept among others', () => {
    const pace = new SharedPace(seededRandom(3));
    const refusals = Array.from({ length: 600 }, (_, index): Answer => ({
      takesMs: 30,
      outcome: index % 3 === 0 ? 'accepted' : 'refused',
      retryAfterMs: 0,
    }));
    drive(pace, 1000, refusals);
    const calm = drive(pace, 1000, accepted(1)).concat(drive(pace, 1000, accepted(3)));
    const { shared, intervalMs } = pace.state();
    assert.ok(shared);
    assert.ok(intervalMs > 1000, `${intervalMs} ms`);
    const last = calm.at(-1)!.start;
    const next = pace.nextPollAt(last + 100 * intervalMs + 7, 1000);
    assert.equal((next - last) % intervalMs, 0);
    assert.ok(next >= last + 100 * intervalMs + 7);
  });

  it('polls once a round also where every timer is late, and leaves its slot where it is', () => {
    const pace = new SharedPace(seededRandom(3));
    const refusals = Array.from({ length: 600 }, (_, index): Answer => ({
      takesMs: 30,
      outcome: index % 3 === 0 ? 'accepted' : 'refused',
      retryAfterMs: 0,
    }));
    drive(pace, 1000, refusals);
    const [last] = drive(pace, 1000, accepted(2)).slice(-1);
    const { shared, intervalMs } = pace.state();
    assert.ok(shared && intervalMs > 1000);
    let now = last!.start + 50;
    for (let round = 1; round <= 50; round++) {
      const planned = pace.nextPollAt(now, 1000);
      assert.ok(Math.abs(planned - (last!.start + round * intervalMs)) < 1, `round ${round}`);
      now = planned + 150;
      assert.equal(pace.nextPollAt(now, 1000), planned, 'it is due');
      pace.pollTaken();
      assert.ok(pace.nextPollAt(now, 1000) > now, 'once a round');
      pace.onStart(now, 'poll');
      now += 40;
      pace.onAnswer(now - 40, now, 'accepted');
    }
  });

  it('lets sends pass the schedule, retries a refused one soon, and keeps its Retry-After', () => {
    const pace = new SharedPace(seededRandom(1));
    drive(pace, 1000, accepted(1));
    assert.equal(pace.mayStartAt(5100, 'send'), 5100);
    pace.onStart(5100, 'send');
    pace.onAnswer(5100, 5150, 'refused');
    const retry = pace.mayStartAt(5150, 'send');
    assert.ok(retry > 5150 && retry <= 5150 + 500, `${retry}`);
    assert.equal(pace.mayStartAt(5150, 'loadOlder'), 5150);
    pace.onStart(retry, 'send');
    pace.onAnswer(retry, retry + 50, 'refused', 7000);
    for (const priority of ['send', 'openRoom', 'loadOlder', 'otherRooms'] as const) {
      assert.equal(pace.mayStartAt(retry + 50, priority), retry + 7050);
    }
    assert.ok(pace.nextPollAt(retry + 50, 1000) >= retry + 7050);
  });

  it('waits longer with each refused send, but never longer than 45 s, and forgets that with an accepted one', () => {
    const pace = new SharedPace(() => 0.5);
    const waits = Array.from({ length: 12 }, (_, index) => {
      const now = 100_000 * (index + 1);
      pace.onStart(now, 'send');
      pace.onAnswer(now, now + 1, index === 10 ? 'accepted' : 'refused');
      return pace.mayStartAt(now + 1, 'send') - now - 1;
    });
    assert.ok(waits.slice(1, 10).every((wait, index) => wait >= waits[index]! && wait <= 45_000));
    assert.equal(waits[10], 0);
    assert.equal(waits[11], waits[0]);
  });

  it('refuses an interval that makes no sense, and says which', () => {
    for (const wrong of [0, -1, NaN]) {
      assert.throws(() => new SharedPace(Math.random).nextPollAt(0, wrong), new RegExp(`not ${wrong}`));
    }
  });

  for (const limiter of ['window', 'spacing'] as const) {
    for (const machines of [5, 20]) {
      it(`shares 5 requests a second fairly among ${machines} machines (${limiter})`, () => {
        const { deliveryMs, optimumMs, refused, leastShare } = run(limiter, crowd(machines, 1), 1);
        const bar = limiter === 'window' ? 2.5 : 4;
        assert.ok(deliveryMs <= bar * optimumMs, `delivery is ${deliveryMs / optimumMs} times the optimum`);
        assert.ok(refused <= 0.05, `${refused} refused`);
        assert.ok(leastShare >= 0.2, `the least share is ${leastShare}`);
      });
    }

    it(`does not slow down a machine that is alone, and two hardly (${limiter})`, () => {
      assert.ok(run(limiter, crowd(1, 1), 1).deliveryMs < 510);
      const { deliveryMs, leastShare } = run(limiter, crowd(2, 1), 1);
      assert.ok(deliveryMs < 650, `${deliveryMs} ms`);
      assert.ok(leastShare > 0.8, `${leastShare}`);
    });

    it(`lives with a stranger who never gives way, and with lost requests (${limiter})`, () => {
      const stranger: MachinePlan = { from: 0, to: Infinity, wishedMs: 1000, stubborn: true };
      const beside = run(limiter, [...crowd(10, 1), stranger], 1);
      assert.ok(beside.slowestMs < 20_000, `${beside.slowestMs} ms`);
      const records = simulateSharedKey({
        limiter,
        machines: crowd(10, 1),
        seed: 1,
        untilMs: 75 * MINUTE,
        lossRate: 0.05,
      });
      assert.ok(measure(records, 5 * MINUTE, 60 * MINUTE).slowestMs < 20_000);
    });

    it(`keeps its schedule when all machines begin anew at the same moment (${limiter})`, () => {
      const options = { limiter, machines: crowd(20, 3), seed: 3, untilMs: 60 * MINUTE, restartsAt: [30 * MINUTE] };
      const between = (remembers: boolean, from: number, to: number): Measures =>
        measure(simulateSharedKey({ ...options, remembers }), from * MINUTE, to * MINUTE);
      const before = between(true, 20, 30);
      const after = between(true, 30, 34);
      // Each looks at once, beside the schedule, and all but one of those looks are refused.
      assert.ok(after.refused <= before.refused + 0.1, `${after.refused} after ${before.refused}`);
      assert.ok(after.deliveryMs <= 1.3 * before.deliveryMs, `${after.deliveryMs} ms after ${before.deliveryMs} ms`);
      assert.ok(between(false, 30, 34).refused > 2 * after.refused, 'who remembers nothing has to count first');
    });

    it(`finds its way back when most have left (${limiter})`, () => {
      const leaving = crowd(25, 2).map((plan, index) => (index < 5 ? plan : { ...plan, to: 20 * MINUTE }));
      const records = simulateSharedKey({ limiter, machines: leaving, seed: 2, untilMs: 300 * MINUTE });
      const before = measure(records, 10 * MINUTE, 20 * MINUTE);
      const after = measure(records, 180 * MINUTE, 240 * MINUTE);
      assert.ok(after.deliveryMs < before.deliveryMs / 2, `${after.deliveryMs} ms after ${before.deliveryMs} ms`);
    });
  }
});

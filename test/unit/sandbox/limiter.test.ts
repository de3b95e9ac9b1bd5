import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLimiter, SpacingLimiter, WindowLimiter } from '../../sandbox/limiter';

/** Times that never run backwards, often close together. */
const times = fc
  .array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 })
  .map((steps) => steps.reduce<number[]>((all, step) => [...all, (all.at(-1) ?? 0) + step], []));

describe('sandbox limiter', () => {
  it('counts: five in any second, and the sixth when the first is a second old', () => {
    const limiter = new WindowLimiter();
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 999, 1000, 1000, 1001].map((time) => limiter.accept(time)),
      [true, true, true, true, true, false, false, true, false, true],
    );
  });

  it('spaces: 200 ms after the last accepted one, whatever was refused between', () => {
    const limiter = new SpacingLimiter();
    assert.deepEqual(
      [0, 199, 199.9, 200, 399, 400, 1000].map((time) => limiter.accept(time)),
      [true, false, false, true, false, true, true],
    );
  });

  it('lets everything in when there is none', () => {
    const limiter = createLimiter('none');
    assert.ok([0, 0, 0, 0, 0, 0, 0].every((time) => limiter.accept(time)));
  });

  it('starts afresh when the clock is set back', () => {
    for (const kind of ['window', 'spacing'] as const) {
      const limiter = createLimiter(kind);
      for (let count = 0; count < 5; count++) limiter.accept(3_600_000 + count);
      assert.equal(limiter.accept(0), true, kind);
    }
  });

  it('never accepts more than it says, and never refuses without need', () => {
    fc.assert(
      fc.property(times, (asked) => {
        const windowed = new WindowLimiter();
        const inWindow: number[] = [];
        const spaced = new SpacingLimiter();
        let last = -Infinity;
        for (const time of asked) {
          const recent = inWindow.filter((accepted) => time - accepted < 1000).length;
          assert.equal(windowed.accept(time), recent < 5);
          if (recent < 5) inWindow.push(time);
          assert.equal(spaced.accept(time), time - last >= 200);
          if (time - last >= 200) last = time;
        }
      }),
    );
  });
});

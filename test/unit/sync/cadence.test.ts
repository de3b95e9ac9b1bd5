import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fault } from '../../../src/chat/fault';
import { nextDelay, type CadenceFacts } from '../../../src/sync/cadence';

const MINUTE = 60_000;
const talking: CadenceFacts = {
  inSight: true,
  focused: true,
  unfocusedMs: 0,
  quietMs: 0,
  faultsInARow: 0,
  activeMs: 1000,
  backgroundMs: 15_000,
};
const delay = (facts: Partial<CadenceFacts>): number => nextDelay({ ...talking, ...facts }, 0.5);

describe('cadence', () => {
  it('follows its table', () => {
    assert.equal(delay({}), 1000);
    assert.equal(delay({ quietMs: 3 * MINUTE }), 2000);
    assert.equal(delay({ focused: false, unfocusedMs: 5000 }), 2000);
    assert.equal(delay({ quietMs: 11 * MINUTE }), 5000);
    assert.equal(delay({ inSight: false }), 15_000);
    assert.ok(delay({ focused: false, unfocusedMs: 10 * MINUTE }) >= 65_000);
    assert.equal(delay({ lastFault: { kind: 'forbidden' }, faultsInARow: 1 }), 10_000);
    assert.equal(delay({ lastFault: { kind: 'unauthorized' }, faultsInARow: 9 }), 60_000);
    assert.equal(delay({ lastFault: { kind: 'timeout' }, faultsInARow: 3 }), 8000);
    assert.equal(delay({ lastFault: { kind: 'network', code: 'ENOTFOUND' }, faultsInARow: 50 }), 10_000);
    assert.equal(delay({ lastFault: { kind: 'badAnswer', detail: '' }, faultsInARow: 50, inSight: false }), 30_000);
    assert.equal(delay({ lastFault: { kind: 'server', status: 500 }, faultsInARow: 50 }), 60_000);
  });

  it('spreads every delay by a tenth to both sides', () => {
    assert.equal(nextDelay(talking, 0), 900);
    assert.equal(nextDelay(talking, 1), 1100);
  });

  it('is never idle for ever nor faster than asked for', () => {
    const fault = fc.constantFrom<Fault | undefined>(
      undefined,
      { kind: 'timeout' },
      { kind: 'unauthorized' },
      { kind: 'noSuchRoom' },
    );
    fc.assert(
      fc.property(
        fc.record({
          inSight: fc.boolean(),
          focused: fc.boolean(),
          unfocusedMs: fc.nat(),
          quietMs: fc.nat(),
          faultsInARow: fc.nat(),
        }),
        fault,
        (facts, lastFault) => {
          const found = delay(lastFault === undefined ? facts : { ...facts, lastFault });
          assert.ok(found >= 900 && found <= 2 * MINUTE, String(found));
        },
      ),
    );
  });
});

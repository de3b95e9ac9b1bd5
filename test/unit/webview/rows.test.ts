import assert from 'node:assert/strict';
import type { PageMessage } from '../../../src/protocol/messages';
import { layOutRows } from '../../../src/webview/rows';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const dayOf = (milliseconds: number): string =>
  Number.isNaN(milliseconds) ? '' : `day ${Math.floor(milliseconds / DAY)}`;

function entry(minutes: number, changes: Partial<PageMessage> = {}): PageMessage {
  const key = `${minutes} ${changes.authorName ?? ''}`;
  return { key, state: 'received', own: false, authorName: 'Alice', text: '', time: minutes * MINUTE, ...changes };
}

const continued = (...entries: readonly PageMessage[]): boolean[] =>
  layOutRows(entries, undefined, dayOf).map((row) => row.continued);

describe('layOutRows', () => {
  it('continues an author within five minutes of the first message of the group', () => {
    assert.deepEqual(continued(entry(0), entry(2), entry(4.9), entry(5.1), entry(9)), [false, true, true, false, true]);
    assert.deepEqual(continued(entry(0), entry(4.9), entry(9.8), entry(14.8)), [false, true, false, false]);
  });

  it('lays out a part as it lays out the whole', () => {
    const entries = Array.from({ length: 80 }, (_, index) =>
      entry(index * 1.7, { authorName: index % 30 < 20 ? 'Alice' : 'Ben' }),
    );
    const whole = layOutRows(entries, entries[33]?.key, dayOf);
    for (let start = 0; start < entries.length; start += 3) {
      const part = layOutRows(entries, entries[33]?.key, dayOf, start, start + 20);
      assert.deepEqual(part, whole.slice(start, start + 20));
    }
  });

  it('looks for the beginning of a group no further than it pays', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => entry(index / 1000));
    let days = 0;
    const rows = layOutRows(entries, undefined, () => `${days++}`.slice(0, 0), 50_000, 50_100);
    assert.equal(rows.length, 100);
    assert.ok(days < 300, `${days} days`);
  });

  it('does not continue another author, nor a stranger of the same name as the person', () => {
    assert.deepEqual(continued(entry(0), entry(1, { authorName: 'Ben' }), entry(2)), [false, false, false]);
    assert.deepEqual(continued(entry(0), entry(1, { own: true }), entry(2)), [false, false, false]);
  });

  it('continues own messages under any name', () => {
    assert.deepEqual(continued(entry(0, { own: true }), entry(1, { own: true, authorName: '' })), [false, true]);
  });

  it('continues nothing over a day or the line of the unread messages', () => {
    const late = entry(DAY / MINUTE - 1);
    const early = entry(DAY / MINUTE + 1);
    assert.deepEqual(continued(late, early), [false, false]);
    const rows = layOutRows([entry(0), entry(1), entry(2)], entry(1).key, dayOf);
    assert.deepEqual(
      rows.map((row) => [row.startsUnread, row.continued]),
      [
        [false, false],
        [true, false],
        [false, true],
      ],
    );
  });

  it('names a day where it begins', () => {
    const rows = layOutRows([entry(0), entry(1), entry(DAY / MINUTE), entry(NaN)], undefined, dayOf);
    assert.deepEqual(
      rows.map(({ day }) => day),
      ['day 0', undefined, 'day 1', undefined],
    );
  });
});

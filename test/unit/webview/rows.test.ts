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
  it('continues an author within five minutes of the message before', () => {
    assert.deepEqual(continued(entry(0), entry(4.9), entry(9.8), entry(14.8)), [false, true, true, false]);
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

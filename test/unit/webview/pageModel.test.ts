import assert from 'node:assert/strict';
import fc from 'fast-check';
import { entryChanges } from '../../../src/protocol/entryChanges';
import type { PageDelta, PageFrame, PageMessage } from '../../../src/protocol/messages';
import { withDelta, withSnapshot, type PageModel } from '../../../src/webview/pageModel';

const frame: PageFrame = {
  room: 'a',
  title: 'A',
  connection: { status: 'online' },
  loaded: true,
  sendOnEnter: true,
  mentionNames: [],
  showAvatars: false,
  announces: true,
  older: 'end',
  unreadCount: 0,
  seeksPlace: false,
  isRefused: false,
};

function entry(key: string, text = ''): PageMessage {
  return { key, state: 'received', own: false, authorName: '', text, time: 0 };
}

function model(...keys: readonly string[]): PageModel {
  return withSnapshot(undefined, { version: 1, frame, entries: keys.map((key) => entry(key)) });
}

const keysOf = (shown: PageModel | undefined): string[] | undefined => shown?.entries.map(({ key }) => key);

describe('The page model', () => {
  it('takes what is new, changed and gone', () => {
    const next = withDelta(model('a', 'b', 'c'), {
      version: 2,
      frame,
      upserts: [{ entry: entry('0') }, { entry: entry('b', 'new'), after: '0' }, { entry: entry('d'), after: 'c' }],
      removals: ['a'],
    });
    assert.deepEqual(keysOf(next), ['0', 'b', 'c', 'd']);
    assert.equal(next?.entries[1]?.text, 'new');
  });

  it('takes no change that does not fit', () => {
    const shown = model('a');
    const delta: PageDelta = { version: 2, frame, upserts: [], removals: [] };
    assert.equal(withDelta(shown, { ...delta, version: 3 }), undefined);
    assert.equal(withDelta(shown, { ...delta, version: 1 }), undefined);
    assert.equal(withDelta(shown, { ...delta, frame: { ...frame, room: 'b' } }), undefined);
    assert.equal(withDelta(shown, { ...delta, upserts: [{ entry: entry('x'), after: 'nobody' }] }), undefined);
    const twice = [{ entry: entry('x') }, { entry: entry('x'), after: 'y' }, { entry: entry('y'), after: 'x' }];
    assert.equal(withDelta(shown, { ...delta, upserts: twice }), undefined);
    const circle = [
      { entry: entry('x'), after: 'y' },
      { entry: entry('y'), after: 'x' },
    ];
    assert.equal(withDelta(shown, { ...delta, upserts: circle }), undefined);
    assert.deepEqual(keysOf(withDelta(shown, delta)), ['a']);
  });

  it('comes to the same by changes as by snapshots', () => {
    const texts = fc.constantFrom('', 'x');
    const list = fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), texts), {
        selector: ([key]) => key,
      })
      .map((pairs) => pairs.map(([key, text]) => entry(key, text)));
    fc.assert(
      fc.property(list, list, (from, to) => {
        const shown = withSnapshot(undefined, { version: 1, frame, entries: from });
        const changes = entryChanges(from, to) ?? { upserts: [], removals: [] };
        assert.deepEqual(withDelta(shown, { version: 2, frame, ...changes })?.entries, to);
      }),
    );
  });

  it('counts arrivals: new keys and other rooms, not changes and not what goes', () => {
    const shown = model('a', 'b');
    const delta = (upserts: PageDelta['upserts'], removals: string[] = []): number | undefined =>
      withDelta(shown, { version: 2, frame, upserts, removals })?.arrivals;
    assert.equal(delta([{ entry: entry('b', 'edited'), after: 'a' }]), shown.arrivals);
    assert.equal(delta([], ['a']), shown.arrivals);
    assert.equal(delta([{ entry: entry('c'), after: 'a' }]), shown.arrivals + 1);
    const again = withSnapshot(shown, { version: 9, frame, entries: [entry('b')] });
    assert.equal(again.arrivals, shown.arrivals);
    const other = withSnapshot(shown, { version: 9, frame: { ...frame, room: 'b' }, entries: [entry('b')] });
    assert.equal(other.arrivals, shown.arrivals + 1);
  });
});

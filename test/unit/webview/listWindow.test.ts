import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  adjusted,
  followed,
  hasNewest,
  newestWindow,
  oldestWindow,
  windowAround,
  type ListWindow,
  type Surroundings,
} from '../../../src/webview/listWindow';

type Entry = Readonly<{ key: string }>;

const list = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: `k${from + index}` }));

const here: Surroundings = { nearTop: false, nearBottom: false, farAbove: 0, farBelow: 0 };

describe('The window of a list', () => {
  it('begins with the newest entries, and takes in those that come', () => {
    const window = newestWindow(list(0, 500));
    assert.deepEqual([window.start, window.end], [460, 500]);
    const next = followed(window, list(0, 510));
    assert.deepEqual([next.start, next.end], [460, 510]);
    assert.ok(hasNewest(next));
  });

  it('holds on to its ends when entries come and go on either side', () => {
    const window = windowAround(list(0, 500), 200);
    assert.deepEqual([window.start, window.end], [180, 240]);
    const shifted = followed(window, list(100, 700));
    assert.deepEqual([shifted.start, shifted.end], [80, 140]);
    // Its first and its last entries are gone.
    const cut = followed(window, list(190, 220));
    assert.deepEqual([cut.start, cut.end], [0, 30]);
  });

  it('takes in what comes above the very first entry', () => {
    const window = oldestWindow(list(100, 500));
    const next = followed(window, list(0, 500));
    assert.ok(next.start < 100 && next.start > 0);
    assert.equal(next.end, 140);
  });

  it('grows where its edge is near, and sheds what is far away, never both to and fro', () => {
    const entries = list(0, 1_000);
    let window = newestWindow(entries);
    for (let step = 0; step < 10; step++) window = adjusted(window, { ...here, nearTop: true, farBelow: 200 });
    assert.ok(window.end - window.start <= 220, `${window.end - window.start}`);
    assert.ok(!hasNewest(window));
    assert.equal(adjusted(window, here), window);
  });

  it('grows to its usual size by itself, upwards first', () => {
    const sizes: number[][] = [];
    let window = newestWindow(list(0, 500), 15);
    for (let next = adjusted(window, here); next !== window; next = adjusted(window, here)) {
      window = next;
      sizes.push([window.start, window.end]);
    }
    assert.deepEqual(sizes, [
      [465, 500],
      [445, 500],
      [425, 500],
      [405, 500],
      [385, 500],
      [373, 500],
    ]);
    const short = adjusted(oldestWindow(list(0, 500)), here);
    assert.deepEqual([short.start, short.end], [0, 60]);
  });

  it('is always a run of the list that is not empty, whatever happens', () => {
    const listOf = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 300 });
    const around = fc.record({
      nearTop: fc.boolean(),
      nearBottom: fc.boolean(),
      farAbove: fc.nat(300),
      farBelow: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(listOf, around), { minLength: 1 }), (steps) => {
        let window: ListWindow = newestWindow([]);
        for (const [keys, surroundings] of steps) {
          const entries = keys.map((key) => ({ key: String(key) }));
          window = adjusted(followed(window, entries), surroundings);
          assert.ok(window.start >= 0 && window.end <= entries.length);
          assert.equal(window.end > window.start, entries.length > 0);
          assert.equal(window.entries, entries);
        }
      }),
    );
  });
});

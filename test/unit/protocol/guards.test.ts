import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  hostNoticeGuards,
  MAX_COPY_LENGTH,
  MAX_TEXT_LENGTH,
  pageNoticeGuards,
  pageRequestGuards,
} from '../../../src/protocol/guards';
import { localIdOf, outgoingKey } from '../../../src/protocol/messages';

/** What a message can hold after it was cloned: no functions and no getters, but any key. */
const anything = fc.anything({ withMap: true, withSet: true, withDate: true, withBigInt: true, withSparseArray: true });

describe('The guards of what the page says', () => {
  it('let in what is meant, and nothing beside it', () => {
    assert.deepEqual(pageRequestGuards.send({ room: 'r', text: 't', more: 1 }), { room: 'r', text: 't' });
    assert.deepEqual(pageNoticeGuards.retry({ localId: 'l', more: 1 }), { localId: 'l' });
    assert.deepEqual(pageNoticeGuards.discard({ localId: 'l' }), { localId: 'l' });
    for (const name of ['seen', 'loadOlder', 'loadMissing'] as const) {
      assert.deepEqual(pageNoticeGuards[name]({ room: '', more: 1 }), { room: '' });
    }
    assert.deepEqual(pageNoticeGuards.copy({ text: '' }), { text: '' });
    assert.deepEqual(pageNoticeGuards.seen({ room: '', upTo: 'id', more: 1 }), { room: '', upTo: 'id' });
    assert.throws(() => pageNoticeGuards.seen({ room: '', upTo: 1 }));
    for (const wrong of ['', 'no/id', 'x'.repeat(101)]) {
      assert.throws(() => pageNoticeGuards.discard({ localId: wrong }));
    }
    assert.throws(() => pageNoticeGuards.loadOlder({ room: 'x'.repeat(1_001) }));
    assert.deepEqual(pageRequestGuards.ready({ places: [{ room: 'r', key: 'k', depth: 1e9, more: 1 }] }), {
      places: [{ room: 'r', key: 'k', depth: 20_000 }],
    });
    for (const wrong of [
      undefined,
      { places: 1 },
      { places: [{ room: 1, key: 'k', depth: 1 }] },
      { places: [{ room: 'r', depth: 1 }] },
      { places: [{ room: 'r', key: 'k', depth: 0.5 }] },
    ]) {
      assert.throws(() => pageRequestGuards.ready(wrong));
    }
    const places = Array.from({ length: 60 }, (_, index) => ({ room: String(index), key: 'k', depth: 1 }));
    assert.equal(pageRequestGuards.ready({ places }).places.length, 50);
  });

  it('refuse texts over the limit', () => {
    const longest = 'x'.repeat(MAX_TEXT_LENGTH);
    assert.equal(pageRequestGuards.send({ room: 'r', text: longest }).text.length, MAX_TEXT_LENGTH);
    assert.throws(() => pageRequestGuards.send({ room: 'r', text: `${longest}x` }), /at most 1000000 characters/);
    assert.equal(pageNoticeGuards.copy({ text: `${longest}x` }).text.length, MAX_TEXT_LENGTH + 1);
    assert.throws(() => pageNoticeGuards.copy({ text: 'x'.repeat(MAX_COPY_LENGTH + 1) }));
  });

  const guards = [
    ...Object.entries(pageNoticeGuards).map(([name, guard]) => ({ name, guard })),
    { name: 'send', guard: pageRequestGuards.send },
  ];
  for (const { name, guard } of guards) {
    it(`${name}: refuses with an error, or gives plain texts and flags`, () => {
      const near = fc.record({ room: anything, text: anything, localId: anything }, { requiredKeys: [] });
      fc.assert(
        fc.property(fc.oneof(anything, near), (value) => {
          let passed: unknown;
          try {
            passed = guard(value);
          } catch (error) {
            assert.ok(error instanceof Error);
            return;
          }
          for (const part of Object.values(passed as object)) assert.ok(['string', 'boolean'].includes(typeof part));
        }),
      );
    });
  }
});

describe('The guards of what the host says', () => {
  const frame = { room: 'r', title: 'R', connection: { status: 'online' }, loaded: true, sendOnEnter: true };

  it('let in snapshots and changes', () => {
    const snapshot = { version: 1, frame, entries: [] };
    assert.equal(hostNoticeGuards.snapshot(snapshot), snapshot);
    const delta = { version: 2, frame, upserts: [], removals: [] };
    assert.equal(hostNoticeGuards.delta(delta), delta);
  });

  it('refuse what the page could not tell a room or a version by', () => {
    const bad: unknown[] = [
      { version: '1', frame, entries: [] },
      { version: 1, entries: [] },
      { version: 1, frame: { ...frame, room: 7 }, entries: [] },
      { version: 1, frame: { ...frame, connection: undefined }, entries: [] },
      { version: 1, frame, entries: {} },
    ];
    for (const value of bad) assert.throws(() => hostNoticeGuards.snapshot(value), /expected/);
    assert.throws(() => hostNoticeGuards.delta({ version: 1, frame, upserts: [] }), /expected/);
    fc.assert(fc.property(anything, (value) => assert.throws(() => hostNoticeGuards.delta(value), Error)));
  });
});

describe('Keys of own messages', () => {
  it('lead back to their local id, and keys of others to none', () => {
    fc.assert(fc.property(fc.string(), (id) => assert.equal(localIdOf(outgoingKey(id)), id)));
    assert.equal(localIdOf('id:local:1'), undefined);
  });
});

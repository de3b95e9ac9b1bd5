import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { entryPatch, patched, type SharedEntry } from '../../../src/sync/windows/entryPatch';
import { FramedSocket } from '../../../src/sync/windows/framedSocket';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('frames', () => {
  it('come out as they went in, however the stream cuts them', async () => {
    const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), async (sent, cuts) => {
        const written: Buffer[] = [];
        const [near, far] = duplexPair();
        far.on('data', (chunk: Buffer) => written.push(chunk));
        const writer = new FramedSocket(near, 1000);
        for (const frame of sent) writer.send(frame);
        await turn();
        const bytes = Buffer.concat(written);
        const [source, sink] = duplexPair();
        const heard: Buffer[] = [];
        const reader = new FramedSocket(sink, 1000);
        reader.setHearer((frame) => heard.push(Buffer.from(frame)));
        for (let start = 0, index = 0; start < bytes.length; index++) {
          const length = cuts[index % cuts.length]!;
          source.write(bytes.subarray(start, start + length));
          start += length;
        }
        for (let turns = 0; turns < 3; turns++) await turn();
        assert.deepEqual(
          heard,
          sent.map((frame) => Buffer.from(frame)),
        );
        writer.close('done');
        reader.close('done');
      }),
      { numRuns: 100 },
    );
  });

  it('wait while nobody hears them, and are lost with the connection', async () => {
    const [near, far] = duplexPair();
    const [writer, reader] = [new FramedSocket(near, 100), new FramedSocket(far, 100)];
    for (const text of ['one', 'two', 'three']) writer.send(Buffer.from(text));
    await turn();
    const heard: string[] = [];
    reader.setHearer((frame) => {
      heard.push(frame.toString());
      if (heard.length === 2) reader.setHearer(undefined);
    });
    await turn();
    assert.deepEqual(heard, ['one', 'two']);
    let why = '';
    reader.onClosed((reason) => (why = reason));
    reader.close('enough');
    reader.close('again');
    reader.setHearer((frame) => heard.push(frame.toString()));
    await turn();
    assert.deepEqual(heard, ['one', 'two']);
    assert.equal(why, 'enough');
    reader.onClosed((reason) => (why = `${reason}, late`));
    assert.equal(why, 'enough, late');
    writer.close('done');
  });

  it('that are longer than the limit close the connection, by what they announce', async () => {
    const [near, far] = duplexPair();
    const reader = new FramedSocket(far, 10);
    reader.setHearer(() => assert.fail('nothing is to be heard'));
    near.write(Buffer.from([0, 0, 0, 11]));
    for (let turns = 0; turns < 3; turns++) await turn();
    assert.equal(reader.closedWhy, 'a frame of 11 bytes');
  });
});

const entry: fc.Arbitrary<SharedEntry> = fc.oneof(
  fc
    .record({
      id: fc.integer({ min: 0, max: 12 }),
      text: fc.constantFrom('a', 'b'),
      unread: fc.boolean(),
      gap: fc.boolean(),
    })
    .map(({ id, text, unread, gap }): SharedEntry => {
      const author = { id: 'x', name: 'X', email: '', avatarUrl: '' };
      const message = { id: `m${id}`, timestamp: id, author, text };
      const seen = { message, late: false, edited: false, deleted: false };
      return { kind: 'state', entry: seen, unread, ...(gap ? { gap: 'open' as const } : {}) };
    }),
  fc
    .record({ id: fc.integer({ min: 0, max: 3 }), state: fc.constantFrom('queued' as const, 'sending' as const) })
    .map(({ id, state }): SharedEntry => {
      return { kind: 'outgoing', outgoing: { localId: `l${id}`, room: '', text: 't', createdAt: 1, state } };
    }),
);
const keyOf = (item: SharedEntry): string => (item.kind === 'outgoing' ? item.outgoing.localId : item.entry.message.id);
const entries = fc.uniqueArray(entry, { selector: keyOf, maxLength: 16 });

describe('a patch of entries', () => {
  it('turns any list into any other, also after its way through JSON', () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const patch = entryPatch(before, after);
        if (patch === undefined) assert.deepEqual(before, after);
        else assert.deepEqual(patched(before, JSON.parse(JSON.stringify(patch)) as typeof patch), after);
      }),
    );
  });

  it('is small when one message comes and the oldest goes', () => {
    const all = Array.from({ length: 201 }, (_, id): SharedEntry => {
      const author = { id: 'x', name: 'X', email: '', avatarUrl: '' };
      const message = { id: `m${id}`, timestamp: id, author, text: 'text' };
      return { kind: 'state', unread: false, entry: { message, late: false, edited: false, deleted: false } };
    });
    assert.deepEqual(entryPatch(all.slice(0, 200), all.slice(1)), [-1, 199, [all[200]]]);
    assert.equal(entryPatch(all, [...all]), undefined);
  });

  it('of another list is none of this one', () => {
    assert.equal(patched([], [1]), undefined);
    assert.equal(patched([], [-1]), undefined);
    assert.equal(patched([], [0.5]), undefined);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSignature, sign } from '../../../src/chat/signature';
import { timelineOf, type TimelineEntry } from '../../../src/chat/timeline';
import { keptEntries, timelineOfState, type RoomState } from '../../../src/sync/roomState';
import { decodeRoomState, encodeRoomState } from '../../../src/sync/roomStateCodec';
import { buildAuthor, buildMessage } from '../../support/builders';

/** As it crosses from window to window, or lies on disk. */
function through(state: RoomState): RoomState | undefined {
  return decodeRoomState(JSON.parse(JSON.stringify(encodeRoomState(state))));
}

/** The state that is read from a value that holds one. */
function decoded(value: unknown): RoomState {
  const read = decodeRoomState(value);
  if (read === undefined) throw new Error('No state could be read.');
  return read;
}

const NOW = 1_600_000_000_000;
const BEFORE_KEPT_MS = 60_000;

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('*Ann Example* ✍ signed', 'a &lt; b', '', '\u2028"\\', '__proto__'),
);
const time = fc.integer({ min: NOW - 120_000, max: NOW });
const count = fc.nat(1000);
const id = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.constantFrom('__proto__', 'constructor'));
const position = fc.record({ timestamp: fc.nat(1e9), id }, { noNullPrototype: true });

const entry: fc.Arbitrary<TimelineEntry> = fc.record(
  {
    message: fc.record(
      {
        id,
        timestamp: fc.maxSafeNat(),
        text,
        author: fc.constantFrom(buildAuthor('Ann'), buildAuthor('Ben'), { ...buildAuthor('Ann'), avatarUrl: 'x' }),
      },
      { noNullPrototype: true },
    ),
    late: fc.boolean(),
    edited: fc.boolean(),
    deleted: fc.boolean(),
    localId: fc.string(),
    arrivedAt: time,
    missedAt: time,
    deletedAt: time,
    deletedUnspanned: fc.constant(true as const),
    unconfirmed: fc.constant(true as const),
    before: fc.record({ text, at: time }, { noNullPrototype: true }),
  },
  { noNullPrototype: true, requiredKeys: ['message', 'late', 'edited', 'deleted'] },
);

const state: fc.Arbitrary<RoomState> = fc.record(
  {
    revision: fc.maxSafeNat(),
    entries: fc.uniqueArray(entry, { selector: ({ message }) => message.id, maxLength: 12 }),
    gaps: fc.array(position, { maxLength: 3 }),
    startReached: fc.boolean(),
    startCount: count,
    mark: fc.record({ through: position, lateIds: fc.array(id) }, { noNullPrototype: true, requiredKeys: ['lateIds'] }),
    evidence: fc.record(
      {
        start: fc.record(
          { oldestId: fc.string(), answers: count, largestAsked: count, isProbed: fc.boolean() },
          { noNullPrototype: true },
        ),
        cap: fc.record({ count, times: count, asked: count }, { noNullPrototype: true }),
        lastCount: count,
      },
      { noNullPrototype: true, requiredKeys: [] },
    ),
    answeredAt: time,
  },
  {
    noNullPrototype: true,
    requiredKeys: ['revision', 'entries', 'gaps', 'startReached', 'startCount', 'mark', 'evidence'],
  },
);

/** What is left of an entry: of a deleted one no text, and of an edit long ago not what was there before. */
function expected({ message, before, ...rest }: TimelineEntry, answeredAt: number | undefined): TimelineEntry {
  if (rest.deleted) {
    const signer = readSignature(message.text)?.name;
    return { ...rest, message: { ...message, text: signer === undefined ? '' : sign('', signer) }, textDropped: true };
  }
  const isRecent = before !== undefined && answeredAt !== undefined && answeredAt - before.at < BEFORE_KEPT_MS;
  return { ...rest, message, ...(isRecent ? { before } : {}) };
}

/** Values that nobody has a use for. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, -1, 0.5, NaN, Infinity, 1e308, 2 ** 53, '', 'x', '1'),
  fc.constantFrom<unknown>([], {}, [null], [[]], { length: 3 }, { through: 7 }, { timestamp: 1e99, id: 'x' }),
  fc
    .constantFrom('{"__proto__":{"polluted":true}}', '[{"__proto__":{"id":"x"}}]')
    .map((json): unknown => JSON.parse(json)),
  fc.anything(),
);

/** The value with something else at one place in it, or something twice. */
function spoilt(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length === 0) return [by];
    const at = step % items.length;
    if (rest.length === 0 && step % 2 === 0) return [...items, ...items, by];
    return items.map((item, index) => (index === at ? spoilt(item, rest, by) : item));
  }
  const names = Object.keys(value);
  const name = names[step % Math.max(1, names.length)];
  if (name === undefined) return by;
  return { ...value, [name]: spoilt((value as Record<string, unknown>)[name], rest, by) };
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isTimeOrAbsent = (value: unknown): boolean => value === undefined || isTime(value);

function assertValid(read: RoomState): void {
  assert.ok(isCount(read.revision) && isCount(read.startCount) && typeof read.startReached === 'boolean');
  assert.ok(isTimeOrAbsent(read.answeredAt));
  for (const place of [...read.gaps, ...(read.mark.through === undefined ? [] : [read.mark.through])]) {
    assert.ok(isTime(place.timestamp) && typeof place.id === 'string');
  }
  assert.ok(read.mark.lateIds.every((late) => typeof late === 'string'));
  const { start, cap, lastCount = 0 } = read.evidence;
  assert.ok(isCount(lastCount) && (cap === undefined || (isCount(cap.count) && isCount(cap.times))));
  assert.ok(start === undefined || (typeof start.oldestId === 'string' && isCount(start.answers)));
  assert.ok(start === undefined || (isCount(start.largestAsked) && typeof start.isProbed === 'boolean'));
  assert.equal(
    new Set(read.entries.map(({ message }) => message.id)).size,
    read.entries.length,
    'an id is there twice',
  );
  for (const { message, late, edited, deleted, localId, before, ...times } of read.entries) {
    const { id: of, timestamp, text: said, author } = message;
    assert.ok(of !== '' && typeof of === 'string' && isCount(timestamp) && typeof said === 'string');
    assert.ok(Object.values(author).every((field) => typeof field === 'string') && Object.keys(author).length === 4);
    assert.ok([late, edited, deleted].every((flag) => typeof flag === 'boolean'));
    assert.ok(localId === undefined || typeof localId === 'string');
    assert.ok([times.arrivedAt, times.missedAt, times.deletedAt].every(isTimeOrAbsent));
    assert.ok(before === undefined || (typeof before.text === 'string' && isTime(before.at)));
  }
  // Whatever was read can be gone on with, and told on.
  const timeline = timelineOfState(read, 5000, NOW);
  assert.equal(timeline.entries.length, read.entries.length);
  assert.equal(timeline.liveCount, read.entries.filter(({ deleted }) => !deleted).length);
  const again = through(read);
  assert.ok(again !== undefined);
  assert.deepEqual(again, through(again));
}

describe('the codec of a room’s state', () => {
  it('keeps all of it but what is not to be kept', () => {
    fc.assert(
      fc.property(state, (known) => {
        const entries = known.entries.map((each) => expected(each, known.answeredAt));
        assert.deepEqual(through(known), { ...known, entries });
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing more the second time', () => {
    fc.assert(
      fc.property(state, (known) => {
        const once = through(known);
        assert.ok(once !== undefined);
        assert.deepEqual(through(once), once);
      }),
    );
  });

  it('writes nowhere what a deleted message said, nor what it said before an edit; who signed it stays', () => {
    const secret = 'nobody-is-to-read-this';
    fc.assert(
      fc.property(state, fc.boolean(), fc.boolean(), (known, isSigned, isGoneFromDisk) => {
        const deleted: TimelineEntry = {
          message: buildMessage('the deleted one', 5, isSigned ? sign(secret, 'Ann Example') : secret),
          ...{ late: false, edited: true, deleted: true, deletedAt: NOW, localId: 'local-7' },
          before: { text: `${secret} before`, at: NOW },
        };
        const first = { ...known, entries: [...known.entries, deleted], answeredAt: NOW };
        const written = isGoneFromDisk ? through(first) : first;
        assert.ok(written !== undefined);
        const json = JSON.stringify(encodeRoomState(written));
        assert.ok(!json.includes(secret));
        const read = decodeRoomState(JSON.parse(json))?.entries.at(-1);
        assert.equal(readSignature(read?.message.text ?? '')?.name, isSigned ? 'Ann Example' : undefined);
        assert.equal(read?.localId, 'local-7');
      }),
    );
  });

  it('reads what an earlier version wrote: messages, and how far they are read', () => {
    const messages = [
      { id: 'a', timestamp: 1, parsed: 'one', authorUser: buildAuthor() },
      { id: 'b', timestamp: 2, parsed: 'two', authorUser: buildAuthor() },
      { id: 'c', timestamp: 3 },
    ];
    const read = decoded({ mark: { through: { timestamp: 1, id: 'a' }, lateIds: [] }, messages });
    assert.deepEqual(
      read.entries.map(({ message }) => message),
      [
        { id: 'a', timestamp: 1, text: 'one', author: buildAuthor() },
        { id: 'b', timestamp: 2, text: 'two', author: buildAuthor() },
      ],
    );
    assert.deepEqual(read.mark, { through: { timestamp: 1, id: 'a' }, lateIds: [] });
    assertValid(read);
  });

  it('an earlier version’s messages that stand there twice are there once', () => {
    const message = { id: 'a', timestamp: 1, parsed: 'one', authorUser: buildAuthor() };
    const read = decoded({ mark: { lateIds: [] }, messages: [message, message] });
    assertValid(read);
  });

  it('never throws, and never gives a state that is none, whatever it is given', () => {
    fc.assert(
      fc.property(state, fc.array(fc.nat(30), { maxLength: 5 }), hostile, fc.boolean(), (known, path, by, isJson) => {
        const value = spoilt(JSON.parse(JSON.stringify(encodeRoomState(known))), path, by);
        const read = decodeRoomState(isJson ? (JSON.parse(JSON.stringify([value])) as readonly unknown[])[0] : value);
        if (read !== undefined) assertValid(read);
        assert.ok(!('polluted' in {}));
      }),
      { numRuns: 1500 },
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const read = decodeRoomState(value);
        if (read !== undefined) assertValid(read);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves out what cannot be read, and keeps the rest', () => {
    const known: RoomState = {
      entries: ['a', 'b', 'c'].map((of, at) => ({
        message: buildMessage(of, at),
        ...{ late: false, edited: true, deleted: false },
      })),
      ...{ revision: 3, gaps: [{ timestamp: 1, id: 'b' }], startReached: false, startCount: 0 },
      ...{ mark: { lateIds: ['a'] }, evidence: {} },
    };
    const json = JSON.stringify(encodeRoomState(known));
    const written = JSON.parse(json) as { entries: Record<string, unknown>[]; gaps: unknown[] };
    written.entries[1] = { ...written.entries[1], timestamp: -1 };
    written.gaps.push('no place', { timestamp: 'x', id: 'y' });
    const read = decoded(written);
    assert.deepEqual(
      read.entries.map(({ message, edited }) => [message.id, edited]),
      [
        ['a', true],
        ['c', true],
      ],
    );
    assert.deepEqual(read.gaps, known.gaps);
  });
});

describe('what is kept of a room on disk', () => {
  const timeline = (length: number, said: string, isDeleted: (index: number) => boolean = () => false) =>
    timelineOf(
      Array.from({ length }, (_, index) => ({
        message: buildMessage(`m${index}`, index, said),
        ...{ late: false, edited: false, deleted: isDeleted(index) },
      })),
      { gaps: [], startReached: true },
    );

  it('is 200 messages, and those that are unread up to 500, the newest ones, oldest first', () => {
    for (const [unread, kept] of [
      [0, 200],
      [50, 250],
      [500, 700],
      [900, 700],
    ] as const) {
      const entries = keptEntries(timeline(1000, 'text'), unread);
      assert.equal(entries.length, kept);
      assert.deepEqual(
        entries.map(({ message }) => message.id),
        Array.from({ length: kept }, (_, index) => `m${1000 - kept + index}`),
      );
    }
  });

  it('are deleted ones among them too, but no more than there are messages', () => {
    const entries = keptEntries(
      timeline(1000, 'text', (index) => index % 2 === 0),
      0,
    );
    assert.equal(entries.filter(({ deleted }) => !deleted).length, 200);
    assert.ok(entries.length <= 400);
    const all = keptEntries(
      timeline(1000, 'text', () => true),
      0,
    );
    assert.equal(all.length, 400);
  });

  it('is 4 MB of text at most, and one message at least', () => {
    const length = (entries: readonly TimelineEntry[]): number =>
      entries.reduce((sum, { message }) => sum + message.text.length, 0);
    const entries = keptEntries(timeline(300, 'x'.repeat(100_000)), 0);
    assert.equal(entries.length, 41);
    assert.ok(length(entries) <= 4 * 1024 * 1024);
    assert.equal(keptEntries(timeline(3, 'x'.repeat(5_000_000)), 0).length, 1);
    const gone = keptEntries(
      timeline(300, 'x'.repeat(100_000), (index) => index > 10),
      0,
    );
    assert.equal(gone.length, 300);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Channel, type ChannelEnd } from '../../../src/protocol/channel';

interface Requests {
  add: { readonly params: { readonly a: number; readonly b: number }; readonly result: number };
  fail: { readonly params: undefined; readonly result: undefined };
}
interface Notices {
  say: { readonly text: string };
}
type Nothing = Record<string, never>;

const nothing: ChannelEnd<Nothing, Nothing> = {
  requestGuards: {},
  noticeGuards: {},
  onRequest: {},
  onNotice: {},
  onRefused: () => undefined,
};

function numbers(value: unknown): { a: number; b: number } {
  const { a, b } = value as { a: unknown; b: unknown };
  if (typeof a !== 'number' || typeof b !== 'number') throw new Error('expected numbers');
  return { a, b };
}

/** Two ends that hear each other at once, as plain data: nothing is slower or faster than in a test's mind. */
function pair(overrides: Partial<ChannelEnd<Requests, Notices>> = {}) {
  const heard: string[] = [];
  const refused: string[] = [];
  const posted: unknown[] = [];
  const right: Channel<Nothing, Nothing, Requests, Notices> = new Channel<Nothing, Nothing, Requests, Notices>(
    (message) => {
      posted.push(message);
      left.receive(structuredClone(message));
    },
    {
      requestGuards: { add: numbers, fail: () => undefined },
      noticeGuards: {
        say: (value) => {
          const { text } = value as { text: unknown };
          if (typeof text !== 'string') throw new Error('expected a text');
          return { text };
        },
      },
      onRequest: {
        add: ({ a, b }) => a + b,
        fail: () => Promise.reject(new Error('The disk is full.')),
      },
      onNotice: { say: ({ text }) => heard.push(text) },
      onRefused: (why) => refused.push(why),
      ...overrides,
    },
  );
  const left = new Channel<Requests, Notices, Nothing, Nothing>(
    (message) => right.receive(structuredClone(message)),
    nothing,
  );
  return { left, right, heard, refused, posted };
}

describe('A channel', () => {
  it('answers requests, each its own', async () => {
    const { left } = pair();
    const sums = await Promise.all([1, 2, 3].map((a) => left.request('add', { a, b: 10 })));
    assert.deepEqual(sums, [11, 12, 13]);
  });

  it('carries notices', () => {
    const { left, heard } = pair();
    left.notify('say', { text: 'hello' });
    assert.deepEqual(heard, ['hello']);
  });

  it('fails a request whose handler failed, and tells its own side', async () => {
    const { left, refused } = pair();
    await assert.rejects(left.request('fail', undefined), /^Error: The disk is full\.$/);
    assert.deepEqual(refused, ['fail: The disk is full.']);
  });

  it('fails a request that no guard lets in or nobody answers', async () => {
    const { left, right, refused } = pair();
    await assert.rejects(left.request('add', { a: 'x' } as unknown as { a: number; b: number }), /expected numbers/);
    const untyped = left as unknown as Channel<
      Record<string, { params: unknown; result: unknown }>,
      Nothing,
      Nothing,
      Nothing
    >;
    for (const name of ['nobody', 'constructor', '__proto__', 'toString']) {
      await assert.rejects(untyped.request(name, {}), /No such request/);
    }
    right.receive({ type: 'notice', method: 'hasOwnProperty', params: {} });
    assert.equal(refused.length, 6);
  });

  it('fails what is open when it is disposed, and what comes after', async () => {
    const left = new Channel<Requests, Notices, Nothing, Nothing>(() => undefined, nothing);
    const open = left.request('add', { a: 1, b: 2 });
    left.dispose();
    await assert.rejects(open, /The channel is closed/);
    await assert.rejects(left.request('add', { a: 1, b: 2 }), /The channel is closed/);
  });

  it('is silent once disposed', async () => {
    const { left, right, heard, posted } = pair();
    right.dispose();
    left.notify('say', { text: 'late' });
    void left.request('add', { a: 1, b: 2 }).catch(() => undefined);
    await Promise.resolve();
    right.notify('x' as never, {} as never);
    assert.deepEqual([heard, posted], [[], []]);
  });

  it('says nothing of an answer that comes after its disposal', async () => {
    let answer: (sum: number) => void = () => undefined;
    const { left, right, posted } = pair({
      onRequest: { add: () => new Promise((resolve) => (answer = resolve)), fail: () => undefined },
    });
    void left.request('add', { a: 1, b: 2 });
    right.dispose();
    answer(3);
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(posted, []);
  });

  it('fails a request that could not be posted, and keeps nothing of it', async () => {
    const left = new Channel<Requests, Notices, Nothing, Nothing>(() => {
      throw new Error('cannot be cloned');
    }, nothing);
    await assert.rejects(left.request('add', { a: 1, b: 2 }), /cannot be cloned/);
  });

  it('fails with some reason when the other side gives none that is a text', async () => {
    for (const message of [undefined, 7, { toString: 1, valueOf: 1 }, ['x']]) {
      const left = new Channel<Requests, Notices, Nothing, Nothing>(() => undefined, nothing);
      const open = left.request('add', { a: 1, b: 2 });
      left.receive({ type: 'failure', id: 1, message });
      await assert.rejects(open, /unknown error/);
    }
  });

  it('takes the first answer of two, and no answer to what was not asked', async () => {
    const left = new Channel<Requests, Notices, Nothing, Nothing>(() => undefined, nothing);
    const open = left.request('add', { a: 1, b: 2 });
    left.receive({ type: 'result', id: 2, result: 0 });
    left.receive({ type: 'result', id: 1, result: 3 });
    left.receive({ type: 'failure', id: 1, message: 'late' });
    assert.equal(await open, 3);
  });

  it('never throws, whatever it hears', () => {
    const { right, heard } = pair();
    const envelope = fc.record(
      {
        type: fc.oneof(fc.constantFrom('request', 'result', 'failure', 'notice'), fc.anything()),
        id: fc.oneof(fc.integer(), fc.anything()),
        method: fc.oneof(fc.constantFrom('add', 'fail', 'say', '__proto__', 'constructor'), fc.anything()),
        params: fc.anything(),
        result: fc.anything(),
        message: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), envelope), (message) => {
        right.receive(message);
      }),
    );
    for (const text of heard) assert.equal(typeof text, 'string');
  });
});

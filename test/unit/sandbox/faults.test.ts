import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Sandbox } from '../../sandbox/sandbox';
import invalidToken from '../../support/payloads/fault-invalid-token.json';
import spikeArrest from '../../support/payloads/fault-spike-arrest.json';
import threeMessages from '../../support/payloads/three-messages.json';
import { call, send, texts } from './call';

/** Resolves when the sandbox has written down that many requests. */
async function requestsSeen(sandbox: Sandbox, count: number): Promise<void> {
  while (sandbox.control.requests().length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Resolves when the room holds that many messages. */
async function messagesStored(sandbox: Sandbox, count: number): Promise<void> {
  while (sandbox.control.listMessages().length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Whether an answer is still missing after everything else that is under way has had its turn. */
async function isOpen(reply: Promise<unknown>): Promise<boolean> {
  let open = true;
  reply.then(
    () => (open = false),
    () => (open = false),
  );
  await new Promise((resolve) => setTimeout(resolve, 30));
  return open;
}

/** Reads the default room and tells what came of it, whole or not. */
async function receive(sandbox: Sandbox): Promise<{
  readonly promised: number;
  readonly bytes: number;
  readonly text: string;
  readonly pieces: number;
  readonly code: string | undefined;
}> {
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let promised = 0;
    const finish = (error?: NodeJS.ErrnoException): void => {
      const all = Buffer.concat(chunks);
      resolve({ promised, bytes: all.length, text: all.toString(), pieces: chunks.length, code: error?.code });
    };
    const sent = request(`${sandbox.baseUrl}/messages`, { agent: false, headers: { 'x-api-key': sandbox.key } });
    sent.on('error', finish);
    sent.on('response', (response) => {
      promised = Number(response.headers['content-length']);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', finish);
      response.on('end', () => finish());
    });
    sent.end();
  });
}

describe('sandbox faults', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.seedDocumentedExample();
  });
  afterEach(async () => {
    await sandbox.close();
  });

  it('are played once, a number of times, or until they are cleared', async () => {
    const { control } = sandbox;
    const statuses = async (): Promise<number[]> => [(await call(sandbox)).status, (await call(sandbox)).status];
    control.addFault({ kind: 'status', status: 503 });
    assert.deepEqual(await statuses(), [503, 200]);
    control.addFault({ kind: 'status', status: 502, times: 2 });
    control.addFault({ kind: 'status', status: 504 });
    assert.deepEqual([...(await statuses()), ...(await statuses())], [502, 502, 504, 200]);
    for (const times of [Infinity, 'always'] as const) {
      control.addFault({ kind: 'status', status: 503, times });
      assert.deepEqual([...(await statuses()), ...(await statuses())], [503, 503, 503, 503]);
      control.clearFaults();
      assert.deepEqual(await statuses(), [200, 200]);
    }
  });

  it('meet only the requests they are meant for', async () => {
    const { control } = sandbox;
    control.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
    assert.equal((await call(sandbox)).status, 200);
    assert.equal((await send(sandbox, 'x')).status, 503);
    control.addFault({ kind: 'status', status: 503, match: { room: 'Backend' } });
    assert.equal((await send(sandbox, 'x')).status, 200);
    assert.equal((await send(sandbox, 'x', 'Backend')).status, 503);
    control.addFault({ kind: 'status', status: 503, match: { method: 'GET', room: '' } });
    assert.equal((await call(sandbox, { query: { room: 'Backend' } })).status, 404);
    assert.equal((await call(sandbox, { query: { room: 'CHAPI sandbox' } })).status, 503);
    assert.deepEqual(
      control.requests().flatMap(({ fault }) => fault ?? []),
      ['status', 'status', 'status'],
    );
  });

  it('status: any status with any body and headers, and nothing is stored', async () => {
    const { control } = sandbox;
    const headers = { 'x-cache': 'miss' };
    control.addFault({ kind: 'status', status: 502, body: '<h1>Bad', contentType: 'text/html', headers });
    const reply = await send(sandbox, 'x');
    assert.deepEqual([reply.status, reply.text], [502, '<h1>Bad']);
    assert.deepEqual([reply.headers['content-type'], reply.headers['x-cache']], ['text/html', 'miss']);
    assert.equal(control.listMessages().length, 3);
    control.addFault({ kind: 'status', status: 401 });
    assert.equal((await call(sandbox)).text, JSON.stringify(invalidToken));
    for (const status of [403, 404, 408, 413, 503]) {
      control.addFault({ kind: 'status', status });
      assert.equal((await call(sandbox)).status, status);
    }
  });

  it('throttled: 429 with or without Retry-After, or the spike-arrest 500', async () => {
    const { control } = sandbox;
    control.addFault({ kind: 'throttled' });
    const plain = await call(sandbox);
    assert.deepEqual([plain.status, plain.headers['retry-after']], [429, undefined]);
    control.addFault({ kind: 'throttled', retryAfter: { seconds: 7 } });
    assert.equal((await call(sandbox)).headers['retry-after'], '7');
    control.addFault({ kind: 'throttled', retryAfter: { dateAfterSeconds: 7 } });
    assert.ok(Date.parse(String((await call(sandbox)).headers['retry-after'])) > Date.now());
    control.addFault({ kind: 'throttled', status: 500 });
    const old = await call(sandbox);
    assert.deepEqual([old.status, old.text], [500, JSON.stringify(spikeArrest)]);
    assert.ok(control.requests().every(({ refusedByLimiter }) => !refusedByLimiter));
  });

  it('delay: the message is taken at once and the answer comes late', async () => {
    const { control } = sandbox;
    const statusWhenStored = new Promise((resolve) => {
      // An answer without delay is out before the next turn of the event loop.
      control.onSent(() => setImmediate(() => resolve(control.requests().at(-1)!.status)));
    });
    control.addFault({ kind: 'delay', ms: 20 });
    const late = send(sandbox, 'x');
    assert.equal(await statusWhenStored, undefined);
    assert.equal((await late).status, 200);
    assert.equal(control.requests()[0]!.status, 200);
  });

  it('hang: never an answer, and nothing stored', async () => {
    sandbox.control.addFault({ kind: 'hang' });
    const reply = send(sandbox, 'x');
    await requestsSeen(sandbox, 1);
    assert.equal(await isOpen(reply), true);
    assert.equal(sandbox.control.listMessages().length, 3);
    assert.equal(sandbox.control.requests()[0]!.status, undefined);
    await sandbox.close();
    await assert.rejects(reply, { code: 'ECONNRESET' });
  });

  it('hangAfterAccept: stored, and never an answer; a GET is not meant', async () => {
    sandbox.control.addFault({ kind: 'hangAfterAccept' });
    assert.equal((await call(sandbox)).status, 200);
    const reply = send(sandbox, 'x');
    await messagesStored(sandbox, 4);
    assert.equal(await isOpen(reply), true);
    await sandbox.close();
    await assert.rejects(reply, { code: 'ECONNRESET' });
  });

  it('resetBefore: no byte of an answer, with or without storing', async () => {
    const { control } = sandbox;
    control.addFault({ kind: 'resetBefore' });
    await assert.rejects(send(sandbox, 'lost'), { code: 'ECONNRESET' });
    assert.equal(control.listMessages().length, 3);
    control.addFault({ kind: 'resetBefore', afterStore: true });
    assert.equal((await call(sandbox)).status, 200);
    await assert.rejects(send(sandbox, 'kept'), { code: 'ECONNRESET' });
    assert.equal(control.listMessages().at(-1)!.text, 'kept');
  });

  it('cutMidBody: half of the promised body, and the end of the connection', async () => {
    sandbox.control.addFault({ kind: 'cutMidBody' });
    const { promised, bytes, code } = await receive(sandbox);
    assert.equal(code, 'ECONNRESET');
    assert.equal(bytes, Math.floor(promised / 2));
    assert.ok(bytes > 0);
  });

  it('resetAfterBody: the whole body, and then no connection to ask on again', async () => {
    sandbox.control.addFault({ kind: 'resetAfterBody' });
    const { promised, bytes } = await receive(sandbox);
    assert.ok(bytes > 0);
    assert.equal(bytes, promised);
  });

  it('resetDuringBody: at most half of the body, and a reset', async () => {
    sandbox.control.addFault({ kind: 'resetDuringBody' });
    const whole = (await call(sandbox, { query: { room: 'CHAPI sandbox' }, key: 'wrong' })).status;
    assert.equal(whole, 401, 'a refusal passes undamaged');
    const { bytes, code } = await receive(sandbox);
    assert.equal(code, 'ECONNRESET');
    // A reset overtakes what has not been read yet, so that it may be less.
    assert.ok(bytes <= Math.floor(JSON.stringify(threeMessages).length / 2));
    assert.equal(sandbox.control.requests().at(-1)!.status, 200);
  });

  it('slowDrip: the whole body in small pieces', async () => {
    sandbox.control.addFault({ kind: 'slowDrip', bytes: 100, ms: 1 });
    const { text, pieces, code } = await receive(sandbox);
    assert.equal(code, undefined);
    assert.equal((JSON.parse(text) as unknown[]).length, 3);
    assert.ok(pieces > 2, `${pieces} pieces`);
  });

  it('notJson and html: a 200 that is no answer', async () => {
    sandbox.control.addFault({ kind: 'notJson' });
    sandbox.control.addFault({ kind: 'html' });
    sandbox.control.addFault({ kind: 'notJson', text: 'ok' });
    const [garbage, portal, short] = [await call(sandbox), await call(sandbox), await call(sandbox)];
    assert.deepEqual([garbage.status, garbage.headers['content-type']], [200, 'text/plain']);
    assert.throws(() => JSON.parse(garbage.text) as unknown);
    assert.deepEqual([portal.status, portal.headers['content-type']], [200, 'text/html; charset=utf-8']);
    assert.match(portal.text, /^<!DOCTYPE html>/);
    assert.equal(short.text, 'ok');
  });

  it('huge: exactly so many bytes of valid JSON, with or without saying how many', async () => {
    for (const [bytes, declareLength] of [
      [1_000_000, true],
      [300_001, false],
      [100, true],
      [2, false],
    ] as const) {
      sandbox.control.addFault({ kind: 'huge', bytes, declareLength });
      const reply = await call(sandbox);
      assert.equal(reply.bytes.length, bytes);
      assert.equal(reply.headers['content-length'], declareLength ? String(bytes) : undefined);
      const messages = JSON.parse(reply.text) as unknown[];
      assert.equal(messages.length > 200, bytes > 290_000);
    }
  });

  it('huge: is exact where one more message just fits, or just does not', async () => {
    const counts: number[] = [];
    sandbox.control.addFault({ kind: 'huge', bytes: 3000 });
    const [message] = JSON.parse((await call(sandbox)).text) as unknown[];
    const fits = JSON.stringify([message]).length;
    for (const bytes of [fits - 1, fits, fits + 1]) {
      sandbox.control.addFault({ kind: 'huge', bytes });
      const reply = await call(sandbox);
      assert.equal(reply.bytes.length, bytes);
      counts.push((JSON.parse(reply.text) as unknown[]).length);
    }
    assert.deepEqual(counts, [0, 1, 1]);
  });

  it('huge: makes no more than is read, and ends with its client', async () => {
    sandbox.control.addFault({ kind: 'huge', bytes: 20_000_000_000 });
    const before = process.memoryUsage().rss;
    await new Promise<void>((resolve) => {
      const sent = request(`${sandbox.baseUrl}/messages`, { agent: false, headers: { 'x-api-key': sandbox.key } });
      sent.on('response', (response) => {
        response.once('data', () => {
          response.pause();
          setTimeout(() => {
            sent.destroy();
            resolve();
          }, 50);
        });
        response.on('error', () => undefined);
      });
      sent.end();
    });
    assert.ok(process.memoryUsage().rss - before < 200_000_000);
    assert.equal((await texts(sandbox)).length, 3);
  });

  it('raw: any text as JSON', async () => {
    for (const json of [
      '[]',
      'null',
      '{"id":null}',
      '[{"id":"a","timestamp":-1},{"id":"a","timestamp":9007199254740993}]',
    ]) {
      sandbox.control.addFault({ kind: 'raw', json });
      const reply = await call(sandbox);
      assert.deepEqual([reply.status, reply.headers['content-type'], reply.text], [200, 'application/json', json]);
    }
  });

  it('stand in the way before key and limit, and damage accepted answers only', async () => {
    const { control } = sandbox;
    control.addFault({ kind: 'html' });
    assert.equal((await call(sandbox, { key: 'wrong' })).status, 200);
    control.addFault({ kind: 'hangAfterAccept' });
    assert.equal((await send(sandbox, 'x', undefined, { key: 'wrong' })).status, 401);
    control.clearFaults();
    sandbox.configure({ limiter: 'spacing' });
    control.addFault({ kind: 'status', status: 503 });
    assert.equal((await call(sandbox)).status, 503);
    assert.equal((await call(sandbox)).status, 200);
  });
});

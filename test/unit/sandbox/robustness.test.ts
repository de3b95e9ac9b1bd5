import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Fault } from '../../sandbox/faults';
import { Sandbox } from '../../sandbox/sandbox';
import { call, send } from './call';

/** Writes bytes on a connection of their own and gives back what came until it ended. */
async function exchange(sandbox: Sandbox, bytes: string): Promise<string> {
  const { port } = new URL(sandbox.baseUrl);
  return await new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

/** Resolves when the sandbox has written down that many requests. */
async function requestsSeen(sandbox: Sandbox, count: number): Promise<void> {
  while (sandbox.control.requests().length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** How many timers keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('sandbox robustness', () => {
  let sandbox: Sandbox;
  let unhandled: unknown[];
  // The test runner lets them pass; a sandbox in a process of its own would be ended by one.
  const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(async () => {
    unhandled = [];
    process.on('unhandledRejection', noteUnhandled);
    sandbox = await Sandbox.start();
  });
  afterEach(async () => {
    await sandbox.close();
    process.off('unhandledRejection', noteUnhandled);
    assert.deepEqual(unhandled, []);
  });

  it('outlives garbage', async () => {
    const { key } = sandbox;
    const head = `host: x\r\nconnection: close\r\nx-api-key: ${key}\r\n`;
    for (const bytes of [
      'hello\r\n\r\n',
      '\u0000\u0001\u0002',
      'GET',
      `GET http://[bad/ HTTP/1.1\r\n${head}\r\n`,
      `GET //[ HTTP/1.1\r\n${head}\r\n`,
      `GET http://x:99999/ HTTP/1.1\r\n${head}\r\n`,
      `GET //x HTTP/1.1\r\n${head}\r\n`,
      `OPTIONS * HTTP/1.1\r\n${head}\r\n`,
      `GET /chat/api/chat/v1/messages?room=%ff%&pageSize=%00 HTTP/1.1\r\n${head}\r\n`,
      `POST /chat/api/chat/v1/messages HTTP/1.1\r\n${head}content-length: 100\r\n\r\n{"mess`,
      `POST /chat/api/chat/v1/messages HTTP/1.1\r\n${head}transfer-encoding: chunked\r\n\r\nzz\r\n`,
      `CONNECT x:1 HTTP/1.1\r\n${head}\r\n`,
      `GET / HTTP/1.1\r\n${head}upgrade: websocket\r\n\r\n`,
    ]) {
      assert.doesNotMatch(await exchange(sandbox, bytes), /^HTTP\/1\.1 (2|5)/, bytes);
    }
    assert.equal((await call(sandbox)).status, 200);
    assert.equal(sandbox.control.listMessages().length, 0);
  });

  it('outlives clients that go away, whatever it was about to do', async () => {
    const faults: readonly (Fault | undefined)[] = [
      undefined,
      { kind: 'status', status: 503 },
      { kind: 'hang' },
      { kind: 'hangAfterAccept' },
      { kind: 'resetBefore' },
      { kind: 'resetBefore', afterStore: true },
      { kind: 'huge', bytes: 1_000_000 },
      { kind: 'raw', json: '[]' },
      { kind: 'delay', ms: 5 },
      { kind: 'resetDuringBody' },
      { kind: 'cutMidBody' },
      { kind: 'resetAfterBody' },
      { kind: 'slowDrip', bytes: 1, ms: 1 },
    ];
    for (const fault of faults) {
      if (fault !== undefined) sandbox.control.addFault(fault);
      sandbox.configure({ latencyMs: 10 });
      const abort = new AbortController();
      const reply = send(sandbox, 'x', undefined, { signal: abort.signal });
      await requestsSeen(sandbox, 1);
      abort.abort();
      await assert.rejects(reply);
      sandbox.control.clearRequests();
      sandbox.control.clearFaults();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await call(sandbox)).status, 200);
  });

  it('ends everything at once when it is closed, timers included, and again does no harm', async () => {
    // The test runner sets its own timer right after this function has returned for the first time.
    await new Promise((resolve) => setImmediate(resolve));
    const timersBefore = timers();
    sandbox.configure({ latencyMs: 60_000 });
    const slow = Array.from({ length: 20 }, () => call(sandbox));
    await requestsSeen(sandbox, 20);
    sandbox.configure({ latencyMs: 0 });
    sandbox.control.addFault({ kind: 'delay', ms: 60_000 });
    sandbox.control.addFault({ kind: 'hang' });
    sandbox.control.addFault({ kind: 'slowDrip', bytes: 1, ms: 60_000 });
    const stuck = [send(sandbox, 'x'), call(sandbox), call(sandbox)];
    await requestsSeen(sandbox, 23);
    const ends = Promise.all([...slow, ...stuck].map((reply) => assert.rejects(reply)));
    await sandbox.close();
    await ends;
    assert.ok(timers() <= timersBefore, `${timers()} timers, ${timersBefore} before`);
    await sandbox.close();
  });

  it('answers late by the latency, and in the meantime others', async () => {
    sandbox.configure({ latencyMs: 20 });
    const replies = await Promise.all([call(sandbox), send(sandbox, 'x'), call(sandbox)]);
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 200, 200],
    );
  });

  it('says so when its port is taken', async () => {
    const port = Number(new URL(sandbox.baseUrl).port);
    await assert.rejects(Sandbox.start({ port }), { message: new RegExp(`^Port ${port} is taken\\.`) });
  });
});

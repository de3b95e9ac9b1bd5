import assert from 'node:assert/strict';
import type { Fault } from '../../../src/chat/fault';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { ChapiClient, type ClientOptions, type Outcome } from '../../../src/chapi/client';
import { systemClock } from '../../../src/chapi/clock';
import { nodeFetchTransport } from '../../../src/chapi/nodeFetchTransport';
import { CHAPI_LIMITS, RequestBudget } from '../../../src/chapi/requestBudget';
import type { Fault as SandboxFault } from '../../sandbox/faults';
import { Sandbox } from '../../sandbox/sandbox';

const never = new AbortController().signal;

describe('client over HTTP', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.close());
  afterEach(() => {
    sandbox.control.clearFaults();
    sandbox.control.clearRequests();
  });

  function client(options: Partial<ClientOptions> = {}): ChapiClient {
    return new ChapiClient({
      baseUrl: sandbox.baseUrl,
      apiKey: sandbox.key,
      transport: nodeFetchTransport,
      clock: systemClock,
      // The limits have a test of their own; here they would only take time.
      budget: new RequestBudget(systemClock, { ...CHAPI_LIMITS, spacingMs: 1, windowMs: 1 }),
      ...options,
    });
  }
  const look = (one: ChapiClient, room = DEFAULT_ROOM, pageSize = 30) =>
    one.fetchMessages({ room, pageSize }, 'openRoom', never);
  const faultOf = (outcome: Outcome<unknown>): Fault | undefined => (outcome.ok ? undefined : outcome.fault);

  it('sends a message and finds it, over one connection that is kept', async () => {
    const one = client();
    const sent = await one.sendMessage(DEFAULT_ROOM, 'Hello World!', never);
    assert.deepEqual(sent, { ok: true, value: { parsed: 'Hello World!' } });
    const page = await look(one);
    assert.equal(page.ok && page.value.messages[0]?.text, 'Hello World!');
    assert.equal(new Set(sandbox.control.requests().map(({ connection }) => connection)).size, 1);
  });

  it('talks to rooms whatever their names hold', async () => {
    const one = client();
    for (const room of ['two words', 'a&b', 'c#d', 'e/f', 'g?h=i', 'j%20k', '🚀 Start', 'ü+ö']) {
      assert.equal((await one.sendMessage(room, `in ${room}`, never)).ok, true);
      const page = await look(one, room);
      assert.equal(page.ok && page.value.messages[0]?.text, `in ${room}`);
      assert.equal(sandbox.control.listMessages(room).length, 1);
    }
  });

  it('puts the key into one header and nowhere else', async () => {
    await look(client());
    const [request] = sandbox.control.requests();
    assert.ok(request?.headerNames.map((name) => name.toLowerCase()).includes('x-api-key'));
    assert.ok(!JSON.stringify(request).includes(sandbox.key));
  });

  it('learns that a POST wants a slash at its end, and remembers it', async () => {
    for (const slashRefusal of [404, 405] as const) {
      sandbox.control.configure({ trailingSlash: 'with', slashRefusal });
      sandbox.control.clearRequests();
      const one = client();
      assert.equal((await one.sendMessage(DEFAULT_ROOM, 'one', never)).ok, true);
      assert.equal((await one.sendMessage(DEFAULT_ROOM, 'two', never)).ok, true);
      assert.deepEqual(
        sandbox.control.requests().map(({ status }) => status),
        [slashRefusal, 200, 200],
      );
    }
    sandbox.control.configure({ trailingSlash: 'both' });
  });

  it('learns nothing about the slash from failures', async () => {
    const one = client();
    sandbox.control.addFault({ kind: 'status', status: 404, match: { method: 'POST' } });
    sandbox.control.addFault({ kind: 'status', status: 503, match: { method: 'POST' } });
    assert.deepEqual(faultOf(await one.sendMessage(DEFAULT_ROOM, 'x', never)), { kind: 'server', status: 503 });
    sandbox.control.configure({ trailingSlash: 'without' });
    assert.equal((await one.sendMessage(DEFAULT_ROOM, 'y', never)).ok, true);
    sandbox.control.configure({ trailingSlash: 'with' });
    assert.equal((await one.sendMessage(DEFAULT_ROOM, 'z', never)).ok, true);
    sandbox.control.configure({ trailingSlash: 'without' });
    assert.equal((await one.sendMessage(DEFAULT_ROOM, 'back again', never)).ok, true);
    sandbox.control.configure({ trailingSlash: 'both' });
  });

  it('leaves the slash again when it is not taken any more, and says which one is', async () => {
    const slashes: boolean[] = [];
    const one = client({
      sendsWithSlash: () => true,
      onSent: ({ withSlash }) => slashes.push(withSlash),
    });
    await one.sendMessage(DEFAULT_ROOM, 'one', never);
    sandbox.control.configure({ trailingSlash: 'without' });
    await one.sendMessage(DEFAULT_ROOM, 'two', never);
    sandbox.control.configure({ trailingSlash: 'both' });
    assert.deepEqual(slashes, [true, false]);
  });

  it('gives the tag of a page, and says that nothing changed when it is asked with it', async () => {
    sandbox.control.configure({ etag: true });
    const one = client();
    await one.sendMessage('tagged', 'one', never);
    const page = await look(one, 'tagged');
    assert.ok(page.ok && page.value.etag !== undefined && !page.value.notModified);
    const query = { room: 'tagged', pageSize: 30, etag: page.value.etag };
    const same = await one.fetchMessages(query, 'openRoom', never);
    assert.ok(same.ok && same.value.notModified);
    await one.sendMessage('tagged', 'two', never);
    const changed = await one.fetchMessages(query, 'openRoom', never);
    assert.ok(changed.ok && !changed.value.notModified && changed.value.messages.length === 2);
    sandbox.control.configure({ etag: false });
    sandbox.control.addFault({ kind: 'status', status: 304 });
    assert.deepEqual(faultOf(await look(one)), { kind: 'badAnswer', detail: 'redirect 304' });
  });

  const rows: readonly (readonly [string, SandboxFault, Fault])[] = [
    ['401', { kind: 'status', status: 401 }, { kind: 'unauthorized' }],
    ['403', { kind: 'status', status: 403 }, { kind: 'forbidden' }],
    ['404', { kind: 'status', status: 404 }, { kind: 'noSuchRoom' }],
    ['413', { kind: 'status', status: 413 }, { kind: 'server', status: 413 }],
    ['502 with HTML', { kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>' }, { kind: 'server', status: 502 }],
    ['429', { kind: 'throttled' }, { kind: 'throttled' }],
    ['429 with seconds', { kind: 'throttled', retryAfter: { seconds: 3 } }, { kind: 'throttled', retryAfterMs: 3000 }],
    [
      '503 with seconds',
      { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
      { kind: 'server', status: 503, retryAfterMs: 1000 },
    ],
    ['500 that is a spike arrest', { kind: 'throttled', status: 500 }, { kind: 'throttled' }],
    [
      'a redirect',
      { kind: 'status', status: 302, headers: { location: '/elsewhere' } },
      { kind: 'badAnswer', detail: 'redirect 302' },
    ],
    ['no JSON', { kind: 'notJson' }, { kind: 'badAnswer', detail: 'not JSON' }],
    ['a captive portal', { kind: 'html' }, { kind: 'badAnswer', detail: 'not JSON' }],
    [
      'an object that is no message',
      { kind: 'raw', json: '{"error":1}' },
      { kind: 'badAnswer', detail: 'not what is documented' },
    ],
    ['a reset', { kind: 'resetBefore' }, { kind: 'network', code: 'ECONNRESET' }],
    ['100 MB', { kind: 'huge', bytes: 100_000_000 }, { kind: 'tooLarge', limitBytes: 8 * 1024 * 1024 }],
  ];
  for (const [name, fault, expected] of rows) {
    it(`says what went wrong: ${name}`, async () => {
      sandbox.control.addFault(fault);
      assert.deepEqual(faultOf(await look(client())), expected);
      assert.equal((await look(client())).ok, true);
    });
  }

  for (const status of [401, 403, 404, 429, 500, 502, 503]) {
    it(`starts nothing before the Retry-After of a ${status} is over, and believes in no crowd but for a 429`, async () => {
      const budget = new RequestBudget(systemClock, { ...CHAPI_LIMITS, spacingMs: 1, windowMs: 1 });
      const one = client({ budget });
      sandbox.control.addFault({ kind: 'status', status, headers: { 'retry-after': '60' } });
      budget.nextPollAt(1000);
      budget.pollIsNext();
      await look(one);
      assert.ok(one.sendWaitMs > 0);
      assert.equal(budget.pace.phase, status === 429 ? 'counting' : 'holding');
      const leaving = new AbortController();
      const waiting = [
        one.sendMessage(DEFAULT_ROOM, 'too soon', leaving.signal),
        one.fetchMessages({ room: DEFAULT_ROOM, pageSize: 30 }, 'openRoom', leaving.signal),
      ];
      leaving.abort();
      for (const { status: ended } of await Promise.allSettled(waiting)) assert.equal(ended, 'rejected');
      assert.equal(sandbox.control.requests().length, 1);
    });
  }

  it('does not wait for what an answer asks for that is as it should be, nor for nothing', async () => {
    const one = client();
    sandbox.control.addFault({ kind: 'status', status: 200, body: '[]', headers: { 'retry-after': '60' } });
    sandbox.control.addFault({ kind: 'status', status: 503, headers: { 'retry-after': '0' } });
    sandbox.control.addFault({ kind: 'status', status: 503, headers: { 'retry-after': 'soon' } });
    assert.equal((await look(one)).ok, true);
    for (let count = 0; count < 2; count++) assert.equal((await look(one)).ok, false);
    assert.equal(one.sendWaitMs, 0);
  });

  it('says what went wrong: a body that is cut off', async () => {
    for (const kind of ['cutMidBody', 'resetDuringBody'] as const) {
      sandbox.control.addFault({ kind });
      assert.equal(faultOf(await look(client()))?.kind, 'network', kind);
    }
  });

  it('says what went wrong: no answer in time, before or in the body', async () => {
    sandbox.control.addFault({ kind: 'hang' });
    assert.deepEqual(faultOf(await look(client({ timeoutMs: 50 }))), { kind: 'timeout' });
    sandbox.control.addFault({ kind: 'slowDrip', bytes: 1, ms: 20 });
    assert.deepEqual(faultOf(await look(client({ timeoutMs: 100 }))), { kind: 'timeout' });
  });

  it('says what went wrong: nobody there, and no such host', async () => {
    const closed = await Sandbox.start();
    await closed.close();
    assert.deepEqual(faultOf(await look(client({ baseUrl: closed.baseUrl }))), {
      kind: 'network',
      code: 'ECONNREFUSED',
    });
    const nowhere = faultOf(await look(client({ baseUrl: 'https://nowhere.invalid' })));
    assert.equal(nowhere?.kind, 'network');
  });

  it('says what went wrong: a wrong key', async () => {
    assert.deepEqual(faultOf(await look(client({ apiKey: 'wrong' }))), { kind: 'unauthorized' });
  });

  it('does not read on past the limit', async () => {
    sandbox.control.addFault({ kind: 'huge', bytes: 1_000_000 });
    assert.deepEqual(faultOf(await look(client({ maxBodyBytes: 10_000 }))), { kind: 'tooLarge', limitBytes: 10_000 });
  });

  it('is ended by the caller', async () => {
    sandbox.control.addFault({ kind: 'hang' });
    const leaving = new AbortController();
    const asked = client().fetchMessages({ room: DEFAULT_ROOM, pageSize: 30 }, 'openRoom', leaving.signal);
    setTimeout(() => leaving.abort(), 30);
    await assert.rejects(asked, { name: 'AbortError' });
  });
});

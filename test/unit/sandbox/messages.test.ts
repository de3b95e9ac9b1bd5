import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { Sandbox } from '../../sandbox/sandbox';
import exampleMessage from '../../support/payloads/openapi-example-message.json';
import invalidToken from '../../support/payloads/fault-invalid-token.json';
import threeMessages from '../../support/payloads/three-messages.json';
import { call, list, send } from './call';

describe('sandbox messages', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });
  afterEach(async () => {
    await sandbox.close();
  });

  it('lives at an address and has a key like those of the documentation', () => {
    assert.match(sandbox.baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/chat\/api\/chat\/v1$/);
    assert.match(sandbox.key, /^test_key_[0-9a-f]{32}$/);
    assert.equal(sandbox.controlUrl, undefined);
  });

  it('answers the documented example byte for byte', async () => {
    sandbox.control.seedDocumentedExample();
    sandbox.control.seedDocumentedExample();
    const { status, headers, text } = await call(sandbox);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(text, JSON.stringify(threeMessages));
  });

  it('answers a new room with an empty array', async () => {
    assert.equal((await call(sandbox)).text, '[]');
  });

  it('takes a message and shows it with the shared author of the OpenAPI example', async () => {
    const { status, text } = await send(sandbox, 'Hello from Terminal!');
    assert.equal(status, 200);
    assert.equal(text, '{"parsed":"Hello from Terminal!"}');
    const [message, ...others] = JSON.parse((await call(sandbox)).text) as Record<string, unknown>[];
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(message!), ['authorUser', 'parsed', 'id', 'timestamp']);
    assert.deepEqual(message!['authorUser'], exampleMessage.authorUser);
    assert.equal(message!['parsed'], 'Hello from Terminal!');
  });

  it('gives each key its own author when asked to', async () => {
    sandbox.configure({ keys: [sandbox.key, 'test_key_other'], oneAuthor: false });
    await send(sandbox, 'mine');
    await send(sandbox, 'theirs', undefined, { key: 'test_key_other' });
    const names = (await list(sandbox)).map(({ authorUser }) => authorUser.name);
    assert.deepEqual(names, ['Key Owner 2', 'Key Owner 1']);
  });

  it('answers 201 when asked to', async () => {
    sandbox.configure({ sendStatus: 201 });
    assert.equal((await send(sandbox, 'x')).status, 201);
  });

  it('gives ids like the documented ones, and strictly unique microseconds while the clock stands still', async () => {
    await sandbox.close();
    sandbox = await Sandbox.start({ now: () => 1_594_169_027_435 });
    for (let number = 0; number < 5; number++) await send(sandbox, `message ${number}`);
    await send(sandbox, 'elsewhere', 'Backend');
    const messages = [...(await list(sandbox, { room: 'Backend' })), ...(await list(sandbox))];
    assert.ok(messages.every(({ id }) => /^[\w-]{43}$/.test(id)));
    assert.equal(new Set(messages.map(({ id }) => id)).size, 6);
    assert.deepEqual(
      messages.map(({ timestamp }) => timestamp),
      [5, 4, 3, 2, 1, 0].map((step) => 1_594_169_027_435_000 + step),
    );
  });

  it('returns any text unchanged', async () => {
    const odd = '<script>\r\n"\\` & \u202e \u0000 田中 👩‍👩‍👧 \ud800';
    await send(sandbox, odd);
    assert.equal((await list(sandbox))[0]!.parsed, odd);
  });

  it('refuses a wrong key, no key and a revoked key with the documented fault', async () => {
    for (const key of ['wrong', null]) {
      for (const method of ['GET', 'POST']) {
        const { status, text } = await call(sandbox, { key, method, ...(method === 'POST' ? { body: '{}' } : {}) });
        assert.equal(status, 401);
        assert.equal(text, JSON.stringify(invalidToken));
      }
    }
    sandbox.configure({ keys: [] });
    assert.equal((await call(sandbox)).status, 401);
  });

  it('takes a message without a content type, and refuses one without a text', async () => {
    const post = async (body: string | Buffer): Promise<number> =>
      (await call(sandbox, { method: 'POST', body })).status;
    assert.equal(await post('{"messageRaw":"x"}'), 200);
    const refused = [
      '',
      '{',
      '[]',
      'null',
      '7',
      '{}',
      '{"messageRaw":""}',
      '{"messageRaw":" \\n"}',
      '{"messageRaw":7}',
    ];
    for (const body of [...refused, '{"messageRaw":"x","room":7}']) assert.equal(await post(body), 400, body);
    assert.equal(await post(Buffer.from('{"messageRaw":"\u00ff"}', 'latin1')), 400);
    assert.equal(sandbox.control.listMessages().length, 1);
  });

  it('takes 1 MB of text and refuses a body over 2 MiB', async () => {
    assert.equal((await send(sandbox, 'x'.repeat(1_000_000))).status, 200);
    assert.equal((await send(sandbox, 'x'.repeat(2 * 1024 * 1024))).status, 413);
    assert.equal(sandbox.control.listMessages().length, 1);
  });

  it('knows no other address and no other method', async () => {
    for (const path of ['', '/', '/message', '/messages/1', '/messages/', '/rooms', '/../v2/messages']) {
      assert.equal((await call(sandbox, { path })).status, 404, path);
    }
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const { status, headers } = await call(sandbox, { method });
      assert.equal(status, 405, method);
      assert.equal(headers['allow'], 'GET, POST');
    }
  });

  it('refuses queries that are no numbers', async () => {
    const queries = [{ pageSize: 'ten' }, { pageSize: 0 }, { pageSize: -1 }, { pageSize: 2 ** 31 }, { pageSize: '' }];
    for (const query of [...queries, { ts: 'now' }, { ts: -1 }, { ts: 1.5 }]) {
      assert.equal((await call(sandbox, { query })).status, 400, JSON.stringify(query));
    }
  });

  it('takes a POST with and without a slash, or in one spelling only', async () => {
    const post = async (path: string): Promise<number> =>
      (await call(sandbox, { method: 'POST', path, body: '{"messageRaw":"x"}' })).status;
    assert.deepEqual([await post('/messages'), await post('/messages/')], [200, 200]);
    sandbox.configure({ trailingSlash: 'with' });
    assert.deepEqual([await post('/messages'), await post('/messages/')], [404, 200]);
    sandbox.configure({ trailingSlash: 'without', slashRefusal: 405 });
    assert.deepEqual([await post('/messages'), await post('/messages/')], [200, 405]);
    assert.equal(sandbox.control.listMessages().length, 4);
  });

  it('keeps connections and writes down what came over them, but not the key', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await call(sandbox, { agent, query: { room: 'nowhere', pageSize: 5, ts: 12 } });
    await send(sandbox, 'x', 'Backend', { agent });
    await call(sandbox, { agent, key: 'wrong' });
    await call(sandbox, { key: null });
    agent.destroy();
    const requests = sandbox.control.requests();
    assert.deepEqual(
      requests.map(({ method, path, status, key, connection }) => [method, path, status, key, connection]),
      [
        ['GET', '/chat/api/chat/v1/messages', 404, 'key 1', 1],
        ['POST', '/chat/api/chat/v1/messages', 200, 'key 1', 1],
        ['GET', '/chat/api/chat/v1/messages', 401, 'wrong key', 1],
        ['GET', '/chat/api/chat/v1/messages', 401, 'no key', 2],
      ],
    );
    const [first, second] = requests;
    assert.deepEqual([first!.room, first!.pageSize, first!.ts], ['nowhere', 5, 12]);
    assert.equal(second!.room, 'Backend');
    assert.ok(second!.headerNames.includes('x-api-key'));
    assert.ok(!JSON.stringify(requests).includes(sandbox.key));
    sandbox.control.clearRequests();
    assert.deepEqual(sandbox.control.requests(), []);
  });
});

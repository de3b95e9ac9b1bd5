import assert from 'node:assert/strict';
import { callControl } from '../../sandbox/controlClient';
import { Sandbox } from '../../sandbox/sandbox';
import { call, send, texts } from './call';

describe('sandbox control over HTTP', () => {
  let sandbox: Sandbox;
  let controlUrl: string;
  beforeEach(async () => {
    sandbox = await Sandbox.start({ control: true });
    controlUrl = sandbox.controlUrl!;
  });
  afterEach(async () => {
    await sandbox.close();
  });

  async function post(name: string, body: string, headers: Record<string, string> = {}): Promise<[number, unknown]> {
    const response = await fetch(`${controlUrl}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return [response.status, await response.json()];
  }

  it('speaks, edits and deletes', async () => {
    const said = await callControl(controlUrl, 'say', { author: 'Alice Fox', text: 'hi', room: 'Backend' });
    assert.deepEqual(said, sandbox.control.listMessages('Backend')[0]);
    const edited = await callControl(controlUrl, 'edit', { id: said.id, text: 'hello' });
    assert.equal(edited.text, 'hello');
    assert.deepEqual(await texts(sandbox, { room: 'Backend' }), ['hello']);
    assert.deepEqual(await callControl(controlUrl, 'listMessages', { room: 'Backend' }), [edited]);
    assert.equal(await callControl(controlUrl, 'remove', { id: said.id }), null);
    assert.deepEqual(await callControl(controlUrl, 'listMessages', { room: 'Backend' }), []);
  });

  it('makes rooms, invites and seeds', async () => {
    await callControl(controlUrl, 'makeRoom', { name: 'Board', private: true });
    assert.equal((await send(sandbox, 'x', 'Board')).status, 403);
    await callControl(controlUrl, 'invite', { room: 'Board' });
    assert.equal((await send(sandbox, 'x', 'Board')).status, 200);
    await callControl(controlUrl, 'seed', { room: 'Backend', count: 2 });
    assert.deepEqual(await texts(sandbox, { room: 'Backend' }), ['Message 2', 'Message 1']);
    await callControl(controlUrl, 'seedDocumentedExample');
    assert.equal((await callControl(controlUrl, 'listMessages', {})).length, 3);
  });

  it('changes the behaviour and lets things go wrong', async () => {
    await callControl(controlUrl, 'configure', { escapes: true, retryAfter: { seconds: 2 }, pageCap: 1 });
    assert.deepEqual([sandbox.settings.escapes, sandbox.settings.pageCap], [true, 1]);
    await callControl(controlUrl, 'addFault', {
      kind: 'status',
      status: 503,
      times: Infinity,
      match: { method: 'GET' },
    });
    for (let count = 0; count < 3; count++) assert.equal((await call(sandbox)).status, 503);
    await callControl(controlUrl, 'clearFaults');
    assert.equal((await call(sandbox)).status, 200);
    const requests = await callControl(controlUrl, 'requests');
    assert.deepEqual(requests, JSON.parse(JSON.stringify(sandbox.control.requests())));
    assert.deepEqual(
      requests.map(({ status }) => status),
      [503, 503, 503, 200],
    );
    await callControl(controlUrl, 'clearRequests');
    assert.deepEqual(await callControl(controlUrl, 'requests'), []);
  });

  it('takes every kind of fault, and only with its own fields', async () => {
    for (const fault of [
      { kind: 'status', status: 502, body: '<p>', contentType: 'text/html', headers: { a: 'b' } },
      { kind: 'throttled', status: 500 },
      { kind: 'throttled', retryAfter: { dateAfterSeconds: 2 } },
      { kind: 'delay', ms: 5 },
      { kind: 'hang', times: 'always' },
      { kind: 'hangAfterAccept', match: { room: 'Backend' } },
      { kind: 'resetBefore' },
      { kind: 'resetBefore', afterStore: true },
      { kind: 'resetDuringBody' },
      { kind: 'cutMidBody' },
      { kind: 'resetAfterBody' },
      { kind: 'slowDrip', bytes: 1, ms: 5 },
      { kind: 'notJson', text: 'x' },
      { kind: 'html', html: '<p>' },
      { kind: 'huge', bytes: 100, declareLength: true },
      { kind: 'raw', json: '[]' },
    ]) {
      assert.deepEqual(await post('addFault', JSON.stringify(fault)), [200, null], fault.kind);
    }
    for (const [fault, why] of [
      [{}, /^kind must be one of: status, /],
      [{ kind: 'flood' }, /^kind must be one of/],
      [{ kind: 'status' }, /^status must be a number/],
      [{ kind: 'status', status: 99 }, /^status must be/],
      [{ kind: 'delay', ms: '5' }, /^ms must be a number/],
      [{ kind: 'hang', ms: 5 }, /has no field "ms"/],
      [{ kind: 'hang', times: 0 }, /^times must be/],
      [{ kind: 'hang', match: { method: 'PUT' } }, /^match\.method must be one of: GET, POST/],
      [{ kind: 'raw', json: {} }, /^json must be a text/],
    ] as const) {
      const [status, answer] = await post('addFault', JSON.stringify(fault));
      assert.equal(status, 400);
      assert.match((answer as { error: string }).error, why);
    }
  });

  it('refuses in words what it does not understand', async () => {
    for (const [name, body, status, why] of [
      ['dance', '{}', 404, /There are: say, edit/],
      ['toString', '{}', 404, /There is no such call/],
      ['say', '{', 400, /no JSON/],
      ['say', '[]', 400, /say must be a JSON object/],
      ['say', '{"author":"A"}', 400, /text must be a text/],
      ['edit', '{"id":"none","text":"x"}', 400, /no message with the id "none"/],
      ['configure', '{"limiter":"loose"}', 400, /limiter must be one of: none, window, spacing/],
      ['configure', '{"limit":1}', 400, /no field "limit"/],
      ['configure', '{"pageCap":0}', 400, /pageCap must be/],
      ['configure', '{"keys":[""]}', 400, /empty key/],
      ['configure', '{"retryAfter":{}}', 400, /retryAfter must be/],
      ['seed', '{"count":1.5}', 400, /whole number/],
    ] as const) {
      const [answered, answer] = await post(name, body);
      assert.equal(answered, status, name);
      assert.match((answer as { error: string }).error, why);
    }
    await assert.rejects(callControl(controlUrl, 'invite', { room: 'nowhere' }), {
      message: 'The sandbox refused "invite": There is no room "nowhere".',
    });
  });

  it('takes JSON by POST only, so that no web page can reach it', async () => {
    assert.equal((await post('say', '{"author":"A","text":"x"}', { 'content-type': 'text/plain' }))[0], 415);
    assert.equal((await fetch(`${controlUrl}/requests`)).status, 405);
    assert.equal(sandbox.control.listMessages().length, 0);
  });

  it('is not in the record, and is not there unless asked for', async () => {
    await callControl(controlUrl, 'requests');
    assert.deepEqual(sandbox.control.requests(), []);
    const closed = await Sandbox.start();
    const response = await fetch(`${new URL(closed.baseUrl).origin}/_control/requests`, { method: 'POST' });
    await closed.close();
    assert.equal(response.status, 404);
  });
});

import assert from 'node:assert/strict';
import { Sandbox } from '../../sandbox/sandbox';
import { call, list, send, texts } from './call';

function numbered(...numbers: readonly number[]): string[] {
  return numbers.map((number) => `Message ${number}`);
}

describe('sandbox pages', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });
  afterEach(async () => {
    await sandbox.close();
  });

  it('holds the newest 30, or as many as asked for, newest first', async () => {
    sandbox.control.seed({ count: 40 });
    const page = await texts(sandbox);
    assert.equal(page.length, 30);
    assert.deepEqual([page[0], page[29]], numbered(40, 11));
    assert.deepEqual(await texts(sandbox, { pageSize: 2 }), numbered(40, 39));
    assert.equal((await texts(sandbox, { pageSize: 1000 })).length, 40);
  });

  it('holds no more than the cap', async () => {
    sandbox.control.seed({ count: 40 });
    sandbox.configure({ pageCap: 10 });
    assert.deepEqual(await texts(sandbox, { pageSize: 100 }), numbered(40, 39, 38, 37, 36, 35, 34, 33, 32, 31));
    assert.equal((await texts(sandbox, { pageSize: 4 })).length, 4);
  });

  it('takes ts as since, before or nothing, and 0 always as nothing', async () => {
    sandbox.control.seed({ count: 5 });
    const ts = sandbox.control.listMessages()[2]!.timestamp;
    assert.deepEqual(await texts(sandbox, { ts }), numbered(5, 4, 3, 2, 1));
    sandbox.configure({ tsMeaning: 'since' });
    assert.deepEqual(await texts(sandbox, { ts }), numbered(5, 4, 3));
    assert.deepEqual(await texts(sandbox, { ts, pageSize: 2 }), numbered(5, 4));
    assert.deepEqual(await texts(sandbox, { ts: 0 }), numbered(5, 4, 3, 2, 1));
    sandbox.configure({ tsMeaning: 'before' });
    assert.deepEqual(await texts(sandbox, { ts }), numbered(2, 1));
    assert.deepEqual(await texts(sandbox, { ts, pageSize: 1 }), numbered(2));
    assert.deepEqual(await texts(sandbox, { ts: 0 }), numbered(5, 4, 3, 2, 1));
  });

  it('comes in the order that was set', async () => {
    sandbox.control.seed({ count: 20 });
    sandbox.configure({ order: 'oldestFirst' });
    assert.deepEqual(await texts(sandbox, { pageSize: 3 }), numbered(18, 19, 20));
    sandbox.configure({ order: 'shuffled' });
    const page = await texts(sandbox, { pageSize: 10 });
    const sorted = page.toSorted();
    assert.deepEqual(sorted, numbered(11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
    assert.notDeepEqual(page, sorted);
    assert.notDeepEqual(page, sorted.toReversed());
  });

  it('stamps a message just sent before the newest one, as in the example of the guide', async () => {
    sandbox.control.seedDocumentedExample();
    sandbox.configure({ lateTimestamps: true });
    await send(sandbox, 'late');
    await send(sandbox, 'later');
    assert.deepEqual(await texts(sandbox), ['Hello World!', 'later', 'late', 'i r developer!', 'Hello from Terminal!']);
    sandbox.control.say({ author: 'Alice Fox', text: 'in time' });
    assert.equal((await texts(sandbox))[0], 'in time');
  });

  it('stamps the first message of a room with the time even then', async () => {
    await sandbox.close();
    sandbox = await Sandbox.start({ now: () => 1_700_000_000_000, lateTimestamps: true });
    await send(sandbox, 'first');
    assert.equal((await list(sandbox))[0]!.timestamp, 1_700_000_000_000_000);
  });

  it('escapes what it gives back, not what it keeps', async () => {
    sandbox.configure({ escapes: true });
    const { text } = await send(sandbox, 'a < b && b > "c"');
    assert.equal(text, '{"parsed":"a &lt; b &amp;&amp; b &gt; \\"c\\""}');
    assert.deepEqual(await texts(sandbox), ['a &lt; b &amp;&amp; b &gt; "c"']);
    assert.equal(sandbox.control.listMessages()[0]!.text, 'a < b && b > "c"');
  });

  it('calls the text messageParsed when asked to, in pages only', async () => {
    sandbox.configure({ textField: 'messageParsed' });
    assert.equal((await send(sandbox, 'x')).text, '{"parsed":"x"}');
    const [message] = JSON.parse((await call(sandbox)).text) as Record<string, unknown>[];
    assert.deepEqual(Object.keys(message!), ['authorUser', 'messageParsed', 'id', 'timestamp']);
    assert.equal(message!['messageParsed'], 'x');
  });

  it('gives a single message as an object when asked to, and others as an array', async () => {
    sandbox.configure({ singleObject: true });
    assert.equal((await call(sandbox)).text, '[]');
    await send(sandbox, 'one');
    assert.equal((JSON.parse((await call(sandbox)).text) as { parsed: string }).parsed, 'one');
    await send(sandbox, 'two');
    assert.deepEqual(await texts(sandbox), ['two', 'one']);
  });

  it('has an ETag and answers 304 to who knows the page already', async () => {
    assert.equal((await call(sandbox)).headers['etag'], undefined);
    sandbox.configure({ etag: true });
    const { headers } = await call(sandbox);
    const etag = String(headers['etag']);
    assert.match(etag, /^"[\w-]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const reply = await call(sandbox, { headers: { 'if-none-match': known } });
      assert.deepEqual([reply.status, reply.text, reply.headers['etag']], [304, '', etag], known);
    }
    await send(sandbox, 'new');
    const changed = await call(sandbox, { headers: { 'if-none-match': etag } });
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers['etag'], etag);
  });
});

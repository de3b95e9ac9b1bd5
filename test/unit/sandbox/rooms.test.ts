import assert from 'node:assert/strict';
import { Sandbox } from '../../sandbox/sandbox';
import { call, list, send, texts } from './call';

describe('sandbox rooms', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.start();
  });
  afterEach(async () => {
    await sandbox.close();
  });

  it('talks to "CHAPI sandbox" when no room is named', async () => {
    await send(sandbox, 'one');
    await send(sandbox, 'two', 'CHAPI sandbox');
    await send(sandbox, 'three', '');
    assert.deepEqual(await texts(sandbox), ['three', 'two', 'one']);
    assert.deepEqual(await texts(sandbox, { room: 'CHAPI sandbox' }), ['three', 'two', 'one']);
    assert.deepEqual(await texts(sandbox, { room: '' }), ['three', 'two', 'one']);
  });

  it('has no default room for a key that is no test key', async () => {
    sandbox.configure({ keys: ['prod-key'] });
    assert.equal((await call(sandbox, { key: 'prod-key' })).status, 404);
    assert.equal((await send(sandbox, 'x', undefined, { key: 'prod-key' })).status, 404);
    assert.equal((await send(sandbox, 'x', 'Backend', { key: 'prod-key' })).status, 200);
  });

  it('makes a room by sending to it, whatever its name', async () => {
    for (const room of ['Backend', 'Design reviews', 'R&D', '#general', 'a/b', '100% + ü?', '🚀 田中']) {
      assert.equal((await call(sandbox, { query: { room } })).status, 404, room);
      assert.equal((await send(sandbox, `to ${room}`, room)).status, 200, room);
      assert.deepEqual(await texts(sandbox, { room }), [`to ${room}`]);
      assert.equal(sandbox.control.listMessages(room)[0]!.text, `to ${room}`);
    }
    assert.deepEqual(await texts(sandbox), []);
  });

  it('keeps a private room shut until the API user is invited', async () => {
    sandbox.control.makeRoom({ name: 'Board', private: true });
    sandbox.control.say({ room: 'Board', author: 'Alice Fox', text: 'secret' });
    assert.equal((await call(sandbox, { query: { room: 'Board' } })).status, 403);
    assert.equal((await send(sandbox, 'x', 'Board')).status, 403);
    assert.equal(sandbox.control.listMessages('Board').length, 1);
    sandbox.control.invite('Board');
    assert.equal((await send(sandbox, 'x', 'Board')).status, 200);
    assert.deepEqual(await texts(sandbox, { room: 'Board' }), ['x', 'secret']);
  });

  it('shows what others say, edit and delete', async () => {
    const { control } = sandbox;
    const first = control.say({ author: 'Alice Fox', text: 'first' });
    const second = control.say({ author: '田中 健', text: 'second' });
    const [newest, oldest] = await list(sandbox);
    assert.deepEqual([newest!.authorUser.name, oldest!.authorUser.name], ['田中 健', 'Alice Fox']);
    assert.equal(control.edit(first.id, 'changed').timestamp, first.timestamp);
    assert.deepEqual(await texts(sandbox), ['second', 'changed']);
    control.remove(second.id);
    assert.deepEqual(await texts(sandbox), ['changed']);
    assert.throws(() => control.remove(second.id), /no message with the id/);
    assert.throws(() => control.edit('nothing', 'x'), /no message with the id/);
    assert.throws(() => control.listMessages('nowhere'), /no room "nowhere"/);
    assert.throws(() => control.makeRoom({ name: 'CHAPI sandbox' }), /already/);
  });

  it('lets others speak in the past, at a microsecond of their own', async () => {
    const { control } = sandbox;
    control.say({ author: 'Alice Fox', text: 'at 1000', timestamp: 1000 });
    control.say({ author: 'Alice Fox', text: 'at 1001', timestamp: 1001 });
    assert.equal(control.say({ author: 'Alice Fox', text: 'at 1002', timestamp: 1000 }).timestamp, 1002);
    assert.equal(control.say({ author: 'Alice Fox', text: 'at 500', timestamp: 500 }).timestamp, 500);
    assert.deepEqual(await texts(sandbox), ['at 1002', 'at 1001', 'at 1000', 'at 500']);
  });

  it('keeps the truth oldest first, and drops the oldest beyond its limit', async () => {
    sandbox.configure({ historyLimit: 3 });
    sandbox.control.seed({ count: 5 });
    assert.deepEqual(
      sandbox.control.listMessages().map(({ text }) => text),
      ['Message 3', 'Message 4', 'Message 5'],
    );
    await send(sandbox, 'newest');
    assert.deepEqual(await texts(sandbox), ['newest', 'Message 5', 'Message 4']);
  });

  it('tells who listens of each message that comes in with a key', async () => {
    const heard: string[] = [];
    const forget = sandbox.control.onSent(({ room, message }) => heard.push(`${room}: ${message.text}`));
    await send(sandbox, 'one');
    await send(sandbox, 'two', 'Backend');
    sandbox.control.say({ author: 'Alice Fox', text: 'not this' });
    forget();
    await send(sandbox, 'three');
    assert.deepEqual(heard, ['CHAPI sandbox: one', 'Backend: two']);
  });
});

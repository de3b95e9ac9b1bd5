import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { distinctRooms, isTestKey, roomNameOf } from '../../../src/chat/roomNames';

describe('names of rooms', () => {
  for (const name of ['CHAPI sandbox', 'CHAPI Sandbox', 'chapi sandbox', 'Chapi SANDBOX', ' CHAPI sandbox ']) {
    it(`takes "${name}" for the default room of a test key, and for a room like any other of another key`, () => {
      assert.equal(roomNameOf(name, true), DEFAULT_ROOM);
      assert.equal(roomNameOf(name, false), name);
    });
  }

  it('takes every other name as it is', () => {
    for (const name of ['', 'CHAPI', 'CHAPI sandbox 2', 'CHAPIsandbox', 'CHAPI  sandbox', 'backend', 'Backend']) {
      assert.equal(roomNameOf(name, true), name);
    }
  });

  it('lists each room once, where it stands first', () => {
    const rooms = ['Backend', 'CHAPI sandbox', '', 'Backend', 'backend', 'CHAPI Sandbox'];
    assert.deepEqual(distinctRooms(rooms, true), ['Backend', '', 'backend']);
    assert.deepEqual(distinctRooms(rooms, false), ['Backend', 'CHAPI sandbox', '', 'backend', 'CHAPI Sandbox']);
  });

  it('lists a list that it made as it is', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('', 'CHAPI sandbox', 'CHAPI Sandbox', 'Backend'));
    fc.assert(
      fc.property(fc.array(names), fc.boolean(), (rooms, hasTestKey) => {
        const once = distinctRooms(rooms, hasTestKey);
        assert.deepEqual(distinctRooms(once, hasTestKey), once);
        assert.deepEqual(new Set(once), new Set(rooms.map((room) => roomNameOf(room, hasTestKey))));
      }),
    );
  });

  it('knows a test key by how it begins', () => {
    assert.ok(isTestKey('test_key_5') && isTestKey('test_key'));
    assert.ok(!isTestKey('my_test_key') && !isTestKey('TEST_KEY_5') && !isTestKey(''));
  });
});

import assert from 'node:assert/strict';
import { roomBeside, roomDroppedOn, type ListedRoom } from '../../../src/chat/roomOrder';

/** `*` is pinned, `-` is not written in the setting. */
const list = (...names: readonly string[]): readonly ListedRoom[] =>
  names.map((name) => ({
    room: name.replace(/[*-]/, ''),
    isPinned: name.startsWith('*'),
    isMovable: !name.startsWith('-'),
  }));

describe('order of rooms', () => {
  const rooms = list('*P', '*Q', 'A', '-unsent', 'B', 'C');

  it('moves a room past its neighbour among those that are pinned, or are not', () => {
    assert.equal(roomBeside(rooms, 'Q', -1), 'P');
    assert.equal(roomBeside(rooms, 'Q', 1), undefined);
    assert.equal(roomBeside(rooms, 'A', -1), undefined);
    assert.equal(roomBeside(rooms, 'A', 1), 'B');
    assert.equal(roomBeside(rooms, 'C', 1), undefined);
  });

  it('does not move what is not written in the setting', () => {
    assert.equal(roomBeside(rooms, 'unsent', 1), undefined);
    assert.equal(roomDroppedOn(rooms, 'unsent', 'A'), undefined);
    assert.equal(roomBeside(rooms, 'nobody', 1), undefined);
  });

  it('drops a room where another one of its kind stands', () => {
    assert.equal(roomDroppedOn(rooms, 'C', 'A'), 'A');
    assert.equal(roomDroppedOn(rooms, 'P', 'Q'), 'Q');
    assert.equal(roomDroppedOn(rooms, 'A', 'A'), undefined);
  });

  it('drops a room at the nearest place of its kind', () => {
    assert.equal(roomDroppedOn(rooms, 'C', 'P'), 'A');
    assert.equal(roomDroppedOn(rooms, 'A', 'Q'), undefined);
    assert.equal(roomDroppedOn(rooms, 'P', 'B'), 'Q');
    assert.equal(roomDroppedOn(rooms, 'P', undefined), 'Q');
    assert.equal(roomDroppedOn(rooms, 'A', undefined), 'C');
    assert.equal(roomDroppedOn(rooms, 'C', undefined), undefined);
    assert.equal(roomDroppedOn(rooms, 'A', '-gone'), undefined);
  });
});

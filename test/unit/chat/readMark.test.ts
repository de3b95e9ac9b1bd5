import assert from 'node:assert/strict';
import { noteArrivals, readThroughNewest, unreadMessages } from '../../../src/chat/readMark';
import { emptyTimeline, mergePage } from '../../../src/chat/timeline';
import { buildMessage } from '../../support/builders';

const nobodysOwn = (): boolean => false;

describe('read mark', () => {
  const first = mergePage(emptyTimeline, { messages: [buildMessage('a', 10), buildMessage('b', 20)], covers: 'room' });
  const mark = readThroughNewest(first.timeline);

  it('counts nothing that was there at the first look', () => {
    assert.deepEqual(unreadMessages(first.timeline, mark, nobodysOwn), []);
  });

  it('counts what arrives later, also with an older place', () => {
    const next = mergePage(first.timeline, {
      messages: [buildMessage('c', 30), buildMessage('late', 5)],
      covers: 'nothing',
    });
    const noted = noteArrivals(mark, next.arrivals);
    assert.deepEqual(
      unreadMessages(next.timeline, noted, nobodysOwn).map(({ id }) => id),
      ['late', 'c'],
    );
    assert.deepEqual(unreadMessages(next.timeline, readThroughNewest(next.timeline), nobodysOwn), []);
  });

  it('counts neither own messages nor deleted ones', () => {
    const next = mergePage(first.timeline, {
      messages: [buildMessage('own', 30), buildMessage('gone', 40), buildMessage('c', 50)],
      covers: 'nothing',
    });
    const after = mergePage(next.timeline, {
      messages: [buildMessage('a', 10), buildMessage('b', 20), buildMessage('own', 30), buildMessage('c', 50)],
      covers: 'room',
    });
    assert.deepEqual(
      unreadMessages(after.timeline, mark, (id) => id === 'own').map(({ id }) => id),
      ['c'],
    );
  });

  it('starts with nothing read in an empty room', () => {
    const empty = readThroughNewest(emptyTimeline);
    const next = mergePage(emptyTimeline, { messages: [buildMessage('a', 10)], covers: 'room' });
    assert.equal(unreadMessages(next.timeline, noteArrivals(empty, next.arrivals), nobodysOwn).length, 1);
  });
});

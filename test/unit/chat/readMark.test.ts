import assert from 'node:assert/strict';
import { noteArrivals, readThroughNewest, readUpTo, unreadMessages } from '../../../src/chat/readMark';
import { emptyTimeline, withOwner } from '../../../src/chat/timeline';
import { mergePage } from '../../../src/chat/timelineMerge';
import { buildMessage } from '../../support/builders';

describe('read mark', () => {
  const first = mergePage(emptyTimeline, { messages: [buildMessage('a', 10), buildMessage('b', 20)], covers: 'room' });
  const mark = readThroughNewest(first.timeline);

  it('counts nothing that was there at the first look', () => {
    assert.deepEqual(unreadMessages(first.timeline, mark), []);
  });

  it('counts what arrives later, also with an older place', () => {
    const next = mergePage(first.timeline, {
      messages: [buildMessage('c', 30), buildMessage('late', 5)],
      covers: 'nothing',
    });
    const noted = noteArrivals(mark, next.arrivals);
    assert.deepEqual(
      unreadMessages(next.timeline, noted).map(({ id }) => id),
      ['late', 'c'],
    );
    assert.deepEqual(unreadMessages(next.timeline, readThroughNewest(next.timeline)), []);
  });

  it('counts neither own messages nor deleted ones', () => {
    const next = mergePage(first.timeline, {
      messages: [buildMessage('own', 30), buildMessage('gone', 40), buildMessage('c', 50)],
      covers: 'nothing',
    });
    const left = [buildMessage('a', 10), buildMessage('b', 20), buildMessage('own', 30), buildMessage('c', 50)];
    const missed = mergePage(next.timeline, { messages: left, covers: 'room', at: 1 });
    const after = mergePage(missed.timeline, { messages: left, covers: 'room', at: 2 });
    assert.deepEqual(
      unreadMessages(withOwner(after.timeline, 'own', 'local'), mark).map(({ id }) => id),
      ['c'],
    );
  });

  describe('that moves with what is seen', () => {
    const more = mergePage(first.timeline, {
      messages: ['c', 'd', 'e'].map((id, index) => buildMessage(id, 30 + index)).concat(buildMessage('late', 5)),
      covers: 'nothing',
    });
    const noted = noteArrivals(mark, more.arrivals);
    const unread = (after: typeof mark): string[] => unreadMessages(more.timeline, after).map(({ id }) => id);

    it('takes what stands up to a message for read', () => {
      assert.deepEqual(unread(readUpTo(noted, more.timeline, 'd')), ['e']);
      assert.deepEqual(unread(readUpTo(readUpTo(noted, more.timeline, 'd'), more.timeline, 'e')), []);
    });

    it('never goes back, and takes a late message for read only when it is passed', () => {
      const seen = readUpTo(noted, more.timeline, 'd');
      assert.equal(readUpTo(seen, more.timeline, 'a'), seen);
      assert.deepEqual(unread(readUpTo(noted, more.timeline, 'a')), ['c', 'd', 'e']);
      const latest = mergePage(more.timeline, { messages: [buildMessage('later', 31)], covers: 'nothing' });
      const after = noteArrivals(seen, latest.arrivals);
      const ids = unreadMessages(latest.timeline, readUpTo(after, latest.timeline, 'b'));
      assert.deepEqual(
        ids.map(({ id }) => id),
        ['later', 'e'],
      );
    });

    it('stays where it is for a message that is not known', () => {
      assert.equal(readUpTo(noted, more.timeline, 'nobody'), noted);
    });
  });

  it('starts with nothing read in an empty room', () => {
    const empty = readThroughNewest(emptyTimeline);
    const next = mergePage(emptyTimeline, { messages: [buildMessage('a', 10)], covers: 'room' });
    assert.equal(unreadMessages(next.timeline, noteArrivals(empty, next.arrivals)).length, 1);
  });
});

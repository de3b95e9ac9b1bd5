import assert from 'node:assert/strict';
import type { Message } from '../../../src/chat/message';
import { emptyTimeline, mergePage, newestEntries, type Timeline } from '../../../src/chat/timeline';
import { readCoverage } from '../../../src/sync/coverage';
import { nothingLearned, type LearnedFacts } from '../../../src/sync/learned';
import { buildMessage } from '../../support/builders';

const ASKED = 30;

/** Looks at a room one after the other, as a room's sync does. */
class Looks {
  timeline: Timeline = emptyTimeline;
  facts: LearnedFacts = nothingLearned;
  wasEmpty = false;

  look(messages: readonly Message[], dropped = 0, asked = ASKED): string {
    const emptyBefore = this.wasEmpty;
    this.wasEmpty = messages.length + dropped === 0;
    const answer = { messages, dropped, asked, emptyBefore };
    const { covers, facts } = readCoverage(this.timeline, answer, this.facts);
    this.facts = { ...this.facts, ...facts };
    this.timeline = mergePage(this.timeline, { messages, covers }).timeline;
    return covers;
  }

  get live(): number {
    return newestEntries(this.timeline, Infinity).filter(({ deleted }) => !deleted).length;
  }
}

function messages(from: number, to: number): readonly Message[] {
  return Array.from({ length: to - from }, (_, index) => buildMessage(`m${from + index}`, from + index)).reverse();
}

describe('what a page proves', () => {
  it('a full page covers its span, a short one the room', () => {
    assert.equal(new Looks().look(messages(0, 30)), 'span');
    assert.equal(new Looks().look(messages(0, 5)), 'room');
  });

  it('a service with a cap is known by it, and loses no message for it', () => {
    const looks = new Looks();
    looks.look(messages(0, 10));
    for (let next = 11; next < 60; next++) looks.look(messages(next - 10, next));
    assert.equal(looks.facts.pageCap, 10);
    assert.equal(looks.live, 59);
  });

  it('a cap is forgotten when it is contradicted', () => {
    const looks = new Looks();
    looks.look(messages(0, 10));
    looks.look(messages(1, 11));
    assert.equal(looks.facts.pageCap, 10);
    looks.look(messages(0, 12));
    assert.equal(looks.facts.pageCap, undefined);
  });

  it('a short room in which the oldest message is deleted has no cap', () => {
    const looks = new Looks();
    looks.look(messages(0, 3));
    looks.look(messages(1, 3));
    assert.equal(looks.facts.pageCap, undefined);
    assert.equal(looks.live, 2);
  });

  it('a cap that grows with the messages is none, and what it was taken for is gone', () => {
    const looks = new Looks();
    looks.look(messages(0, 5));
    looks.look(messages(1, 6));
    assert.equal(looks.facts.pageCap, 5);
    assert.equal(looks.live, 6);
    assert.equal(looks.look(messages(1, 7)), 'room');
    assert.equal(looks.live, 6);
  });

  it('an answer as long as the longest ever seen may be cut, one that is shorter is not', () => {
    const looks = new Looks();
    assert.equal(looks.look(messages(0, 40), 0, 60), 'span');
    looks.facts = { ...looks.facts, largestPage: 41 };
    assert.equal(looks.look(messages(0, 40), 0, 60), 'room');
  });

  it('that a room is empty, when it is empty twice in a row', () => {
    const looks = new Looks();
    looks.look(messages(0, 3));
    assert.equal(looks.look([]), 'nothing');
    assert.equal(looks.live, 3);
    assert.equal(looks.look([]), 'room');
    assert.equal(looks.live, 0);
  });

  it('nothing, when the order is not that of time, when a record could not be read, or when it is empty', () => {
    const looks = new Looks();
    const [first, second, third] = messages(0, 3);
    looks.look([first!, second!, third!]);
    assert.equal(looks.look([second!, first!, third!]), 'nothing');
    assert.equal(looks.look([first!], 2), 'nothing');
    assert.equal(looks.look([]), 'nothing');
    assert.equal(looks.live, 3);
  });
});

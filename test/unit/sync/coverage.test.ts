import assert from 'node:assert/strict';
import type { Message } from '../../../src/chat/message';
import { emptyTimeline, newestEntries, type Timeline } from '../../../src/chat/timeline';
import { mergePage } from '../../../src/chat/timelineMerge';
import { CHECK_SIZE, provesStart, readCoverage, sizeToAsk, type RoomEvidence } from '../../../src/sync/coverage';
import { nothingLearned, type LearnedFacts } from '../../../src/sync/learned';
import { buildMessage } from '../../support/builders';

const ASKED = 30;

/** Polls a room again and again, as its sync does. */
class Polls {
  timeline: Timeline = emptyTimeline;
  facts: LearnedFacts = nothingLearned;
  evidence: RoomEvidence = {};
  #at = 0;

  poll(messages: readonly Message[], { dropped = 0, asked = ASKED } = {}): string {
    const answer = { messages, dropped, asked, isNewest: true };
    const { covers, leavesOut, facts, evidence } = readCoverage(this.timeline, answer, this.facts, this.evidence);
    this.facts = { ...this.facts, ...facts };
    this.evidence = evidence;
    this.timeline = mergePage(this.timeline, { messages, covers, leavesOut, at: ++this.#at }).timeline;
    return covers;
  }

  get nextSize(): number {
    return sizeToAsk(this.evidence, this.facts, this.timeline.liveCount, false);
  }

  get live(): number {
    return newestEntries(this.timeline, Infinity).filter(({ deleted }) => !deleted).length;
  }
}

function messages(from: number, to: number): readonly Message[] {
  return Array.from({ length: to - from }, (_, index) => buildMessage(`m${from + index}`, from + index)).reverse();
}

describe('what a page proves', () => {
  it('a full page covers its span; a short one the room only when another one agrees', () => {
    assert.equal(new Polls().poll(messages(0, 30)), 'span');
    const known = new Polls();
    known.facts = { ...nothingLearned, limitsBeforeFilter: false };
    assert.equal(known.poll(messages(0, 5)), 'span');
    assert.equal(known.poll(messages(0, 5)), 'room');
    const never = new Polls();
    never.facts = { ...nothingLearned, limitsBeforeFilter: true };
    for (let poll = 0; poll < 5; poll++) assert.equal(never.poll(messages(0, 5)), 'span');
  });

  it('while the order of limit and room is not known, one poll asks for much more, and one for just as many', () => {
    const polls = new Polls();
    const sizes: number[] = [];
    for (let poll = 0; poll < 5; poll++) {
      sizes.push(polls.nextSize);
      polls.poll(messages(0, Math.min(5, polls.nextSize)), { asked: polls.nextSize });
    }
    assert.deepEqual(sizes, [30, CHECK_SIZE, 5, 30, 30]);
    assert.ok(provesStart(polls.evidence, polls.facts));
    assert.ok(polls.timeline.startReached);
  });

  it('one short answer among full ones neither begins the room nor deletes', () => {
    const polls = new Polls();
    polls.poll(messages(0, 585), { asked: 960 });
    polls.poll(messages(556, 585));
    polls.poll(messages(555, 585));
    polls.poll(messages(555, 585));
    assert.equal(polls.live, 585);
    assert.equal(polls.timeline.startReached, false);
  });

  it('an empty answer is no more than a short one', () => {
    const polls = new Polls();
    polls.poll(messages(0, 3));
    polls.poll([]);
    polls.poll([]);
    assert.equal(polls.live, 3);
    polls.poll([], { asked: CHECK_SIZE });
    assert.equal(polls.live, 0);
  });

  it('a service with a cap is known by it, and loses no message for it', () => {
    for (const cap of [30, 50]) {
      const polls = new Polls();
      polls.poll(messages(0, cap), { asked: 60 });
      for (let next = cap + 1; next < cap + 60; next++) {
        polls.poll(messages(next - cap, next), { asked: next % 2 === 0 ? 60 : 120 });
      }
      assert.equal(polls.facts.pageCap, cap);
      assert.equal(polls.live, cap + 59);
    }
  });

  it('also a cap below the documented default is learned, when it pushes messages out twice', () => {
    const polls = new Polls();
    polls.poll(messages(0, 10));
    polls.poll(messages(1, 11));
    assert.equal(polls.facts.pageCap, undefined);
    polls.poll(messages(1, 11));
    polls.poll(messages(2, 12));
    assert.equal(polls.facts.pageCap, 10);
    assert.equal(polls.live, 12);
  });

  it('a cap is forgotten when it is contradicted', () => {
    const polls = new Polls();
    polls.facts = { ...nothingLearned, pageCap: 10 };
    polls.poll(messages(0, 12));
    assert.equal(polls.facts.pageCap, undefined);
  });

  it('a small room in which one message is deleted and one comes between two polls has no cap, and loses the one', () => {
    const polls = new Polls();
    polls.facts = { ...nothingLearned, limitsBeforeFilter: false };
    polls.poll(messages(0, 6));
    polls.poll(messages(0, 6));
    polls.poll(messages(1, 7));
    polls.poll(messages(1, 7));
    assert.equal(polls.facts.pageCap, undefined);
    assert.equal(polls.live, 6);
  });

  it('an answer of 30 or more that is as long as the longest ever seen may be cut, one that is shorter is not', () => {
    const polls = new Polls();
    polls.facts = { ...nothingLearned, limitsBeforeFilter: false };
    polls.poll(messages(0, 40), { asked: 60 });
    assert.equal(polls.poll(messages(0, 40), { asked: 60 }), 'span');
    polls.facts = { ...polls.facts, largestPage: 41 };
    polls.poll(messages(0, 40), { asked: 60 });
    assert.equal(polls.poll(messages(0, 40), { asked: 60 }), 'room');
  });

  it('nothing, when the order is not that of time, or when a record could not be read', () => {
    const polls = new Polls();
    const [first, second, third] = messages(0, 3);
    polls.poll([first!, second!, third!]);
    for (let poll = 0; poll < 3; poll++) {
      assert.equal(polls.poll([second!, first!, third!]), 'nothing');
      assert.equal(polls.poll([first!], { dropped: 2 }), 'nothing');
    }
    assert.equal(polls.live, 3);
  });
});

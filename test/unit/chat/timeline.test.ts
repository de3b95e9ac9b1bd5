import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparePositions, type Message } from '../../../src/chat/message';
import {
  emptyTimeline,
  entriesBackwards,
  newestEntries,
  timelineEntry,
  withDeletedUnspanned,
  withoutConfirmation,
  withoutOldest,
  type Timeline,
} from '../../../src/chat/timeline';
import { mergePage, type Coverage, type Merge, type Page } from '../../../src/chat/timelineMerge';
import { buildMessage } from '../../support/builders';

function live(timeline: Timeline): readonly string[] {
  return newestEntries(timeline, Infinity)
    .filter(({ deleted }) => !deleted)
    .map(({ message }) => message.id);
}

function merged(pages: readonly { messages: readonly Message[]; covers: Coverage }[]): Timeline {
  return pages.reduce((timeline, page) => mergePage(timeline, page).timeline, emptyTimeline);
}

/** Two polls one after the other that are answered alike. */
function twice(timeline: Timeline, page: Page): Merge {
  return mergePage(mergePage(timeline, { ...page, at: 1 }).timeline, { ...page, at: 2 });
}

const message = fc
  .record({ id: fc.nat({ max: 60 }), timestamp: fc.nat({ max: 40 }) })
  .map(({ id, timestamp }) => buildMessage(`m${id}`, timestamp));

describe('timeline', () => {
  it('holds the union of its pages, in order, each message once, whatever the order and the repeats', () => {
    fc.assert(
      fc.property(fc.array(fc.array(message, { maxLength: 12 }), { maxLength: 12 }), (pages) => {
        // The same id always bears the same timestamp here.
        const known = new Map<string, Message>();
        const fixed = pages.map((page) =>
          page.map((one) => {
            const first = known.get(one.id) ?? one;
            known.set(one.id, first);
            return first;
          }),
        );
        const arrivals: string[] = [];
        let timeline = emptyTimeline;
        for (const messages of fixed) {
          const merge = mergePage(timeline, { messages, covers: 'nothing' });
          arrivals.push(...merge.arrivals.map(({ id }) => id));
          timeline = merge.timeline;
        }
        const expected = [...known.values()].sort(comparePositions).map(({ id }) => id);
        assert.deepEqual(live(timeline), expected);
        assert.deepEqual([...arrivals].sort(), [...expected].sort());
        assert.equal(timeline.liveCount, expected.length);
      }),
    );
  });

  it('is the same value when a page brings nothing', () => {
    const page = { messages: [buildMessage('b', 2), buildMessage('a', 1)], covers: 'room' as const };
    const once = mergePage(emptyTimeline, page).timeline;
    const twice = mergePage(once, page);
    assert.equal(twice.timeline, once);
    assert.deepEqual(twice.arrivals, []);
  });

  it('never changes a timeline that was handed out', () => {
    const before = merged([{ messages: [buildMessage('a', 1), buildMessage('c', 3)], covers: 'span' }]);
    const after = mergePage(before, {
      messages: [buildMessage('b', 2), buildMessage('a', 1, 'other')],
      covers: 'nothing',
    });
    assert.deepEqual(live(before), ['a', 'c']);
    assert.equal(timelineEntry(before, 'a')?.message.text, 'text of a');
    assert.deepEqual(live(after.timeline), ['a', 'b', 'c']);
  });

  it('takes a message with an older timestamp for new all the same', () => {
    const before = merged([{ messages: [buildMessage('new', 20), buildMessage('old', 10)], covers: 'room' }]);
    const late = mergePage(before, {
      messages: [buildMessage('new', 20), buildMessage('old', 10), buildMessage('late', 5)],
      covers: 'room',
    });
    assert.deepEqual(
      late.arrivals.map(({ id }) => id),
      ['late'],
    );
    assert.deepEqual(live(late.timeline), ['late', 'old', 'new']);
  });

  it('reports an edit once, and keeps the message where a changed timestamp puts it', () => {
    const before = merged([{ messages: [buildMessage('a', 1), buildMessage('b', 2)], covers: 'room' }]);
    const edit = mergePage(before, {
      messages: [buildMessage('a', 9, 'edited'), buildMessage('b', 2)],
      covers: 'room',
    });
    assert.deepEqual(
      edit.edits.map(({ text }) => text),
      ['edited'],
    );
    assert.deepEqual(edit.arrivals, []);
    assert.deepEqual(live(edit.timeline), ['b', 'a']);
    assert.equal(timelineEntry(edit.timeline, 'a')?.edited, true);
  });

  it('takes a message for deleted only where a page covers its place, and for old when it comes back', () => {
    const [a, b, c] = [buildMessage('a', 1), buildMessage('b', 2), buildMessage('c', 3)];
    const before = merged([{ messages: [c, b, a], covers: 'room' }]);
    assert.deepEqual(mergePage(before, { messages: [c], covers: 'nothing' }).deletions, []);
    assert.deepEqual(mergePage(before, { messages: [c, b], covers: 'span' }).deletions, []);
    const gone = twice(before, { messages: [c, a], covers: 'span' });
    assert.deepEqual(
      gone.deletions.map(({ id }) => id),
      ['b'],
    );
    assert.deepEqual(live(gone.timeline), ['a', 'c']);
    const back = mergePage(gone.timeline, { messages: [c, b, a], covers: 'span', at: 3 });
    assert.deepEqual(back.arrivals, []);
    assert.deepEqual(live(back.timeline), ['a', 'b', 'c']);
  });

  it('does not take messages for deleted that stand between a late one and the rest of its page', () => {
    const before = merged([
      { messages: [buildMessage('a', 10), buildMessage('b', 20), buildMessage('c', 30)], covers: 'span' },
    ]);
    const page = { messages: [buildMessage('c', 30), buildMessage('late', 5)], covers: 'span' as const };
    let timeline = before;
    for (let at = 1; at < 5; at++) {
      const merge = mergePage(timeline, { ...page, at });
      assert.deepEqual(merge.deletions, []);
      timeline = merge.timeline;
    }
    assert.deepEqual(timeline.gaps, []);
  });

  it('marks a gap below a page that touches nothing known, and closes it when a page reaches across', () => {
    const messages = Array.from({ length: 9 }, (_, index) => buildMessage(`m${index}`, index));
    const span = (from: number, to: number) => ({ messages: messages.slice(from, to), covers: 'span' as const });
    const withGap = merged([span(0, 3), span(6, 9)]);
    assert.deepEqual(
      withGap.gaps.map(({ timestamp }) => timestamp),
      [6],
    );
    assert.deepEqual(
      mergePage(withGap, span(4, 9)).timeline.gaps.map(({ timestamp }) => timestamp),
      [4],
    );
    assert.deepEqual(mergePage(withGap, span(2, 9)).timeline.gaps, []);
    assert.deepEqual(mergePage(withGap, { messages, covers: 'room' }).timeline.gaps, []);
  });

  it('ends in the truth of a service that adds, edits and deletes, and announces each message once', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ act: fc.constant('say' as const), at: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant('edit' as const), at: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant('remove' as const), at: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ act: fc.constant('look' as const), at: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const PAGE = 8;
        const truth = new Map<string, Message>();
        const announced: string[] = [];
        let timeline = emptyTimeline;
        let polls = 0;
        const look = (): void => {
          const all = [...truth.values()].sort(comparePositions).reverse();
          const messages = all.slice(0, PAGE);
          const merge = mergePage(timeline, { messages, covers: all.length > PAGE ? 'span' : 'room', at: ++polls });
          announced.push(...merge.arrivals.map(({ id }) => id));
          timeline = merge.timeline;
        };
        steps.forEach(({ act, at }, index) => {
          const ids = [...truth.keys()];
          const chosen = ids[at % Math.max(1, ids.length)];
          if (act === 'say') truth.set(`m${index}`, buildMessage(`m${index}`, index));
          else if (act === 'look') look();
          else if (chosen !== undefined && act === 'remove') truth.delete(chosen);
          else if (chosen !== undefined) truth.set(chosen, { ...truth.get(chosen)!, text: `edit ${index}` });
        });
        look();
        look();
        const newest = [...truth.values()].sort(comparePositions).slice(-PAGE);
        const shown = newestEntries(timeline, Infinity).filter(({ deleted }) => !deleted);
        const from = newest[0];
        const known = shown.filter(({ message: one }) => from !== undefined && comparePositions(one, from) >= 0);
        assert.deepEqual(
          known.map(({ message: { id, text } }) => ({ id, text })),
          newest.map(({ id, text }) => ({ id, text })),
        );
        assert.equal(new Set(announced).size, announced.length);
        if (truth.size <= PAGE) assert.equal(shown.length, truth.size);
      }),
      { numRuns: 500 },
    );
  });

  describe('takes no single answer for the truth', () => {
    const [a, b, c] = [buildMessage('a', 1), buildMessage('b', 2), buildMessage('c', 3)];
    const known = merged([{ messages: [c, b, a], covers: 'room' }]);

    it('deletes what two polls leave out, and nothing that the second one holds', () => {
      const once = mergePage(known, { messages: [c, a], covers: 'span', at: 1 });
      assert.deepEqual(live(once.timeline), ['a', 'b', 'c']);
      assert.deepEqual(mergePage(once.timeline, { messages: [c, a], covers: 'span', at: 1 }).deletions, []);
      const back = mergePage(once.timeline, { messages: [c, b, a], covers: 'span', at: 2 });
      assert.deepEqual(
        back.returned.map(({ message: { id } }) => id),
        ['b'],
      );
      const missedAgain = mergePage(back.timeline, { messages: [c, a], covers: 'span', at: 3 });
      assert.deepEqual(missedAgain.deletions, []);
    });

    it('keeps what bears the stamp of a page\u2019s oldest: a page may be cut anywhere among equal stamps', () => {
      const equal = Array.from({ length: 70 }, (_, index) => buildMessage(`m${index}`, 5));
      const many = merged([{ messages: [...equal, buildMessage('last', 6)], covers: 'span' }]);
      const page = { messages: [...equal.slice(10, 39), buildMessage('last', 6)], covers: 'span' as const };
      assert.deepEqual(twice(many, page).deletions, []);
    });

    it('keeps what came a moment ago and a page does not hold yet that is older by itself', () => {
      const came = mergePage(known, { messages: [buildMessage('d', 4), c, b, a], covers: 'span', at: 1000 }).timeline;
      const stale = { messages: [c, b, a], covers: 'room' as const, lagMs: 6000 };
      let timeline = came;
      for (const at of [2000, 3000, 6900]) timeline = mergePage(timeline, { ...stale, at }).timeline;
      assert.equal(timeline, came);
      timeline = mergePage(timeline, { ...stale, at: 7000 }).timeline;
      assert.deepEqual(
        mergePage(timeline, { ...stale, at: 8000 }).deletions.map(({ id }) => id),
        ['d'],
      );
    });

    it('shows neither the text before an edit nor what was deleted again because an answer is older', () => {
      const edit = { messages: [c, { ...b, text: 'edited' }, a], covers: 'room' as const };
      const edited = mergePage(known, { ...edit, at: 1000, lagMs: 6000 }).timeline;
      const stale = mergePage(edited, { messages: [c, b, a], covers: 'room', at: 2000, lagMs: 6000 });
      assert.equal(stale.timeline, edited);
      const later = mergePage(edited, { messages: [c, b, a], covers: 'room', at: 7000, lagMs: 6000 });
      assert.deepEqual(
        later.edits.map(({ text }) => text),
        ['text of b'],
      );
      const gone = twice(known, { messages: [c, a], covers: 'room', lagMs: 6000 }).timeline;
      assert.equal(mergePage(gone, { messages: [c, b, a], covers: 'room', at: 3000, lagMs: 6000 }).timeline, gone);
      assert.deepEqual(live(mergePage(gone, { messages: [c, b, a], covers: 'room', at: 7000, lagMs: 6000 }).timeline), [
        'a',
        'b',
        'c',
      ]);
    });

    it('marks the gap below a page that one message stamped far ahead joins to what is known', () => {
      const all = Array.from({ length: 100 }, (_, index) => buildMessage(`m${index}`, index));
      const ahead = buildMessage('ahead', 1_000_000);
      const before = merged([{ messages: [...all.slice(0, 20), ahead], covers: 'span' }]);
      const after = mergePage(before, { messages: [...all.slice(71), ahead], covers: 'span', futureFrom: 500_000 });
      assert.deepEqual(
        after.timeline.gaps.map(({ timestamp }) => timestamp),
        [71],
      );
      assert.equal(timelineEntry(after.timeline, 'm80')?.late, false);
      const unsuspected = mergePage(before, { messages: [...all.slice(71), ahead], covers: 'span' });
      assert.deepEqual(
        unsuspected.timeline.gaps.map(({ timestamp }) => timestamp),
        [71],
      );
    });

    it('deletes nothing below a page on the word of pages that only raise a doubt', () => {
      const doubt = { messages: [c, b], covers: 'span' as const, leavesOut: 'doubted' as const };
      const doubted = twice(known, doubt);
      assert.deepEqual(doubted.deletions, []);
      const sure = mergePage(doubted.timeline, { ...doubt, leavesOut: 'confirmed', at: 3 });
      assert.deepEqual(
        sure.deletions.map(({ id }) => id),
        ['a'],
      );
      assert.deepEqual(live(withDeletedUnspanned(sure.timeline)), ['a', 'b', 'c']);
      const restored = withoutConfirmation(known);
      assert.deepEqual(twice(restored, { ...doubt, leavesOut: 'confirmed' }).deletions, []);
      assert.equal(twice(restored, { ...doubt, leavesOut: 'all' }).deletions.length, 1);
    });
  });

  it('forgets its oldest entries when it is told to, and takes them in again', () => {
    const all = Array.from({ length: 1000 }, (_, index) => buildMessage(`m${index}`, index));
    const whole = merged([{ messages: all, covers: 'room' }]);
    const short = withoutOldest(whole, 100);
    assert.deepEqual([short.liveCount, short.entries.length, short.places.size], [100, 100, 100]);
    assert.equal(short.startReached, false);
    assert.equal(timelineEntry(short, 'm899'), undefined);
    assert.equal(timelineEntry(short, 'm900')?.message, all[900]);
    const again = mergePage(short, { messages: all, covers: 'room', reachesBack: true });
    assert.equal(again.timeline.liveCount, 1000);
    assert.equal(again.arrivals.length, 900);
  });

  it('walks backwards from a place', () => {
    const timeline = merged([
      { messages: Array.from({ length: 1000 }, (_, i) => buildMessage(`m${i}`, i)), covers: 'span' },
    ]);
    const walk = [...entriesBackwards(timeline, { timestamp: 500, id: 'm500' })].map(
      (entry) => entry.message.timestamp,
    );
    assert.equal(walk.length, 501);
    assert.deepEqual(walk.slice(0, 3), [500, 499, 498]);
  });
});

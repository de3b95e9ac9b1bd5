import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparePositions, type Message } from '../../../src/chat/message';
import {
  emptyTimeline,
  entriesBackwards,
  mergePage,
  newestEntries,
  timelineEntry,
  type Coverage,
  type Timeline,
} from '../../../src/chat/timeline';
import { buildMessage } from '../../support/builders';

function live(timeline: Timeline): readonly string[] {
  return newestEntries(timeline, Infinity)
    .filter(({ deleted }) => !deleted)
    .map(({ message }) => message.id);
}

function merged(pages: readonly { messages: readonly Message[]; covers: Coverage }[]): Timeline {
  return pages.reduce((timeline, page) => mergePage(timeline, page).timeline, emptyTimeline);
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
    const gone = mergePage(before, { messages: [c, a], covers: 'span' });
    assert.deepEqual(
      gone.deletions.map(({ id }) => id),
      ['b'],
    );
    assert.deepEqual(live(gone.timeline), ['a', 'c']);
    const back = mergePage(gone.timeline, { messages: [c, b, a], covers: 'span' });
    assert.deepEqual(back.arrivals, []);
    assert.deepEqual(live(back.timeline), ['a', 'b', 'c']);
  });

  it('does not take messages for deleted that stand between a late one and the rest of its page', () => {
    const before = merged([
      { messages: [buildMessage('a', 10), buildMessage('b', 20), buildMessage('c', 30)], covers: 'span' },
    ]);
    const late = mergePage(before, { messages: [buildMessage('c', 30), buildMessage('late', 5)], covers: 'span' });
    const again = mergePage(late.timeline, {
      messages: [buildMessage('c', 30), buildMessage('late', 5)],
      covers: 'span',
    });
    assert.deepEqual([...late.deletions, ...again.deletions], []);
  });

  it('marks a gap below a page that touches nothing known, and closes it when a page reaches across', () => {
    const messages = Array.from({ length: 9 }, (_, index) => buildMessage(`m${index}`, index));
    const span = (from: number, to: number) => ({ messages: messages.slice(from, to), covers: 'span' as const });
    const withGap = merged([span(0, 3), span(6, 9)]);
    assert.deepEqual(
      withGap.gaps.map(({ id }) => id),
      ['m6'],
    );
    assert.deepEqual(
      mergePage(withGap, span(4, 9)).timeline.gaps.map(({ id }) => id),
      ['m4'],
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
        const look = (): void => {
          const all = [...truth.values()].sort(comparePositions).reverse();
          const messages = all.slice(0, PAGE);
          const merge = mergePage(timeline, { messages, covers: all.length > PAGE ? 'span' : 'room' });
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

/** `node dist/test/bench/merge.js`: what it costs to take in a page, in a room with few and with many known messages. */
import { emptyTimeline, type Timeline } from '../../src/chat/timeline';
import { mergePage } from '../../src/chat/timelineMerge';
import { buildMessage } from '../support/builders';

const PAGE = 30;
const ROUNDS = 400;
const SIZES = [1000, 100_000] as const;

function roomOf(count: number): Timeline {
  const messages = Array.from({ length: count }, (_, index) =>
    buildMessage(`message-${index}-of-the-room`, index * 1000),
  );
  return mergePage(emptyTimeline, { messages, covers: 'span' }).timeline;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}

/** Milliseconds for a page of which so many messages are new, and which ends the room. */
function mergeTimes(timeline: Timeline, count: number, fresh: number): readonly number[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const end = count + fresh;
    const messages = Array.from({ length: PAGE }, (_unused, index) => {
      const place = end - 1 - index;
      const isNew = place >= count;
      return buildMessage(isNew ? `new-${round}-${place}` : `message-${place}-of-the-room`, place * 1000);
    });
    const started = performance.now();
    mergePage(timeline, { messages, covers: 'span' });
    return performance.now() - started;
  });
}

const rooms = SIZES.map((count) => ({ count, timeline: roomOf(count) }));
console.log('| new messages in a page of 30 | 1,000 known | 100,000 known | ratio |\n| --- | --- | --- | --- |');
for (const fresh of [0, 1, 5, PAGE]) {
  // Both in one run, one after the other, the first round for the compiler.
  for (const { count, timeline } of rooms) mergeTimes(timeline, count, fresh);
  const [few = NaN, many = NaN] = rooms.map(({ count, timeline }) => median(mergeTimes(timeline, count, fresh)));
  console.log(`| ${fresh} | ${few.toFixed(4)} ms | ${many.toFixed(4)} ms | ${(many / few).toFixed(2)} |`);
}

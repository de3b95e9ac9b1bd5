import type { Message } from '../chat/message';
import { entriesBackwards, type Timeline } from '../chat/timeline';
import type { TsMeaning } from './learned';

/**
 * A known timestamp, in microseconds, that tells the meanings of `ts` apart: the newest page, which a service that
 * ignores `ts` gives, has known messages on both sides of it.
 * @param pageLength messages that an answer is sure to hold
 * @returns nothing when too few messages are known
 */
export function probeTimestamp(timeline: Timeline, pageLength: number): number | undefined {
  const newest: number[] = [];
  for (const { message, deleted } of entriesBackwards(timeline)) {
    if (newest.length >= pageLength) break;
    if (!deleted) newest.push(message.timestamp);
  }
  const middle = newest[newest.length >> 1];
  const [last, first] = [newest[0], newest.at(-1)];
  if (middle === undefined || last === undefined || first === undefined) return undefined;
  return first < middle && middle < last ? middle : undefined;
}

/**
 * What `ts` means, by the side of it on which the answer lies.
 * @returns nothing when the answer does not tell, an empty one for instance
 */
export function meaningShown(answer: readonly Message[], ts: number): TsMeaning | undefined {
  const older = answer.some(({ timestamp }) => timestamp < ts);
  const newer = answer.some(({ timestamp }) => timestamp > ts);
  if (older && newer) return 'ignored';
  if (older) return 'before';
  return newer ? 'since' : undefined;
}

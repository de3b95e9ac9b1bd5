import type { PageMessage } from '../protocol/messages';

/** Messages of one author that are nearer to each other than this stand under one header. */
const GROUP_MILLISECONDS = 5 * 60_000;

/** One entry of the list and what stands above it. */
export interface Row {
  readonly entry: PageMessage;
  /** The day that begins here, in words. */
  readonly day: string | undefined;
  /** The unread messages begin here. */
  readonly startsUnread: boolean;
  /** Messages may be missing above. */
  readonly gap: PageMessage['gap'];
  /** The author's header above still holds. */
  readonly continued: boolean;
}

function sameAuthor(left: PageMessage, right: PageMessage): boolean {
  return (
    left.own === right.own && (left.own || (left.authorName === right.authorName && left.signedVia === right.signedVia))
  );
}

/** A group is looked for no further up than this: nobody says so much in five minutes but machines. */
const LONGEST_GROUP = 100;

function follows(before: PageMessage, entry: PageMessage, firstUnreadKey: string | undefined): boolean {
  return (
    entry.key !== firstUnreadKey &&
    entry.gap === undefined &&
    sameAuthor(before, entry) &&
    Math.abs(entry.time - before.time) < GROUP_MILLISECONDS
  );
}

/** Where to begin so that the groups are the same as if everything above was laid out too. */
function surelyNewGroup(entries: readonly PageMessage[], start: number, firstUnreadKey: string | undefined): number {
  for (let index = start; index > Math.max(0, start - LONGEST_GROUP); index--) {
    const [before, entry] = [entries[index - 1], entries[index]];
    if (before === undefined || entry === undefined || !follows(before, entry, firstUnreadKey)) return index;
  }
  return Math.max(0, start - LONGEST_GROUP);
}

/**
 * The rows of a part of a list, oldest first: the entries from `start` to before `end`. A group is what one author says
 * within five minutes of its first message. `dayOf` gives the local day of a moment in words.
 */
export function layOutRows(
  entries: readonly PageMessage[],
  firstUnreadKey: string | undefined,
  dayOf: (milliseconds: number) => string,
  start = 0,
  end = entries.length,
): readonly Row[] {
  const from = surelyNewGroup(entries, start, firstUnreadKey);
  const above = entries[from - 1];
  let before = above === undefined ? undefined : { entry: above, day: dayOf(above.time), first: above };
  const rows = entries.slice(from, end).map((entry) => {
    const day = dayOf(entry.time);
    const startsDay = day !== '' && day !== before?.day;
    const continued =
      before !== undefined &&
      !startsDay &&
      follows(before.entry, entry, firstUnreadKey) &&
      Math.abs(entry.time - before.first.time) < GROUP_MILLISECONDS;
    before = { entry, day, first: continued && before !== undefined ? before.first : entry };
    const startsUnread = entry.key === firstUnreadKey;
    return { entry, day: startsDay ? day : undefined, startsUnread, gap: entry.gap, continued };
  });
  return rows.slice(start - from);
}

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

/**
 * The rows of a list, oldest first. `dayOf` gives the local day of a moment in words; `above` stands before the first
 * entry, in a part of the list that is not drawn.
 */
export function layOutRows(
  entries: readonly PageMessage[],
  firstUnreadKey: string | undefined,
  dayOf: (milliseconds: number) => string,
  above?: PageMessage,
): readonly Row[] {
  let before = above === undefined ? undefined : { entry: above, day: dayOf(above.time) };
  return entries.map((entry) => {
    const day = dayOf(entry.time);
    const startsDay = day !== '' && day !== before?.day;
    const startsUnread = entry.key === firstUnreadKey;
    const continued =
      before !== undefined &&
      !startsDay &&
      !startsUnread &&
      entry.gap === undefined &&
      sameAuthor(before.entry, entry) &&
      Math.abs(entry.time - before.entry.time) < GROUP_MILLISECONDS;
    before = { entry, day };
    return { entry, day: startsDay ? day : undefined, startsUnread, gap: entry.gap, continued };
  });
}

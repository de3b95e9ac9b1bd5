import { comparePositions, type Message } from '../chat/message';
import { entriesBackwards, type Timeline } from '../chat/timeline';

/** Stamps may be wrong by so much, in microseconds. */
const MARGIN_US = 10 * 60_000_000;

/** A replica may lag so far behind, in milliseconds. */
const SETTLED_MS = 10_000;

/** So many messages of other rooms must be in between. */
const ENOUGH = 2;

/**
 * Whether a page shows that the service picks the room first and limits the page then. On a service that limits first, the
 * page would hold only what the room has among the newest messages of all rooms: so it shows when newer messages of other
 * rooms are known, and the page is as long as asked all the same.
 * @param page an answer that is as long as asked
 * @param others what is known of the other rooms
 * @param nowMs when the answer came, monotonic milliseconds
 */
export function limitsAfterFilter(page: readonly Message[], others: readonly Timeline[], nowMs: number): boolean {
  const oldest = [...page].sort(comparePositions)[0];
  if (oldest === undefined) return false;
  let between = 0;
  for (const timeline of others) {
    for (const { message, deleted, arrivedAt } of entriesBackwards(timeline)) {
      if (message.timestamp <= oldest.timestamp + MARGIN_US) break;
      if (deleted || (arrivedAt !== undefined && nowMs - arrivedAt < SETTLED_MS)) continue;
      // One that is stamped after the page's newest may be stamped wrongly.
      if (page.some(({ timestamp }) => timestamp > message.timestamp)) between++;
      if (between >= ENOUGH) return true;
    }
  }
  return false;
}

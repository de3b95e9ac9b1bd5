import { comparePositions, type Message } from '../chat/message';
import { entriesBackwards, type Timeline } from '../chat/timeline';

/** How far timestamps may be wrong, in microseconds. */
const MARGIN_US = 10 * 60_000_000;

/** How far a replica may lag behind, in milliseconds. */
const SETTLED_MS = 10_000;

/** How many messages of other rooms must lie between the page's oldest and newest. */
const ENOUGH = 2;

/**
 * Whether a page shows that the service first picks the room and then limits the page. A service that limits first would
 * give only what the room has among the newest messages of all rooms. So a page proves the other order when it is as long
 * as asked although messages of other rooms are newer than its oldest one.
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
      // A message stamped after the page's newest may have a wrong stamp.
      if (page.some(({ timestamp }) => timestamp > message.timestamp)) between++;
      if (between >= ENOUGH) return true;
    }
  }
  return false;
}

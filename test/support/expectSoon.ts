import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
const TIMEOUT_MS = 20_000;
const HUNG: unique symbol = Symbol('hung');

/**
 * Looks until what is seen is as wanted, and gives it. Rejects with the last thing seen, also when a look hangs. The
 * time limit only ends a test that would fail anyway; no test depends on how long it takes.
 */
export async function expectSoon<Seen>(
  look: () => Promise<Seen> | Seen,
  isWanted: (seen: Seen) => boolean,
  wanted: string,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Seen> {
  const deadline = Date.now() + timeoutMs;
  let last = 'nothing yet';
  for (;;) {
    const late = sleep(Math.max(POLL_MS, deadline - Date.now()), HUNG, { ref: false });
    const seen = await Promise.race([look(), late]);
    if (seen === HUNG) assert.fail(`Expected ${wanted}; looking for it did not end. Before, saw ${last}.`);
    if (isWanted(seen)) return seen;
    last = JSON.stringify(seen);
    if (Date.now() > deadline) assert.fail(`Expected ${wanted}; saw ${last}.`);
    await sleep(POLL_MS);
  }
}

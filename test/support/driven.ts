import { setImmediate as turn } from 'node:timers/promises';
import type { FaultyFileSystem } from './faultyFileSystem';
import type { VirtualClock } from './virtualClock';

/** So much virtual time passes at once, in milliseconds. */
const STEP_MS = 10;

/** Lets virtual time pass until something is done that needs real files, too: none passes while a file is waited for. */
export async function driven<Result>(
  clock: VirtualClock,
  faulty: FaultyFileSystem,
  promise: Promise<Result>,
): Promise<Result> {
  const outcome = { isSettled: false };
  const settle = (): void => {
    outcome.isSettled = true;
  };
  promise.then(settle, settle);
  for (;;) {
    // What was answered may ask for more.
    for (let turns = 0; turns < 2; turns++) {
      await faulty.idle();
      await turn();
    }
    if (outcome.isSettled) return promise;
    await clock.advance(STEP_MS);
  }
}

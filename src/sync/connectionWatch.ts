import type { Clock } from '../chapi/clock';
import type { RequestBudget } from '../chapi/requestBudget';
import type { Fault } from '../chat/fault';
import { isOutOfReach } from './cadence';
import { connectionAfter } from './connection';
import type { Connection } from './feed';

/** A pause after the service said "too many" without a time, in milliseconds; doubled with each refusal in a row. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The first answer after so long without one, in milliseconds, is taken as the end of an outage for every room. */
const OUTAGE_MS = 10_000;

/** Hears how every call ended: knows how the connection is, and slows down when the service says so. */
export class ConnectionWatch {
  readonly #clock: Clock;
  readonly #budget: RequestBudget;
  /** Called when the service answers again after an outage. */
  readonly #onBack: () => void;
  #connection: Connection = { status: 'connecting' };
  #throttledInARow = 0;
  #reachedAt = -Infinity;

  constructor(clock: Clock, budget: RequestBudget, onBack: () => void) {
    this.#clock = clock;
    this.#budget = budget;
    this.#onBack = onBack;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** @param fault absent when the call succeeded */
  callEnded(fault: Fault | undefined): void {
    this.#connection = connectionAfter(this.#connection, fault);
    if (!isOutOfReach(fault)) {
      const before = this.#reachedAt;
      this.#reachedAt = this.#clock.monotonic();
      if (this.#reachedAt - before >= OUTAGE_MS) this.#onBack();
    }
    if (fault?.kind !== 'throttled') {
      this.#throttledInARow = 0;
      return;
    }
    const own = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#throttledInARow);
    this.#throttledInARow = Math.min(this.#throttledInARow + 1, 10);
    this.#budget.pause(Math.max(own, fault.retryAfterMs ?? 0));
  }
}

import type { Clock } from '../chapi/clock';
import type { Fault } from '../chat/fault';
import { isOutOfReach } from './cadence';
import { connectionAfter } from './connection';
import type { Connection } from './feed';

/** The first answer after so long without one, in milliseconds, is taken as the end of an outage for every room. */
const OUTAGE_MS = 10_000;

/** Hears how every call ended: knows how the connection is. */
export class ConnectionWatch {
  readonly #clock: Clock;
  /** Called when the service answers again after an outage. */
  readonly #onBack: () => void;
  #connection: Connection = { status: 'connecting' };
  #reachedAt = -Infinity;

  constructor(clock: Clock, onBack: () => void) {
    this.#clock = clock;
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
  }
}

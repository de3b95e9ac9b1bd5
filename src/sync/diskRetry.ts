const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** A wait that doubles each time, up to half a minute, until it is reset. */
export class GrowingWait {
  #next = FIRST_WAIT_MS;

  /** How long to wait this time, in milliseconds. */
  take(): number {
    const milliseconds = this.#next;
    this.#next = Math.min(LONGEST_WAIT_MS, milliseconds * 2);
    return milliseconds;
  }

  reset(): void {
    this.#next = FIRST_WAIT_MS;
  }
}

/** The code of a disk error, for the log. The message would name the path. */
export function diskErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

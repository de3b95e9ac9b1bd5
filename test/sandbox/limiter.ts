/** Decides which requests of one key are let in. Knows no clock: real and virtual time are handed in alike. */
export interface Limiter {
  /**
   * Asks for one request to be let in, and remembers it if it is. Refused requests cost nothing.
   * @param nowMs milliseconds on any scale that does not run backwards.
   */
  accept(nowMs: number): boolean;
}

export const LIMITER_KINDS = ['none', 'window', 'spacing'] as const;
export type LimiterKind = (typeof LIMITER_KINDS)[number];

/** The documented limit of a key: requests a second. */
const REQUESTS_PER_SECOND = 5;
const SECOND_MS = 1000;

/** Counts: at most so many accepted requests in any stretch of time, as a quota does. */
export class WindowLimiter implements Limiter {
  readonly #limit: number;
  readonly #windowMs: number;
  #accepted: number[] = [];

  constructor(limit: number = REQUESTS_PER_SECOND, windowMs: number = SECOND_MS) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  accept(nowMs: number): boolean {
    // A time in the future means that the machine's clock was set back: starting afresh beats refusing for hours.
    this.#accepted = this.#accepted.filter((time) => time <= nowMs && nowMs - time < this.#windowMs);
    if (this.#accepted.length >= this.#limit) return false;
    this.#accepted.push(nowMs);
    return true;
  }
}

/** Spaces: a request too soon after the last accepted one is refused, as an Apigee spike arrest does. */
export class SpacingLimiter implements Limiter {
  readonly #spacingMs: number;
  #lastAccepted = -Infinity;

  constructor(spacingMs: number = SECOND_MS / REQUESTS_PER_SECOND) {
    this.#spacingMs = spacingMs;
  }

  accept(nowMs: number): boolean {
    const elapsed = nowMs - this.#lastAccepted;
    // Less than nothing means that the machine's clock was set back: starting afresh beats refusing for hours.
    if (elapsed >= 0 && elapsed < this.#spacingMs) return false;
    this.#lastAccepted = nowMs;
    return true;
  }
}

/** A fresh limiter of that kind with the service's documented rate. */
export function createLimiter(kind: LimiterKind): Limiter {
  switch (kind) {
    case 'none':
      return { accept: () => true };
    case 'window':
      return new WindowLimiter();
    case 'spacing':
      return new SpacingLimiter();
  }
}

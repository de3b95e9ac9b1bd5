/** What is remembered of one request. Never the key itself. */
export interface RequestRecord {
  /** When it came in, milliseconds since 1970 by the sandbox's clock. */
  readonly time: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** As the request named it; absent when it named none. */
  readonly room?: string;
  readonly pageSize?: number;
  /** Microseconds since 1970. */
  readonly ts?: number;
  /** Absent while there is no answer, and for ever if none was given. */
  readonly status?: number;
  readonly refusedByLimiter: boolean;
  /** The kind of the fault that was played on it. */
  readonly fault?: string;
  /** `key 1` for the first of the settings, `wrong key`, or `no key`. */
  readonly key: string;
  /** As they were spelled, in their order. */
  readonly headerNames: readonly string[];
  /** Counts connections: requests with the same number came over one connection. */
  readonly connection: number;
}

/** A record that is still being written. */
export type OpenRecord = { -readonly [Name in keyof RequestRecord]: RequestRecord[Name] };

/** More than any test makes, and few enough for a sandbox that runs for weeks. */
const MOST_RECORDS = 100_000;

/** Every request to the service in the order of arrival, except those to the control side. */
export class RequestLog {
  #records: OpenRecord[] = [];

  add(record: OpenRecord): void {
    this.#records.push(record);
    if (this.#records.length > MOST_RECORDS) this.#records.splice(0, MOST_RECORDS / 10);
  }

  /** Copies, as they are now. */
  list(): readonly RequestRecord[] {
    return this.#records.map((record) => ({ ...record }));
  }

  clear(): void {
    this.#records = [];
  }
}

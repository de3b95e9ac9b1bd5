import { randomBytes } from 'node:crypto';
import { BadInput, readChoice, readFields, readFlag, readNumber, readText, readWhole } from './checks';
import { LIMITER_KINDS, type LimiterKind } from './limiter';

/** What a refusal says about coming back: nothing, in so many seconds, or at the date that many seconds from now. */
export type RetryAfter = 'none' | { readonly seconds: number } | { readonly dateAfterSeconds: number };

const TS_MEANINGS = ['since', 'before', 'ignored'] as const;
const TEXT_FIELDS = ['parsed', 'messageParsed'] as const;
const TRAILING_SLASHES = ['without', 'with', 'both'] as const;
const ORDERS = ['newestFirst', 'oldestFirst', 'shuffled'] as const;

/** How the sandbox behaves, above all where the service's documentation is silent or contradicts itself. */
export interface Settings {
  /** Keys that are let in. None of them: every key is refused, as after a revocation. */
  readonly keys: readonly string[];
  /** How the documented 5 requests a second of a key are kept. */
  readonly limiter: LimiterKind;
  /** The status of the limiter's refusals. Older gateways answer 500. */
  readonly refusalStatus: 429 | 500;
  /** The `Retry-After` header of the limiter's refusals. */
  readonly retryAfter: RetryAfter;
  /** The most messages that one page holds, whatever was asked for. */
  readonly pageCap: number | 'none';
  /** What the query's `ts` does: messages at or after it, messages before it, or nothing. */
  readonly tsMeaning: (typeof TS_MEANINGS)[number];
  /** Texts are answered with `&lt;`, `&gt;` and `&amp;`. */
  readonly escapes: boolean;
  /** The name of a message's text: the guide and the schema say `parsed`, the OpenAPI example says `messageParsed`. */
  readonly textField: (typeof TEXT_FIELDS)[number];
  /** A message sent with a key bears an older timestamp than the newest one there, as in the guide's example. */
  readonly lateTimestamps: boolean;
  /** Pages bear an `ETag`, and `If-None-Match` is answered with 304. */
  readonly etag: boolean;
  /** The spellings of the path that take a POST: the guide has no slash at its end, the OpenAPI file has one. */
  readonly trailingSlash: (typeof TRAILING_SLASHES)[number];
  /** The status for the spelling that is not taken. */
  readonly slashRefusal: 404 | 405;
  /** The status of a message that was taken. Both are documented. */
  readonly sendStatus: 200 | 201;
  /** Milliseconds from a request to its answer: half of them before the service acts, half after. */
  readonly latencyMs: number;
  /** Messages sent with any key bear the author `Chapi` of the OpenAPI example; otherwise each key has its own. */
  readonly oneAuthor: boolean;
  /** A page with a single message is that message, not an array (the OpenAPI example shows it so). */
  readonly singleObject: boolean;
  /** The order of a page. The documented arrays are newest first; nothing promises it. */
  readonly order: (typeof ORDERS)[number];
  /** The most messages that a room keeps; the oldest go first. */
  readonly historyLimit: number | 'none';
}

/** A new key that the service would take for one of its default room. */
export function createTestKey(): string {
  return `test_key_${randomBytes(16).toString('hex')}`;
}

/** The behaviour that the documentation shows, without its oddities and without a limit. */
export function defaultSettings(): Settings {
  return {
    keys: [createTestKey()],
    limiter: 'none',
    refusalStatus: 429,
    retryAfter: 'none',
    pageCap: 'none',
    tsMeaning: 'ignored',
    escapes: false,
    textField: 'parsed',
    lateTimestamps: false,
    etag: false,
    trailingSlash: 'both',
    slashRefusal: 404,
    sendStatus: 200,
    latencyMs: 0,
    oneAuthor: true,
    singleObject: false,
    order: 'newestFirst',
    historyLimit: 'none',
  };
}

type Reader<Value> = (value: unknown, what: string) => Value;

function choice<Choice extends string | number>(...choices: readonly Choice[]): Reader<Choice> {
  return (value, what) => readChoice(value, what, choices);
}

const countOrNone: Reader<number | 'none'> = (value, what) => (value === 'none' ? value : readWhole(value, what, 1));

/** Reads what {@link RetryAfter} describes, or throws {@link BadInput}. */
export function readRetryAfter(value: unknown, what: string): RetryAfter {
  if (value === 'none') return value;
  const { seconds, dateAfterSeconds } = readFields(value, what, ['seconds', 'dateAfterSeconds']);
  if ((seconds === undefined) === (dateAfterSeconds === undefined)) {
    throw new BadInput(`${what} must be "none", {"seconds": N} or {"dateAfterSeconds": N}.`);
  }
  return seconds === undefined
    ? { dateAfterSeconds: readNumber(dateAfterSeconds, `${what}.dateAfterSeconds`, -Infinity) }
    : { seconds: readWhole(seconds, `${what}.seconds`) };
}

const readers: { readonly [Name in keyof Settings]: Reader<Settings[Name]> } = {
  keys: (value, what) => {
    if (!Array.isArray(value)) throw new BadInput(`${what} must be a list of keys.`);
    return value.map((key: unknown) => {
      if (readText(key, what) === '') throw new BadInput(`${what} must not hold an empty key.`);
      return key as string;
    });
  },
  limiter: choice(...LIMITER_KINDS),
  refusalStatus: choice(429, 500),
  retryAfter: readRetryAfter,
  pageCap: countOrNone,
  tsMeaning: choice(...TS_MEANINGS),
  escapes: readFlag,
  textField: choice(...TEXT_FIELDS),
  lateTimestamps: readFlag,
  etag: readFlag,
  trailingSlash: choice(...TRAILING_SLASHES),
  slashRefusal: choice(404, 405),
  sendStatus: choice(200, 201),
  latencyMs: readNumber,
  oneAuthor: readFlag,
  singleObject: readFlag,
  order: choice(...ORDERS),
  historyLimit: countOrNone,
};

/** Some of the settings, from JSON that nobody has checked. Throws {@link BadInput} with a sentence. */
export function readSettings(value: unknown): Partial<Settings> {
  const names = Object.keys(readers) as (keyof Settings)[];
  const fields = readFields(value, 'The settings', names);
  const entries = names
    .filter((name) => fields[name] !== undefined)
    .map((name) => [name, readers[name](fields[name], name)] as const);
  return Object.fromEntries(entries);
}

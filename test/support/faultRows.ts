import type { Fault } from '../sandbox/faults';

/** What became of a message that was sent while the fault lasted. */
export type Fate =
  /** Taken by the service in spite of the fault. */
  | 'sent meanwhile'
  /** Refused without doubt, and so kept until it may go. */
  | 'waits, then sent'
  /** In doubt; was there, and is found. */
  | 'unconfirmed, then found'
  /** In doubt; proven absent by later pages, and sent again. */
  | 'unconfirmed, then sent again'
  /** Refused for good, with its reason; the person presses Retry. */
  | 'failed, sent on Retry';

/** One thing that goes wrong, and what is to come of it. */
export interface FaultRow {
  readonly name: string;
  /** Played for every request that they match, as long as they last. */
  readonly faults: readonly Fault[];
  /** What every look gets for a page, made from the record of the one message that is there. */
  readonly page?: (there: object) => unknown;
  /** Where requests end up instead of the sandbox. */
  readonly way?: 'no such name' | 'nobody listens';
  /** What the person sees of it: the connection, and the fault as the banner or the room tells it. */
  readonly sees: string;
  /** A message that stands in the damaged answer and is shown all the same. */
  readonly shows?: string;
  /** What was on screen goes, because the answer says that it is no longer there. Otherwise it stays. */
  readonly clears?: boolean;
  readonly fate: Fate;
  /** After the first refusal no request may come for so long, in milliseconds. */
  readonly quietMs?: number;
}

const always = { times: 'always' } as const;
const onGet = { ...always, match: { method: 'GET' } } as const;

const status = (
  code: number,
  more: { readonly body?: string; readonly headers?: Record<string, string> } = {},
): Fault => ({
  kind: 'status',
  status: code,
  ...more,
  ...always,
});

const html = '<html><body><h1>Bad Gateway</h1></body></html>';

function statusRow(code: number, sees: string, fate: Fate): FaultRow {
  return { name: String(code), faults: [status(code)], sees, fate };
}

const MOST_ASKED_MS = 300_000;

function throttledRow(name: string, fault: Fault, quietMs: number): FaultRow {
  return { name, faults: [fault], sees: 'throttled', fate: 'waits, then sent', quietMs };
}

function retryAfterRow(value: string, quietMs: number): FaultRow {
  return throttledRow(`429 with Retry-After: ${value}`, status(429, { headers: { 'retry-after': value } }), quietMs);
}

/** A record that can be read, so that a damaged one beside it can't take it along. */
export const INTACT = 'beside the damage';
const author = { id: 'alice', name: 'Alice Fox', email: 'alice@example.com', avatarUrl: '' };
const intact = { authorUser: author, parsed: INTACT, id: 'intact', timestamp: 1_594_169_027_435_321 };
const damagedId = 'damaged';
/** The text of a record that is damaged, but not so much that it can't be read. */
export const READABLE = 'damaged, but readable';
const damaged = { ...intact, id: damagedId, parsed: READABLE };

function pageRow(name: string, page: (there: object) => unknown, shows?: string): FaultRow {
  return { name, faults: [], page, sees: 'online', fate: 'sent meanwhile', ...(shows === undefined ? {} : { shows }) };
}

const wrongTypes: readonly (readonly [name: string, value: unknown])[] = [
  ['null', null],
  ['a number', 7],
  ['a boolean', true],
  ['a text', 'text'],
  ['an array', [1]],
  ['an object', { some: 'thing' }],
];

/** Which of the wrong types a field bears: the record is read all the same. */
const bearable: Readonly<Record<string, readonly string[]>> = {
  id: ['a text'],
  timestamp: ['a number'],
  parsed: ['a text'],
};

function typeRows(field: 'id' | 'timestamp' | 'parsed' | 'authorUser'): readonly FaultRow[] {
  return wrongTypes
    .filter(([type]) => bearable[field]?.includes(type) !== true)
    .map(([type, value]) =>
      pageRow(
        `${type} as ${field}`,
        (there) => [{ ...damaged, [field]: value }, intact, there],
        field === 'authorUser' ? READABLE : INTACT,
      ),
    );
}

function authorRows(): readonly FaultRow[] {
  return ['id', 'name', 'email', 'avatarUrl'].flatMap((field) =>
    wrongTypes
      .filter(([type]) => type !== 'a text')
      .map(([type, value]) =>
        pageRow(
          `${type} as the author's ${field}`,
          (there) => [{ ...damaged, authorUser: { ...author, [field]: value } }, intact, there],
          READABLE,
        ),
      ),
  );
}

const timestamps: readonly (readonly [name: string, timestamp: unknown])[] = [
  ['no timestamp', undefined],
  ['a negative timestamp', -1],
  ['a timestamp beyond 2^53', 2 ** 53],
  ['a timestamp with a fraction', 1.5],
  ['a timestamp in words', 'yesterday'],
];

/** Everything that is known to go wrong between here and the service, and what comes of it. */
export const faultRows: readonly FaultRow[] = [
  statusRow(401, 'unauthorized', 'waits, then sent'),
  statusRow(403, 'online: forbidden', 'failed, sent on Retry'),
  statusRow(404, 'online: noSuchRoom', 'failed, sent on Retry'),
  statusRow(408, 'offline: server 408', 'unconfirmed, then sent again'),
  statusRow(413, 'offline: server 413', 'failed, sent on Retry'),
  throttledRow('429', { kind: 'throttled', ...always }, 0),
  throttledRow('429 with Retry-After: 30', { kind: 'throttled', retryAfter: { seconds: 30 }, ...always }, 30_000),
  throttledRow(
    '429 with a date in 30 s as Retry-After',
    { kind: 'throttled', retryAfter: { dateAfterSeconds: 30 }, ...always },
    // A date has no parts of a second.
    28_000,
  ),
  throttledRow(
    '429 with a date that has passed as Retry-After',
    { kind: 'throttled', retryAfter: { dateAfterSeconds: -60 }, ...always },
    0,
  ),
  retryAfterRow('0', 0),
  retryAfterRow('soon', 0),
  retryAfterRow('-5', 0),
  retryAfterRow('999999999', MOST_ASKED_MS),
  throttledRow('500 of a spike arrest', { kind: 'throttled', status: 500, ...always }, 0),
  statusRow(500, 'offline: server 500', 'unconfirmed, then sent again'),
  {
    name: '502 with HTML',
    faults: [{ kind: 'status', status: 502, body: html, contentType: 'text/html', ...always }],
    sees: 'offline: server 502',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: '503 with Retry-After: 1',
    faults: [status(503, { headers: { 'retry-after': '1' } })],
    sees: 'offline: server 503',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: 'a redirect',
    faults: [status(302, { headers: { location: 'http://127.0.0.1:9/elsewhere' } })],
    sees: 'offline: bad answer (redirect 302)',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: 'a name that cannot be resolved',
    faults: [],
    way: 'no such name',
    sees: 'offline: network ENOTFOUND',
    fate: 'waits, then sent',
  },
  {
    name: 'a refused connection',
    faults: [],
    way: 'nobody listens',
    sees: 'offline: network ECONNREFUSED',
    fate: 'waits, then sent',
  },
  {
    name: 'a reset before the answer, the message not taken',
    faults: [{ kind: 'resetBefore', ...always }],
    sees: 'offline: network ECONNRESET',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: 'a reset before the answer, the message taken',
    faults: [
      { kind: 'resetBefore', ...onGet },
      { kind: 'resetBefore', afterStore: true, ...always },
    ],
    sees: 'offline: network ECONNRESET',
    fate: 'unconfirmed, then found',
  },
  {
    name: 'a reset during the body',
    faults: [{ kind: 'resetDuringBody', ...always }],
    sees: 'offline: network ECONNRESET',
    fate: 'unconfirmed, then found',
  },
  {
    name: 'a reset after the body',
    faults: [{ kind: 'resetAfterBody', ...always }],
    sees: 'online',
    fate: 'sent meanwhile',
  },
  {
    name: 'a connection that is closed during the body',
    faults: [{ kind: 'cutMidBody', ...always }],
    sees: 'offline: network ECONNRESET',
    fate: 'unconfirmed, then found',
  },
  {
    name: 'a hang',
    faults: [{ kind: 'hang', ...always }],
    sees: 'offline: timeout',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: 'a hang after the message was taken',
    faults: [
      { kind: 'hang', ...onGet },
      { kind: 'hangAfterAccept', ...always },
    ],
    sees: 'offline: timeout',
    fate: 'unconfirmed, then found',
  },
  {
    name: 'a slow drip',
    faults: [{ kind: 'slowDrip', bytes: 1, ms: 100, ...always }],
    sees: 'offline: timeout',
    fate: 'unconfirmed, then found',
  },
  {
    name: 'a cut JSON',
    faults: [{ kind: 'raw', json: '[{"authorUser": {"name": "Alice', ...always }],
    sees: 'offline: bad answer (not JSON)',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: '200 with HTML',
    faults: [{ kind: 'html', ...always }],
    sees: 'offline: bad answer (not JSON)',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: '200 with nothing',
    faults: [{ kind: 'raw', json: '', ...always }],
    sees: 'offline: bad answer (not JSON)',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: '204',
    faults: [status(204, { body: '' })],
    sees: 'offline: bad answer (not JSON)',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: '200 with null',
    faults: [{ kind: 'raw', json: 'null', ...always }],
    sees: 'offline: bad answer (not what is documented)',
    fate: 'unconfirmed, then sent again',
  },
  {
    name: 'a body of 100 MB',
    faults: [{ kind: 'huge', bytes: 100_000_000, ...always }],
    sees: 'offline: answer over 8388608 bytes',
    fate: 'unconfirmed, then sent again',
  },
  ...(['id', 'timestamp', 'parsed', 'authorUser'] as const).flatMap(typeRows),
  ...authorRows(),
  ...timestamps.map(([name, timestamp]) =>
    pageRow(name, (there) => [{ ...damaged, timestamp }, intact, there], INTACT),
  ),
  pageRow('null as a record', (there) => [null, intact, there], INTACT),
  pageRow('nothing but null', () => [null, null]),
  { ...pageRow('a single object for an array', () => damaged, READABLE), clears: true },
  pageRow('the same record twice', (there) => [damaged, there, damaged, intact, there], READABLE),
  pageRow('one id with two texts', (there) => [damaged, { ...damaged, parsed: 'twin' }, intact, there], INTACT),
  { ...pageRow('an empty page', () => []), clears: true },
];

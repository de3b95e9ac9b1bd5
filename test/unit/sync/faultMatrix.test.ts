import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { globalAgent, type Agent } from 'node:http';
import { createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { nodeFetchTransport } from '../../../src/chapi/nodeFetchTransport';
import type { Transport } from '../../../src/chapi/transport';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { describeFault } from '../../../src/sync/describeFault';
import { EngineMaker } from '../../../src/sync/engine';
import type { ChatEngine } from '../../../src/sync/chatEngine';
import type { FeedEntry } from '../../../src/sync/feed';
import { Sandbox } from '../../sandbox/sandbox';
import { expectSoon } from '../../support/expectSoon';
import { fastClock } from '../../support/fastClock';
import { faultRows, type Fate, type FaultRow } from '../../support/faultRows';
import { MemoryStateStore } from '../../support/memoryStateStore';

/** How much faster the engine's time passes: its 15 seconds without an answer are 0.3 real ones. */
const SPEED = 50;

const ROW_TIMEOUT_MS = 40_000;

const BEFORE = 'said before';
const MEANWHILE = 'said meanwhile';
const AFTER = 'said afterwards';
const MINE = 'written meanwhile';

/** The state of the message while the fault lasts. */
const stateMeanwhile: Readonly<Record<Fate, string>> = {
  'sent meanwhile': 'sent',
  'waits, then sent': 'queued',
  'unconfirmed, then found': 'unconfirmed',
  'unconfirmed, then sent again': 'unconfirmed',
  'failed, sent on Retry': 'failed',
};

/** A port of this machine where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The real engine over real HTTP, one fault, and what a person sees of it. */
class Trial {
  readonly sandbox: Sandbox;
  readonly feed: ChatEngine;
  /** Ids that were announced as new, in order. */
  readonly announced: string[] = [];
  readonly #row: FaultRow;
  readonly #closedPort: number;
  #isAstray = false;

  constructor(row: FaultRow, sandbox: Sandbox, port: number) {
    this.#row = row;
    this.sandbox = sandbox;
    this.#closedPort = port;
    const astray: Transport = (request) => nodeFetchTransport({ ...request, url: this.#where(request.url) });
    this.feed = new EngineMaker(fastClock(SPEED), astray).make({
      baseUrl: sandbox.baseUrl,
      apiKey: sandbox.key,
      random: Math.random,
      newLocalId: randomUUID,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      store: new MemoryStateStore(),
      log: () => undefined,
    });
    this.feed.subscribe((event) => {
      if (event.type === 'entries') this.announced.push(...event.arrivals.map(({ id }) => id));
    });
    this.feed.setAttention({ openRoom: DEFAULT_ROOM, visible: true, focused: true });
    this.feed.setRooms([DEFAULT_ROOM]);
  }

  get entries(): readonly FeedEntry[] {
    return this.feed.entries(DEFAULT_ROOM, 1000);
  }

  /** The texts of the room's messages that are on screen. */
  get texts(): readonly string[] {
    return this.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.text] : []));
  }

  /** The state of the own message as it is shown. */
  get mine(): string | undefined {
    const found = this.entries.find(
      (entry) =>
        (entry.kind === 'message' && entry.message.text === MINE) ||
        (entry.kind === 'outgoing' && entry.outgoing.text === MINE),
    );
    return found?.kind === 'outgoing' ? found.outgoing.state : found && 'sent';
  }

  /** The connection, and the fault as banner and room tell it. */
  get seen(): string {
    const { connection, rooms } = this.feed.state();
    // These two say it all; whether a look or a message was refused first makes no difference.
    if (connection.status === 'throttled' || connection.status === 'unauthorized') return connection.status;
    const fault = rooms[0]?.fault ?? ('fault' in connection ? connection.fault : undefined);
    return fault === undefined ? connection.status : `${connection.status}: ${describeFault(fault)}`;
  }

  start(): void {
    this.#isAstray = true;
    const { control } = this.sandbox;
    for (const fault of this.#row.faults) control.addFault(fault);
    const [there] = control.listMessages();
    if (this.#row.page === undefined || there === undefined) return;
    const { id, timestamp, author: authorUser, text: parsed } = there;
    const json = JSON.stringify(this.#row.page({ authorUser, parsed, id, timestamp }));
    control.addFault({ kind: 'raw', json, match: { method: 'GET' }, times: 'always' });
  }

  stop(): void {
    this.#isAstray = false;
    this.sandbox.control.clearFaults();
  }

  say(text: string): void {
    this.sandbox.control.say({ author: 'Alice Fox', text });
  }

  async shows(text: string): Promise<void> {
    await expectSoon(
      () => this.texts,
      (texts) => texts.includes(text),
      `"${text}" on screen`,
      ROW_TIMEOUT_MS,
    );
  }

  #where(url: string): string {
    if (!this.#isAstray || this.#row.way === undefined) return url;
    const { host } = new URL(url);
    return url.replace(host, this.#row.way === 'nobody listens' ? `127.0.0.1:${this.#closedPort}` : 'chapi.invalid');
  }
}

describe('when it goes wrong', () => {
  const { options } = globalAgent as Agent & { readonly options: { lookup?: LookupFunction } };
  before(() => {
    // Nothing is asked of a name server.
    options.lookup = (name, _options, callback) => {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), '');
    };
  });
  after(() => {
    delete options.lookup;
  });

  for (const row of faultRows) {
    it(`${row.name}: ${row.sees}; a message ${row.fate}`, async function () {
      this.timeout(2 * ROW_TIMEOUT_MS);
      const sandbox = await Sandbox.start();
      const trial = new Trial(row, sandbox, await closedPort());
      try {
        await goThrough(row, trial);
      } finally {
        trial.feed.dispose();
        await sandbox.close();
      }
    });
  }
});

async function goThrough(row: FaultRow, trial: Trial): Promise<void> {
  const { feed, sandbox } = trial;
  trial.say(BEFORE);
  await trial.shows(BEFORE);

  trial.start();
  sandbox.control.clearRequests();
  const localId = await feed.send(DEFAULT_ROOM, MINE);
  trial.say(MEANWHILE);
  await expectSoon(
    () => trial.seen,
    (seen) => seen === row.sees,
    row.sees,
    ROW_TIMEOUT_MS,
  );
  await expectSoon(
    () => trial.mine,
    (state) => state === stateMeanwhile[row.fate],
    `the message to be ${stateMeanwhile[row.fate]}`,
    ROW_TIMEOUT_MS,
  );
  if (row.shows !== undefined) await trial.shows(row.shows);
  if (row.clears === true) {
    await expectSoon(
      () => trial.texts.includes(BEFORE),
      (isThere) => !isThere,
      'nothing on screen',
      ROW_TIMEOUT_MS,
    );
  } else {
    assert.ok(trial.texts.includes(BEFORE), 'what was on screen stays');
  }

  trial.stop();
  trial.say(AFTER);
  if (row.fate === 'failed, sent on Retry') {
    await trial.shows(AFTER);
    assert.equal(trial.mine, 'failed', 'it waits for the person');
    feed.retry(localId);
  }
  for (const text of [BEFORE, MEANWHILE, AFTER, MINE]) await trial.shows(text);
  await expectSoon(
    () => trial.seen,
    (seen) => seen === 'online',
    'online',
    ROW_TIMEOUT_MS,
  );
  await expectSoon(
    () => trial.entries.filter(({ kind }) => kind === 'outgoing').length,
    (count) => count === 0,
    'nothing on its way',
    ROW_TIMEOUT_MS,
  );
  theEndIsRight(row, trial);
}

/** Each message is there once, on the service and on screen, and what was refused with a wait has waited. */
function theEndIsRight(row: FaultRow, { sandbox, texts, announced }: Trial): void {
  const truth = sandbox.control.listMessages().map(({ text }) => text);
  assert.deepEqual([...truth].sort(), [AFTER, BEFORE, MEANWHILE, MINE].sort());
  for (const text of truth) assert.equal(texts.filter((shown) => shown === text).length, 1, `"${text}" once on screen`);
  assert.equal(new Set(announced).size, announced.length, 'nothing is announced twice');
  const posts = sandbox.control.requests().filter(({ method }) => method === 'POST');
  const reachedOnce = row.fate === 'unconfirmed, then found' || row.fate === 'sent meanwhile' || row.way !== undefined;
  if (reachedOnce) assert.equal(posts.length, 1);
  else assert.ok(posts.length > 1, 'it left more than once');
  if (row.quietMs === undefined) return;
  const [refused, next] = sandbox.control.requests();
  assert.ok(refused !== undefined && next !== undefined);
  // The service's clock counts whole milliseconds.
  assert.ok((next.time - refused.time + 2) * SPEED >= row.quietMs, `${(next.time - refused.time) * SPEED} ms of quiet`);
}

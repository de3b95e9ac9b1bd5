import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lookForOwn } from '../../../src/chat/echoes';
import type { Fault } from '../../../src/chat/fault';
import type { Message } from '../../../src/chat/message';
import {
  afterRestart,
  isEchoItsOwn,
  isLeftToUser,
  markFault,
  markLeaving,
  markQueued,
  markSending,
  markSent,
  nextToSend,
  withoutEcho,
  type Outbox,
} from '../../../src/chat/outbox';
import { decodeOutgoing, encodeOutgoing } from '../../../src/chat/outgoingDecoder';

const ROOM = 'room';
const SECOND = 1000;
const PAGE = 30;

/** How a send ends, and what the service makes of it. */
type Ending =
  | 'taken'
  | 'throttled'
  | 'lost before it arrived'
  | 'lost, but stored'
  | 'failed, but stored'
  | 'failed'
  | 'refused by a gateway, but stored';

type Step =
  | { readonly do: 'write'; readonly text: string }
  | { readonly do: 'send'; readonly ending: Ending; readonly takesMs: number; readonly storedAfterMs: number }
  | { readonly do: 'poll'; readonly lagMs: number }
  | { readonly do: 'talk'; readonly text: string }
  | { readonly do: 'wait'; readonly ms: number }
  /** A send, and polls once its time is over. */
  | { readonly do: 'round'; readonly ending: Ending; readonly lagMs: number }
  | { readonly do: 'restart' };

interface Stored {
  readonly message: Message;
  readonly at: number;
  /** Nobody's of ours when absent. */
  readonly localId?: string;
}

const faults: Readonly<Record<Exclude<Ending, 'taken'>, Fault>> = {
  throttled: { kind: 'throttled' },
  'lost before it arrived': { kind: 'network', code: 'ECONNRESET' },
  'lost, but stored': { kind: 'timeout' },
  'failed, but stored': { kind: 'server', status: 500 },
  failed: { kind: 'server', status: 503 },
  'refused by a gateway, but stored': { kind: 'server', status: 504 },
};

/** A service with one room, and an outbox that is driven by hand. */
class Life {
  now = 0;
  outbox: Outbox = [];
  readonly written: { readonly localId: string; readonly text: string }[] = [];
  readonly stored: Stored[] = [];
  readonly #change: (text: string) => string;
  readonly #ownAuthorId: string | undefined;
  #coming: { readonly at: number; readonly text: string; readonly localId: string }[] = [];
  #flight: { readonly localId: string; readonly endsAt: number; readonly ending: Ending } | undefined;
  readonly #known: string[] = [];
  #own = new Map<string, string>();
  #isPolled = false;

  constructor(change: (text: string) => string, ownAuthorId: string | undefined) {
    this.#change = change;
    this.#ownAuthorId = ownAuthorId;
  }

  copies(localId: string): number {
    return this.stored.filter((stored) => stored.localId === localId).length;
  }

  do(step: Step): void {
    switch (step.do) {
      case 'write': {
        const localId = `local-${this.written.length}`;
        this.written.push({ localId, text: step.text });
        this.outbox = [...this.outbox, { localId, room: ROOM, text: step.text, createdAt: this.now, state: 'queued' }];
        return;
      }
      case 'send':
        this.#send(step.ending, step.takesMs, step.storedAfterMs);
        return;
      case 'poll':
        this.#poll(step.lagMs);
        return;
      case 'talk':
        this.#store(step.text, 'ben');
        return;
      case 'wait':
        this.#wait(step.ms);
        return;
      case 'round':
        this.#poll(step.lagMs);
        this.#send(step.ending, 40, SECOND);
        for (const ms of [SECOND, 2 * SECOND, SECOND, 9 * SECOND, SECOND, 150 * SECOND, SECOND]) {
          this.#wait(ms);
          this.#poll(step.lagMs);
        }
        return;
      case 'restart':
        this.#flight = undefined;
        this.#own = new Map();
        this.#isPolled = false;
        this.outbox = this.outbox.map((entry) => {
          const kept = decodeOutgoing(JSON.parse(JSON.stringify(encodeOutgoing(entry))));
          assert.ok(kept !== undefined);
          return afterRestart(kept, this.now);
        });
        return;
    }
  }

  #send(ending: Ending, takesMs: number, storedAfterMs: number): void {
    const next = nextToSend(this.outbox, ROOM, this.now);
    if (this.#flight !== undefined || next === undefined || !this.#isPolled) return;
    const { localId, text } = next;
    const leaving = markLeaving(markSending(next), { ids: this.#known.slice(-2 * PAGE) });
    this.outbox = this.outbox.map((entry) => (entry === next ? leaving : entry));
    const endsAt = this.now + takesMs;
    this.#flight = { localId, endsAt, ending };
    // What gets an answer is stored by then; what gets none may be stored long after it was given up.
    const isAnswered = ending === 'taken' || ending === 'failed, but stored';
    const at = isAnswered ? Math.min(endsAt, this.now + storedAfterMs) : endsAt + storedAfterMs;
    if (isAnswered || ending.endsWith('but stored')) this.#coming.push({ at, text, localId });
  }

  #end(): void {
    const flight = this.#flight;
    this.#flight = undefined;
    const entry = this.outbox.find(({ localId }) => localId === flight?.localId);
    if (flight === undefined || entry === undefined) return;
    const { ending } = flight;
    const fault = ending === 'taken' ? undefined : faults[ending];
    if (entry.echoId !== undefined && isEchoItsOwn(entry, fault)) {
      this.outbox = this.outbox.filter((other) => other !== entry);
      return;
    }
    if (entry.echoId !== undefined) this.#own.delete(entry.echoId);
    const back = withoutEcho(entry);
    const ended =
      fault === undefined
        ? markSent(back, undefined, this.now)
        : fault.kind === 'throttled'
          ? markQueued(back)
          : markFault(back, fault, this.now);
    this.outbox = this.outbox.map((other) => (other === entry ? ended : other));
  }

  #poll(lagMs: number): void {
    const listed = this.stored.filter(({ at }) => at <= this.now - lagMs).map(({ message }) => message);
    const messages = listed.slice(-PAGE);
    const { outbox, echoes } = lookForOwn(this.outbox, ROOM, {
      messages,
      covers: listed.length < PAGE ? 'room' : 'span',
      startedAt: this.now,
      ownerOf: (id) => this.#own.get(id),
      ownAuthorId: this.#ownAuthorId,
    });
    for (const { localId, message } of echoes) this.#own.set(message.id, localId);
    this.outbox = outbox.filter(({ echoId, localId }) => echoId === undefined || localId === this.#flight?.localId);
    const known = new Set(this.#known);
    this.#known.push(...messages.map(({ id }) => id).filter((id) => !known.has(id)));
    this.#isPolled = true;
  }

  #wait(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const times = [...this.#coming.map(({ at }) => at), this.#flight?.endsAt ?? Infinity].filter((at) => at <= end);
      if (times.length === 0) break;
      this.now = Math.max(this.now, Math.min(...times));
      const due = this.#coming.filter(({ at }) => at <= this.now);
      this.#coming = this.#coming.filter(({ at }) => at > this.now);
      for (const { text, localId } of due) this.#store(this.#change(text), 'me', localId);
      if (this.#flight !== undefined && this.#flight.endsAt <= this.now) this.#end();
    }
    this.now = end;
  }

  #store(text: string, authorId: string, localId?: string): void {
    const id = `m${this.stored.length}`;
    const author = { id: authorId, name: authorId, email: '', avatarUrl: '' };
    const message = { id, timestamp: this.now * 1000 + this.stored.length, author, text };
    this.stored.push({ message, at: this.now, ...(localId === undefined ? {} : { localId }) });
  }
}

const DISTINCTIVE = ['is the third test red for you too?', 'I have just deployed to staging', 'ok', 'ok'];

function steps(longestLagMs: number, longestStoreMs: number): fc.Arbitrary<readonly Step[]> {
  const ending = fc.constantFrom<Ending>(
    'taken',
    'throttled',
    'lost before it arrived',
    'lost, but stored',
    'failed, but stored',
    'failed',
    'refused by a gateway, but stored',
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), text: fc.constantFrom(...DISTINCTIVE) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('send' as const),
        ending,
        takesMs: fc.constantFrom(40, 2 * SECOND, 15 * SECOND),
        storedAfterMs: fc.nat({ max: longestStoreMs }),
      }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('poll' as const), lagMs: fc.nat({ max: longestLagMs }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('talk' as const), text: fc.constantFrom('ok', 'well') }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1, SECOND, 20 * SECOND, 160 * SECOND),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('round' as const), ending, lagMs: fc.constantFrom(0, longestLagMs) }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
  );
  return fc.array(step, { maxLength: 60 });
}

/** Half an hour in which all goes well. */
function comeToRest(life: Life): void {
  for (let round = 0; round < 360; round++) {
    life.do({ do: 'poll', lagMs: 0 });
    life.do({ do: 'send', ending: 'taken', takesMs: 40, storedAfterMs: 0 });
    life.do({ do: 'wait', ms: 5 * SECOND });
  }
}

const runs = Number(process.env['CHAPI_LIVES'] ?? 400);

describe('the outbox', function () {
  this.timeout(10_000 + runs * 10);

  it('has each text in the room exactly once, or leaves it to the user, where the service allows proof', () => {
    fc.assert(
      fc.property(steps(10 * SECOND, 120 * SECOND), fc.constantFrom('me', undefined), (plan, ownAuthorId) => {
        const life = new Life((text) => text, ownAuthorId);
        for (const step of plan) {
          life.do(step);
          for (const { localId } of life.written) assert.ok(life.copies(localId) <= 1, `${localId} is doubled`);
        }
        comeToRest(life);
        for (const text of new Set(DISTINCTIVE)) {
          const written = life.written.filter((message) => message.text === text);
          const copies = written.reduce((sum, { localId }) => sum + life.copies(localId), 0);
          const waiting = life.outbox.filter((entry) => entry.text === text).length;
          assert.ok(copies <= written.length, `"${text}" is there ${copies} times`);
          assert.ok(copies + waiting >= written.length, `"${text}" is lost`);
        }
        const doubted = new Set(life.outbox.filter(isLeftToUser).map(({ text }) => text));
        for (const entry of life.outbox) {
          assert.ok(isLeftToUser(entry) || doubted.has(entry.text), `${entry.state} for ever: ${entry.text}`);
        }
      }),
      { numRuns: runs },
    );
  });

  it('never sends more than three copies by itself, whatever the service does', () => {
    const changes: readonly ((text: string) => string)[] = [
      (text) => text,
      (text) => text.replace(/(\S+) (\S+)/g, '$2-$1'),
      (text) => text.toUpperCase(),
      (text) => text.slice(0, 10),
    ];
    fc.assert(
      fc.property(
        steps(60 * SECOND, 20 * 60 * SECOND),
        fc.constantFrom(...changes),
        fc.constantFrom('me', 'somebody else', undefined),
        (plan, change, ownAuthorId) => {
          const life = new Life(change, ownAuthorId);
          for (const step of plan) life.do(step);
          comeToRest(life);
          for (const { localId } of life.written) {
            assert.ok(life.copies(localId) <= 3, `${life.copies(localId)} copies`);
          }
        },
      ),
      { numRuns: runs },
    );
  });
});

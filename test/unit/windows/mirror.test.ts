import assert from 'node:assert/strict';
import { duplexPair, type Duplex } from 'node:stream';
import fc from 'fast-check';
import { RequestBudget } from '../../../src/chapi/requestBudget';
import { ChatEngine } from '../../../src/sync/chatEngine';
import type { FeedEntry, FeedEvent } from '../../../src/sync/feed';
import type { RoomStates } from '../../../src/sync/roomState';
import { HostLostError, nothingCarried, RecentMessages } from '../../../src/sync/windows/backing';
import { FramedSocket } from '../../../src/sync/windows/framedSocket';
import { Hub } from '../../../src/sync/windows/hub';
import { LocalMember } from '../../../src/sync/windows/localMember';
import { MemberService } from '../../../src/sync/windows/memberService';
import { Mirror } from '../../../src/sync/windows/mirror';
import type { Presence } from '../../../src/sync/windows/windowMessages';
import { Service } from '../../sandbox/service';
import { defaultSettings } from '../../sandbox/settings';
import { MemoryStateStore } from '../../support/memoryStateStore';
import { serviceTransport } from '../../support/serviceTransport';
import { sayIn } from '../../support/startEngine';
import { VirtualClock } from '../../support/virtualClock';

const KEY = 'test_key_of_a_mirror';
const ROOMS = ['', 'Design', 'Backend'];
const FRAME_BYTES = 32 * 1024 * 1024;

function presence(rooms: readonly string[], focused = false): Presence {
  return {
    rooms,
    attention: { openRoom: rooms[0] ?? '', visible: true, focused },
    polling: { activeSeconds: 1, backgroundSeconds: 15 },
  };
}

/** An engine in virtual time, the window in its process, and others over streams. */
class Windows {
  readonly clock = new VirtualClock();
  readonly service = new Service({ ...defaultSettings(), keys: [KEY] }, () => this.clock.now());
  readonly engine: ChatEngine;
  readonly hub: Hub;
  readonly local: LocalMember;
  isOffline = false;
  readonly #sockets: FramedSocket[] = [];
  #near: Duplex | undefined;

  constructor() {
    for (const room of ROOMS.slice(1)) this.service.rooms.findOrMake(room);
    let lastId = 0;
    this.engine = new ChatEngine({
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey: KEY,
      clock: this.clock,
      random: () => 0.5,
      newLocalId: () => `engine-${++lastId}`,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      budget: new RequestBudget(this.clock),
      transport: serviceTransport(this.service, this.clock, {
        latencyMs: () => 20,
        loss: () => (this.isOffline ? { lost: 'request', code: 'ENOTFOUND' } : undefined),
      }),
      store: new MemoryStateStore(),
      log: () => undefined,
    });
    this.hub = new Hub(this.engine, this.clock, nothingCarried);
    this.local = new LocalMember(this.hub, presence(ROOMS, true));
  }

  /** Ends the connection to the mirror that was opened last. */
  cut(): void {
    this.#near?.destroy();
  }

  async mirror(
    wanted: Presence,
    wants: readonly { room: string; count: number }[] = [],
    states: RoomStates = new Map(),
  ): Promise<Mirror> {
    const [near, far] = duplexPair();
    const socket = new FramedSocket(far, FRAME_BYTES);
    this.#near = near;
    this.#sockets.push(socket);
    new MemberService(socket, {
      clock: this.clock,
      begun: Promise.resolve(this.hub),
      onSeated: () => undefined,
    });
    const options = { clock: this.clock, presence: wanted, wants, states, carried: nothingCarried };
    return Mirror.open(new FramedSocket(near, FRAME_BYTES), options);
  }

  dispose(): void {
    for (const socket of this.#sockets) socket.close('the test is over');
    this.hub.dispose();
    this.engine.dispose();
  }
}

/** Until what was said has crossed in both directions, without time passing. */
async function crossed(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}

type Step = (windows: Windows, mirror: Mirror, unique: number) => Promise<unknown> | undefined;

const room = fc.constantFrom(...ROOMS);

/** Whatever can happen, in either window or elsewhere. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(room, fc.integer({ min: 1, max: 40 })).map(([name, count]): Step => (windows, _, unique) => {
    for (let number = 0; number < count; number++) {
      windows.service.rooms.add(windows.service.rooms.findOrMake(name === '' ? 'CHAPI sandbox' : name), {
        author: { id: 'a', name: 'Alice Fox', email: 'a@b.c', avatarUrl: '' },
        text: `said ${unique} ${number}`,
      });
    }
    return undefined;
  }),
  fc.integer({ min: 0, max: 50 }).map((index): Step => (windows, _, unique) => {
    const [first] = windows.service.rooms.find('CHAPI sandbox')?.messages.slice(-1 - index) ?? [];
    if (first !== undefined) windows.service.rooms.edit(first.id, `edited ${unique}`);
    return undefined;
  }),
  fc.integer({ min: 0, max: 50 }).map((index): Step => (windows) => {
    const [first] = windows.service.rooms.find('CHAPI sandbox')?.messages.slice(-1 - index) ?? [];
    if (first !== undefined) windows.service.rooms.remove(first.id);
    return undefined;
  }),
  fc.tuple(room, fc.boolean()).map(([name, here]): Step => (windows, mirror, unique) => {
    const intent = { type: 'send', room: name, text: `sent ${unique}`, localId: `id-${unique}`, again: false } as const;
    return (here ? windows.local : mirror).intend(intent);
  }),
  fc
    .tuple(room, fc.constantFrom('markRead' as const, 'loadOlder' as const, 'loadMissing' as const), fc.boolean())
    .map(([name, type, here]): Step => (windows, mirror) => {
      // What has to be fetched takes time, which passes in other steps.
      void (here ? windows.local : mirror).intend({ type, room: name }).catch(() => undefined);
      return undefined;
    }),
  fc.tuple(room, fc.nat(50), fc.boolean()).map(([name, index, here]): Step => (windows, mirror) => {
    const seen = windows.local.entries(name, 100).at(-1 - index);
    if (seen?.kind !== 'message') return undefined;
    return (here ? windows.local : mirror).intend({ type: 'markRead', room: name, upTo: seen.message.id });
  }),
  fc.constantFrom('retryAll' as const, 'refresh' as const).map((type): Step => (_, mirror) => {
    void mirror.intend({ type }).catch(() => undefined);
    return undefined;
  }),
  fc.tuple(room, fc.string({ maxLength: 5 }), fc.boolean()).map(([name, text, here]): Step => (windows, mirror) => {
    return (here ? windows.local : mirror).intend({ type: 'draft', room: name, text });
  }),
  fc.boolean().map((isOffline): Step => (windows) => {
    windows.isOffline = isOffline;
    return undefined;
  }),
  fc.subarray(ROOMS, { minLength: 1 }).map((rooms): Step => (windows, mirror) => {
    windows.local.present(presence(rooms, true));
    mirror.present(presence(rooms));
    return undefined;
  }),
  fc.tuple(room, fc.constantFrom(1, 5, 31, 200)).map(([name, count]): Step => (_, mirror) => {
    mirror.entries(name, count);
    return undefined;
  }),
  fc.integer({ min: 1, max: 20_000 }).map(
    (milliseconds): Step =>
      (windows) =>
        windows.clock.advance(milliseconds),
  ),
);

describe('a mirror', () => {
  it('shows what the window in the process of the engine shows, whatever happens', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const windows = new Windows();
        await windows.clock.advance(1000);
        const mirror = await windows.mirror(presence(ROOMS), [{ room: '', count: 10 }]);
        const asked = new Map(ROOMS.map((name) => [name, 20]));
        for (const name of ROOMS) mirror.entries(name, 20);
        for (const [unique, happens] of steps.entries()) {
          await happens(windows, mirror, unique);
          await crossed();
          assert.deepEqual(mirror.state(), windows.local.state());
          assert.deepEqual(new Map([...mirror.drafts()]), new Map([...windows.local.drafts()]));
          for (const [name, count] of asked) {
            assert.deepEqual(mirror.entries(name, count), windows.local.entries(name, count), `"${name}", ${count}`);
          }
        }
        windows.dispose();
      }),
      { numRuns: 300 },
    );
  });

  it('is told of each new message once, and one window is to tell the person', async () => {
    const windows = new Windows();
    const notified: string[] = [];
    const listen =
      (name: string) =>
      (event: FeedEvent): void => {
        if (event.type === 'notify') notified.push(...event.arrivals.map(({ text }) => `${name}: ${text}`));
      };
    windows.local.subscribe(listen('local'));
    const [first, second] = [await windows.mirror(presence(ROOMS)), await windows.mirror(presence(['Design']))];
    const heard: string[] = [];
    first.subscribe((event) => {
      if (event.type === 'entries') heard.push(...event.arrivals.map(({ text }) => text));
    });
    first.subscribe(listen('first'));
    second.subscribe(listen('second'));
    await windows.clock.advance(1000);
    const say = async (text: string): Promise<void> => {
      sayIn(windows.service, text);
      await crossed();
      // A room that was quiet for long is looked at every five seconds.
      await windows.clock.advance(7000);
      await crossed();
    };
    await say('to the focused one');
    windows.local.present(presence(ROOMS, false));
    first.present(presence(ROOMS, true));
    await crossed();
    await say('to the first');
    first.present(presence(ROOMS, false));
    await crossed();
    await say('to the last focused');
    second.present(presence(['Design'], true));
    await crossed();
    await say('not to one that does not show the room');
    assert.deepEqual(notified, [
      'local: to the focused one',
      'first: to the first',
      'first: to the last focused',
      'first: not to one that does not show the room',
    ]);
    assert.equal(heard.length, 4);
    windows.dispose();
  });

  it('does not hear again of what another host has announced', async () => {
    const windows = new Windows();
    await windows.clock.advance(1000);
    const known = sayIn(windows.service, 'announced before');
    const [near, far] = duplexPair();
    let gathered = (): void => undefined;
    const hub = new Hub(windows.engine, windows.clock, nothingCarried, new Promise((resolve) => (gathered = resolve)));
    new MemberService(new FramedSocket(far, FRAME_BYTES), {
      clock: windows.clock,
      begun: Promise.resolve(hub),
      onSeated: () => undefined,
    });
    await windows.clock.advance(2000);
    const announced = new RecentMessages(10);
    announced.add('', [{ ...known, text: '' }]);
    const carried = { ...nothingCarried, announced: announced.list() };
    const options = { clock: windows.clock, presence: presence(ROOMS, true), wants: [], states: new Map(), carried };
    const mirror = await Mirror.open(new FramedSocket(near, FRAME_BYTES), options);
    const heard: string[] = [];
    mirror.subscribe((event) => {
      if (event.type === 'notify') heard.push(...event.arrivals.map(({ text }) => text));
    });
    gathered();
    sayIn(windows.service, 'announced now');
    await windows.clock.advance(3000);
    await crossed();
    assert.deepEqual(heard, ['announced now']);
    hub.dispose();
    windows.dispose();
  });

  it('is given what a window has loaded in portions, none of them larger than a frame may be', async () => {
    const windows = new Windows();
    for (let number = 0; number < 30; number++) sayIn(windows.service, `${number} ${'long '.repeat(60_000)}`);
    await windows.clock.advance(2000);
    const mirror = await windows.mirror(presence(ROOMS));
    const sizes: number[] = [];
    mirror.subscribe((event) => {
      if (event.type === 'entries') sizes.push(mirror.entries('', 100).length);
    });
    mirror.entries('', 100);
    for (let turn = 0; turn < 50; turn++) await crossed();
    assert.equal(mirror.entries('', 100).length, 30);
    assert.ok(sizes.length > 5, `${sizes.length} portions`);
    assert.deepEqual(mirror.entries('', 100), windows.local.entries('', 100));
    windows.dispose();
  });

  it('hands over what it showed before and the next host does not know', async () => {
    const old = new Windows();
    for (let number = 0; number < 300; number++) sayIn(old.service, `said ${number} ${'long '.repeat(2000)}`);
    await old.clock.advance(2000);
    for (let press = 0; press < 10; press++) {
      void old.engine.loadOlder('');
      await old.clock.advance(5000);
    }
    const before = old.local.entries('', 250);
    assert.equal(before.length, 250);
    const next = new Windows();
    for (const message of old.service.rooms.find('CHAPI sandbox')?.messages ?? []) {
      next.service.rooms.findOrMake('CHAPI sandbox').insert(message);
    }
    await next.clock.advance(2000);
    assert.ok(next.local.entries('', 250).length < 100);
    const mirror = await next.mirror(presence(ROOMS), [{ room: '', count: 250 }], old.local.states());
    const idsOf = (entries: readonly FeedEntry[]): readonly unknown[] =>
      entries.map((entry) => entry.kind === 'message' && [entry.message.id, entry.gap, entry.unread]);
    assert.deepEqual(idsOf(next.local.entries('', 250)), idsOf(before));
    assert.deepEqual(idsOf(mirror.entries('', 250)), idsOf(before));
    assert.deepEqual(mirror.entries('', 250), before);
    old.dispose();
    next.dispose();
  });

  it('hands over what the last host told it, and the next one was not told', async () => {
    const windows = new Windows();
    for (let number = 0; number < 5; number++) sayIn(windows.service, `said ${number}`);
    await windows.clock.advance(2000);
    const known = windows.local.entries('', 100);
    const state = windows.local.states().get('')!;
    const last = ['told last', 'written last'].map((text, index) => {
      const { id, timestamp, author } = sayIn(windows.service, text);
      const entry = { message: { id, timestamp, author, text }, late: false, edited: false, deleted: false };
      return index === 1 ? { ...entry, localId: 'id-of-it' } : entry;
    });
    const told = last.map(({ message, ...seen }, index): FeedEntry => {
      const own = 'localId' in seen ? { localId: seen.localId } : {};
      return { kind: 'message', message, unread: index === 0, ...own };
    });
    const entries = [...state.entries.slice(-2), ...last];
    const states = new Map([['', { ...state, entries, revision: state.revision + 2 }]]);
    const mirror = await windows.mirror(presence(ROOMS), [{ room: '', count: 100 }], states);
    assert.deepEqual(mirror.entries('', 100), [...known, ...told]);
    assert.deepEqual(windows.local.entries('', 100), [...known, ...told]);
    await windows.clock.advance(20_000);
    await crossed();
    assert.deepEqual(mirror.entries('', 100), [...known, ...told]);
    windows.dispose();
  });

  it('fails what is still without an answer when the host goes, and what is asked later', async () => {
    const windows = new Windows();
    windows.isOffline = true;
    const mirror = await windows.mirror(presence(ROOMS));
    const refreshed = assert.rejects(mirror.intend({ type: 'refresh' }), HostLostError);
    await crossed();
    windows.cut();
    await refreshed;
    await assert.rejects(mirror.intend({ type: 'retryAll' }), HostLostError);
    windows.dispose();
  });

  it('takes a host for dead that does not answer five times, but not because the machine slept', async () => {
    const windows = new Windows();
    const [near, far] = duplexPair();
    const clock = new VirtualClock();
    const socket = new FramedSocket(near, FRAME_BYTES);
    far.resume();
    const lost = assert.rejects(
      Mirror.open(socket, { clock, presence: presence(ROOMS), wants: [], states: new Map(), carried: nothingCarried }),
      HostLostError,
    );
    clock.suspend(3_600_000, 'goesOn');
    await clock.advance(4000);
    assert.equal(socket.closedWhy, undefined);
    await clock.advance(3000);
    assert.equal(socket.closedWhy, 'the host does not answer');
    await lost;
    windows.dispose();
  });
});

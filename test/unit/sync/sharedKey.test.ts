import assert from 'node:assert/strict';
import { CHAPI_LIMITS, RequestBudget } from '../../../src/chapi/requestBudget';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { ChatEngine } from '../../../src/sync/chatEngine';
import { seededRandom } from '../../sandbox/seededRandom';
import { Service } from '../../sandbox/service';
import { defaultSettings, type Settings } from '../../sandbox/settings';
import { MemoryDisk, MemoryStateStore } from '../../support/memoryStateStore';
import { serviceTransport, type SeenRequest } from '../../support/serviceTransport';
import { DEFAULT_ROOM_NAME } from '../../sandbox/rooms';
import { sayIn } from '../../support/startEngine';
import { VirtualClock } from '../../support/virtualClock';

const KEY = 'test_key_of_the_crowd';
const MINUTE = 60_000;
const SERVICE_RATE = 5;

interface Member {
  readonly engine: ChatEngine;
  readonly budget: RequestBudget;
  readonly seen: SeenRequest[];
  readonly announced: Set<string>;
}

/** Engines on machines of their own, in virtual time, which know nothing of each other and use one key. */
class Crowd {
  readonly clock = new VirtualClock();
  readonly service: Service;
  readonly members: readonly Member[];
  /** The service refuses everything. */
  refusesAll = false;

  constructor(count: number, settings: Partial<Settings>, seed: number) {
    this.service = new Service({ ...defaultSettings(), keys: [KEY], ...settings }, () => this.clock.now());
    const random = seededRandom(seed);
    this.members = Array.from({ length: count }, () => this.#join(random));
  }

  #join(random: () => number): Member {
    const { clock } = this;
    const latencyMs = 20 + 180 * random();
    const budget = new RequestBudget(clock, CHAPI_LIMITS, random);
    const seen: SeenRequest[] = [];
    const announced = new Set<string>();
    let lastId = 0;
    const engine = new ChatEngine({
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey: KEY,
      clock,
      random,
      newLocalId: () => `local-${++lastId}`,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      budget,
      transport: serviceTransport(
        this.service,
        clock,
        {
          latencyMs: () => Math.max(2, latencyMs + 30 * (random() - 0.5)),
          instead: () => (this.refusesAll ? { status: 429, body: '{}' } : undefined),
        },
        seen,
      ),
      log: () => undefined,
      store: new MemoryStateStore(new MemoryDisk()),
    });
    engine.subscribe((event) => {
      if (event.type === 'entries') for (const { text } of event.arrivals) announced.add(text);
    });
    engine.setAttention({ openRoom: DEFAULT_ROOM, visible: true, focused: true });
    clock.setTimer(random() * MINUTE, () => {
      engine.setRooms([DEFAULT_ROOM]);
    });
    return { engine, budget, seen, announced };
  }

  /** Somebody says something every 20 seconds until then; gives what was said a minute before the end or earlier. */
  async live(untilMs: number): Promise<readonly string[]> {
    const said: string[] = [];
    for (let count = 0; this.clock.monotonic() < untilMs; count++) {
      const text = `message ${count}`;
      sayIn(this.service, text);
      if (this.clock.monotonic() > 2 * MINUTE && this.clock.monotonic() < untilMs - MINUTE) said.push(text);
      await this.clock.advance(20_000);
    }
    return said;
  }

  dispose(): void {
    for (const { engine } of this.members) engine.dispose();
  }
}

describe('engines that share a key', () => {
  for (const limiter of ['window', 'spacing'] as const) {
    for (const refusalStatus of [429, 500] as const) {
      it(`settle into a schedule, lose nothing and starve nobody: ${limiter}, status ${refusalStatus}`, async function () {
        this.timeout(60_000);
        const count = 8;
        const crowd = new Crowd(count, { limiter, refusalStatus }, 7);
        const said = await crowd.live(30 * MINUTE);
        const settled = crowd.members.map(({ seen }) => seen.filter(({ at }) => at > 8 * MINUTE));
        const all = settled.flat();
        const refused = all.filter(({ status }) => status !== 200).length;
        assert.ok(refused / all.length <= 0.05, `${refused} of ${all.length} are refused`);
        const rate = all.length / (22 * 60);
        assert.ok(rate > SERVICE_RATE / 4 && rate < SERVICE_RATE, `${rate.toFixed(2)} a second`);
        const accepted = settled.map((requests) => requests.filter(({ status }) => status === 200).length);
        const fair = accepted.reduce((sum, one) => sum + one) / count;
        assert.ok(Math.min(...accepted) >= fair / 5, `${accepted.join(', ')} of ${fair}`);
        assert.ok(said.length > 60);
        for (const { announced, engine, budget } of crowd.members) {
          assert.deepEqual(
            said.filter((text) => !announced.has(text)),
            [],
          );
          assert.equal(engine.state().connection.status, 'online');
          assert.ok(budget.pace.shared);
        }
        crowd.dispose();
      });
    }
  }

  it('send what each of them writes, once', async function () {
    this.timeout(60_000);
    const crowd = new Crowd(6, { limiter: 'spacing' }, 11);
    await crowd.live(6 * MINUTE);
    const texts = crowd.members.map((_, index) => `written by ${index}`);
    await Promise.all(crowd.members.map(({ engine }, index) => engine.send(DEFAULT_ROOM, texts[index]!)));
    await crowd.clock.advance(2 * MINUTE);
    const arrived = crowd.service.rooms
      .find(DEFAULT_ROOM_NAME)!
      .messages.map(({ text }) => text)
      .filter((text) => text.startsWith('written'));
    assert.deepEqual(arrived.sort(), texts);
    for (const { engine } of crowd.members) {
      const own = engine.entries(DEFAULT_ROOM, Infinity).filter((entry) => entry.kind === 'outgoing');
      assert.deepEqual(own, []);
    }
    crowd.dispose();
  });

  it('ask as often as before, a while after a time in which all was refused, when they are alone with the key', async () => {
    const crowd = new Crowd(1, { limiter: 'spacing' }, 3);
    const { seen } = crowd.members[0]!;
    const looksOf = async (minutes: number): Promise<number> => {
      const before = seen.length;
      await crowd.live(crowd.clock.monotonic() + minutes * MINUTE);
      return (seen.length - before) / minutes;
    };
    await crowd.live(2 * MINUTE);
    const undisturbed = await looksOf(3);
    crowd.refusesAll = true;
    await looksOf(2);
    const refused = await looksOf(5);
    assert.ok(refused < undisturbed / 5, `${refused} a minute while all is refused`);
    assert.equal(crowd.members[0]!.engine.state().connection.status, 'throttled');
    crowd.refusesAll = false;
    await looksOf(7);
    const afterwards = await looksOf(3);
    assert.ok(afterwards > 0.9 * undisturbed, `${afterwards} a minute afterwards, ${undisturbed} before`);
    crowd.dispose();
  });
});

import assert from 'node:assert/strict';
import { RequestBudget } from '../../../src/chapi/requestBudget';
import { Attentions } from '../../../src/sync/attentions';
import { ChatEngine } from '../../../src/sync/chatEngine';
import { nothingCarried } from '../../../src/sync/windows/backing';
import { Hub } from '../../../src/sync/windows/hub';
import { LocalMember } from '../../../src/sync/windows/localMember';
import type { Presence } from '../../../src/sync/windows/windowMessages';
import { Service } from '../../sandbox/service';
import { defaultSettings } from '../../sandbox/settings';
import { hourOfWindows } from '../../support/hourOfWindows';
import { MemoryStateStore } from '../../support/memoryStateStore';
import { serviceTransport, type SeenRequest } from '../../support/serviceTransport';
import { VirtualClock } from '../../support/virtualClock';

const KEY = 'test_key_of_attention';
const MINUTE_MS = 60_000;

interface Looks {
  readonly clock: VirtualClock;
  readonly hub: Hub;
  /** How often a room is looked at in the next minute. */
  readonly inAMinute: (room: string) => Promise<number>;
  /** Somebody says something in the room, so that it is not quiet. */
  readonly say: (room: string) => void;
}

function start(): Looks {
  const clock = new VirtualClock();
  const seen: SeenRequest[] = [];
  const service = new Service({ ...defaultSettings(), keys: [KEY] }, () => clock.now());
  for (const room of ['A', 'B', 'C']) service.rooms.findOrMake(room);
  const engine = new ChatEngine({
    baseUrl: 'https://chapi.test/chat/api/chat/v1',
    apiKey: KEY,
    clock,
    random: () => 0.5,
    newLocalId: () => 'none',
    polling: { activeSeconds: 60, backgroundSeconds: 60 },
    budget: new RequestBudget(clock),
    transport: serviceTransport(service, clock, {}, seen),
    store: new MemoryStateStore(),
    log: () => undefined,
  });
  return {
    clock,
    hub: new Hub(engine, clock, nothingCarried),
    inAMinute: async (room) => {
      const before = seen.length;
      await clock.advance(MINUTE_MS);
      return seen.slice(before).filter(({ url }) => url.searchParams.get('room') === room).length;
    },
    say: (room) => {
      const author = { id: 'a', name: 'Alice Fox', email: '', avatarUrl: '' };
      service.rooms.add(service.rooms.findOrMake(room), { author, text: `said at ${clock.now()}` });
    },
  };
}

function presence(
  rooms: readonly string[],
  more: { readonly focused?: boolean; readonly visible?: boolean } = {},
): Presence {
  const [openRoom = ''] = rooms;
  return {
    rooms,
    attention: { openRoom, visible: more.visible ?? true, focused: more.focused ?? false },
    polling: { activeSeconds: 1, backgroundSeconds: 15 },
  };
}

describe('the attention of many windows', () => {
  it('gives each room the pace of the window that looks at it most attentively', async () => {
    const { hub, inAMinute, say, clock } = start();
    const first = new LocalMember(hub, presence(['A', 'C'], { focused: true }));
    const second = new LocalMember(hub, presence(['B', 'C']));
    await clock.advance(2000);
    say('A');
    say('B');
    await clock.advance(16_000);
    const focused = await inAMinute('A');
    assert.ok(focused >= 50, `${focused} looks at the room in the window with the keyboard`);
    say('B');
    await clock.advance(16_000);
    const visible = await inAMinute('B');
    assert.ok(visible >= 25 && visible <= 32, `${visible} looks at the room in the other window`);
    const hidden = await inAMinute('C');
    assert.ok(hidden >= 2 && hidden <= 5, `${hidden} looks at the room that is in no window's sight`);
    second.dispose();
    await clock.advance(1000);
    assert.equal(await inAMinute('B'), 0, 'nobody wants the room any more');
    first.dispose();
  });

  it('falls with the last window that looks, and rises at once with the first', async () => {
    const { hub, inAMinute, clock } = start();
    const first = new LocalMember(hub, presence(['A'], { focused: true }));
    const second = new LocalMember(hub, presence(['A']));
    await clock.advance(2000);
    first.present(presence(['A'], { visible: false }));
    second.present(presence(['A'], { visible: false }));
    const away = await inAMinute('A');
    assert.ok(away <= 5, `${away} looks while nobody looks`);
    await clock.advance(20 * MINUTE_MS);
    const asleep = await inAMinute('A');
    assert.ok(asleep <= 1, `${asleep} looks while no window has the keyboard for long`);
    second.present(presence(['A'], { focused: true }));
    await clock.advance(100);
    const back = await inAMinute('A');
    assert.ok(back >= 11, `${back} looks when somebody is back`);
  });

  it('costs no more requests in an hour than one window does', async function () {
    this.timeout(60_000);
    const [one, many] = [await hourOfWindows(1), await hourOfWindows(10)];
    assert.ok(one > 500, `${one} requests of one window`);
    assert.ok(many <= 1.05 * one, `${many} requests of ten windows, ${one} of one`);
  });

  it('says which rooms came into sight, or under the keyboard', async () => {
    const clock = new VirtualClock();
    const attentions = new Attentions(clock);
    const look = (openRoom: string, focused: boolean) => ({ openRoom, focused, visible: true });
    assert.deepEqual(attentions.replace([look('A', false)]), { cameIntoSight: ['A'], gotFocus: false });
    assert.deepEqual(attentions.replace([look('A', false), look('B', true)]), { cameIntoSight: ['B'], gotFocus: true });
    assert.deepEqual(attentions.replace([look('A', true), look('B', false)]), {
      cameIntoSight: ['A'],
      gotFocus: false,
    });
    await clock.advance(5000);
    assert.equal(attentions.unfocusedMs, 0);
    attentions.replace([look('A', false), look('B', false)]);
    await clock.advance(5000);
    assert.equal(attentions.unfocusedMs, 5000);
    assert.ok(attentions.isInSight('B') && !attentions.isFocused('B') && !attentions.isInSight('C'));
  });
});

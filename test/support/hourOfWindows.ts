import { RequestBudget } from '../../src/chapi/requestBudget';
import { ChatEngine } from '../../src/sync/chatEngine';
import { nothingCarried } from '../../src/sync/windows/backing';
import { Hub } from '../../src/sync/windows/hub';
import { LocalMember } from '../../src/sync/windows/localMember';
import { seededRandom } from '../sandbox/seededRandom';
import { Service } from '../sandbox/service';
import { defaultSettings } from '../sandbox/settings';
import { MemoryStateStore } from './memoryStateStore';
import { serviceTransport, type SeenRequest } from './serviceTransport';
import { sayIn } from './startEngine';
import { VirtualClock } from './virtualClock';

const KEY = 'test_key_of_an_hour';
const MINUTE_MS = 60_000;
const ROOMS = ['', 'Design', 'Backend'];
const POLLING = { activeSeconds: 1, backgroundSeconds: 15 };

/**
 * How many requests an hour of work costs, in virtual time: somebody talks now and then, and the person, who always has
 * the keyboard in one of the windows, takes up another one every few minutes and reads the same room there.
 */
export async function hourOfWindows(windows: number): Promise<number> {
  const clock = new VirtualClock();
  const random = seededRandom(5);
  const seen: SeenRequest[] = [];
  const service = new Service({ ...defaultSettings(), keys: [KEY] }, () => clock.now());
  for (const room of ROOMS.slice(1)) service.rooms.findOrMake(room);
  let lastId = 0;
  const engine = new ChatEngine({
    baseUrl: 'https://chapi.test/chat/api/chat/v1',
    apiKey: KEY,
    clock,
    random,
    newLocalId: () => `local-${++lastId}`,
    polling: POLLING,
    budget: new RequestBudget(clock),
    transport: serviceTransport(service, clock, { latencyMs: () => 60 }, seen),
    store: new MemoryStateStore(),
    log: () => undefined,
  });
  const hub = new Hub(engine, clock, nothingCarried);
  const present = (focused: boolean): ConstructorParameters<typeof LocalMember>[1] => ({
    rooms: ROOMS,
    attention: { openRoom: '', visible: true, focused },
    polling: POLLING,
  });
  const members = Array.from({ length: windows }, (_, index) => new LocalMember(hub, present(index === 0)));
  // What happens is drawn apart from what the engine draws.
  const chance = seededRandom(9);
  for (let minute = 0, focused = 0; minute < 60; minute++) {
    if (minute % 4 === 3) {
      members[focused]?.present(present(false));
      focused = (focused + 1) % windows;
      members[focused]?.present(present(true));
    }
    if (chance() < 0.4) sayIn(service, `said in minute ${minute}`);
    if (chance() < 0.1) void members[focused]?.intend(sending(minute));
    await clock.advance(MINUTE_MS);
  }
  hub.dispose();
  engine.dispose();
  return seen.length;
}

function sending(minute: number): Parameters<LocalMember['intend']>[0] {
  return { type: 'send', room: '', text: `sent in minute ${minute}`, localId: `sent-${minute}`, again: false };
}

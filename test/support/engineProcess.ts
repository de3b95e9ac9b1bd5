/**
 * The real engine over real HTTP and real files, in a process of its own that can be killed. Arguments: base address,
 * key, folder, how much faster time passes. Each line of standard input is a message to send; `kept TEXT` is printed once
 * it is on disk, `ready` at the start, and `idle` or `busy` with every change.
 */
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src/chapi/clock';
import { FileStateStore } from '../../src/store/fileStateStore';
import { EngineMaker } from '../../src/sync/engine';
import { fastClock } from './fastClock';
import { HERE, testDisk } from './testDisk';

const [baseUrl = '', apiKey = '', folder = '', speed = '1'] = process.argv.slice(2);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const store = new FileStateStore({
  ...{ folder, baseUrl, apiKey, disk: testDisk, clock: systemClock, place: HERE },
  log: (line) => say(`log ${line}`),
});
const feed = new EngineMaker(fastClock(Number(speed))).make({
  baseUrl,
  apiKey,
  random: Math.random,
  newLocalId: randomUUID,
  polling: { activeSeconds: 1, backgroundSeconds: 5 },
  store,
  log: () => undefined,
});
feed.subscribe(() => {
  const { rooms } = feed.state();
  const isIdle = rooms.every(
    ({ room, loaded }) => loaded && !feed.entries(room, 1000).some(({ kind }) => kind === 'outgoing'),
  );
  say(isIdle ? 'idle' : 'busy');
});
feed.setAttention({ openRoom: '', visible: true, focused: true });
feed.setRooms(['']);
say('ready');
createInterface({ input: process.stdin }).on('line', (text) => {
  feed.send('', text).then(
    () => say(`kept ${text}`),
    () => say(`lost ${text}`),
  );
});

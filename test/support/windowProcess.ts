/**
 * One window, without VS Code: the real feed over real HTTP, sockets and files, in a process that can be killed.
 * Arguments: base address, key, folder, how much faster time passes, the window's name, the protocol it
 * speaks, the machine that it takes itself to be on, and `scanned` beside a scanner as on Windows. It is told and says what
 * `windowLines.ts` lists.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { nodeFetchTransport } from '../../src/chapi/nodeFetchTransport';
import type { Transport } from '../../src/chapi/transport';
import { systemClock } from '../../src/chapi/clock';
import { PatientDisk } from '../../src/store/patientDisk';
import { FileStateStore } from '../../src/store/fileStateStore';
import { engineName } from '../../src/store/layout';
import { EngineMaker } from '../../src/sync/engine';
import { fastClock } from './fastClock';
import { scannedFileSystem } from './scannedFileSystem';
import { HERE, testDisk } from './testDisk';
import { WINDOW_HEADER, type WindowLine, type WindowWish } from './windowLines';

const [baseUrl = '', apiKey = '', folder = '', speed = '1', name = '', protocol, machine, scanned] =
  process.argv.slice(2);
const ROOM = '';
const place = machine === undefined || machine === '' ? HERE : { machine, place: machine };
const disk =
  scanned === undefined
    ? testDisk
    : new PatientDisk({ clock: systemClock, files: scannedFileSystem(), isWindows: true });

const say = (line: WindowLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const log = (line: string): void => say({ kind: 'log', line });
const transport: Transport = (request) =>
  nodeFetchTransport({ ...request, headers: { ...request.headers, [`${WINDOW_HEADER}${name}`]: '1' } });

let count = 1000;
let shown = '';
let wasReady = false;
const feed = new EngineMaker(fastClock(Number(speed)), transport).share({
  baseUrl,
  apiKey,
  random: Math.random,
  newLocalId: randomUUID,
  polling: { activeSeconds: 1, backgroundSeconds: 15 },
  openStore: (isHost) => new FileStateStore({ folder, baseUrl, apiKey, disk, clock: systemClock, place, isHost, log }),
  claimsFolder: path.join(folder, 'hosts', engineName(baseUrl, apiKey), place.place),
  disk,
  version: `0.${protocol === undefined || protocol === '' ? 1 : protocol}.0`,
  log,
  ...(protocol === undefined || protocol === '' ? {} : { protocol: Number(protocol) }),
});

function show(): void {
  const entries = feed.entries(ROOM, count);
  const texts = entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.text] : []));
  const pending = entries.flatMap((entry) =>
    entry.kind === 'outgoing' ? [`${entry.outgoing.state}: ${entry.outgoing.text}`] : [],
  );
  const seen = JSON.stringify([texts, pending]);
  if (seen === shown) return;
  shown = seen;
  say({ kind: 'shown', texts, pending, at: performance.timeOrigin + performance.now() });
}

feed.subscribe((event) => {
  if (event.type === 'notify') say({ kind: 'notify', texts: event.arrivals.map(({ text }) => text) });
  if (event.type === 'draft') say({ kind: 'draft', text: event.text });
  if (event.type === 'entries') show();
  if (!wasReady && feed.state().rooms.some(({ loaded }) => loaded)) {
    wasReady = true;
    say({ kind: 'ready' });
  }
});
feed.setAttention({ openRoom: ROOM, visible: true, focused: false });
feed.setRooms([ROOM]);
show();

function measure(): void {
  const entries = feed.entries(ROOM, count).length;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  say({ kind: 'memory', bytes: heapUsed + external, entries });
}

function grant(wish: WindowWish): void {
  const { send, focused, entries, draft } = wish;
  if (send !== undefined) {
    feed.send(ROOM, send).then(
      () => say({ kind: 'kept', text: send }),
      () => say({ kind: 'lost', text: send }),
    );
  }
  if (focused !== undefined) feed.setAttention({ openRoom: ROOM, visible: true, focused });
  if (entries !== undefined) {
    count = entries;
    show();
  }
  if (draft !== undefined) feed.setDraft(ROOM, draft);
  if (wish.markRead) feed.markRead(ROOM);
  if (wish.loadOlder) void feed.loadOlder(ROOM);
  if (wish.report) say({ kind: 'report', state: feed.state(), draft: feed.drafts().get(ROOM) ?? '' });
  if (wish.memory) measure();
  if (wish.leave) {
    feed.dispose();
    process.exit(0);
  }
}

createInterface({ input: process.stdin }).on('line', (line) => grant(JSON.parse(line) as WindowWish));

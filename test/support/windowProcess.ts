/**
 * One window, without VS Code: the real feed over real HTTP, sockets and files, in a process that can be killed.
 * Arguments: base address, key, folder, how much faster time passes, the window's name, and the protocol it speaks.
 *
 * Each line of standard input is one wish as JSON: `{"send": TEXT}`, `{"focused": BOOLEAN}`, `{"entries": COUNT}`,
 * `{"draft": TEXT}`, `{"markRead": true}`, `{"report": true}`, `{"memory": true}`, `{"leave": true}`. Each line of
 * standard output is one event as JSON: see `WindowLine`.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '../../src/chapi/clock';
import { nodeFetchTransport } from '../../src/chapi/nodeFetchTransport';
import type { Transport } from '../../src/chapi/transport';
import { engineName, FileStateStore } from '../../src/editor/fileStateStore';
import { EngineMaker } from '../../src/sync/engine';
import type { FeedState } from '../../src/sync/feed';

/** What a window says. Times are milliseconds since 1970. */
export type WindowLine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'kept' | 'lost'; readonly text: string }
  /** What is shown changed: texts of messages in order, and of those on their way. */
  | { readonly kind: 'shown'; readonly texts: readonly string[]; readonly pending: number; readonly at: number }
  | { readonly kind: 'notify'; readonly texts: readonly string[] }
  | { readonly kind: 'draft'; readonly text: string }
  | { readonly kind: 'report'; readonly state: FeedState; readonly draft: string }
  /** This window asks the service: it hosts. */
  | { readonly kind: 'asked'; readonly at: number }
  | { readonly kind: 'memory'; readonly bytes: number; readonly entries: number }
  | { readonly kind: 'log'; readonly line: string };

const [baseUrl = '', apiKey = '', folder = '', speed = '1', name = '', protocol] = process.argv.slice(2);
const factor = Number(speed);
const ROOM = '';

const fastClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * factor,
  setTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds / factor);
    return { dispose: () => clearTimeout(timer) };
  },
};

const say = (line: WindowLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const log = (line: string): void => say({ kind: 'log', line });
const transport: Transport = (request) => {
  say({ kind: 'asked', at: Date.now() });
  return nodeFetchTransport({ ...request, headers: { ...request.headers, 'user-agent': name } });
};

let count = 1000;
let shown = '';
const feed = new EngineMaker(fastClock, transport).share({
  baseUrl,
  apiKey,
  random: Math.random,
  newLocalId: randomUUID,
  polling: { activeSeconds: 1, backgroundSeconds: 15 },
  openStore: (isHost) => new FileStateStore(folder, baseUrl, apiKey, log, isHost),
  claimsFolder: path.join(folder, 'hosts', engineName(baseUrl, apiKey)),
  version: '1.0.0',
  log,
  ...(protocol === undefined ? {} : { protocol: Number(protocol) }),
});

function show(): void {
  const entries = feed.entries(ROOM, count);
  const texts = entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.text] : []));
  const seen = JSON.stringify([texts, entries.length]);
  if (seen === shown) return;
  shown = seen;
  say({ kind: 'shown', texts, pending: entries.length - texts.length, at: Date.now() });
}

let wasReady = false;
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

const wishes: Readonly<Record<string, (value: never) => unknown>> = {
  send: (text: string) =>
    feed.send(ROOM, text).then(
      () => say({ kind: 'kept', text }),
      () => say({ kind: 'lost', text }),
    ),
  focused: (focused: boolean) => feed.setAttention({ openRoom: ROOM, visible: true, focused }),
  entries: (wanted: number) => {
    count = wanted;
    show();
  },
  draft: (text: string) => feed.setDraft(ROOM, text),
  markRead: () => feed.markRead(ROOM),
  report: () => say({ kind: 'report', state: feed.state(), draft: feed.drafts().get(ROOM) ?? '' }),
  memory: () => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    say({ kind: 'memory', bytes: heapUsed + external, entries: feed.entries(ROOM, count).length });
  },
  leave: () => {
    feed.dispose();
    process.exit(0);
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  for (const [wish, value] of Object.entries(JSON.parse(line) as object)) wishes[wish]?.(value as never);
});

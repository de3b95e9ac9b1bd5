import type { PageMessage, PageStart } from '../../src/protocol/messages';

/** What messages are made of. */
export interface BenchWords {
  readonly texts: readonly string[];
  readonly people: readonly string[];
  readonly noon: number;
}

/** What the page's host is told to do in a measurement. */
export interface PageHostOptions {
  readonly start: PageStart;
  /** How many messages the room has. */
  readonly count: number;
  readonly words: BenchWords;
  /** How many of them the page is given at first, and how many more whenever it asks. */
  readonly portion: number;
}

/** What the host in the page offers to those who measure. */
export interface BenchWindow {
  /** When the page's script began, and when the newest message was painted. */
  startedAt: number;
  paintedAt: number;
  /** Says something new. Resolves with the milliseconds until it was painted. */
  say: (index: number) => Promise<number>;
  /** Gives the page all messages of the room. */
  giveAll: () => void;
}

/**
 * A host in the page itself, so that no other process is measured with it. It is handed to the page as source, and so can
 * use nothing from here.
 */
export function pageHost({ start, count, portion, words }: PageHostOptions): void {
  // Made anew whenever it is needed, and not kept: what the page keeps is measured.
  const make = ({ texts, people, noon }: BenchWords, index: number): PageMessage => ({
    key: `id:${index}`,
    id: String(index),
    state: 'received',
    own: false,
    authorName: people[(index >> 1) % people.length] ?? '',
    text: texts[index % texts.length] ?? '',
    time: noon + index * 90_000,
  });
  const range = (from: number, to: number): PageMessage[] =>
    Array.from({ length: to - from }, (_, index) => make(words, from + index));
  const bench = window as unknown as BenchWindow & { acquireVsCodeApi: unknown };
  let version = 1;
  let first = Math.max(0, count - portion);
  let last = count - 1;
  const keyAt = (index: number): string => make(words, index).key;
  const frame = (): unknown => ({ ...start.snapshot?.frame, older: first > 0 ? 'more' : 'end' });
  const post = (message: unknown): void => {
    window.postMessage(message, window.origin);
  };
  const give = (upserts: readonly unknown[]): void => {
    post({ type: 'notice', method: 'delta', params: { version: ++version, frame: frame(), upserts, removals: [] } });
  };
  const giveOlder = (more: number): void => {
    const from = Math.max(0, first - more);
    const older = range(from, first);
    first = from;
    give(older.map((entry, index) => (index === 0 ? { entry } : { entry, after: older[index - 1]?.key })));
  };
  /** Resolves after the frame in which the entry is there was painted. */
  const painted = async (key: string): Promise<number> => {
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const element = document.querySelector(`[data-key="${key}"]`);
      if (element === null) continue;
      // A task after the frame's own: layout and paint are done.
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port2.onmessage = () => {
          resolve();
        };
        port1.postMessage(0);
      });
      return performance.now();
    }
  };
  bench.acquireVsCodeApi = () => {
    bench.startedAt = performance.now();
    return {
      postMessage: (message: { type: string; id: number; method: string }) => {
        if (message.type === 'request' && message.method === 'ready') {
          const snapshot = { version, frame: frame(), entries: range(first, count) };
          post({ type: 'result', id: message.id, result: { ...start, snapshot } });
          void painted(keyAt(last)).then((at) => (bench.paintedAt = at));
        } else if (message.method === 'loadOlder') {
          giveOlder(portion);
        }
      },
      getState: () => undefined,
      setState: () => undefined,
    };
  };
  bench.giveAll = () => {
    giveOlder(first);
  };
  bench.say = async (index) => {
    const entry = make(words, index);
    const after = keyAt(last);
    last = index;
    const from = performance.now();
    give([{ entry, after }]);
    return (await painted(entry.key)) - from;
  };
}

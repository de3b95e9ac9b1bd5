import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from './expectSoon';
import { askedBy, reigns, WindowProcess } from './windows';

/** What a storm is. */
export interface StormOptions {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly windows: number;
  readonly kills: number;
  /** Beside a virus scanner, as on Windows. */
  readonly isScanned?: boolean;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What came of it. */
export interface StormOutcome {
  /** From each kill of a host to the first request of another window, milliseconds. */
  readonly takeovers: readonly number[];
  /** In words; empty when all is as it should be. */
  readonly violations: readonly string[];
  readonly sent: number;
  readonly said: number;
  /** How many of what others said somebody was told of. */
  readonly notified: number;
}

const LONGEST_TAKEOVER_MS = 20_000;

/** A message whose host was killed before it left is proven absent after two and a half minutes, and sent again. */
const LONGEST_SETTLING_MS = 240_000;

/**
 * Many windows, and a conversation in both directions. Again and again the window that hosts is killed at a random moment,
 * sometimes another one too, and a new one starts. What happened is read from the sandbox's record and from what each
 * window showed.
 */
export async function storm({
  sandbox,
  folder,
  windows,
  kills,
  isScanned = false,
  random,
}: StormOptions): Promise<StormOutcome> {
  const all: WindowProcess[] = [];
  const typed = new Map<string, WindowProcess>();
  const said = new Set<string>();
  const takeovers: number[] = [];
  const alive = (): WindowProcess[] => all.filter(({ isGone }) => !isGone);
  const open = (): WindowProcess => {
    const window = new WindowProcess({ ...sandboxOf(sandbox), folder, isScanned, name: `w${all.length}` });
    all.push(window);
    return window;
  };
  const pick = (from: readonly WindowProcess[]): WindowProcess => from[Math.floor(random() * from.length)]!;
  const type = (window: WindowProcess): void => {
    const text = `out ${typed.size}`;
    typed.set(text, window);
    window.tell({ send: text });
  };
  const hear = (): void => {
    const text = `in ${said.size}`;
    said.add(text);
    sandbox.control.say({ author: 'Alice Fox', text });
  };

  try {
    for (let count = 0; count < windows; count++) open();
    await Promise.all(all.map((window) => window.ready()));
    for (let kill = 0; kill < kills; kill++) {
      await Promise.all(alive().map((window) => window.ready()));
      const focused = pick(alive());
      for (const window of alive()) window.tell({ focused: window === focused });
      if (random() < 0.7) hear();
      if (random() < 0.7) type(pick(alive()));
      await sleep(random() * 700);
      if (random() < 0.5) hear();
      if (random() < 0.5) type(pick(alive()));
      await sleep(random() * 60);
      const name = askedBy(sandbox.control.requests().at(-1)!);
      const host = all.find((window) => window.name === name)!;
      const before = sandbox.control.requests().length;
      const killedAt = Date.now();
      host.signal('SIGKILL');
      if (random() < 0.3) pick(alive().filter((window) => window !== host)).signal('SIGKILL');
      if (random() < 0.5) type(pick(alive().filter((window) => window !== host)));
      await host.end();
      const next = await expectSoon(
        () =>
          sandbox.control
            .requests()
            .slice(before)
            .find((record) => askedBy(record) !== name)?.time,
        (time) => time !== undefined,
        'another window to ask',
        LONGEST_TAKEOVER_MS,
      );
      takeovers.push((next ?? Infinity) - killedAt);
      while (alive().length < windows) open();
    }
    await settle(sandbox, alive());
    return { takeovers, sent: typed.size, said: said.size, ...judge({ sandbox, all, alive: alive(), typed, said }) };
  } finally {
    await Promise.all(all.map((window) => window.end()));
  }
}

function sandboxOf({ baseUrl, key }: Sandbox): { readonly baseUrl: string; readonly key: string } {
  return { baseUrl, key };
}

/** Waits until every window shows what the service has, and nothing is on its way. */
async function settle(sandbox: Sandbox, alive: readonly WindowProcess[]): Promise<void> {
  for (let calm = 0, before = ''; calm < 4;) {
    const truth = JSON.stringify(sandbox.control.listMessages().map(({ text }) => text));
    await expectSoon(
      () => alive.map(({ name, texts, pending }) => ({ name, pending, isRight: JSON.stringify(texts) === truth })),
      (seen) => seen.every(({ pending, isRight }) => pending.length === 0 && isRight) || truth !== truthOf(sandbox),
      `every window to show ${truth.length} characters of truth`,
      LONGEST_SETTLING_MS,
    );
    calm = truth === before ? calm + 1 : 0;
    before = truth;
    await sleep(500);
  }
}

function truthOf(sandbox: Sandbox): string {
  return JSON.stringify(sandbox.control.listMessages().map(({ text }) => text));
}

interface Evidence {
  readonly sandbox: Sandbox;
  readonly all: readonly WindowProcess[];
  readonly alive: readonly WindowProcess[];
  readonly typed: ReadonlyMap<string, WindowProcess>;
  readonly said: ReadonlySet<string>;
}

function judge({ sandbox, all, alive, typed, said }: Evidence): Pick<StormOutcome, 'violations' | 'notified'> {
  const violations: string[] = [];
  const truth = sandbox.control.listMessages().map(({ text }) => text);
  for (const text of doubles(truth)) violations.push(`sent twice: ${text}`);
  for (const window of all) {
    for (const { text } of window.of('kept')) if (!truth.includes(text)) violations.push(`kept and lost: ${text}`);
    for (const { text } of window.of('lost')) violations.push(`not kept: ${text}`);
  }
  for (const [text, window] of typed) {
    if (alive.includes(window) && !truth.includes(text)) violations.push(`lost, though its window lives: ${text}`);
  }
  for (const name of doubles(reigns(sandbox.control.requests()))) violations.push(`two engines at once: ${name}`);
  for (const window of all) violations.push(...misshown(window, truth));
  const notified = all.flatMap((window) => window.of('notify').flatMap(({ texts }) => texts));
  for (const text of doubles(notified)) violations.push(`notified twice: ${text}`);
  for (const text of notified) if (!said.has(text)) violations.push(`notified of an own message: ${text}`);
  return { violations, notified: notified.length };
}

/** What a window showed that was not there, not in order, twice, or vanished again. */
function misshown(window: WindowProcess, truth: readonly string[]): readonly string[] {
  const violations: string[] = [];
  const places = new Map(truth.map((text, index) => [text, index]));
  let before: readonly string[] = [];
  for (const { texts } of window.of('shown')) {
    const where = texts.map((text) => places.get(text) ?? -1);
    if (where.some((place, index) => place < 0 || place <= (where[index - 1] ?? -1))) {
      violations.push(`${window.name} shows in a wrong order: ${texts.slice(-5).join(', ')}`);
    }
    const gone = before.filter((text) => !texts.includes(text));
    if (gone.length > 0) violations.push(`${window.name} no longer shows: ${gone.join(', ')}`);
    before = texts;
  }
  return violations;
}

function doubles(items: readonly string[]): readonly string[] {
  return items.filter((item, index) => items.indexOf(item) !== index);
}

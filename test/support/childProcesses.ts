import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onEnd } from './cleanup';

/** Where and how a child runs. */
export interface ChildOptions {
  readonly cwd?: string;
  /** The whole environment; this process's own when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Hears all output as it comes, errors too. */
  readonly onOutput?: (text: string) => void;
}

/** A child that runs until it is stopped. */
export interface Child {
  /** All output so far, errors too. */
  readonly output: () => string;
  /** Settles when the child has ended, with its exit code; `undefined` after a signal. Rejects when it never started. */
  readonly ended: Promise<number | undefined>;
  /** Ends the child and all its own children. Settles when they are gone. */
  readonly stop: () => Promise<void>;
}

const POLITE_MS = 5000;
const POLL_MS = 50;

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether anything of a group still runs. A signal also reaches the dead whose parent has not taken notice, and in a
 * container the first process may never do that, so that Linux is asked for their state.
 */
function isGroupAlive(pid: number): boolean {
  if (process.platform !== 'linux') return signalGroup(pid, 0);
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(group) === pid && state !== 'Z';
    } catch {
      return false;
    }
  });
}

async function endGroup(pid: number): Promise<void> {
  if (!signalGroup(pid, 'SIGTERM')) return;
  for (let waited = 0; waited < POLITE_MS; waited += POLL_MS) {
    if (!isGroupAlive(pid)) return;
    await sleep(POLL_MS);
  }
  signalGroup(pid, 'SIGKILL');
}

/**
 * Starts a child in a process group of its own, so that stopping it takes its children along and a Ctrl+C in the
 * terminal reaches it through us, in order.
 */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      chunks.push(text);
      options.onOutput?.(text);
    });
  }
  const { pid } = child;
  const stop = onEnd(
    () => (pid === undefined ? undefined : endGroup(pid)),
    () => pid !== undefined && signalGroup(pid, 'SIGKILL'),
  );
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? undefined));
  });
  // Nobody has to wait for a child; one that cannot start is told to those who do.
  ended.catch(() => undefined);
  return { output: () => chunks.join(''), ended, stop };
}

/** How a command ended. */
export interface CommandResult {
  /** `undefined` when a signal or the time limit ended it. */
  readonly code: number | undefined;
  readonly output: string;
  readonly timedOut: boolean;
}

/** Runs a command to its end, or ends it after `timeoutMs`. Rejects only when it cannot be started at all. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly timeoutMs: number },
): Promise<CommandResult> {
  const child = startChild(command, args, options);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), options.timeoutMs);
  });
  try {
    const first = await Promise.race([child.ended, late]);
    return first === 'late'
      ? { code: undefined, output: child.output(), timedOut: true }
      : { code: first, output: child.output(), timedOut: false };
  } finally {
    clearTimeout(timer);
    await child.stop();
  }
}

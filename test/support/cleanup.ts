import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

interface Undoing {
  readonly undo: () => Promise<void> | void;
  /** For a process that exits at once: nothing can be waited for. */
  readonly undoAtExit: () => void;
}

const registered = new Set<Undoing>();
let listening = false;
let ending: Promise<void> | undefined;
let signalsAreNormal = false;

/** Undoes everything that is still registered, the youngest first. Never rejects: one that fails must not keep the rest. */
export function cleanUp(): Promise<void> {
  ending ??= (async () => {
    for (const undoing of [...registered].reverse()) {
      if (!registered.delete(undoing)) continue;
      try {
        await undoing.undo();
      } catch (error) {
        console.error(`Could not clean up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    ending = undefined;
  })();
  return ending;
}

/** Whether {@link cleanUp} is at work. */
export function isCleaningUp(): boolean {
  return ending !== undefined;
}

/** For a program that runs until it is told to stop: a signal is then no failure. */
export function expectSignals(): void {
  signalsAreNormal = true;
}

function listen(): void {
  if (listening) return;
  listening = true;
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const, ['SIGHUP', 129] as const]) {
    process.on(signal, () => void cleanUp().then(() => process.exit(signalsAreNormal ? 0 : code)));
  }
  // A signal that is sent to npm ends npm and its shell, and is never passed on to us.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void cleanUp().then(() => process.exit(129));
  }, 1000).unref();
  process.on('exit', () => {
    for (const { undoAtExit } of [...registered].reverse()) undoAtExit();
  });
}

/**
 * Registers what has to be undone when this process ends early: by a signal, by an error, or because the process that
 * started it is gone. Gives a function that undoes it now.
 */
export function onEnd(undo: () => Promise<void> | void, undoAtExit: () => void): () => Promise<void> {
  listen();
  const undoing = { undo, undoAtExit };
  registered.add(undoing);
  return async () => {
    if (registered.delete(undoing)) await undo();
  };
}

/** A new empty folder that is removed when this process ends early, or by the function beside it. */
export function temporaryFolder(purpose: string): { readonly folder: string; readonly remove: () => Promise<void> } {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), `chapi-${purpose}-`)));
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };
  const remove = onEnd(
    () => rm(folder, options),
    () => rmSync(folder, options),
  );
  return { folder, remove };
}

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child } from './childProcesses';
import { checkoutFolder } from './checkout';

/** A sandbox in a process of its own. */
export interface SandboxProcess {
  /** What `chapi.apiBaseUrl` has to be. */
  readonly baseUrl: string;
  /** A key that it takes. It opens nothing but the sandbox. */
  readonly key: string;
  readonly process: Child;
}

const START_TIMEOUT_MS = 20_000;

function readAddress(output: string): { baseUrl: string; key: string } | undefined {
  const line = output.split('\n').find((text) => text.startsWith('{') && text.endsWith('}'));
  if (line === undefined) return undefined;
  const value = JSON.parse(line) as { baseUrl?: unknown; key?: unknown };
  if (typeof value.baseUrl !== 'string' || typeof value.key !== 'string') return undefined;
  return { baseUrl: value.baseUrl, key: value.key };
}

/** Starts the sandbox, with colleagues who talk unless they are not wanted. Settles when it listens. */
export async function startSandboxProcess({
  lively = true,
}: { readonly lively?: boolean } = {}): Promise<SandboxProcess> {
  const main = path.join(checkoutFolder, 'dist', 'test', 'sandbox', 'main.js');
  const child = startChild(process.execPath, [main, ...(lively ? ['--lively'] : []), '--json'], {
    cwd: checkoutFolder,
  });
  const ended = child.ended.then(
    () => true,
    () => true,
  );
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const address = readAddress(child.output());
    if (address !== undefined) return { ...address, process: child };
    if ((await Promise.race([ended, sleep(50, false)])) || Date.now() > deadline) {
      await child.stop();
      throw new Error(`The sandbox did not start. It said:\n${child.output().slice(-2000)}`);
    }
  }
}

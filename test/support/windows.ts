import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RequestRecord } from '../sandbox/requestLog';
import { checkoutFolder } from './checkout';
import { expectSoon } from './expectSoon';
import { WINDOW_HEADER, type WindowLine, type WindowWish } from './windowLines';

type LineOf<Kind> = Extract<WindowLine, { readonly kind: Kind }>;

/** How a window process starts. */
export interface WindowOptions {
  readonly baseUrl: string;
  readonly key: string;
  /** What the windows share. */
  readonly folder: string;
  readonly name: string;
  /** How much faster time passes in it. */
  readonly speed?: number;
  readonly protocol?: number;
  /** Another machine than that of the other windows. */
  readonly machine?: string;
  /** Beside a virus scanner, as on Windows. */
  readonly isScanned?: boolean;
  /** For Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** A window in a process of its own. */
export class WindowProcess {
  readonly name: string;
  readonly lines: WindowLine[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #isGone = false;

  constructor({
    baseUrl,
    key,
    folder,
    name,
    speed = 1,
    protocol,
    machine,
    isScanned = false,
    nodeOptions = [],
  }: WindowOptions) {
    this.name = name;
    const script = path.join(checkoutFolder, 'dist', 'test', 'support', 'windowProcess.js');
    const more = [protocol === undefined ? '' : String(protocol), machine ?? '', ...(isScanned ? ['scanned'] : [])];
    const args = [...nodeOptions, script, baseUrl, key, folder, String(speed), name, ...more];
    this.#child = spawn(process.execPath, args);
    this.#closed = once(this.#child, 'close').then(() => (this.#isGone = true));
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as WindowLine);
    });
    this.#child.stderr.pipe(process.stderr);
    // It may be killed with words still on their way to it.
    this.#child.stdin.on('error', () => undefined);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  of<Kind extends WindowLine['kind']>(kind: Kind): readonly LineOf<Kind>[] {
    return this.lines.filter((line): line is LineOf<Kind> => line.kind === kind);
  }

  /** The texts of the messages that it shows, in order. */
  get texts(): readonly string[] {
    return this.of('shown').at(-1)?.texts ?? [];
  }

  /** State and text of each message that is on its way. */
  get pending(): readonly string[] {
    return this.of('shown').at(-1)?.pending ?? [];
  }

  tell(wish: WindowWish): void {
    this.#child.stdin.write(`${JSON.stringify(wish)}\n`);
  }

  /** Resolves when it shows what the service has. */
  async ready(): Promise<void> {
    await expectSoon(
      () => this.of('ready').length,
      (count) => count > 0,
      `${this.name} to be ready`,
    );
  }

  /** What it says of itself now. */
  async report(): Promise<LineOf<'report'>> {
    const before = this.of('report').length;
    this.tell({ report: true });
    const reports = await expectSoon(
      () => this.of('report'),
      ({ length }) => length > before,
      'a report',
    );
    return reports.at(-1)!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it at once, or as a window that is closed. Resolves when all that it said is read. */
  async end(how: 'kill' | 'leave' = 'kill'): Promise<void> {
    if (how === 'kill') this.#child.kill('SIGKILL');
    else this.tell({ leave: true });
    await this.#closed;
  }
}

/** The name of the window that made a request. */
export function askedBy({ headerNames }: RequestRecord): string {
  const header = headerNames.find((name) => name.toLowerCase().startsWith(WINDOW_HEADER));
  return header?.slice(WINDOW_HEADER.length) ?? 'nobody';
}

/** The windows that asked, each once for each unbroken row of requests. */
export function reigns(records: readonly RequestRecord[]): readonly string[] {
  const names = records.map(askedBy);
  return names.filter((name, index) => name !== names[index - 1]);
}

/**
 * Writes VS Code's log files where its native log module has not been compiled: same names, same lines, plain Node.
 * Its bundle is put in the place of `@vscode/spdlog` in the VS Codes that tests run in. Without it there are no log
 * files there, so that Show Log shows nothing and no test could look for secrets in them.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

/** spdlog's own numbers and words. */
const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const;
const OFF = levels.length;

function timestamp(): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${day} ${time}.${String(now.getMilliseconds()).padStart(3, '0')}`;
}

/** A logger of one file. Lines are in the file when the call returns. */
export class Logger {
  #level = 2;
  #raw = false;
  #file: number | undefined;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#file = openSync(file, 'a');
  }

  trace(message: string): void {
    this.#write(0, message);
  }
  debug(message: string): void {
    this.#write(1, message);
  }
  info(message: string): void {
    this.#write(2, message);
  }
  warn(message: string): void {
    this.#write(3, message);
  }
  error(message: string): void {
    this.#write(4, message);
  }
  critical(message: string): void {
    this.#write(5, message);
  }
  getLevel(): number {
    return this.#level;
  }
  setLevel(level: number): void {
    this.#level = level;
  }
  /** VS Code knows one pattern, the one of `#write`. */
  setPattern(): void {
    this.#raw = false;
  }
  clearFormatters(): void {
    this.#raw = true;
  }
  /** Nothing is ever held back. */
  flush(): void {
    return;
  }
  drop(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(level: number, message: string): void {
    if (this.#file === undefined || this.#level >= OFF || level < this.#level) return;
    writeSync(this.#file, this.#raw ? message : `${timestamp()} [${levels[level] ?? 'info'}] ${message}\n`);
  }
}

export const version = 0;

/** Levels are set per logger here. */
export function setLevel(): void {
  return;
}

/** Every line is written at once. */
export function setFlushOn(): void {
  return;
}

/** Test runs are too short to rotate files. */
export function createRotatingLogger(_name: string, file: string): Promise<Logger> {
  return Promise.resolve(new Logger(file));
}

/** As {@link createRotatingLogger}. */
export function createAsyncRotatingLogger(name: string, file: string): Promise<Logger> {
  return createRotatingLogger(name, file);
}

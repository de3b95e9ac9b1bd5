import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { cacheFolder } from './checkout';
import { runCommand } from './childProcesses';

const APT_TIMEOUT_MS = 10 * 60_000;
const packages = ['chromium', 'fonts-noto-color-emoji', 'fonts-dejavu'];

const launchFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function onPath(name: string): string[] {
  return (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name));
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`There is no ${named}. Set CHROMIUM_PATH to the browser's file, or unset it.`);
  }
  const candidates = [
    ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap(onPath),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ];
  return candidates.find((file) => existsSync(file));
}

async function installFromDebian(): Promise<void> {
  const log = path.join(cacheFolder, 'apt.log');
  await mkdir(cacheFolder, { recursive: true });
  console.log(`Installing Chromium from Debian's packages (log: ${log})…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = async (...args: string[]): Promise<boolean> => {
    const result = await runCommand('apt-get', args, { env, timeoutMs: APT_TIMEOUT_MS });
    await appendFile(log, result.output);
    return result.code === 0;
  };
  // Package mirrors fail now and then; the second try fetches only what is missing.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const updated = await aptGet('update', '-q');
    const installed = await aptGet('install', '-q', '-y', '--no-install-recommends', ...packages);
    if (updated && installed) return;
  }
}

let searching: Promise<string> | undefined;

async function search(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && onPath('apt-get').some((file) => existsSync(file))) {
    await installFromDebian();
    const installed = findChromium();
    if (installed !== undefined) return installed;
    throw new Error(
      `Chromium could not be installed; see ${path.join(cacheFolder, 'apt.log')}. Install it yourself, or set CHROMIUM_PATH to a Chromium or Chrome.`,
    );
  }
  throw new Error(
    'These tests need a Chromium. Install it ("sudo apt-get install chromium"), or set CHROMIUM_PATH to a Chromium or Chrome.',
  );
}

/**
 * The file of a Chromium or Chrome: `CHROMIUM_PATH`, else one on the PATH, else Debian's, installed when we are root.
 * Rejects with a sentence that says what to install.
 */
export function ensureChromium(): Promise<string> {
  searching ??= search();
  return searching;
}

/** Starts a Chromium without a window, with more flags if some are named. The caller closes it. */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = await ensureChromium();
  // Chromium's own sandbox needs rights that containers lack; pages here come from the loopback address only.
  return chromium.launch({ executablePath, args: [...launchFlags, ...flags], chromiumSandbox: false });
}

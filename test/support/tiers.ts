import { rm } from 'node:fs/promises';
import path from 'node:path';
import { checkoutFolder, packagedExtension } from './checkout';
import { runCommand, type CommandResult } from './childProcesses';
import { ensureChromium } from './chromium';
import { temporaryFolder } from './cleanup';
import { runHostTests } from './hostTests';
import { readResults, type TestResults } from './testResults';
import { ensureVsCode, type VsCodeVersion } from './vscodeInstall';
import { ensureWine, runUnderWine } from './wine';

/** One part of the whole test run. */
export interface Tier {
  readonly name: string;
  /** Runs only when it is named. */
  readonly isOptional?: boolean;
  /** Fetches what this machine lacks. Called early, so that downloads overlap with other tiers. */
  readonly prepare: () => Promise<unknown>;
  /** `print` takes output as it comes. Rejects when the tier did not come to its end. */
  readonly run: (print: (text: string) => void) => Promise<TestResults>;
}

const MINUTE_MS = 60_000;

function node(script: string, args: readonly string[] = []): Command {
  return [process.execPath, [path.join(checkoutFolder, script), ...args]];
}

type Command = readonly [string, readonly string[]];

async function runStep([command, args]: Command, print: (text: string) => void): Promise<string | undefined> {
  const options = { cwd: checkoutFolder, onOutput: print, timeoutMs: 5 * MINUTE_MS };
  return problemOf(await runCommand(command, args, options));
}

function oneTest(title: string, problem: string | undefined): TestResults {
  return problem === undefined
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [{ title, message: problem }] };
}

/** A command counts as one test. */
function commandTier(name: string, command: Command): Tier {
  return {
    name,
    prepare: () => Promise.resolve(),
    run: async (print) => oneTest(name, await runStep(command, print)),
  };
}

/** What a person installs. It is built with smaller bundles, in the place of those that the host tests read. */
const packageTier: Tier = {
  name: 'package',
  prepare: () => Promise.resolve(),
  run: async (print) => {
    // The tests that install it must not find an older one.
    await rm(packagedExtension, { force: true });
    const packaging = await runStep(['npm', ['run', '--silent', 'package']], print);
    const rebuilding = await runStep(node('esbuild.js', ['extension']), print);
    return oneTest('package', packaging ?? rebuilding);
  },
};

function problemOf(result: CommandResult): string | undefined {
  if (result.timedOut) return 'did not end in time';
  if (result.code === undefined) return 'was ended by a signal';
  return result.code === 0 ? undefined : `ended with exit code ${result.code}`;
}

/** Tests that mocha runs in a Node of their own. */
function mochaTier(
  name: string,
  folder: string,
  more: {
    readonly prepare?: () => Promise<unknown>;
    readonly only?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Tier {
  return {
    name,
    prepare: more.prepare ?? (() => Promise.resolve()),
    run: async (print) => {
      const { folder: home, remove } = temporaryFolder('results');
      try {
        const file = path.join(home, 'results.json');
        const only = more.only === undefined ? [] : ['--only', more.only];
        const [command, args] = node('dist/test/support/mochaMain.js', [folder, '--results', file, ...only]);
        const result = await runCommand(command, args, {
          cwd: checkoutFolder,
          env: { ...process.env, ...more.env },
          onOutput: print,
          timeoutMs: 15 * MINUTE_MS,
        });
        const results = readResults(file);
        const problem = problemOf(result);
        if (results === undefined) throw new Error(`The tests ${problem ?? 'ended'} before they had run.`);
        if (problem !== undefined && results.failed === 0) throw new Error(`Their process ${problem}.`);
        return results;
      } finally {
        await remove();
      }
    },
  };
}

function browserAnd(version: VsCodeVersion): () => Promise<unknown> {
  return () => Promise.all([ensureChromium(), ensureVsCode(version)]);
}

function hostTier(version: VsCodeVersion): Tier {
  return {
    name: `host-${version}`,
    prepare: browserAnd(version),
    run: async (print) => {
      const { results, output } = await runHostTests(version, 10 * MINUTE_MS);
      print(`${output}\n`);
      if (results === undefined) throw new Error('The tests did not come to their end inside VS Code.');
      return results;
    },
  };
}

function e2eTier(version: VsCodeVersion, only?: string): Tier {
  return mochaTier(`e2e-${version}`, 'e2e', {
    prepare: browserAnd(version),
    env: { CHAPI_TEST_VSCODE: version },
    ...(only === undefined ? {} : { only }),
  });
}

/** What depends on how Windows treats files and pipes, where Wine is installed. */
const wineTier: Tier = {
  name: 'wine',
  isOptional: true,
  prepare: ensureWine,
  run: (print) => runUnderWine(['unit/store', 'unit/windows'], print),
};

/**
 * The whole test run. Stages follow one another; the lanes of one stage run beside each other, the tiers of a lane one
 * after the other. Packaging stands alone, because it builds smaller bundles in the place of the others for a moment.
 */
export const stages: readonly (readonly (readonly Tier[])[])[] = [
  [
    [
      commandTier('format', node('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'])),
      commandTier('lint', node('node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0'])),
      commandTier('types', node('node_modules/typescript/bin/tsc', ['--build'])),
    ],
    [mochaTier('unit', 'unit'), mochaTier('page', 'webview', { prepare: ensureChromium })],
  ],
  [[packageTier]],
  [[hostTier('1.100')], [hostTier('1.139')]],
  [[e2eTier('1.139')], [e2eTier('1.100', 'smoke')]],
  [[wineTier]],
];

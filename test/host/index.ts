import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { bundledTests, checkoutFolder } from '../support/checkout';
import { runMocha } from '../support/mochaRun';
import { writeResults } from '../support/testResults';
import { rejectionsFrom } from '../support/unhandledRejections';

const TEST_TIMEOUT_MS = 30_000;

/**
 * Runs the host tests inside an extension host; VS Code calls it. With `CHAPI_TEST_RESULTS` set, writes results to that
 * file and readable lines to the same with `.log`, since the extension host of a VS Code server has no console.
 * Rejects when a test failed: a desktop VS Code makes that its exit code.
 */
export async function run(): Promise<void> {
  const resultsFile = process.env['CHAPI_TEST_RESULTS'];
  const print = (line: string): void => {
    if (resultsFile === undefined) console.log(line);
    else appendFileSync(`${resultsFile}.log`, `${line}\n`);
  };
  const { failed } = await runMocha({
    files: bundledTests('host'),
    timeoutMs: TEST_TIMEOUT_MS,
    ...(resultsFile === undefined ? {} : { resultsFile }),
    print,
    // VS Code and its other extensions live in this process too.
    isOurRejection: rejectionsFrom(path.join(checkoutFolder, 'dist') + path.sep),
  }).catch((error: unknown) => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    print(message);
    if (resultsFile !== undefined) {
      writeResults(resultsFile, { passed: 0, failed: 1, skipped: 0, failures: [{ title: 'loading', message }] });
    }
    throw error;
  });
  if (failed > 0) throw new Error(`${failed} failed`);
}

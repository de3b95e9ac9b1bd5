/**
 * Runs the bundled tests of one folder under `test/` in Node:
 * `node dist/test/support/mochaMain.js <folder> [--results <file>] [--only <part of a file's name>]`.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundledTests } from './checkout';
import { cleanUp } from './cleanup';
import { runMocha } from './mochaRun';

/** Milliseconds for one test. Unit tests wait for nothing but loopback; the others wait for a browser. */
const UNIT_TIMEOUT_MS = 10_000;
const BROWSER_TIMEOUT_MS = 60_000;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { results: { type: 'string' }, only: { type: 'string', default: '' } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('Say which folder of tests to run, for example "unit".');
  const results = await runMocha({
    files: bundledTests(folder).filter((file) => path.basename(file).includes(values.only)),
    timeoutMs: folder === 'unit' ? UNIT_TIMEOUT_MS : BROWSER_TIMEOUT_MS,
    ...(values.results === undefined ? {} : { resultsFile: values.results }),
    print: (line) => console.log(line),
  });
  await cleanUp();
  // Does not wait for what a test left open: that the tests came to their end is what counts.
  process.exitCode = results.failed > 0 ? 1 : 0;
  process.exit();
}

main().catch(async (error: unknown) => {
  console.error(error);
  await cleanUp();
  process.exit(2);
});

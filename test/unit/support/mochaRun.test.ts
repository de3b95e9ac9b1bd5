import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkoutFolder } from '../../support/checkout';
import { runCommand } from '../../support/childProcesses';
import { temporaryFolder } from '../../support/cleanup';
import { readResults, type TestResults } from '../../support/testResults';
import { rejectionsFrom } from '../../support/unhandledRejections';

const RUN_TIMEOUT_MS = 60_000;

describe('a run of tests', () => {
  const { folder, remove } = temporaryFolder('mocha-run');
  after(remove);

  /** Runs `tests` in a process of its own: mocha's globals, and what is unhandled, are those of the whole process. */
  async function run(tests: string): Promise<TestResults | undefined> {
    const file = path.join(folder, 'some.test.js');
    const resultsFile = path.join(folder, 'results.json');
    writeFileSync(file, tests);
    const module = path.join(checkoutFolder, 'dist', 'test', 'support', 'mochaRun.js');
    const options = JSON.stringify({ files: [file], timeoutMs: RUN_TIMEOUT_MS, resultsFile });
    const script = `require(${JSON.stringify(module)}).runMocha({ ...${options}, print: () => undefined })`;
    const result = await runCommand(process.execPath, ['-e', script], { timeoutMs: RUN_TIMEOUT_MS });
    assert.equal(result.code, 0, result.output);
    return readResults(resultsFile);
  }

  it('fails for a promise that nobody handles, though the test that made it passed', async function () {
    this.timeout(RUN_TIMEOUT_MS);
    const results = await run(`
      it('first', () => void Promise.reject(new Error('in the background')));
      it('last', () => new Promise((resolve) => setTimeout(resolve, 1)));
      it('the very last', () => void Promise.reject('no error at all'));`);
    assert.equal(results?.passed, 3);
    assert.equal(results.failed, 2);
    assert.match(results.failures[0]?.title ?? '', /nobody handled it, during: first/);
    assert.match(results.failures[0]?.message ?? '', /in the background/);
    assert.equal(results.failures[1]?.message, 'no error at all');
  });

  it('passes when every promise is handled', async function () {
    this.timeout(RUN_TIMEOUT_MS);
    const results = await run(`it('handles', () => Promise.reject(new Error('known')).catch(() => undefined));`);
    assert.deepEqual(results, { passed: 1, failed: 0, skipped: 0, failures: [] });
  });

  it('tells ours from others by the stack, where a process is shared', () => {
    const isOurs = rejectionsFrom(`${path.dirname(__dirname)}${path.sep}`);
    assert.equal(isOurs(new Error('here')), true);
    const theirs = new Error('there');
    theirs.stack = 'Error: there\n    at somewhere (/usr/lib/other/extension.js:1:1)';
    assert.equal(isOurs(theirs), false);
    assert.equal(isOurs('a reason without a stack'), false);
  });
});

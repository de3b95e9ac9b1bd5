import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How a test run ended. */
export interface TestResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

/** Writes results so that a reader sees all of them or none. */
export function writeResults(file: string, results: TestResults): void {
  writeFileSync(`${file}.draft`, JSON.stringify(results, null, 2));
  renameSync(`${file}.draft`, file);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The results in `file`, or `undefined` when there is no such file yet. Throws when it holds something else. */
export function readResults(file: string): TestResults | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const value = JSON.parse(text) as Partial<TestResults>;
  if (!isCount(value.passed) || !isCount(value.failed) || !isCount(value.skipped) || !Array.isArray(value.failures)) {
    throw new Error(`${file} holds no test results.`);
  }
  return { passed: value.passed, failed: value.failed, skipped: value.skipped, failures: value.failures };
}

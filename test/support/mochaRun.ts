import type Mocha from 'mocha';
import { writeResults, type TestResults } from './testResults';
import { watchRejections, type RejectionFilter } from './unhandledRejections';

/** What to run and where to tell of it. */
export interface MochaRunOptions {
  readonly files: readonly string[];
  /** Milliseconds that one test may take, unless it says otherwise. */
  readonly timeoutMs: number;
  /** Gets the results as JSON at the end. */
  readonly resultsFile?: string;
  /** Takes one readable line. */
  readonly print: (line: string) => void;
  /** Which promises that reject without a handler count as failures; all of them when absent. */
  readonly isOurRejection?: RejectionFilter;
}

/** What has happened so far, and a way to add what mocha does not see. */
interface Listener {
  readonly results: () => TestResults;
  readonly failInBackground: (reason: unknown) => void;
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${describeError(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function indent(text: string, depth: number): string {
  return text.replace(/^/gm, '  '.repeat(depth));
}

/** Prints one line a test as it ends, and counts. */
function listen(runner: Mocha.Runner, print: (line: string) => void): Listener {
  let depth = 0;
  let passed = 0;
  let skipped = 0;
  const failures: { title: string; message: string }[] = [];
  runner.on('suite', (suite) => {
    if (suite.root) return;
    depth++;
    print(indent(suite.title, depth));
  });
  runner.on('suite end', (suite) => {
    if (!suite.root) depth--;
  });
  runner.on('pass', (test) => {
    passed++;
    const slow = test.speed === 'slow' ? ` (${test.duration ?? 0} ms)` : '';
    print(indent(`✔ ${test.title}${slow}`, depth + 1));
  });
  runner.on('pending', (test) => {
    skipped++;
    print(indent(`- ${test.title} (skipped)`, depth + 1));
  });
  // Failed hooks come here too.
  const fail = (title: string, fullTitle: string, message: string): void => {
    failures.push({ title: fullTitle, message });
    print(indent(`✘ ${title}`, depth + 1));
    print(indent(message, depth + 2));
  };
  runner.on('fail', (test, error: unknown) => {
    fail(test.title, test.fullTitle(), describeError(error));
  });
  return {
    results: () => ({ passed, failed: failures.length, skipped, failures }),
    failInBackground: (reason) => {
      // It may be the doing of an earlier test: its promise took until now.
      const during = runner.currentRunnable?.fullTitle() ?? 'the tests';
      const title = `a promise was rejected and nobody handled it, during: ${during}`;
      fail(title, title, describeError(reason));
    },
  };
}

/**
 * Runs mocha in this process, in Node or in an extension host, and gives the results. A promise that rejects without a
 * handler is a failure too. Rejects when a file cannot be loaded.
 */
export async function runMocha(options: MochaRunOptions): Promise<TestResults> {
  const { default: MochaClass } = await import('mocha');
  const mocha = new MochaClass({ ui: 'bdd', timeout: options.timeoutMs, slow: 1000, forbidOnly: 'CI' in process.env });
  let listener: Listener | undefined;
  class LineReporter {
    readonly listener: Listener;
    constructor(runner: Mocha.Runner) {
      this.listener = listen(runner, options.print);
      listener = this.listener;
    }
  }
  mocha.reporter(LineReporter as unknown as Mocha.ReporterConstructor);
  for (const file of options.files) mocha.addFile(file);
  const endWatch = watchRejections(options.isOurRejection ?? (() => true), (reason) => {
    listener?.failInBackground(reason);
  });
  await new Promise<void>((resolve) => {
    mocha.run(() => resolve());
  });
  await endWatch();
  if (listener === undefined) throw new Error('Mocha ended without having run.');
  const final = listener.results();
  if (options.resultsFile !== undefined) writeResults(options.resultsFile, final);
  return final;
}

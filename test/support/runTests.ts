/**
 * `npm test`: runs all tiers, or those named (`npm test -- unit host`), and closes with one line of totals.
 */
import { performance } from 'node:perf_hooks';
import { rm } from 'node:fs/promises';
import { artifactsFolder } from './artifacts';
import { cleanUp } from './cleanup';
import { TierPrinter } from './tierPrinter';
import type { TestResults } from './testResults';
import { stages, type Tier } from './tiers';

interface TierOutcome {
  readonly name: string;
  readonly results: TestResults;
  readonly seconds: number;
}

/** `host` names `host-1.100` and `host-1.139`. */
function isWanted({ name, isOptional = false }: Tier, wanted: readonly string[]): boolean {
  return wanted.length === 0 ? !isOptional : wanted.some((word) => name === word || name.startsWith(`${word}-`));
}

function failure(title: string, error: unknown): TestResults {
  const message = error instanceof Error ? error.message : String(error);
  return { passed: 0, failed: 1, skipped: 0, failures: [{ title, message }] };
}

async function runTier(tier: Tier, printer: TierPrinter): Promise<TierOutcome> {
  const started = performance.now();
  let results: TestResults;
  try {
    await tier.prepare();
    results = await tier.run((text) => printer.write(tier.name, text));
    if (results.passed + results.failed + results.skipped === 0) throw new Error('No test ran.');
  } catch (error) {
    results = failure(tier.name, error);
    printer.write(tier.name, `${results.failures[0]?.message ?? ''}\n`);
  }
  const seconds = (performance.now() - started) / 1000;
  const verdict = results.failed === 0 ? '✔' : '✘';
  printer.write(tier.name, `${verdict} ${tier.name} (${seconds.toFixed(1)} s)\n`);
  printer.end(tier.name);
  return { name: tier.name, results, seconds };
}

async function runLane(lane: readonly Tier[], printer: TierPrinter): Promise<TierOutcome[]> {
  const outcomes: TierOutcome[] = [];
  for (const tier of lane) outcomes.push(await runTier(tier, printer));
  return outcomes;
}

function printSummary(outcomes: readonly TierOutcome[]): number {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  console.log('');
  for (const { name, results, seconds } of outcomes) {
    passed += results.passed;
    failed += results.failed;
    skipped += results.skipped;
    const counts = `${results.passed} passed, ${results.failed} failed`;
    console.log(`${name.padEnd(12)} ${counts.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s`);
  }
  for (const { name, results } of outcomes) {
    for (const { title, message } of results.failures) {
      console.log(`\n✘ ${name}: ${title}\n  ${message.split('\n').slice(0, 6).join('\n  ')}`);
    }
  }
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const all = stages.flat(2);
  const unknown = wanted.filter((word) => !all.some((tier) => isWanted(tier, [word])));
  if (unknown.length > 0) {
    const names = all.map(({ name }) => name).join(', ');
    throw new Error(`There are no tests called ${unknown.join(', ')}. There are: ${names}.`);
  }
  const chosen = stages.map((lanes) => lanes.map((lane) => lane.filter((tier) => isWanted(tier, wanted))));
  const tiers = chosen.flat(2);
  await rm(artifactsFolder, { recursive: true, force: true });
  // A tier waits for what it needs and tells of its failure.
  const preparing = Promise.allSettled(tiers.map((tier) => tier.prepare()));
  const printer = new TierPrinter(
    tiers.map(({ name }) => name),
    (line) => console.log(line),
  );
  const outcomes: TierOutcome[] = [];
  for (const lanes of chosen) {
    outcomes.push(...(await Promise.all(lanes.map((lane) => runLane(lane, printer)))).flat());
  }
  await preparing;
  const failed = printSummary(outcomes);
  await cleanUp();
  // Nothing that is still open may keep a run from ending after its last line.
  process.exit(failed > 0 ? 1 : 0);
}

main().catch(async (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  await cleanUp();
  process.exitCode = 1;
});

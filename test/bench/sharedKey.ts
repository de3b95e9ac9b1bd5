/**
 * Simulates machines that share one key and never talk to each other, and prints how they share 5 requests a second.
 * Usage: node dist/test/bench/sharedKey.js [--limiter window|spacing] [--machines 5,50] [--seeds 3] [--first-seed 1] [--scenarios]
 */
import { parseArgs } from 'node:util';
import { measure, type Measures } from './sharedKeyMeasures';
import { printScenarios } from './sharedKeyScenarios';
import { crowd, simulateSharedKey, type SimulationOptions } from './sharedKeySimulation';

type Kind = SimulationOptions['limiter'];

const MINUTE = 60_000;
const WARM_UP_MS = 5 * MINUTE;
const MEASURED_UNTIL_MS = 60 * MINUTE;
/** Messages of the last minute have to be seen too. */
const RUN_UNTIL_MS = 90 * MINUTE;

const MOST_REFUSED = 0.05;
const LEAST_SHARE = 0.2;
const MOST_TIMES_OPTIMUM: Readonly<Record<Kind, number>> = { window: 2.5, spacing: 4 };

function readCounts(text: string, flag: string): readonly number[] {
  const counts = text.split(',').map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error(`${flag} takes whole numbers above 0 with commas between, not "${text}".`);
  }
  return counts;
}

function readLimiters(text: string | undefined): readonly Kind[] {
  if (text === undefined) return ['window', 'spacing'];
  if (text === 'window' || text === 'spacing') return [text];
  throw new Error(`--limiter takes window or spacing, not "${text}".`);
}

function meetsBars(kind: Kind, { deliveryMs, optimumMs, refused, leastShare }: Measures): boolean {
  return deliveryMs <= MOST_TIMES_OPTIMUM[kind] * optimumMs && refused <= MOST_REFUSED && leastShare >= LEAST_SHARE;
}

/** Smallest to largest of all seeds. */
function range(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values).toFixed(digits), Math.max(...values).toFixed(digits)];
  return least === most ? least : `${least}–${most}`;
}

function row(kind: Kind, machines: number, seeds: readonly number[]): string {
  const runs = seeds.map((seed) => {
    const options = { limiter: kind, machines: crowd(machines, seed), seed, untilMs: RUN_UNTIL_MS };
    return measure(simulateSharedKey(options), WARM_UP_MS, MEASURED_UNTIL_MS);
  });
  const cells = [
    kind,
    machines,
    range(
      runs.map(({ deliveryMs }) => deliveryMs / 1000),
      2,
    ),
    range(
      runs.map(({ deliveryMs, optimumMs }) => deliveryMs / optimumMs),
      2,
    ),
    range(
      runs.map(({ deliveryP95Ms }) => deliveryP95Ms / 1000),
      1,
    ),
    range(
      runs.map(({ refused }) => refused * 100),
      1,
    ),
    range(
      runs.map(({ leastShare }) => leastShare),
      2,
    ),
    range(
      runs.map(({ acceptedPerSecond }) => acceptedPerSecond),
      1,
    ),
    machines < 5 ? '' : `${runs.filter((run) => meetsBars(kind, run)).length} of ${runs.length}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      limiter: { type: 'string' },
      machines: { type: 'string', default: '1,2,5,10,50,200' },
      seeds: { type: 'string', default: '3' },
      'first-seed': { type: 'string', default: '1' },
      scenarios: { type: 'boolean', default: false },
    },
  });
  const [count = 1] = readCounts(values.seeds, '--seeds');
  const [first = 1] = readCounts(values['first-seed'], '--first-seed');
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const limiters = readLimiters(values.limiter);
  if (values.scenarios) {
    printScenarios(limiters, seeds);
    return;
  }
  console.log(
    '| limiter | machines | mean delivery, s | × the optimum | p95, s | refused, % | least share of the fair one | accepted a second | bars |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |');
  for (const kind of limiters) {
    for (const machines of readCounts(values.machines, '--machines')) console.log(row(kind, machines, seeds));
  }
  console.log(
    `\nMinutes 5 to 60 of virtual time; from smallest to largest of the seeds ${first} to ${first + count - 1}. Delivery is the time from a message's ` +
      'appearing at the service to the next accepted poll there, without the way back. ' +
      'Bars: delivery ≤ 2.5 × (window) or 4 × (spacing) the optimum, refused ≤ 5 %, least share ≥ 0.2, for every seed.',
  );
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

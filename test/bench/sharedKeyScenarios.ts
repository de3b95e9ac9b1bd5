import { between, seededRandom } from '../sandbox/seededRandom';
import { measure } from './sharedKeyMeasures';
import { crowd, simulateSharedKey, type MachinePlan, type SimulationOptions } from './sharedKeySimulation';

interface Scenario {
  readonly name: string;
  readonly machines: (seed: number) => readonly MachinePlan[];
  readonly lossRate?: number;
  readonly retryAfterMs?: number;
  readonly refusesAll?: readonly [from: number, to: number];
  readonly restartsAt?: readonly number[];
  readonly remembers?: boolean;
  /** Stretches to measure, in minutes of virtual time. */
  readonly minutes: readonly (readonly [number, number])[];
}

const MINUTE = 60_000;

/** 10 machines, 50 from the 20th to the 40th minute, then 5. */
function comingAndGoing(seed: number): readonly MachinePlan[] {
  const random = seededRandom(seed + 17);
  const near = (minute: number): number => minute * MINUTE + between(random, 0, MINUTE);
  const plan = (from: number, to: number): MachinePlan => ({ from, to, wishedMs: 1000 });
  return [
    ...Array.from({ length: 5 }, () => plan(near(0), Infinity)),
    ...Array.from({ length: 5 }, () => plan(near(0), near(40))),
    ...Array.from({ length: 40 }, () => plan(near(20), near(40))),
  ];
}

const settled = [[5, 60]] as const;

/** Until the service takes requests again, then on. */
const outage = {
  refusesAll: [10 * MINUTE, 15 * MINUTE],
  minutes: [
    [5, 10],
    [15, 20],
    [20, 30],
    [30, 60],
  ],
} as const;

/** All begin anew at one moment. */
const restart = {
  restartsAt: [30 * MINUTE],
  minutes: [
    [20, 30],
    [30, 31],
    [31, 35],
    [35, 60],
  ],
} as const;

const scenarios: readonly Scenario[] = [
  { name: 'alone, all refused for 5 minutes', machines: (seed) => crowd(1, seed), ...outage },
  { name: '10, all refused for 5 minutes', machines: (seed) => crowd(10, seed), ...outage },
  {
    name: '10, then 50, then 5 machines',
    machines: comingAndGoing,
    minutes: [
      [5, 20],
      [21, 26],
      [26, 40],
      [41, 50],
      [50, 70],
      [70, 100],
    ],
  },
  {
    name: 'one more joins 20 in the 30th minute',
    machines: (seed) => [...crowd(20, seed), { from: 30 * MINUTE, to: Infinity, wishedMs: 1000 }],
    minutes: [
      [5, 30],
      [35, 60],
    ],
  },
  { name: '10, all restart and remember the pace', machines: (seed) => crowd(10, seed), ...restart },
  { name: '10, all restart and know nothing', machines: (seed) => crowd(10, seed), remembers: false, ...restart },
  { name: '50, all restart and remember the pace', machines: (seed) => crowd(50, seed), ...restart },
  { name: '50, all restart and know nothing', machines: (seed) => crowd(50, seed), remembers: false, ...restart },
  {
    name: '8 live, 12 in the background (15 s)',
    machines: (seed) => [...crowd(8, seed), ...crowd(12, seed + 99, { wishedMs: 15_000 })],
    minutes: settled,
  },
  { name: '10, Retry-After 1 s', machines: (seed) => crowd(10, seed), retryAfterMs: 1000, minutes: settled },
  { name: '50, Retry-After 5 s', machines: (seed) => crowd(50, seed), retryAfterMs: 5000, minutes: settled },
  {
    name: '10, each sends every minute',
    machines: (seed) => crowd(10, seed, { sendsEveryMs: MINUTE }),
    minutes: settled,
  },
  {
    name: '50, each sends every 5 minutes',
    machines: (seed) => crowd(50, seed, { sendsEveryMs: 5 * MINUTE }),
    minutes: settled,
  },
  {
    name: '10 and a stranger at 1 a second that never gives way',
    machines: (seed) => [...crowd(10, seed), ...crowd(1, seed + 7, { stubborn: true })],
    minutes: settled,
  },
  { name: '3, 5 % of requests lost', machines: (seed) => crowd(3, seed), lossRate: 0.05, minutes: settled },
  { name: '10, 5 % of requests lost', machines: (seed) => crowd(10, seed), lossRate: 0.05, minutes: settled },
  { name: '50, 5 % of requests lost', machines: (seed) => crowd(50, seed), lossRate: 0.05, minutes: settled },
];

/** Prints how machines fare when the crowd changes and when the network or others are unkind. */
export function printScenarios(limiters: readonly SimulationOptions['limiter'][], seeds: readonly number[]): void {
  console.log(
    '| scenario | limiter | minutes | mean delivery, s | slowest machine, s | refused, % | send accepted after, s (p95) |',
  );
  console.log('| --- | --- | --- | ---: | ---: | ---: | ---: |');
  for (const scenario of scenarios) {
    for (const limiter of limiters) printScenario(scenario, limiter, seeds);
  }
}

function printScenario(scenario: Scenario, limiter: SimulationOptions['limiter'], seeds: readonly number[]): void {
  const { name, machines, minutes, lossRate = 0, retryAfterMs = 0, refusesAll = [0, 0] } = scenario;
  const { restartsAt = [], remembers = true } = scenario;
  const last = Math.max(...minutes.map(([, to]) => to));
  const runs = seeds.map((seed) =>
    simulateSharedKey({
      limiter,
      machines: machines(seed),
      seed,
      untilMs: (last + 30) * MINUTE,
      lossRate,
      retryAfterMs,
      refusesAll,
      restartsAt,
      remembers,
    }),
  );
  const delays = runs.flatMap((records) => records.flatMap(({ sendDelays }) => sendDelays)).sort((a, b) => a - b);
  const sendP95 = delays[Math.floor(delays.length * 0.95)];
  for (const [from, to] of minutes) {
    const measured = runs.map((records) => measure(records, from * MINUTE, to * MINUTE));
    const worst = (pick: (run: (typeof measured)[number]) => number): number => Math.max(...measured.map(pick));
    const cells = [
      name,
      limiter,
      `${from}–${to}`,
      (worst(({ deliveryMs }) => deliveryMs) / 1000).toFixed(1),
      (worst(({ slowestMs }) => slowestMs) / 1000).toFixed(1),
      (worst(({ refused }) => refused) * 100).toFixed(1),
      sendP95 === undefined ? '' : (sendP95 / 1000).toFixed(1),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

import type { MachineRecord } from './sharedKeySimulation';

/** How well machines that share a key were served in a stretch of time. */
export interface Measures {
  /**
   * Mean time from a message's appearing at the service to the machine's next accepted poll there, in milliseconds, over
   * all machines and all moments. The way back to the machine is not in it.
   */
  readonly deliveryMs: number;
  /** The same for the best schedule there can be. */
  readonly optimumMs: number;
  readonly deliveryP95Ms: number;
  /** The mean delivery of the machine that waits longest. */
  readonly slowestMs: number;
  /** The part of all requests that were refused. */
  readonly refused: number;
  /** Accepted polls of the machine with fewest, over the mean of all. */
  readonly leastShare: number;
  readonly acceptedPerSecond: number;
}

/** Accepted requests a second (the service's documented limit for a key). */
const CAPACITY = 5;

/** A wait that begins when a message appears at random: it lasts from `least` to `most` with equal chance. */
interface Wait {
  readonly least: number;
  readonly most: number;
}

/** Measures the machines that were there all the time from `from` to `to`, in milliseconds of virtual time. */
export function measure(records: readonly MachineRecord[], from: number, to: number): Measures {
  const present = records.filter(({ plan }) => plan.from <= from && plan.to >= to && plan.stubborn !== true);
  const waits = present.map((record) => waitsOf(record, from, to));
  const means = waits.map(
    (own) => own.reduce((sum, { least, most }) => sum + (most ** 2 - least ** 2) / 2, 0) / (to - from),
  );
  const seen = records.flatMap(({ requests }) => requests.filter(({ at }) => at >= from && at < to));
  const polls = present.map(
    ({ requests }) => requests.filter(({ at, accepted }) => accepted && at >= from && at < to).length,
  );
  const meanPolls = mean(polls);
  const wishedMs = mean(present.map(({ plan }) => plan.wishedMs));
  return {
    deliveryMs: mean(means),
    optimumMs: Math.max(wishedMs, (present.length / CAPACITY) * 1000) / 2,
    deliveryP95Ms: exceededBy(waits.flat(), 0.05 * (to - from) * present.length),
    slowestMs: Math.max(...means),
    refused: seen.filter(({ accepted }) => !accepted).length / Math.max(1, seen.length),
    leastShare: Math.min(...polls) / meanPolls,
    acceptedPerSecond: (1000 * meanPolls * present.length) / (to - from),
  };
}

/** For every message that appears from `from` to `to`: how long until this machine sees it. */
function waitsOf({ plan, requests }: MachineRecord, from: number, to: number): readonly Wait[] {
  const waits: Wait[] = [];
  let since = from;
  for (const { at, accepted } of requests) {
    if (!accepted || at <= since) continue;
    waits.push({ least: Math.max(0, at - to), most: at - since });
    since = at;
    if (at >= to) return waits;
  }
  if (plan.to < Infinity) return [...waits, { least: 0, most: Math.max(0, plan.to - since) }];
  throw new RangeError('The simulation ends before every message has been seen: let it run longer.');
}

/** The wait that is exceeded for so many milliseconds of appearing, all together. */
function exceededBy(waits: readonly Wait[], milliseconds: number): number {
  let low = 0;
  let high = Math.max(...waits.map(({ most }) => most));
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    const beyond = waits.reduce((sum, { least, most }) => sum + Math.max(0, most - Math.max(least, middle)), 0);
    if (beyond > milliseconds) low = middle;
    else high = middle;
  }
  return high;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

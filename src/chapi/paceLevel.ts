/**
 * The intervals of machines that share a key are all powers of two times a second: level 0 is one second, level 3 eight.
 * Then two schedules that do not collide in one round never do, whatever the two intervals are.
 */
export type PaceLevel = number;

/** Two minutes: with it about 400 machines fit on one key. */
export const SLOWEST_LEVEL: PaceLevel = 7;

/** A quarter of a second: the spacing of a single machine allows no more. */
export const FASTEST_LEVEL: PaceLevel = -2;

/** A level's interval, in milliseconds. */
export function levelIntervalMs(level: PaceLevel): number {
  return 1000 * 2 ** level;
}

/** Where on the scale of levels an interval lies, as a fraction. */
export function levelOf(intervalMs: number): number {
  return Math.min(SLOWEST_LEVEL, Math.max(FASTEST_LEVEL, Math.log2(intervalMs / 1000)));
}

/** The level nearest to an interval. */
export function nearestLevel(intervalMs: number): PaceLevel {
  return Math.round(levelOf(intervalMs));
}

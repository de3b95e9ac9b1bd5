/** Gives numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/**
 * Chance that repeats itself: the same seed gives the same numbers (the mulberry32 generator).
 * @param seed any whole number; only its lowest 32 bits count.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number from `least` (included) to `most` (excluded). */
export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** A copy of `values` in an order by chance. */
export function shuffle<Value>(values: readonly Value[], random: Random): Value[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ value }) => value);
}

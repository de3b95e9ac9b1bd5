/**
 * The time that this process computes for some work, in milliseconds: the least of some runs. What else the machine does
 * is not in it, as it is in the time on a clock.
 */
export function cpuTime(work: () => void, runs = 5): number {
  return Math.min(
    ...Array.from({ length: runs }, () => {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    }),
  );
}

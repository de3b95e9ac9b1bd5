import { decodePaceSnapshot, type PaceSnapshot } from './paceSnapshot';

/**
 * What a request budget knows that has to outlive it: it is handed over to the next host, and kept on disk. Plain JSON.
 *
 * All times in it are told from one moment by the wall clock, so that a clock that is set in the meantime can shift only
 * that moment. The worst of it: set forwards, a pause ends too soon; set backwards, it begins anew. Either is once.
 */
export interface BudgetState {
  /** When this was written down, in milliseconds since 1970. */
  readonly at: number;
  /** How long from then on no request may start, in milliseconds: what a `Retry-After` or the spacing leaves to wait. */
  readonly pauseMs: number;
  readonly pace: PaceSnapshot;
}

/** No answer is trusted to stop everything for longer, in milliseconds. */
export const LONGEST_PAUSE_MS = 5 * 60_000;

/** A pace that was kept longer ago is forgotten: the crowd is another one by then. Milliseconds. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/**
 * Reads a state that was kept.
 * @returns `undefined` when it is none. Numbers out of range are moved into it: a pause is never longer than five minutes.
 */
export function decodeBudgetState(value: unknown): BudgetState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { at, pauseMs, pace } = value as Readonly<Record<string, unknown>>;
  const decoded = decodePaceSnapshot(pace);
  if (typeof at !== 'number' || !Number.isFinite(at) || decoded === undefined) return undefined;
  const pause = typeof pauseMs === 'number' && pauseMs > 0 ? Math.min(LONGEST_PAUSE_MS, pauseMs) : 0;
  return { at, pauseMs: pause, pace: decoded };
}

/** How long ago the state was written down, in milliseconds; 0 when the clock was set back since then. */
export function ageOf({ at }: BudgetState, nowMs: number): number {
  return Math.max(0, nowMs - at);
}

/** Whether what the state says of the pace still holds when it is that old. */
export function isPaceRecent(ageMs: number): boolean {
  return ageMs <= FORGOTTEN_AFTER_MS;
}

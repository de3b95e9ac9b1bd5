import { levelIntervalMs, SLOWEST_LEVEL, FASTEST_LEVEL, type PaceLevel } from './paceLevel';

/** How often a machine asks among others; see `PaceShare`. */
export interface ShareSnapshot {
  readonly level: PaceLevel;
  readonly fairMs: number;
  /** Until the next try to ask twice as often. */
  readonly climbInMs: number;
  readonly climbFailures: number;
  readonly probesAccepted: number;
  readonly acceptedInARow: number;
  readonly isGuess: boolean;
}

/** A census that is under way; see `PaceCensus`. */
export interface CensusSnapshot {
  readonly startedAgoMs: number;
  readonly firstIntervalMs: number;
  readonly grownForMs: number;
  /** The interval of each trial, in milliseconds; negative for one that was refused. */
  readonly trials: readonly number[];
}

/** Refused sends; see `PaceSends`. */
export interface SendsSnapshot {
  readonly refusals: number;
  readonly retryInMs: number;
}

/**
 * What a `SharedPace` knows, as one process hands it over to the next. Plain JSON. Times are told from the moment of the
 * snapshot, in milliseconds, because no two processes have a monotonic clock in common.
 */
export interface PaceSnapshot {
  readonly phase: 'counting' | 'seeking' | 'holding';
  /** Absent while the key seems to be one's own. */
  readonly share?: ShareSnapshot;
  /** Present while `counting`. */
  readonly census?: CensusSnapshot;
  readonly sends: SendsSnapshot;
  /** Absent before the first poll. */
  readonly slotAgoMs?: number;
  /** Until the next try to find a slot; absent when that try is under way. */
  readonly tryInMs?: number;
  readonly probeNext: boolean;
  /** Whether each of the last polls in the slot was accepted, oldest first. */
  readonly recent: readonly boolean[];
  readonly refusedInARow: number;
  readonly seekTries: number;
  /** Absent when nothing was refused. */
  readonly lastRefusalAgoMs?: number;
}

const DAY_MS = 86_400_000;

/** Longer than any wait that the pace ever plans, in milliseconds. */
const LONGEST_WAIT_MS = 2 * levelIntervalMs(SLOWEST_LEVEL);

/** A census at the slowest pace has fewer trials. */
const MOST_TRIALS = 500;

/** As many outcomes as a pace remembers. */
const MOST_RECENT = 12;

const SLOWEST_MS = levelIntervalMs(SLOWEST_LEVEL);

/**
 * Reads a snapshot that was kept by some version of this program, or changed by whatever wrote to its disk.
 * @returns `undefined` when it is none; numbers out of range are moved into it, so that no value stops or hurries the
 *   polls by more than the slowest pace and the fastest one
 */
export function decodePaceSnapshot(value: unknown): PaceSnapshot | undefined {
  if (!isRecord(value)) return undefined;
  const { phase } = value;
  if (phase !== 'counting' && phase !== 'seeking' && phase !== 'holding') return undefined;
  const share = decodeShare(value['share']);
  const census = decodeCensus(value['census']);
  if (phase === 'counting' ? census === undefined : phase === 'seeking' && share === undefined) return undefined;
  const sends = isRecord(value['sends']) ? value['sends'] : {};
  const slotAgoMs = within(value['slotAgoMs'], -SLOWEST_MS, DAY_MS);
  const tryInMs = within(value['tryInMs'], 0, LONGEST_WAIT_MS);
  const lastRefusalAgoMs = within(value['lastRefusalAgoMs'], 0, DAY_MS);
  const recent = Array.isArray(value['recent']) ? (value['recent'] as unknown[]) : [];
  return {
    phase,
    ...(share === undefined ? {} : { share }),
    ...(census === undefined || phase !== 'counting' ? {} : { census }),
    sends: {
      refusals: countOf(sends['refusals'], 100),
      retryInMs: within(sends['retryInMs'], 0, LONGEST_WAIT_MS) ?? 0,
    },
    ...(slotAgoMs === undefined ? {} : { slotAgoMs }),
    ...(tryInMs === undefined ? {} : { tryInMs }),
    probeNext: value['probeNext'] === true,
    recent: recent.slice(-MOST_RECENT).filter((accepted) => typeof accepted === 'boolean'),
    refusedInARow: countOf(value['refusedInARow'], 100),
    seekTries: countOf(value['seekTries'], 100),
    ...(lastRefusalAgoMs === undefined ? {} : { lastRefusalAgoMs }),
  };
}

/** How long a pace that does not change stays as it was kept: then it is kept anew, so that its age tells its worth. */
const KEPT_ANEW_MS = 600_000;

/** A slot that moved by less is kept as it was, in milliseconds. */
const SLOT_STEP_MS = 25;

/** Polls in a row that are worth keeping. */
const ACCEPTED_STEP = 50;

/**
 * Stays the same while nothing changes in the snapshot that is worth keeping.
 * @param nowMs when the snapshot was made, in monotonic milliseconds
 */
export function gistOfPace({ phase, share, census, sends, slotAgoMs }: PaceSnapshot, nowMs: number): string {
  const counted = census === undefined ? 0 : Math.floor(census.trials.length / 10);
  const retryAt = sends.retryInMs === 0 ? 0 : Math.round((nowMs + sends.retryInMs) / 100);
  if (share === undefined) return [phase, counted, sends.refusals, retryAt].join(' ');
  const interval = levelIntervalMs(share.level);
  const slot = slotAgoMs === undefined ? 0 : Math.round(((nowMs - slotAgoMs) % interval) / SLOT_STEP_MS);
  const climbs = `${share.level} ${share.climbFailures} ${share.probesAccepted} ${Math.round(share.fairMs)}`;
  const lasts = `${Math.floor(share.acceptedInARow / ACCEPTED_STEP)} ${Math.floor(nowMs / KEPT_ANEW_MS)}`;
  return [phase, counted, sends.refusals, retryAt, slot, climbs, lasts].join(' ');
}

function decodeShare(value: unknown): ShareSnapshot | undefined {
  if (!isRecord(value)) return undefined;
  const level = within(value['level'], FASTEST_LEVEL, SLOWEST_LEVEL);
  const fairMs = within(value['fairMs'], levelIntervalMs(FASTEST_LEVEL), 2 * SLOWEST_MS);
  if (level === undefined || fairMs === undefined) return undefined;
  return {
    level: Math.round(level),
    fairMs,
    climbInMs: within(value['climbInMs'], 0, DAY_MS / 4) ?? 0,
    climbFailures: countOf(value['climbFailures'], 4),
    probesAccepted: countOf(value['probesAccepted'], 2),
    acceptedInARow: countOf(value['acceptedInARow'], 1e6),
    isGuess: value['isGuess'] === true,
  };
}

function decodeCensus(value: unknown): CensusSnapshot | undefined {
  if (!isRecord(value)) return undefined;
  const startedAgoMs = within(value['startedAgoMs'], 0, DAY_MS);
  const firstIntervalMs = within(value['firstIntervalMs'], 1000, SLOWEST_MS);
  const { trials } = value;
  if (startedAgoMs === undefined || firstIntervalMs === undefined || !Array.isArray(trials)) return undefined;
  return {
    startedAgoMs,
    firstIntervalMs,
    // Never grown for longer than it has been going on.
    grownForMs: within(value['grownForMs'], 0, startedAgoMs) ?? 0,
    trials: (trials as unknown[])
      .slice(-MOST_TRIALS)
      .filter((trial) => typeof trial === 'number' && Math.abs(trial) >= 1000 && Math.abs(trial) <= DAY_MS) as number[],
  };
}

/** The number, moved between the two; `undefined` when it is none. */
function within(value: unknown, least: number, most: number): number | undefined {
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(most, Math.max(least, value)) : undefined;
}

function countOf(value: unknown, most: number): number {
  return Math.floor(within(value, 0, most) ?? 0);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

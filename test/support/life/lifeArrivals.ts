import { isKnowableOwn, type RoomHistoryOfMachine, type SentText, type ViolationKind } from './lifeHistory';
import type { KeptMessage } from './lifeRoom';

/** What is known when a machine announces a message as new. */
export interface Announcement {
  readonly id: string;
  readonly machine: number;
  /** Milliseconds of the life. */
  readonly at: number;
  /** All that were ever stored in the room. */
  readonly truth: readonly KeptMessage[];
  readonly history: RoomHistoryOfMachine;
  readonly sent: readonly SentText[];
  /** How far the service may be behind, in milliseconds. */
  readonly lagMs: number;
}

/** The first answer may be so much older than its arrival, in milliseconds. */
const FIRST_ANSWER_MS = 1000;

/** What is wrong with the announcement, which is remembered. */
export function takeAnnouncement({
  id,
  machine,
  at,
  truth,
  history,
  sent,
  lagMs,
}: Announcement): readonly ViolationKind[] {
  const kinds: ViolationKind[] = [];
  const message = truth.findLast((candidate) => candidate.id === id);
  const before = history.announced.get(id);
  history.announced.set(id, at);
  if (before !== undefined && !history.mayForget(before)) kinds.push('announcedTwice');
  if (message === undefined) return kinds;
  if (isKnowableOwn(message, machine, history, truth, sent)) kinds.push('announcedOwn');
  if (message.storedAt < (history.firstAnswerAt ?? 0) - lagMs - FIRST_ANSWER_MS) kinds.push('announcedOld');
  return kinds;
}

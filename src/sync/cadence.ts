import type { Fault } from '../chat/fault';

/** What is known when the next look at a room is planned. Milliseconds throughout. */
export interface CadenceFacts {
  /** The room is open in a chat that can be seen. */
  readonly inSight: boolean;
  /** The window has the keyboard. */
  readonly focused: boolean;
  /** Since the window lost the keyboard; 0 while it has it. */
  readonly unfocusedMs: number;
  /** Since the last message arrived in the room or was sent from here. */
  readonly quietMs: number;
  /** How often the fetch of this room failed in a row, and why the last time. */
  readonly faultsInARow: number;
  readonly lastFault?: Fault;
  readonly activeMs: number;
  readonly backgroundMs: number;
}

const MINUTE = 60_000;

/** How far the delay is spread to both sides, so that machines with one key do not march in step. */
const JITTER = 0.1;

/**
 * The time to the next look at a room.
 *
 * | situation | delay |
 * | --- | --- |
 * | in sight, focused, last message under 2 minutes ago | `activeMs` |
 * | in sight, last message under 10 minutes ago, or not focused | 2 × `activeMs` |
 * | in sight, quiet for longer | 5 × `activeMs`, at most `backgroundMs` |
 * | out of sight | `backgroundMs` |
 * | window without keyboard for 10 minutes | at least 65 s |
 * | room refused (403, 404) | at least 10 s in sight, 60 s out of sight |
 * | key refused (401) | 60 s |
 * | no answer of the service (no network, a sign-in page), n in a row | the delay × 2ⁿ, at most 10 s in sight, 30 s out of sight |
 * | too many requests (429) | as without: the pace of the request budget says when |
 * | any other fault, n in a row | the delay × 2ⁿ, at most 60 s |
 *
 * A request that does not reach the service costs it nothing, and nobody tells us when the network is back.
 *
 * @param random from 0 to 1, for the jitter of ±10 %
 */
export function nextDelay(facts: CadenceFacts, random: number): number {
  const jitter = 1 - JITTER + 2 * JITTER * random;
  return Math.round(jitter * afterFault(facts, undisturbed(facts)));
}

/**
 * Least time between two looks at rooms out of sight, in milliseconds: however many there are, together they take a
 * small part of the key, and less still while nobody looks.
 * @param visible a chat can be seen
 */
export function backgroundSpacing(visible: boolean, backgroundMs: number): number {
  return visible ? backgroundMs / 5 : backgroundMs * 0.8;
}

function undisturbed(facts: CadenceFacts): number {
  const away = facts.unfocusedMs >= 10 * MINUTE;
  if (away) return Math.max(facts.backgroundMs, 72_000);
  if (!facts.inSight) return facts.backgroundMs;
  if (facts.quietMs >= 10 * MINUTE) return Math.max(facts.activeMs, Math.min(5 * facts.activeMs, facts.backgroundMs));
  if (facts.quietMs >= 2 * MINUTE || !facts.focused) return 2 * facts.activeMs;
  return facts.activeMs;
}

function afterFault({ lastFault, faultsInARow, inSight }: CadenceFacts, delay: number): number {
  switch (lastFault?.kind) {
    case undefined:
    case 'throttled':
      return delay;
    case 'unauthorized':
      return Math.max(delay, MINUTE);
    case 'forbidden':
    case 'noSuchRoom':
      return Math.max(delay, inSight ? 10_000 : MINUTE);
    case 'network':
    case 'timeout':
    case 'badAnswer':
      return backOff(delay, faultsInARow, inSight ? 10_000 : 30_000);
    case 'server':
    case 'tooLarge':
      return backOff(delay, faultsInARow, MINUTE);
  }
}

function backOff(delay: number, faultsInARow: number, longest: number): number {
  return Math.max(delay, Math.min(longest, delay * 2 ** Math.min(faultsInARow, 10)));
}

/** Whether the fault means that no answer of the service came: another network may be all that is needed. */
export function isOutOfReach(fault: Fault | undefined): boolean {
  return fault?.kind === 'network' || fault?.kind === 'timeout' || fault?.kind === 'badAnswer';
}

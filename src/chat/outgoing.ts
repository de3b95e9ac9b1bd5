import type { Fault } from './fault';
import type { Position, RoomName } from './message';

/**
 * How far an own message has come:
 * `queued` waits for its turn, `sending` is on its way, `unconfirmed` ended without an answer and may have arrived,
 * `sent` was taken by the service, `failed` was refused and waits for the user.
 */
export type OutgoingState = 'queued' | 'sending' | 'unconfirmed' | 'sent' | 'failed';

/** A message that the user wrote here. Serialisable: it outlives the process. */
export interface Outgoing {
  /** Made here, unique among all that is kept. */
  readonly localId: string;
  readonly room: RoomName;
  readonly text: string;
  /** Milliseconds since 1970 by this machine's clock. */
  readonly createdAt: number;
  readonly state: OutgoingState;
  /**
   * Ids of messages that cannot be this one: those known in the room when it first left. They stay when it is sent again,
   * because the first copy may still turn up. Absent until it first leaves.
   */
  readonly others?: readonly string[];
  /** The oldest place that was known in the room then: what is older cannot be this one. Absent when all was known. */
  readonly oldestKnown?: Position;
  /** Ids of messages that turned out to be other own ones. They may have come after this one. */
  readonly twins?: readonly string[];
  /** How many sends since the user's last word ended in doubt; see {@link mayHaveArrived}. */
  readonly doubts?: number;
  /** A send of it ended in doubt at some time: a copy may be in the room, whatever became of later sends. */
  readonly mayHaveArrived?: boolean;
  /** While it is `sending`: its request has begun to leave. Not kept. */
  readonly hasLeft?: boolean;
  /** Until when it holds up those written after it while it is in doubt, monotonic milliseconds. Not kept. */
  readonly holdsUpTo?: number;
  /** When its last send ended, monotonic milliseconds of this process. Not kept. */
  readonly endedAt?: number;
  /** For how long after that a poll can't tell that it is absent, in milliseconds. */
  readonly settleMs?: number;
  /** How many polls in a row that must have shown it did not. Not kept. */
  readonly absentFrom?: number;
  /** How many polls could not tell whether it arrived. Not kept. */
  readonly untoldBy?: number;
  /** The text as the service's answer gave it back, once there was one. */
  readonly parsed?: string;
  /** The id of the message in the room that is this one, once it was seen there. Not kept. */
  readonly echoId?: string;
  /** Nothing but its text speaks for that message, and others may have written the same. Not kept. */
  readonly isEchoDoubtful?: boolean;
  /** The user gave it up; it is here only until the disk has forgotten it. */
  readonly isDiscarded?: boolean;
  /** Why it is `failed` or `unconfirmed`. Not kept. */
  readonly fault?: Fault;
}

import type { Fault } from './fault';
import type { RoomName } from './message';

/**
 * How far an own message has come:
 * `queued` waits for its turn, `sending` is on its way, `unconfirmed` ended without an answer and may have arrived,
 * `sent` was taken by the service, `failed` was refused and waits for the person.
 */
export type OutgoingState = 'queued' | 'sending' | 'unconfirmed' | 'sent' | 'failed';

/** A message that this person wrote here. Serialisable: it outlives the process. */
export interface Outgoing {
  /** Made here, unique among all that is kept. */
  readonly localId: string;
  readonly room: RoomName;
  readonly text: string;
  /** Milliseconds since 1970 by this machine's clock. */
  readonly createdAt: number;
  readonly state: OutgoingState;
  /** Ids of messages that cannot be this one: those known in the room when it last left. Absent until it first leaves. */
  readonly others?: readonly string[];
  /** Ids of messages that turned out to be other own ones. They may have come after this one. */
  readonly twins?: readonly string[];
  /** How many pages that must have held it did not, one after the other. */
  readonly absentFrom?: number;
  /** How many pages could not tell whether it arrived; counted only until it is clear that none will. */
  readonly untoldBy?: number;
  /** The text as the service's answer gave it back, once there was one. */
  readonly parsed?: string;
  /** The id of the message in the room that is this one, once it was seen there. */
  readonly echoId?: string;
  /** Why it is `failed` or `unconfirmed`. */
  readonly fault?: Fault;
}

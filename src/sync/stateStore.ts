/** What earlier engines have left. */
export interface TakenOutgoing {
  /** In no order. Ours from now on. */
  readonly values: readonly unknown[];
  /** False when some of it could not be taken now: it is still there, and whoever asks again later is given it. */
  readonly isComplete: boolean;
}

/**
 * Where an engine keeps what must outlive it, for one key at one address. What is asked for is done in the order of asking. Whatever is given back was written by some
 * version of this program at some time: it is checked before it is used. What rejects has tried for a while, and may be asked for again.
 */
export interface StateStore {
  /** What earlier engines of this key that are gone have left in their outboxes. Nothing is given twice, nor what was dropped. */
  takeOutgoing(): Promise<TakenOutgoing>;
  /**
   * Resolves when the value would survive a crash.
   * @throws OutboxTakenError when the message, kept here before, is another engine's by now: it must not be sent from here
   */
  keepOutgoing(localId: string, value: unknown): Promise<void>;
  /** Resolves when the message can never be given by `takeOutgoing` again. */
  dropOutgoing(localId: string): Promise<void>;
  /** Whether a message was dropped not long ago, by whichever engine: it must not be sent again. */
  wasDropped(localId: string): Promise<boolean>;
  /** A value kept by its name; nothing when there is none, or when it was damaged. Rejects when it cannot be read now: that says nothing of what is there. */
  read(name: string): Promise<unknown>;
  /** Resolves when the value would survive a crash. */
  write(name: string, value: unknown): Promise<void>;
}

/** The code of an `OutboxTakenError`. */
export const OUTBOX_TAKEN = 'ETAKEN';

/** Another engine has taken the outbox over, because this one gave no sign of life for long: its machine slept, perhaps. */
export class OutboxTakenError extends Error {
  readonly code = OUTBOX_TAKEN;

  constructor() {
    super('Another window has taken this message over.');
  }
}

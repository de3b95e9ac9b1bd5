/** Unsent messages that earlier engines have left. */
export interface TakenOutgoing {
  /** In no order. They belong to this engine from now on. */
  readonly values: readonly unknown[];
  /** False when some could not be taken now. They are still there, and a later call may give them. */
  readonly isComplete: boolean;
}

/**
 * Keeps what must outlive an engine, for one key at one address. Calls are carried out in their order. Values may have been
 * written by any version of this program, so the caller checks them. A call that rejects has tried for a while, and may be
 * repeated.
 */
export interface StateStore {
  /** Takes what this key's dead engines have left in their outboxes. Gives no message twice, and none that was dropped. */
  takeOutgoing(): Promise<TakenOutgoing>;
  /**
   * Resolves when the value would survive a crash.
   * @throws OutboxTakenError when another engine has taken the message, which was kept here before: it must not be sent from here
   */
  keepOutgoing(localId: string, value: unknown): Promise<void>;
  /** Resolves when `takeOutgoing` can never give the message again. */
  dropOutgoing(localId: string): Promise<void>;
  /** Whether any engine dropped the message not long ago, so that it must not be sent again. */
  wasDropped(localId: string): Promise<boolean>;
  /**
   * The value of a name; `undefined` when there is none or it is damaged. Rejects when it cannot be read now, which says
   * nothing about whether there is one.
   */
  read(name: string): Promise<unknown>;
  /** Resolves when the value would survive a crash. */
  write(name: string, value: unknown): Promise<void>;
}

/** The code of an `OutboxTakenError`. */
export const OUTBOX_TAKEN = 'ETAKEN';

/** Another engine has taken the outbox over because this one gave no sign of life for long. Perhaps its machine slept. */
export class OutboxTakenError extends Error {
  readonly code = OUTBOX_TAKEN;

  constructor() {
    super('Another window has taken this message over.');
  }
}

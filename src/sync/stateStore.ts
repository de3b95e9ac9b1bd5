/**
 * Where an engine keeps what must outlive it, for one key at one address. What is asked for is done in the order of asking. Whatever is given back was written by some
 * version of this program at some time: it is checked before it is used.
 */
export interface StateStore {
  /**
   * What earlier engines that are gone have left in their outboxes, in no order. Ours from now on, and given once. Rejects
   * when nothing could be taken.
   */
  takeOutgoing(): Promise<TakenOutgoing>;
  /** Resolves when the value would survive a crash. */
  keepOutgoing(localId: string, value: unknown): Promise<void>;
  dropOutgoing(localId: string): Promise<void>;
  /** Whether a message was dropped not long ago, by whichever engine: it must not be sent again. */
  wasDropped(localId: string): Promise<boolean>;
  /** A value kept by its name; nothing when there is none, or none that can be read. */
  read(name: string): Promise<unknown>;
  /** Resolves when the value would survive a crash. */
  write(name: string, value: unknown): Promise<void>;
}

/** What was taken out of the outboxes of engines that are gone. */
export interface TakenOutgoing {
  readonly values: readonly unknown[];
  /** Otherwise some outbox could not be read or taken now, and must be asked for again. */
  readonly isComplete: boolean;
}

import { KEY_AUTHOR, type KeptMessage } from './lifeRoom';

/** What can be wrong with a life. Those that end in `Unprovable` are counted and are no fault. */
export const VIOLATIONS = [
  'lost',
  'lostUnprovable',
  'doubled',
  'doubledUnprovable',
  'sentAfterDiscard',
  'missing',
  'missingWithoutGap',
  'shownTwice',
  'outOfOrder',
  'invented',
  'wrongText',
  'escapedText',
  'falseDeletion',
  'flicker',
  'deletionUnnoticed',
  'deletionUnnoticedAtStart',
  'falseEdit',
  'editForgotten',
  'falseStart',
  'ownUnread',
  'ownAsStranger',
  'strangerAsOwn',
  'announcedTwice',
  'announcedOld',
  'announcedOwn',
  'unreadAsRead',
  'readAsUnread',
  'unreadCount',
  'unreadDropped',
  'retryAfterIgnored',
  'retryAfterForgotten',
  'unhandledRejection',
  'neverLoaded',
] as const;
export type ViolationKind = (typeof VIOLATIONS)[number];

/** Something that must not be. */
export interface Violation {
  readonly kind: ViolationKind;
  /** Milliseconds of the life; absent for what was found at its end. */
  readonly at?: number;
  readonly machine?: number;
  readonly what: string;
}

/** Whether it counts as a fault. */
export function isFault({ kind }: Violation): boolean {
  return !kind.endsWith('Unprovable');
}

/** A text that a user sent. */
export interface SentText {
  readonly machine: number;
  readonly room: string;
  readonly text: string;
  /** Milliseconds of the life. */
  readonly at: number;
  /** Empty until it is known to be kept. */
  localId: string;
  /** Whether the user was told that it is kept; `maybe` when the process was killed before it could say. */
  kept: 'yes' | 'no' | 'maybe';
  retries: number;
  discardedAt: number | undefined;
  /** Its process ended before it can have written that it was discarded. */
  mayComeBack?: true;
}

/** How long before a kill what happened may not be on disk yet, in milliseconds. */
const UNWRITTEN_MS = 2000;

/** How long after a fault of the disk a process may still have to write what failed then, in milliseconds. */
const UNWRITTEN_AFTER_FAULT_MS = 15_000;

/** What one machine and its user have seen of one room. */
export class RoomHistoryOfMachine {
  /** When the first answer for the room came: what was there before counts as read. */
  firstAnswerAt: number | undefined;
  /** Answers that came, and when the last one did. */
  polls = 0;
  lastAnswerAt = -Infinity;
  /** How often what is shown was said to have changed. */
  changes = 0;
  /** Texts in which a message came in answers, by id. */
  readonly received = new Map<string, Set<string>>();
  /** When a message first came in an answer, by id. */
  readonly receivedAt = new Map<string, number>();
  /** Texts in which a message was shown, by id. */
  readonly shown = new Map<string, Set<string>>();
  readonly announced = new Map<string, number>();
  readonly read = new Map<string, number>();
  /** Whether these are read is not certain. */
  readonly uncertain = new Set<string>();
  /** What was stored up to here, in milliseconds of the life, may be read or not. */
  uncertainUpTo = -Infinity;
  /** What happened within these times may be forgotten: a process ended before it can have been written. */
  readonly #forgotten: { readonly from: number; readonly to: number }[] = [];

  receive(at: number, page: readonly { readonly id: string; readonly text: string }[]): void {
    this.firstAnswerAt ??= at;
    this.polls++;
    this.lastAnswerAt = at;
    for (const { id, text } of page) {
      addTo(this.received, id, text);
      if (!this.receivedAt.has(id)) this.receivedAt.set(id, at);
    }
  }

  show(id: string, text: string): void {
    addTo(this.shown, id, text);
  }

  /**
   * The user reads what is shown, up to some message.
   * @param read ids up to there
   * @param shown ids of all that is shown; of what is known beside it nobody can say whether it is meant
   */
  markRead(at: number, read: readonly string[], shown: readonly string[]): void {
    for (const id of read) if (!this.read.has(id)) this.read.set(id, at);
    const seen = new Set(shown);
    for (const id of this.received.keys()) if (!seen.has(id)) this.uncertain.add(id);
  }

  /** A process ended. `faultyFrom`: when the disk last began to fail, if that was not long ago. */
  processEnded(at: number, killed: boolean, faultyFrom: number | undefined): void {
    const from = unwrittenFrom(at, killed, faultyFrom);
    for (const [id, readAt] of this.read) if (readAt >= from) this.uncertain.add(id);
    if (from < Infinity) this.#forgotten.push({ from, to: at });
    if (faultyFrom !== undefined) this.uncertainUpTo = at;
  }

  /** Whether what was seen at that time, or at some time from then on, may be forgotten. */
  mayForget(at: number, orLater = false): boolean {
    return this.#forgotten.some(({ from, to }) => at <= to && (orLater || at >= from));
  }

  /** Whether the message must be shown as unread, must not be, or either (`undefined`). */
  mustBeUnread({ id, storedAt }: KeptMessage, lagMs: number): boolean | undefined {
    const first = this.firstAnswerAt;
    if (first === undefined || this.uncertain.has(id) || storedAt <= this.uncertainUpTo) return undefined;
    if (this.read.has(id)) return false;
    if (storedAt > first) return true;
    return storedAt < first - lagMs ? false : undefined;
  }
}

/** What one machine and its user have seen. */
export class MachineHistory {
  readonly rooms = new Map<string, RoomHistoryOfMachine>();
  /** When the disk last began to fail to write, and when that ends. */
  #diskFault: { readonly from: number; readonly to: number } | undefined;

  room(room: string): RoomHistoryOfMachine {
    const known = this.rooms.get(room) ?? new RoomHistoryOfMachine();
    this.rooms.set(room, known);
    return known;
  }

  noteDiskFault(from: number, to: number): void {
    const before = this.#diskFault;
    const isOne = before !== undefined && from - before.to < UNWRITTEN_AFTER_FAULT_MS;
    this.#diskFault = isOne ? { from: before.from, to: Math.max(to, before.to) } : { from, to };
  }

  /** @param sent what the machine's user sent */
  processEnded(at: number, killed: boolean, sent: readonly SentText[]): void {
    const fault = this.#diskFault;
    const isRecent = fault !== undefined && at - fault.to < UNWRITTEN_AFTER_FAULT_MS;
    const faultyFrom = isRecent ? fault.from : undefined;
    for (const room of this.rooms.values()) room.processEnded(at, killed, faultyFrom);
    const from = unwrittenFrom(at, killed, faultyFrom);
    for (const one of sent) if (one.discardedAt !== undefined && one.discardedAt >= from) one.mayComeBack = true;
  }
}

/** From when on what happened may not be on disk when a process ends; infinite when all is. */
function unwrittenFrom(at: number, killed: boolean, faultyFrom: number | undefined): number {
  if (faultyFrom !== undefined) return faultyFrom - UNWRITTEN_MS;
  return killed ? at - UNWRITTEN_MS : Infinity;
}

function addTo(texts: Map<string, Set<string>>, id: string, text: string): void {
  const known = texts.get(id);
  if (known === undefined) texts.set(id, new Set([text]));
  else known.add(text);
}

/**
 * Whether the message is an own one of the machine that it can know for its own: it came in an answer as it was sent
 * before anybody edited it, its user did not give it up, it is there no more often than it was sent, and nobody who bears
 * the same author wrote the same.
 */
export function isKnowableOwn(
  { writer, id, raw, texts }: KeptMessage,
  machine: number,
  { received }: RoomHistoryOfMachine,
  all: readonly KeptMessage[],
  sent: readonly SentText[],
): boolean {
  if (writer !== machine || received.get(id)?.has(texts[0]?.text ?? '') !== true) return false;
  const room = all[0]?.room;
  const sends = sent.filter((one) => one.machine === machine && one.room === room && one.text === raw);
  const alike = all.filter((other) => other.raw === raw && other.authorId === KEY_AUTHOR);
  return sends.every(({ discardedAt }) => discardedAt === undefined) && alike.length <= sends.length;
}

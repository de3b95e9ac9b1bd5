import type { FeedEntry, RoomSummary } from '../../../src/sync/feed';
import type { RoomHistoryOfMachine, Violation } from './lifeHistory';
import type { KeptMessage } from './lifeRoom';

/** Answers that may show a message as deleted which is there: a second one has to agree, and the third has the truth. */
const FORGIVEN_POLLS = 2;

/** An answer that comes so long after a message was stored knows of it, in milliseconds. */
const FRESH_MS = 10_000;

/** What is shown is looked at so often even if nothing is said to have changed, in milliseconds. */
const UNASKED_MS = 30_000;

/** What is seen of a room at one moment. */
export interface Sample {
  /** Milliseconds of the life. */
  readonly at: number;
  readonly entries: readonly FeedEntry[];
  readonly summary: Pick<RoomSummary, 'older' | 'loaded'> | undefined;
  /** All that were ever stored in the room. */
  readonly truth: readonly KeptMessage[];
  /** The messages that a client can come to know of by asking. */
  readonly reachable: () => ReadonlySet<KeptMessage>;
}

/** Watches one room of one machine through a life, for what may look right again at its end. */
export class RoomWatch {
  readonly #machine: number;
  readonly #room: string;
  readonly #history: RoomHistoryOfMachine;
  readonly #report: (violation: Violation) => void;
  /** How many answers had come when a message that is there was first shown as deleted, by id. */
  readonly #deletedSince = new Map<string, number>();
  #isFalseStart = false;
  #changes = -1;
  #takenAt = -Infinity;

  constructor(machine: number, room: string, history: RoomHistoryOfMachine, report: (violation: Violation) => void) {
    this.#machine = machine;
    this.#room = room;
    this.#history = history;
    this.#report = report;
  }

  /** Whether a look can show what the last one did not. */
  isDue(at: number): boolean {
    const { changes } = this.#history;
    const isDue = changes !== this.#changes || this.#deletedSince.size > 0 || at >= this.#takenAt + UNASKED_MS;
    if (isDue) this.#takenAt = at;
    this.#changes = changes;
    return isDue;
  }

  take(sample: Sample): void {
    const byId = new Map(sample.truth.map((message) => [message.id, message]));
    for (const entry of sample.entries) {
      if (entry.kind === 'message') this.#history.show(entry.message.id, entry.message.text);
    }
    this.#findFlickers(sample, byId);
    this.#findFalseStart(sample);
  }

  #findFlickers({ at, entries }: Sample, byId: ReadonlyMap<string, KeptMessage>): void {
    const { polls } = this.#history;
    const shown = new Set<string>();
    for (const entry of entries) {
      if (entry.kind !== 'deleted') continue;
      const { id } = entry.message;
      const message = byId.get(id);
      if (message === undefined || message.deletedAt !== undefined) continue;
      shown.add(id);
      const since = this.#deletedSince.get(id) ?? polls;
      this.#deletedSince.set(id, since);
      if (polls - since <= FORGIVEN_POLLS || since === -Infinity) continue;
      this.#deletedSince.set(id, -Infinity);
      this.#found('flicker', at, `${id} "${message.raw}" shown as deleted`);
    }
    for (const id of this.#deletedSince.keys()) if (!shown.has(id)) this.#deletedSince.delete(id);
  }

  #findFalseStart({ at, entries, summary, truth, reachable }: Sample): void {
    const isStart = summary?.loaded === true && summary.older === 'end';
    const oldest = entries.find((entry) => entry.kind !== 'outgoing')?.message.timestamp ?? Infinity;
    const { lastAnswerAt } = this.#history;
    const isOlder = (message: KeptMessage): boolean =>
      message.timestamp < oldest &&
      message.deletedAt === undefined &&
      !message.late &&
      message.storedAt < Math.min(at, lastAnswerAt) - FRESH_MS;
    const candidates = isStart ? truth.filter(isOlder) : [];
    const known = candidates.length === 0 ? undefined : reachable();
    const older = candidates.filter((message) => known?.has(message) === true);
    if (older.length > 0 && !this.#isFalseStart) this.#found('falseStart', at, `${older.length} older messages`);
    this.#isFalseStart = older.length > 0;
  }

  #found(kind: Violation['kind'], at: number, what: string): void {
    this.#report({ kind, at, machine: this.#machine, what: `${what} in "${this.#room}"` });
  }
}

import type { RoomName } from '../chat/message';
import type { Draft } from '../protocol/messages';

const DRAFTS = 'drafts';

/** Rooms beyond these are forgotten, the longest untouched first. */
const MAX_ROOMS = 50;

/** A longer one stays in the page that it is typed in. */
const MAX_LENGTH = 20_000;

/** A memento of VS Code. */
interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

type Kept = readonly [room: RoomName, text: string, time: number];

/**
 * What was typed last in the rooms, kept for the time when no window runs: a page that was hidden when its text was sent
 * from elsewhere must not bring it back. Empty ones count.
 */
export class Drafts {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** @param time milliseconds since 1970 */
  note(room: RoomName, text: string, time: number): void {
    const others = this.#kept.filter(([other]) => other !== room);
    if (text.length <= MAX_LENGTH) others.push([room, text, time]);
    void this.#memory.update(DRAFTS, others.slice(-MAX_ROOMS));
  }

  /** All that is known: what running windows say, which is the newest, and what was kept of the other rooms. */
  with(running: ReadonlyMap<RoomName, string>): readonly Draft[] {
    return [
      ...[...running].map(([room, text]) => ({ room, text })),
      ...this.#kept.filter(([room]) => !running.has(room)).map(([room, text, time]) => ({ room, text, time })),
    ];
  }

  get #kept(): Kept[] {
    const kept = this.#memory.get(DRAFTS);
    return Array.isArray(kept) ? kept.filter(isKept) : [];
  }
}

function isKept(value: unknown): value is Kept {
  if (!Array.isArray(value)) return false;
  const [room, text, time] = value as unknown[];
  return typeof room === 'string' && typeof text === 'string' && typeof time === 'number';
}

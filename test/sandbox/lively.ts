import type { SandboxControl } from './control';
import { answerTo } from './livelyAnswers';
import type { Conversation, Line, RoomScript } from './livelyScript';
import { backendScript } from './livelyScriptBackend';
import { defaultRoomScript } from './livelyScriptDefaultRoom';
import { designScript } from './livelyScriptDesign';
import { between, seededRandom, type Random } from './seededRandom';

/** Calls back once after so many milliseconds, and gives back what prevents it. */
export type Schedule = (callback: () => void, ms: number) => () => void;

/** What the colleagues need of the world. */
export interface LivelyOptions {
  /** Where they talk. */
  readonly control: SandboxControl;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly schedule?: Schedule;
  /** The same seed talks at the same pace. */
  readonly seed?: number;
}

/** Enough to scroll through, and few enough for a sandbox that runs for weeks. */
const HISTORY_LIMIT = 3000;

/** How many lines a room has at least before anybody looks. */
const HISTORY_LINES = 24;

/** Pauses in milliseconds, each between a least and a most. */
const PACE = {
  first: [2_000, 9_000],
  withinConversation: [5_000, 14_000],
  betweenConversations: [25_000, 60_000],
  answer: [1_500, 4_000],
  withinHistory: [20_000, 90_000],
  betweenHistory: [20 * 60_000, 60 * 60_000],
  sinceHistory: [3 * 60_000, 8 * 60_000],
} as const satisfies Record<string, readonly [number, number]>;

function scheduleWithTimers(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** Where a room's talk stands. */
class Conversations {
  readonly room: string;
  readonly #conversations: readonly Conversation[];
  readonly #random: Random;
  #next = 0;
  #lines: Line[] = [];
  #numbers: Readonly<Record<string, number>> = {};

  constructor({ room, conversations }: RoomScript, random: Random) {
    this.room = room;
    this.#conversations = conversations;
    this.#random = random;
  }

  /** Whether the next line is the first of a conversation. */
  get isBetween(): boolean {
    return this.#lines.length === 0;
  }

  /** The next line, for ever. Each conversation has its own numbers, so that no two rounds are quite the same. */
  nextLine(): Line {
    if (this.#lines.length === 0) {
      this.#lines = [...this.#conversations[this.#next % this.#conversations.length]!];
      this.#next++;
      this.#numbers = {
        pull: 300 + this.#next * 3,
        build: 4180 + this.#next * 7,
        minutes: Math.floor(between(this.#random, 2, 9)),
      };
    }
    const { by, text } = this.#lines.shift()!;
    return { by, text: text.replace(/\{(pull|build|minutes)\}/g, (_all, name: string) => String(this.#numbers[name])) };
  }
}

/** Colleagues who have talked for hours, go on talking, and answer whoever sends something with a key. */
export class Lively {
  readonly #control: SandboxControl;
  readonly #now: () => number;
  readonly #schedule: Schedule;
  readonly #random: Random;
  readonly #rooms: readonly Conversations[];
  /** What ends the wait for a room's next line, and for an answer in a room. */
  readonly #waits = new Map<string, () => void>();
  readonly #forgetSent: () => void;

  private constructor({ control, now = Date.now, schedule = scheduleWithTimers, seed = 8 }: LivelyOptions) {
    this.#control = control;
    this.#now = now;
    this.#schedule = schedule;
    this.#random = seededRandom(seed);
    this.#rooms = [defaultRoomScript, backendScript, designScript].map(
      (script) => new Conversations(script, this.#random),
    );
    this.#forgetSent = control.onSent(({ room, message }) => this.#answer(room, message.text));
  }

  /** Fills the rooms with the last hours' talk and lets it go on. Rooms keep their last few thousand messages. */
  static start(options: LivelyOptions): Lively {
    options.control.configure({ historyLimit: HISTORY_LIMIT });
    const lively = new Lively(options);
    for (const room of lively.#rooms) {
      lively.#recall(room);
      lively.#talk(room, PACE.first);
    }
    return lively;
  }

  /** Nobody says anything any more. */
  stop(): void {
    this.#forgetSent();
    for (const cancel of this.#waits.values()) cancel();
    this.#waits.clear();
  }

  /** Writes what was said before anybody looked. */
  #recall(room: Conversations): void {
    const said: { readonly line: Line; readonly atMs: number }[] = [];
    let elapsedMs = 0;
    while (said.length < HISTORY_LINES || !room.isBetween) {
      elapsedMs += this.#pause(room.isBetween ? PACE.betweenHistory : PACE.withinHistory);
      said.push({ line: room.nextLine(), atMs: elapsedMs });
    }
    const startMs = this.#now() - elapsedMs - this.#pause(PACE.sinceHistory);
    for (const { line, atMs } of said) {
      this.#say(room.room, line, Math.floor((startMs + atMs) * 1000));
    }
  }

  #talk(room: Conversations, pace: readonly [number, number]): void {
    this.#wait(`talk ${room.room}`, pace, () => {
      this.#say(room.room, room.nextLine());
      this.#talk(room, room.isBetween ? PACE.betweenConversations : PACE.withinConversation);
    });
  }

  /** One answer to several messages in a row, as people do: only the last of them is answered. */
  #answer(room: string, text: string): void {
    const { by, text: answer } = answerTo(text, this.#random);
    this.#wait(`answer ${room}`, PACE.answer, () => this.#say(room, { by, text: answer }));
  }

  #say(room: string, { by, text }: Line, timestamp?: number): void {
    this.#control.say({ room, author: by, text, ...(timestamp === undefined ? {} : { timestamp }) });
  }

  /** Calls back after a pause; another wait by the same name takes its place. */
  #wait(name: string, pace: readonly [number, number], callback: () => void): void {
    this.#waits.get(name)?.();
    const cancel = this.#schedule(() => {
      this.#waits.delete(name);
      callback();
    }, this.#pause(pace));
    this.#waits.set(name, cancel);
  }

  #pause([least, most]: readonly [number, number]): number {
    return between(this.#random, least, most);
  }
}

import type { Clock, Disposable } from '../chapi/clock';
import type { RoomName } from '../chat/message';

/** The schedule that machines with one key have found without talking to each other. */
export interface SharedSchedule {
  /** Whether there is one: whether others use the key so much that looks have to keep to it. */
  readonly pace: { readonly shared: boolean; readonly phase: string };
  /** When the next look is due, in monotonic milliseconds. */
  nextPollAt(wishedIntervalMs: number): number;
  /** The look that starts now is the one that was planned. */
  pollIsNext(): void;
}

/** What a poll loop is made of. */
export interface PollLoopOptions {
  readonly clock: Clock;
  /** Looks at one room. */
  readonly poll: (room: RoomName, signal: AbortSignal) => Promise<void>;
  /** Milliseconds from the end of a look at the room to the next one. */
  readonly delayAfter: (room: RoomName) => number;
  /** The same without jitter, from the start of a look to the next one: for a schedule that is shared with others. */
  readonly interval: (room: RoomName) => number;
  readonly schedule: SharedSchedule;
  /** Whether somebody is looking at the room. The others are looked at one at a time. */
  readonly isInSight: (room: RoomName) => boolean;
  /** Least milliseconds between two looks at rooms out of sight, all of them together. */
  readonly backgroundSpacing: () => number;
  /** Told when a look ended in a way that nobody foresaw. */
  readonly log: (line: string) => void;
}

interface Watched {
  dueAt: number;
  /** When the last look began, and when it ended. */
  startedAt: number;
  lookedAt: number;
  /** Somebody waits for the next look: it does not keep to the schedule. */
  isHastened: boolean;
  /** The look that is under way, if there is one. */
  running: Promise<void> | undefined;
  /** Ends that look. */
  abort: AbortController;
  /** Not looked at since the start, or since the machine slept: not held back by the spacing. */
  isNew: boolean;
}

type Entry = readonly [RoomName, Watched];

/** While others share the key, so many looks at rooms in sight come before one at a room that is not. */
const LOOKS_IN_SIGHT_FIRST = 3;

/** A room is looked at by the schedule when this part of its interval is over: the schedule keeps its own time. */
const NEARLY_DUE = 0.75;

/** Whether the machine slept is asked this often, in milliseconds: its timers stand still while it sleeps. */
const WAKE_CHECK_MS = 5000;

/** A check that comes so much later than it was planned means that the machine slept, in milliseconds. */
const SLEPT_MS = 30_000;

/**
 * The one loop that polls. Each room is looked at when it is due, never twice at once, and due again after each look,
 * however that ended. A room whose look hangs does not hold up the one in sight.
 *
 * When the machine wakes from sleep, every room is due at once, and looks that were under way start anew: nobody answers
 * on their connections any more. On some systems the monotonic clock stands still during sleep, on others it goes on, so
 * that both clocks are watched. A wall clock that somebody sets forwards looks the same, and costs one look more.
 */
export class PollLoop {
  readonly #options: PollLoopOptions;
  readonly #rooms = new Map<RoomName, Watched>();
  /** Those with a look under way, also after they were taken out. */
  readonly #underWay = new Set<Watched>();
  #timer: Disposable | undefined;
  #disposed = false;
  #lastCheck: { readonly wall: number; readonly monotonic: number };
  #lastBackgroundLook = -Infinity;
  #looksInSight = 0;

  constructor(options: PollLoopOptions) {
    this.#options = options;
    this.#lastCheck = { wall: options.clock.now(), monotonic: options.clock.monotonic() };
  }

  /** The room that is looked at next, and in how many milliseconds. Nothing when no room waits for its turn. */
  get next(): { readonly room: RoomName; readonly inMs: number } | undefined {
    const waiting = [...this.#rooms].filter(([, { running }]) => running === undefined);
    const [first] = waiting.sort(([, left], [, right]) => left.dueAt - right.dueAt);
    return first === undefined ? undefined : { room: first[0], inMs: Math.max(0, first[1].dueAt - this.#now()) };
  }

  /** Watches these rooms and no others. New ones are due at once. */
  setRooms(rooms: readonly RoomName[]): void {
    for (const room of this.#rooms.keys()) if (!rooms.includes(room)) this.#rooms.delete(room);
    for (const room of rooms) {
      if (this.#rooms.has(room)) continue;
      const now = this.#now();
      const abort = new AbortController();
      const isHastened = this.#options.isInSight(room);
      this.#rooms.set(room, {
        ...{ dueAt: now, startedAt: -Infinity, lookedAt: now, running: undefined, abort },
        ...{ isNew: true, isHastened },
      });
    }
    this.#tick();
  }

  /** Makes the room due after so many milliseconds, if it is not due sooner. */
  hasten(room: RoomName, milliseconds: number): void {
    const watched = this.#rooms.get(room);
    if (watched === undefined) return;
    watched.dueAt = Math.min(watched.dueAt, this.#now() + milliseconds);
    watched.isHastened = true;
    this.#tick();
  }

  /** Plans the next look at every room anew, from the last one on. None is put off. */
  replan(): void {
    for (const [room, watched] of this.#rooms) {
      if (watched.running !== undefined) continue;
      watched.dueAt = Math.min(watched.dueAt, watched.lookedAt + this.#options.delayAfter(room));
    }
    this.#tick();
  }

  /** Looks at the room now; joins the look that is under way. Resolves when it has ended. */
  pollNow(room: RoomName): Promise<void> {
    const watched = this.#rooms.get(room);
    return watched === undefined ? Promise.resolve() : (watched.running ?? this.#start(room, watched, false));
  }

  /** Ends the loop and aborts what is under way. */
  dispose(): void {
    this.#disposed = true;
    this.#timer?.dispose();
    this.#rooms.clear();
    for (const { abort } of this.#underWay) abort.abort();
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #tick(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    if (this.#disposed || this.#rooms.size === 0) return;
    this.#checkWake();
    const waiting = [...this.#rooms].filter(([, { running }]) => running === undefined);
    const inSight = waiting.filter(([room]) => this.#options.isInSight(room));
    const outOfSight = waiting.filter((entry) => !inSight.includes(entry));
    let nextDue = this.#now() + WAKE_CHECK_MS;
    const isShared = this.#isShared;
    for (const [room, watched] of inSight) {
      if (isShared && !watched.isHastened) continue;
      if (watched.dueAt <= this.#now()) void this.#start(room, watched, !isShared);
      else nextDue = Math.min(nextDue, watched.dueAt);
    }
    nextDue = Math.min(
      nextDue,
      isShared ? this.#lookBySchedule(inSight, outOfSight) : this.#lookInBackground(outOfSight),
    );
    this.#timer = this.#options.clock.setTimer(Math.max(0, nextDue - this.#now()), () => this.#tick());
  }

  get #isShared(): boolean {
    const { shared, phase } = this.#options.schedule.pace;
    return shared || phase !== 'holding';
  }

  /** Looks at one room if it is time by the schedule. Gives when to come back. */
  #lookBySchedule(inSight: readonly Entry[], outOfSight: readonly Entry[]): number {
    const { schedule, interval } = this.#options;
    const now = this.#now();
    const at = schedule.nextPollAt(this.#wishedInterval());
    if (at > now) return at;
    const seen = inSight.map(
      ([room, watched]) => [room, watched, watched.startedAt + NEARLY_DUE * interval(room)] as const,
    );
    const unseen = outOfSight.map(([room, watched]) => [room, watched, watched.dueAt] as const);
    const due = (entries: typeof seen): (typeof seen)[number] | undefined =>
      entries.filter(([, , dueAt]) => dueAt <= now).sort(([, , left], [, , right]) => left - right)[0];
    const [first, second] =
      this.#looksInSight < LOOKS_IN_SIGHT_FIRST ? [due(seen), due(unseen)] : [due(unseen), due(seen)];
    const next = first ?? second;
    if (next === undefined) return Math.min(...[...seen, ...unseen].map(([, , dueAt]) => dueAt));
    const [room, watched] = next;
    this.#looksInSight = this.#options.isInSight(room) ? this.#looksInSight + 1 : 0;
    void this.#start(room, watched, true);
    return Infinity;
  }

  /** From one look to the next, in milliseconds, if nobody else used the key. */
  #wishedInterval(): number {
    const { isInSight, interval, backgroundSpacing } = this.#options;
    const inSight = [...this.#rooms.keys()].filter(isInSight);
    return inSight.length === 0 ? backgroundSpacing() : Math.min(...inSight.map(interval));
  }

  #checkWake(): void {
    const { clock } = this.#options;
    const before = this.#lastCheck;
    this.#lastCheck = { wall: clock.now(), monotonic: clock.monotonic() };
    const passed = Math.max(this.#lastCheck.wall - before.wall, this.#lastCheck.monotonic - before.monotonic);
    if (passed < WAKE_CHECK_MS + SLEPT_MS) return;
    for (const watched of this.#rooms.values()) {
      watched.dueAt = this.#now();
      watched.isNew = true;
      if (watched.running !== undefined) watched.abort.abort();
    }
  }

  /** Looks at the room that has been due the longest, if one may be looked at now. Gives when the next one may be. */
  #lookInBackground(waiting: readonly Entry[]): number {
    const isBusy = [...this.#rooms].some(
      ([room, { running }]) => running !== undefined && !this.#options.isInSight(room),
    );
    const spaced = this.#lastBackgroundLook + this.#options.backgroundSpacing();
    const mayStartAt = ({ dueAt, isNew }: Watched): number => (isNew ? dueAt : Math.max(dueAt, spaced));
    const [first] = [...waiting].sort(
      ([, left], [, right]) => mayStartAt(left) - mayStartAt(right) || left.dueAt - right.dueAt,
    );
    // The look that is under way comes back here when it ends.
    if (first === undefined || isBusy) return Infinity;
    const [room, watched] = first;
    if (mayStartAt(watched) > this.#now()) return mayStartAt(watched);
    this.#lastBackgroundLook = this.#now();
    // Where a room is in sight, its looks tell how the key is shared; these come on top of them.
    void this.#start(room, watched, ![...this.#rooms.keys()].some((other) => this.#options.isInSight(other)));
    return Infinity;
  }

  #start(room: RoomName, watched: Watched, isPoll: boolean): Promise<void> {
    if (isPoll) {
      this.#options.schedule.nextPollAt(this.#wishedInterval());
      this.#options.schedule.pollIsNext();
    }
    watched.startedAt = this.#now();
    watched.isHastened = false;
    watched.abort = new AbortController();
    this.#underWay.add(watched);
    const running = this.#look(room, watched, watched.abort.signal);
    watched.running = running;
    return running;
  }

  async #look(room: RoomName, watched: Watched, signal: AbortSignal): Promise<void> {
    // A wish to look sooner that comes while this look is under way counts from here on.
    watched.dueAt = Infinity;
    watched.isNew = false;
    try {
      // Not before the caller has noted that the look is under way.
      await Promise.resolve();
      await this.#options.poll(room, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log(`A look at a room broke off: ${error instanceof Error ? error.name : 'unknown error'}.`);
    } finally {
      this.#underWay.delete(watched);
      watched.running = undefined;
      watched.lookedAt = this.#now();
      watched.dueAt = Math.min(watched.dueAt, this.#now() + this.#options.delayAfter(room));
      this.#tick();
    }
  }
}

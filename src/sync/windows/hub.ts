import type { Clock } from '../../chapi/clock';
import type { Message, RoomName } from '../../chat/message';
import type { ChatEngine } from '../chatEngine';
import type { FeedEvent, FeedState, PollingSettings } from '../feed';
import { RecentMessages, type Carried } from './backing';
import type { Intent, Presence } from './windowMessages';

/** A window, as the hub sees it. */
export interface Member {
  readonly presence: Presence;
  /** Hears what happened in the rooms of this window. */
  readonly hear: (event: FeedEvent) => void;
  /** Resolves when what it was told has left this process. */
  readonly told: () => Promise<void>;
}

interface Seat {
  member: Member;
  /** Grows with each window that gets the keyboard. */
  focusedAs: number;
}

/** So many messages are enough to know those that two windows could both announce. */
export const ANNOUNCED_MESSAGES = 500;

/** The person is told of a message so much later at most because some window does not listen, in milliseconds. */
const TELLING_MS = 100;

/**
 * One engine for all windows: it looks at the rooms of all of them, with the attention of the most attentive, and what
 * one window does holds in all.
 */
export class Hub {
  readonly #engine: ChatEngine;
  readonly #clock: Clock;
  readonly #seats = new Map<object, Seat>();
  readonly #kept = new Map<RoomName, Map<object, number>>();
  readonly #gathered: Promise<void>;
  readonly #drafts: Map<RoomName, string>;
  readonly #announced: RecentMessages;
  readonly #subscription: { dispose(): void };
  #focusCount = 0;
  #asked = '';

  /** @param gathered resolves when the windows of an earlier host have said which messages they know to be announced */
  constructor(
    engine: ChatEngine,
    clock: Clock,
    carried: Pick<Carried, 'drafts' | 'announced'>,
    gathered: Promise<void> = Promise.resolve(),
  ) {
    this.#engine = engine;
    this.#clock = clock;
    this.#gathered = gathered;
    this.#drafts = new Map(carried.drafts);
    this.#announced = new RecentMessages(ANNOUNCED_MESSAGES, carried.announced);
    this.#subscription = engine.subscribe((event) => this.#happened(event));
  }

  get engine(): ChatEngine {
    return this.#engine;
  }

  get windows(): number {
    return this.#seats.size;
  }

  get drafts(): ReadonlyMap<RoomName, string> {
    return this.#drafts;
  }

  /** The last messages that were announced as new. */
  get announced(): readonly string[] {
    return this.#announced.list();
  }

  /** A window comes, with what it knows of an earlier host; or what it wants changed. */
  sit(seat: object, member: Member, carried: Partial<Pick<Carried, 'drafts' | 'announced'>> = {}): void {
    const before = this.#seats.get(seat);
    const gotFocus = member.presence.attention.focused && before?.member.presence.attention.focused !== true;
    const focusedAs = gotFocus ? ++this.#focusCount : (before?.focusedAs ?? 0);
    this.#seats.set(seat, { member, focusedAs });
    this.#announced.addAll(carried.announced ?? []);
    for (const [room, text] of carried.drafts ?? []) if (!this.#drafts.has(room)) this.#setDraft(room, text, seat);
    this.#ask();
    if (before === undefined) this.#tellAll({ type: 'state' });
    else member.hear({ type: 'state' });
  }

  /** A window goes. */
  leave(seat: object): void {
    if (!this.#seats.delete(seat)) return;
    for (const [room, counts] of this.#kept) {
      if (counts.delete(seat)) this.#engine.keep(room, Math.max(0, ...counts.values()));
    }
    this.#ask();
    this.#tellAll({ type: 'state' });
  }

  /** The state as far as it concerns a window: its own rooms in its order, and those where something waits for the person. */
  stateFor({ rooms }: Presence): FeedState {
    const { connection, rooms: all } = this.#engine.state();
    const stuck = this.#engine.stuckRooms.filter((room) => !rooms.includes(room));
    const byName = new Map(all.map((summary) => [summary.room, summary]));
    const own = [...rooms, ...stuck].map((room) => byName.get(room)).filter((summary) => summary !== undefined);
    return { connection, rooms: own };
  }

  /** A window shows so many messages of a room: they are not dropped while it does. */
  keep(seat: object, room: RoomName, count: number): void {
    const counts = this.#kept.get(room) ?? new Map<object, number>();
    if (counts.get(seat) === count) return;
    this.#kept.set(room, counts.set(seat, count));
    this.#engine.keep(room, Math.max(...counts.values()));
  }

  /** Does what a window wants. Rejects when a message could not be kept. */
  async intend(seat: object, intent: Intent): Promise<void> {
    const engine = this.#engine;
    switch (intent.type) {
      case 'send':
        if (intent.again && (await engine.knows(intent.localId))) return;
        await engine.send(intent.room, intent.text, intent.localId);
        return;
      case 'retry':
        engine.retry(intent.localId);
        return;
      case 'discard':
        engine.discard(intent.localId);
        return;
      case 'retryAll':
        engine.retryAll();
        return;
      case 'markRead':
        engine.markRead(intent.room, intent.upTo);
        return;
      case 'loadOlder':
        await engine.loadOlder(intent.room);
        return;
      case 'loadMissing':
        await engine.loadMissing(intent.room);
        return;
      case 'refresh':
        await engine.refresh();
        return;
      case 'draft':
        this.#setDraft(intent.room, intent.text, seat);
        return;
      case 'handOver':
        engine.adopt(intent.room, intent.state);
        return;
      case 'keyChanged':
        this.#tellAll({ type: 'keyChanged' }, seat);
        return;
    }
  }

  /** Ends the hub, not the engine. */
  dispose(): void {
    this.#subscription.dispose();
    this.#seats.clear();
  }

  #ask(): void {
    const all = [...this.#seats.values()].map(({ member }) => member.presence);
    if (all.length === 0) return;
    const rooms = [...new Set(all.flatMap((presence) => presence.rooms))];
    const polling = mostOften(all.map((presence) => presence.polling));
    this.#engine.setAttentions(all.map(({ attention }) => attention));
    const asked = JSON.stringify([rooms, polling]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#engine.setPolling(polling);
    this.#engine.setRooms(rooms);
  }

  #setDraft(room: RoomName, text: string, from: object): void {
    if (this.#drafts.get(room) === text) return;
    // An empty one is remembered too: it is newer than what another window may come with.
    this.#drafts.set(room, text);
    this.#tellAll({ type: 'draft', room, text }, from);
  }

  #tellAll(event: FeedEvent, except?: object): void {
    for (const [seat, { member }] of [...this.#seats]) if (seat !== except) member.hear(event);
  }

  #happened(event: FeedEvent): void {
    if (event.type !== 'entries') {
      this.#tellAll(event);
      return;
    }
    const { room, arrivals } = event;
    for (const { member } of [...this.#seats.values()]) {
      const isListed = member.presence.rooms.includes(room);
      member.hear({ type: 'entries', room, arrivals: isListed ? arrivals : [] });
    }
    if (arrivals.length > 0) void this.#announce(room, arrivals);
  }

  /**
   * Has one window tell the person: the one with the keyboard, else the one that had it last. All others know of the
   * messages by then: if this process is killed now, the next host will not announce them once more.
   */
  async #announce(room: RoomName, arrivals: readonly Message[]): Promise<void> {
    await this.#gathered;
    const fresh = arrivals.filter(({ id }) => !this.#announced.has(room, id));
    if (fresh.length === 0) return;
    this.#announced.add(room, fresh);
    const chosen = this.#mostAttentive(room);
    const others = [...this.#seats.values()].filter((seat) => seat !== chosen);
    if (others.length > 0) await this.#atMost(Promise.all(others.map(({ member }) => member.told())));
    chosen?.member.hear({ type: 'notify', room, arrivals: fresh });
  }

  #mostAttentive(room: RoomName): Seat | undefined {
    const listening = [...this.#seats.values()].filter(({ member }) => member.presence.rooms.includes(room));
    const hasFocus = ({ member }: Seat): number => (member.presence.attention.focused ? 1 : 0);
    return listening.toSorted((left, right) => hasFocus(right) - hasFocus(left) || right.focusedAs - left.focusedAs)[0];
  }

  async #atMost(done: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimer(TELLING_MS, resolve);
      void done.then(() => {
        timer.dispose();
        resolve();
      });
    });
  }
}

function mostOften(all: readonly PollingSettings[]): PollingSettings {
  return {
    activeSeconds: Math.min(...all.map(({ activeSeconds }) => activeSeconds)),
    backgroundSeconds: Math.min(...all.map(({ backgroundSeconds }) => backgroundSeconds)),
  };
}

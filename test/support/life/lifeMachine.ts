import type { Clock } from '../../../src/chapi/clock';
import { CHAPI_LIMITS, RequestBudget } from '../../../src/chapi/requestBudget';
import type { Transport } from '../../../src/chapi/transport';
import type { RoomName } from '../../../src/chat/message';
import { ChatEngine } from '../../../src/sync/chatEngine';
import type { FeedEntry, RoomSummary } from '../../../src/sync/feed';
import type { RoomState, RoomStates } from '../../../src/sync/roomState';
import { decodeRoomState, encodeRoomState } from '../../../src/sync/roomStateCodec';
import { LifeStore, type LifeDisk } from './lifeDisk';

/** What an engine leaves to the one that takes over from it in another window. */
export type HandedOver = RoomStates;

/** What one process of a machine is made of. */
export interface ProcessOptions {
  /** Dead once the process is. */
  readonly clock: Clock;
  readonly transport: Transport;
  readonly disk: LifeDisk;
  readonly random: () => number;
  readonly newLocalId: () => string;
  readonly log: (line: string) => void;
  /** The room's entries changed; `arrivals` are the ids of messages that are announced as new. */
  readonly onEntries: (room: RoomName, arrivals: readonly string[]) => void;
  readonly handedOver?: HandedOver;
}

const POLLING = { activeSeconds: 1, backgroundSeconds: 15 };

/**
 * One engine in one process, over one machine's disk: all that a life needs to know of how an engine is made, kept and
 * handed over.
 */
export class MachineProcess {
  readonly #engine: ChatEngine;
  readonly #store: LifeStore;
  readonly #rooms: () => readonly RoomName[];

  constructor({ disk, handedOver, onEntries, ...options }: ProcessOptions, rooms: () => readonly RoomName[]) {
    this.#rooms = rooms;
    this.#store = new LifeStore(disk);
    this.#engine = new ChatEngine({
      ...options,
      baseUrl: 'https://chapi.test/chat/api/chat/v1',
      apiKey: 'key_of_a_life',
      polling: POLLING,
      budget: new RequestBudget(options.clock, CHAPI_LIMITS, options.random),
      store: this.#store,
      ...(handedOver === undefined ? {} : { states: handedOver }),
    });
    this.#engine.subscribe((event) => {
      if (event.type !== 'entries') return;
      const ids = event.arrivals.map(({ id }) => id);
      onEntries(event.room, ids);
    });
  }

  /** Takes in the rooms that the user has now. */
  setRooms(): void {
    this.#engine.setRooms(this.#rooms());
  }

  /** The user looks at the room, or at none. */
  open(room: RoomName | undefined): void {
    const attention = { visible: room !== undefined, focused: room !== undefined };
    this.#engine.setAttention(room === undefined ? attention : { ...attention, openRoom: room });
  }

  setPolling(activeSeconds: number, backgroundSeconds: number): void {
    this.#engine.setPolling({ activeSeconds, backgroundSeconds });
  }

  refresh(): Promise<void> {
    return this.#engine.refresh();
  }

  /** Resolves once the message is kept; rejects when it could not be. */
  async send(room: RoomName, text: string, localId: string): Promise<void> {
    await this.#engine.send(room, text, localId);
  }

  /** Whether the message is here or was not long ago, so that another window must not ask for it once more. */
  knows(localId: string): Promise<boolean> {
    return this.#engine.knows(localId);
  }

  retry(localId: string): void {
    this.#engine.retry(localId);
  }

  discard(localId: string): void {
    this.#engine.discard(localId);
  }

  markRead(room: RoomName, upTo?: string): void {
    this.#engine.markRead(room, upTo);
  }

  loadOlder(room: RoomName): Promise<void> {
    return this.#engine.loadOlder(room);
  }

  loadMissing(room: RoomName): Promise<void> {
    return this.#engine.loadMissing(room);
  }

  /** All that is shown of the room. */
  entries(room: RoomName): readonly FeedEntry[] {
    return this.#engine.entries(room, Infinity);
  }

  summary(room: RoomName): RoomSummary | undefined {
    return this.#engine.state().rooms.find((summary) => summary.room === room);
  }

  get facts(): { readonly escapes?: boolean | undefined; readonly ownAuthorId?: string | undefined } {
    return this.#engine.connectionDetails().learned;
  }

  /** What another window has of this engine when it takes over. */
  handOver(): HandedOver {
    // On its way from window to window it is text.
    return new Map([...this.#engine.states()].map(([room, state]) => [room, throughText(state)]));
  }

  /** The process ends as it should. */
  dispose(): void {
    this.#engine.dispose();
  }

  /** The process is gone from one moment to the next. Its clock and transport have to be dead already. */
  kill(): void {
    this.#store.kill();
  }
}

function throughText(state: RoomState): RoomState {
  const read = decodeRoomState(JSON.parse(JSON.stringify(encodeRoomState(state))));
  if (read === undefined) throw new Error('What is handed over cannot be read.');
  return read;
}

import type { Fault } from '../chat/fault';
import type { Message, RoomName } from '../chat/message';
import type { Outgoing } from '../chat/outgoing';
import type { LearnedFacts } from './learned';
import type { OlderState } from './roomHistory';
import type { ConnectionSummary } from './connectionRecord';

/** How the talk with the service goes, over all rooms. */
export type Connection =
  | { readonly status: 'connecting' }
  | { readonly status: 'online' }
  | { readonly status: 'offline'; readonly fault: Fault }
  | { readonly status: 'unauthorized' }
  | { readonly status: 'throttled' }
  /** Another window runs a newer version of this program, which this one cannot talk to: it has to be reloaded. */
  | { readonly status: 'outdated' };

/** What a list of rooms needs to know of one. */
export interface RoomSummary {
  readonly room: RoomName;
  readonly unreadCount: number;
  /** An answer for this room has come. */
  readonly loaded: boolean;
  /** Why the last fetch of this room failed. Absent while it succeeds. */
  readonly fault?: Fault;
  readonly unsentCount: number;
  readonly older: OlderState;
}

/** What is said of all rooms. */
export interface FeedState {
  readonly connection: Connection;
  readonly rooms: readonly RoomSummary[];
}

/** What is done about messages that may be missing. */
export type GapState = 'open' | 'loading';

/** What there is to show of a message that is on its way. */
export type ShownOutgoing = Pick<Outgoing, 'localId' | 'room' | 'text' | 'createdAt' | 'state' | 'fault'>;

/** One entry of a room: a message that the service has, or one that is on its way there. */
export type FeedEntry =
  | {
      readonly kind: 'message';
      readonly message: Message;
      /** Present when it was written here. */
      readonly localId?: string;
      readonly unread: boolean;
      /** Present when its text was another one before. */
      readonly edited?: true;
      /** Messages may be missing before this one, or are being fetched. */
      readonly gap?: GapState;
    }
  /** A message that was here and is not in the room any more. Its text is not kept for anybody to see. */
  | {
      readonly kind: 'deleted';
      readonly message: Omit<Message, 'text'>;
      /** The name that it was signed with. */
      readonly signer?: string;
      readonly localId?: string;
    }
  | OutgoingEntry;

/** A message that is on its way. */
export interface OutgoingEntry {
  readonly kind: 'outgoing';
  readonly outgoing: ShownOutgoing;
}

/** What happened. Serialisable. */
export type FeedEvent =
  | { readonly type: 'state' }
  /** The room's entries changed; `arrivals` are new messages of others, none on the first look at a room. */
  | { readonly type: 'entries'; readonly room: RoomName; readonly arrivals: readonly Message[] }
  /** Of all windows, this one is to tell the person of these new messages. Each is told once, by one window, at most. */
  | { readonly type: 'notify'; readonly room: RoomName; readonly arrivals: readonly Message[] }
  /** What is typed and not sent changed in another window. */
  | { readonly type: 'draft'; readonly room: RoomName; readonly text: string }
  /** The key was set or removed in another window: it has to be read again. */
  | { readonly type: 'keyChanged' };

/** Where the person's attention is. */
export interface Attention {
  /** The room that is open in a chat. */
  readonly openRoom?: RoomName;
  /** The chat can be seen. */
  readonly visible: boolean;
  /** The window has the keyboard. */
  readonly focused: boolean;
}

/** What there is to know of the connection, for somebody who wonders why the chat is slow or silent. */
export interface ConnectionDetails extends ConnectionSummary {
  readonly connection: Connection;
  /** What was learned of the service by its answers. */
  readonly learned: LearnedFacts;
  readonly rooms: readonly {
    readonly room: RoomName;
    readonly fault?: Fault;
  }[];
  /** Others use the key too, and this is the time from one look to the next that leaves them their part. */
  readonly sharedIntervalMs?: number;
  /** The next look, if one is planned: none is while all rooms are being looked at. */
  readonly next?: { readonly room: RoomName; readonly inMs: number };
}

/** How often to look. */
export interface PollingSettings {
  readonly activeSeconds: number;
  readonly backgroundSeconds: number;
}

/** The one interface above `sync/`: what there is to show, and what a person may want. */
export interface ChatFeed {
  state(): FeedState;
  /** Rejects when the window that knows does not answer. */
  connectionDetails(): Promise<ConnectionDetails>;
  /** The newest `count` messages of the room and what was deleted among them, oldest first; what is on its way stands at the end. */
  entries(room: RoomName, count: number): readonly FeedEntry[];
  subscribe(listener: (event: FeedEvent) => void): { dispose(): void };

  setRooms(rooms: readonly RoomName[]): void;
  setAttention(attention: Attention): void;
  setPolling(settings: PollingSettings): void;
  /** What is typed in a room and not sent, by room, in whichever window it was typed last. Absent: nobody has told. */
  drafts(): ReadonlyMap<RoomName, string>;
  setDraft(room: RoomName, text: string): void;
  /** The key was set or removed here: the other windows read theirs again. */
  noteKeyChanged(): void;
  /** Keeps the message and sends it when its turn comes. Resolves with its local id once it is kept. */
  send(room: RoomName, text: string): Promise<string>;
  retry(localId: string): void;
  discard(localId: string): void;
  retryAll(): void;
  /** The person has seen what is known of the room: all of it, or what stands up to the message of an id. */
  markRead(room: RoomName, upTo?: string): void;
  /** Fetches messages older than those that are known. Resolves when they are there, or can't be had: see `older`. */
  loadOlder(room: RoomName): Promise<void>;
  /** Tries again to fetch what is missing between known messages. */
  loadMissing(room: RoomName): Promise<void>;
  /** Looks at the rooms now. Resolves when the answers are in. */
  refresh(): Promise<void>;
  dispose(): void;
}

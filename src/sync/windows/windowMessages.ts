import type { Message, RoomName } from '../../chat/message';
import type { Attention, ConnectionDetails, FeedState, PollingSettings } from '../feed';
import type { RoomFacts, RoomState } from '../roomState';
import type { EntryPatch } from './entryPatch';

/** Grows when windows that speak the old way and the new one would misunderstand each other. */
export const PROTOCOL = 2;

/** Who somebody is: what both sides of a connection say first. The format of this must never change. */
export interface Introduction {
  readonly protocol: number;
  /** Of the extension, for the log. */
  readonly version: string;
}

/** What a window wants of the engine all the time. */
export interface Presence {
  readonly rooms: readonly RoomName[];
  readonly attention: Attention;
  readonly polling: PollingSettings;
}

/** What a person wants done once. Doing any of it twice does no harm. */
export type Intent =
  /** `again`: it may have been asked for before, of a host that is gone. */
  | {
      readonly type: 'send';
      readonly room: RoomName;
      readonly text: string;
      readonly localId: string;
      readonly again: boolean;
    }
  | { readonly type: 'retry' | 'discard'; readonly localId: string }
  | { readonly type: 'retryAll' | 'refresh' | 'keyChanged' }
  /** `upTo`: only what stands up to the message of this id. */
  | { readonly type: 'markRead'; readonly room: RoomName; readonly upTo?: string }
  | { readonly type: 'loadOlder' | 'loadMissing'; readonly room: RoomName }
  | { readonly type: 'draft'; readonly room: RoomName; readonly text: string }
  /** What this window had of a room under an earlier host, beside or beyond what this host knows. */
  | { readonly type: 'handOver'; readonly room: RoomName; readonly state: RoomState };

/** How many of a room's newest entries a window wants to have. */
export interface Want {
  readonly room: RoomName;
  readonly count: number;
}

/** What a window says once it is let in. */
export interface Hello {
  readonly presence: Presence;
  readonly wants: readonly Want[];
  readonly drafts: readonly (readonly [RoomName, string])[];
  /** The last messages that this window has heard of as new, as `RecentMessages` names them. */
  readonly announced: readonly string[];
}

/** What the host answers to that. Entries follow, for each room that is wanted. */
export interface Welcome {
  readonly state: FeedState;
  readonly windows: number;
  readonly drafts: readonly (readonly [RoomName, string])[];
}

/** What a window asks of the host. */
export interface MemberRequests {
  hello: { readonly params: Hello; readonly result: Welcome };
  intend: { readonly params: Intent; readonly result: null };
  details: { readonly params: null; readonly result: ConnectionDetails };
  /** Answered at once: the host is alive. */
  ping: { readonly params: null; readonly result: null };
}

/** What a window tells the host. */
export interface MemberNotices {
  present: Presence;
  want: Want;
}

/** What the host tells a window. */
export interface HostNotices {
  state: Pick<Welcome, 'state' | 'windows'>;
  entries: {
    readonly room: RoomName;
    readonly patch: EntryPatch;
    readonly arrivals: readonly Message[];
    /** The service escapes texts: entries bear them as the service has them. */
    readonly escapes: boolean;
    /** Absent while nothing is known of the room. */
    readonly facts?: RoomFacts;
  };
  notify: { readonly room: RoomName; readonly arrivals: readonly Message[] };
  draft: { readonly room: RoomName; readonly text: string };
  keyChanged: null;
}

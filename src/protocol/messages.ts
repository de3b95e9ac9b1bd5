import type { OutgoingState } from '../chat/outgoing';

/** One entry of the list as the page shows it: a message of the room, or one that this person wrote and that is on its way. */
export interface PageMessage {
  /** Stable while the entry is on screen, also when an own message gets its id from the service. */
  readonly key: string;
  /** The service's id, absent until the service has given one. */
  readonly id?: string;
  readonly state: 'received' | OutgoingState;
  /** Written here by this person. */
  readonly own: boolean;
  readonly authorName: string;
  /** An `https:` address of the author's picture. */
  readonly avatarUrl?: string;
  /** The author that the service names, where the message bears the name of another one. */
  readonly signedVia?: string;
  readonly text: string;
  /** Its text was another one before. */
  readonly edited?: true;
  /** It was here and is not any more. Its text is empty. */
  readonly deleted?: true;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** In the person's language: why it failed, or is unconfirmed. */
  readonly problem?: string;
  /** Messages may be missing before this one; or they are being fetched. */
  readonly gap?: 'open' | 'loading';
}

/** What the banner above the list says. Absent text: nothing to say. */
export interface PageConnection {
  readonly status: 'online' | 'connecting' | 'offline' | 'unauthorized' | 'throttled' | 'outdated';
  /** In the person's language. */
  readonly text?: string;
}

/** What the page shows beside the entries. */
export interface PageFrame {
  /** The room's name as the service knows it. */
  readonly room: string;
  /** The room's name as a person reads it. */
  readonly title: string;
  readonly connection: PageConnection;
  /** False until the first answer for this room: an empty list means "still loading" before, "nothing yet" after. */
  readonly loaded: boolean;
  /** How many messages of the room are unread. */
  readonly unreadCount: number;
  /** The host still looks for the place where the person was reading when the page went. */
  readonly seeksPlace: boolean;
  /** The room can't be read: an empty list means nothing then. */
  readonly isRefused: boolean;
  /** The key of the first unread entry, where the "New messages" line stands. */
  readonly firstUnreadKey?: string;
  readonly sendOnEnter: boolean;
  /** The names that mean this person. */
  readonly mentionNames: readonly string[];
  readonly showAvatars: boolean;
  /** This page says new messages to those who listen: one page of a window does. */
  readonly announces: boolean;
  /**
   * Above the first entry there is `more`, it is on its way, the room begins (`end`), the service gives no more than this
   * (`unreachable`), or nothing is known of it.
   */
  readonly older: 'more' | 'loading' | 'end' | 'unreachable' | 'unknown';
}

/** Everything the page shows. Sent on ready, on show, and when the room changes. */
export interface PageSnapshot {
  readonly version: number;
  readonly frame: PageFrame;
  /** Oldest first. */
  readonly entries: readonly PageMessage[];
}

/** What changed since version `version - 1`. A page that misses one asks for a snapshot. */
export interface PageDelta {
  readonly version: number;
  readonly frame: PageFrame;
  /**
   * New and changed entries, and those that stand behind another entry than before, each with the key of the entry that
   * stands before it (none: it is the first). All others stay behind the entry that they stood behind.
   */
  readonly upserts: readonly { readonly entry: PageMessage; readonly after?: string }[];
  /** Keys that are no longer shown. */
  readonly removals: readonly string[];
}

/** The page's words, in the person's language. */
export interface PageStrings {
  /** `{0}` is the room's title. */
  readonly messagesIn: string;
  /** `{0}` is the room's title. */
  readonly messageTo: string;
  readonly send: string;
  readonly attachSelection: string;
  readonly nothingSelected: string;
  readonly textOnly: string;
  /** The name of the list of what can be completed. */
  readonly completions: string;
  readonly retry: string;
  readonly discard: string;
  readonly newMessages: string;
  readonly jumpToLatest: string;
  readonly oneNew: string;
  /** `{0}` is the number of messages, more than one. */
  readonly manyNew: string;
  readonly loading: string;
  readonly nothingYet: string;
  readonly loadOlder: string;
  readonly roomBegins: string;
  readonly nothingOlder: string;
  readonly loadMissing: string;
  readonly queued: string;
  readonly sending: string;
  readonly sent: string;
  readonly unconfirmed: string;
  readonly failed: string;
  readonly you: string;
  readonly showAll: string;
  /** `{0}` is the number of lines. */
  readonly showAllLines: string;
  readonly showLess: string;
  /** The name of a block of code; its language is said after it. */
  readonly code: string;
  readonly copy: string;
  readonly copied: string;
  readonly insertCode: string;
  readonly openCode: string;
  readonly edited: string;
  /** Stands in the place of a text. */
  readonly deleted: string;
  readonly signed: string;
  /** `{0}` is the author that the service names. */
  readonly signedVia: string;
  /** The host could not keep the message. Its text still stands in the composer. */
  readonly notKept: string;
  /** `{0}` is the largest number of characters. */
  readonly tooLong: string;
}

/** What the page is given when it says that it is ready. */
export interface PageStart {
  readonly strings: PageStrings;
  /** The language of the words, as a BCP 47 tag. */
  readonly locale: string;
  /** The locale of the person's system, where it is known: their calendar and clock. */
  readonly systemLocale?: string;
  readonly snapshot: PageSnapshot | undefined;
  /** What was typed last in any window and not sent. A room that is not named keeps the page's own. */
  readonly drafts: readonly Draft[];
}

/** What is typed in a room and not sent. Empty: nothing is left of it. */
export interface Draft {
  readonly room: string;
  readonly text: string;
  /** When it was typed, in milliseconds since 1970 by the clock of whoever says so. Absent: just now. */
  readonly time?: number;
}

/** What the page needs to go on where it was. */
export interface PageWants {
  /** Where the person was reading: an entry, and how far from the end of the room it was. Only rooms not at their end. */
  readonly places: readonly { readonly room: string; readonly key: string; readonly depth: number }[];
}

/** What the page asks of the host and what it gets. */
export interface PageRequests {
  ready: { readonly params: PageWants; readonly result: PageStart };
  /** The page missed a version. */
  snapshot: { readonly params: undefined; readonly result: PageSnapshot | undefined };
  /** The selected code as the text of a message; nothing when nothing is selected. */
  selection: { readonly params: undefined; readonly result: string | undefined };
  /** The files that are open in editors, by their paths in the workspace. */
  openFiles: { readonly params: undefined; readonly result: readonly string[] };
  /** Resolves once the message is kept (not: once the service has it). The page empties its composer then. */
  send: { readonly params: { readonly room: string; readonly text: string }; readonly result: undefined };
}

/** What the page tells the host without waiting. */
export interface PageNotices {
  retry: { readonly localId: string };
  discard: { readonly localId: string };
  /** The page has shown the list down to a message; absent: to an end that the service has no id for. Whether somebody looks, only the host can know. */
  seen: { readonly room: string; readonly upTo?: string };
  copy: { readonly text: string };
  /** Put code where the cursor is. */
  insertCode: { readonly text: string };
  /** Open code as a new, unsaved file. */
  openCode: { readonly text: string; readonly language?: string };
  /** Somebody typed here; told a moment later, not with every key. */
  draft: Draft;
  /** Somebody wants what is older than the first entry. */
  loadOlder: { readonly room: string };
  /** Somebody wants what may be missing between entries. */
  loadMissing: { readonly room: string };
}

/** What the host tells the page without waiting. */
export interface HostNotices {
  snapshot: PageSnapshot;
  delta: PageDelta;
  /** Somebody typed elsewhere. */
  draft: Draft;
  /** Put the keyboard into the composer. */
  focusComposer: undefined;
  /** Bring an entry of a room into view. */
  reveal: { readonly room: string; readonly key: string };
}

/** What the page keeps for itself across reloads (`setState`): only what the person did there. */
export interface PageState {
  /** Unsent text by room. */
  readonly drafts: Readonly<Record<string, string>>;
  /** When it was typed, in milliseconds since 1970. */
  readonly draftTimes?: Readonly<Record<string, number>>;
  /** What the person has unfolded. */
  readonly unfolded?: readonly string[];
  /** Where the person was reading, by room. Absent for a room whose list stood at its end. */
  readonly places: Readonly<Record<string, PagePlace>>;
}

/** An entry, and how far its upper edge stood below the list's, in CSS pixels. */
export interface PagePlace {
  readonly key: string;
  readonly offset: number;
  /** How many entries there were from this one to the newest. */
  readonly depth?: number;
}

/** The key of an outgoing message's entry. */
export function outgoingKey(localId: string): string {
  return `local:${localId}`;
}

/** The local id behind an entry's key, if it is one of an outgoing message. */
export function localIdOf(key: string): string | undefined {
  return key.startsWith('local:') ? key.slice('local:'.length) : undefined;
}

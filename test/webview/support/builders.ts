import type { PageConnection, PageFrame, PageMessage, PageSnapshot, PageStrings } from '../../../src/protocol/messages';

/** The page's words in English, as the host would hand them over. */
export const strings: PageStrings = {
  messagesIn: 'Messages in {0}',
  messageTo: 'Message {0}',
  send: 'Send',
  attachSelection: 'Attach the selected code',
  nothingSelected: 'Select some code in an editor first, then attach it.',
  textOnly: 'Only text can be sent from here, no files or pictures.',
  completions: 'Completions',
  retry: 'Retry',
  discard: 'Discard',
  newMessages: 'New messages',
  jumpToLatest: 'Jump to latest',
  oneNew: '1 new message',
  manyNew: '{0} new messages',
  loading: 'Loading messages…',
  nothingYet: 'Nothing has been said here yet.',
  loadOlder: 'Load older messages',
  roomBegins: 'The room begins here.',
  nothingOlder: 'The service gives no older messages than these.',
  loadMissing: 'Load missing messages',
  queued: 'Waiting to be sent',
  sending: 'Sending…',
  sent: 'Sent',
  unconfirmed: 'Not confirmed',
  failed: 'Not sent',
  you: 'You',
  showAll: 'Show all',
  showAllLines: 'Show all {0} lines',
  showLess: 'Show less',
  code: 'Code',
  copy: 'Copy',
  copied: 'Copied',
  insertCode: 'Insert at Cursor',
  openCode: 'Open in Editor',
  edited: 'edited',
  deleted: 'This message was deleted.',
  signed: 'signed',
  signedVia: 'The service names {0} as the author. The name is what the message says.',
  notKept: 'The message was not sent. Your text is still here: try again, or copy it to another place.',
  tooLong: 'This message is too long to send: at most {0} characters. Shorten it or send it in parts.',
};

/** The moment of the first built message: the middle of a day in the zone that the pages are opened in. */
export const NOON = Date.UTC(2020, 6, 8, 12, 0, 0);

const MINUTE = 60_000;

/** A received message: number `index` in a room where somebody says something every ten minutes. */
export function message(index: number, changes: Partial<PageMessage> = {}): PageMessage {
  return {
    key: `id:${index}`,
    id: String(index),
    state: 'received',
    own: false,
    authorName: 'Alice Fox',
    text: `message number ${index}`,
    time: NOON + index * 10 * MINUTE,
    ...changes,
  };
}

/** A message that this person wrote and the service does not have yet. */
export function outgoing(localId: string, changes: Partial<PageMessage> = {}): PageMessage {
  return {
    key: `local:${localId}`,
    state: 'sending',
    own: true,
    authorName: '',
    text: `own message ${localId}`,
    time: NOON + 100 * 10 * MINUTE,
    ...changes,
  };
}

/** `count` received messages, oldest first, beginning with number `from`. */
export function messages(count: number, from = 0): PageMessage[] {
  return Array.from({ length: count }, (_, index) => message(from + index));
}

/** What stands around the list of a loaded room named "general" and shown as "General". */
export function frame(changes: Partial<PageFrame> = {}): PageFrame {
  return {
    room: 'general',
    title: 'General',
    connection: { status: 'online' },
    loaded: true,
    sendOnEnter: true,
    mentionNames: [],
    showAvatars: false,
    announces: true,
    older: 'end',
    unreadCount: 0,
    seeksPlace: false,
    isRefused: false,
    ...changes,
  };
}

/** A connection that has something to say. */
export function offline(text = 'No connection. Trying again…'): PageConnection {
  return { status: 'offline', text };
}

export function snapshot(
  entries: readonly PageMessage[],
  frameChanges: Partial<PageFrame> = {},
  version = 1,
): PageSnapshot {
  return { version, frame: frame(frameChanges), entries };
}

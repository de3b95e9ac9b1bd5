import * as vscode from 'vscode';
import type { BaseUrlCheck } from '../chapi/baseUrl';
import type { Fault } from '../chat/fault';
import { DEFAULT_ROOM, type RoomName } from '../chat/message';
import { visibleText } from '../chat/visibleText';
import type { PageStrings } from '../protocol/messages';
import type { Connection } from '../sync/feed';

/** A room's name as a person reads it. The default room of a `test_key…` is documented to be the sandbox. */
export function roomTitle(room: RoomName, hasTestKey: boolean): string {
  if (room !== DEFAULT_ROOM) return visibleText(room).replaceAll('\n', ' ');
  return hasTestKey ? 'CHAPI sandbox' : vscode.l10n.t('Default room');
}

/** What went wrong, in a sentence that says what happens or what to do next. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'unauthorized':
      return vscode.l10n.t('The service refuses the API key. Set a valid key to go on.');
    case 'forbidden':
      return vscode.l10n.t('The API user may not use this room. Ask a member to invite it.');
    case 'noSuchRoom':
      return vscode.l10n.t('There is no room of this name yet. The first message makes it.');
    case 'throttled':
      return vscode.l10n.t('Too many requests with this key. Slowing down.');
    case 'server':
      return vscode.l10n.t('The service has a problem ({0}). Trying again.', fault.status);
    case 'network':
      return vscode.l10n.t('The service cannot be reached ({0}). Trying again.', fault.code);
    case 'timeout':
      return vscode.l10n.t('The service does not answer. Trying again.');
    case 'badAnswer':
      return vscode.l10n.t(
        'The answer is not from the chat service: a sign-in page of this network, perhaps. Trying again.',
      );
    case 'tooLarge':
      return vscode.l10n.t('The answer was too large and was cut off. Trying again.');
  }
}

/** Why a key was not taken, for the input box. */
export function keyRefusedText(fault: Fault): string {
  switch (fault.kind) {
    case 'unauthorized':
      return vscode.l10n.t('The service refuses this key. Check that it was copied whole, or make a new one.');
    case 'throttled':
      return vscode.l10n.t('The key could not be checked: too many requests. Press Enter to try again in a moment.');
    case 'network':
      return vscode.l10n.t(
        'The key could not be checked: the service cannot be reached ({0}). Press Enter to try again.',
        fault.code,
      );
    case 'timeout':
      return vscode.l10n.t('The key could not be checked: the service does not answer. Press Enter to try again.');
    case 'server':
      return vscode.l10n.t(
        'The key could not be checked: the service has a problem ({0}). Press Enter to try again.',
        fault.status,
      );
    case 'forbidden':
    case 'noSuchRoom':
    case 'badAnswer':
    case 'tooLarge':
      return vscode.l10n.t(
        'The key could not be checked: the answer is not from the chat service. Press Enter to try again.',
      );
  }
}

/** Why a message is not sent, for the message itself. */
export function sendFaultText(fault: Fault): string {
  switch (fault.kind) {
    case 'unauthorized':
      return vscode.l10n.t('The service refuses the API key.');
    case 'forbidden':
      return vscode.l10n.t('The API user may not write to this room.');
    case 'noSuchRoom':
      return vscode.l10n.t('There is no such room.');
    case 'server':
      return fault.status === 413
        ? vscode.l10n.t('The message is too long for the service.')
        : vscode.l10n.t('The service has a problem ({0}).', fault.status);
    case 'throttled':
      return vscode.l10n.t('Too many requests with this key.');
    case 'network':
    case 'timeout':
    case 'badAnswer':
    case 'tooLarge':
      return vscode.l10n.t('There was no clear answer: it may have arrived or not.');
  }
}

/** Why the address in the settings is not used. */
export function baseUrlText(check: BaseUrlCheck): string | undefined {
  if (check.ok) return undefined;
  switch (check.reason) {
    case 'notAnAddress':
      return vscode.l10n.t(
        'The setting chapi.apiBaseUrl is not an https: address. Nothing is sent until it is mended.',
      );
    case 'notSecure':
      return vscode.l10n.t(
        'The setting chapi.apiBaseUrl would send the key unencrypted over the network. Use https: instead; nothing is sent until then.',
      );
    case 'hasCredentials':
      return vscode.l10n.t(
        'The setting chapi.apiBaseUrl must not hold a user name or password. Nothing is sent until it is mended.',
      );
  }
}

/** What is said where a chat is shown without a key. */
export function noKeyText(): string {
  return vscode.l10n.t('There is no API key. Run "Chapi: Set API Key…" to go on.');
}

/** What is said when nobody knows whether there is a key. */
export function keyUnreadableText(): string {
  return vscode.l10n.t(
    'The secret storage could not be read. Unlock the keychain of this machine, then run "Chapi: Read API Key Again".',
  );
}

/** What is said while the disk refuses. @param code the system's */
export function diskText(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  return code === 'ENOSPC'
    ? vscode.l10n.t('The disk is full: what you write cannot be kept. Make room; it goes on by itself.')
    : vscode.l10n.t(
        'The disk refuses to keep or give what you write ({0}). Leave this window open; it goes on by itself.',
        code,
      );
}

/** What the banner and the status bar say of the connection; nothing while all is well. */
export function connectionText(connection: Connection): string | undefined {
  switch (connection.status) {
    case 'online':
    case 'connecting':
      return undefined;
    case 'offline':
      return faultText(connection.fault);
    case 'unauthorized':
      return faultText({ kind: 'unauthorized' });
    case 'throttled':
      return faultText({ kind: 'throttled' });
    case 'outdated':
      return vscode.l10n.t('Another window runs a newer version of Chapi. Reload this window to update.');
  }
}

/** That nothing is told for a while. @param until in milliseconds since 1970, or `on` */
export function pauseText(until: number | 'on', now: Date): string {
  if (until === 'on') return vscode.l10n.t('Notifications are paused until you resume them.');
  const end = new Date(until);
  const isToday = end.toDateString() === now.toDateString();
  const time = end.toLocaleString(vscode.env.language, {
    ...(isToday ? {} : { weekday: 'long' }),
    hour: 'numeric',
    minute: '2-digit',
  });
  return vscode.l10n.t('Notifications are paused until {0}.', time);
}

/** Some of what is said at once, each with a full stop or without, as one line. */
export function inOneLine(parts: readonly (string | undefined)[]): string {
  return parts.flatMap((part) => (part === undefined ? [] : [part.replace(/\.$/, '')])).join('. ');
}

/** The state of the chat in one sentence, for the connection details. */
export function connectionSummary(chat: {
  readonly hasKey: boolean;
  readonly problem: string | undefined;
  readonly connection: Connection;
}): string {
  if (!chat.hasKey) return vscode.l10n.t('There is no API key. Run "Chapi: Set API Key…" to set one.');
  if (chat.problem !== undefined) return chat.problem;
  return chat.connection.status === 'connecting'
    ? vscode.l10n.t('Waiting for the first answer of the service.')
    : vscode.l10n.t('The service answers.');
}

/** The page's words. */
export function pageStrings(): PageStrings {
  return {
    messagesIn: vscode.l10n.t('Messages in {0}', '{0}'),
    messageTo: vscode.l10n.t('Message {0}', '{0}'),
    send: vscode.l10n.t('Send'),
    attachSelection: vscode.l10n.t('Attach the selected code'),
    nothingSelected: vscode.l10n.t('Select some code in an editor first, then attach it.'),
    textOnly: vscode.l10n.t('Only text can be sent from here, no files or pictures.'),
    completions: vscode.l10n.t('Completions'),
    retry: vscode.l10n.t('Retry'),
    discard: vscode.l10n.t('Discard'),
    newMessages: vscode.l10n.t('New messages'),
    jumpToLatest: vscode.l10n.t('Jump to latest'),
    oneNew: vscode.l10n.t('1 new message'),
    manyNew: vscode.l10n.t('{0} new messages', '{0}'),
    loading: vscode.l10n.t('Loading messages…'),
    loadOlder: vscode.l10n.t('Load older messages'),
    roomBegins: vscode.l10n.t('The room begins here.'),
    nothingOlder: vscode.l10n.t('The service gives no older messages than these.'),
    loadMissing: vscode.l10n.t('Load missing messages'),
    nothingYet: vscode.l10n.t('No messages yet. Write the first one.'),
    queued: vscode.l10n.t('Waiting to be sent'),
    sending: vscode.l10n.t('Sending…'),
    sent: vscode.l10n.t('Sent'),
    unconfirmed: vscode.l10n.t('Not confirmed'),
    failed: vscode.l10n.t('Not sent'),
    you: vscode.l10n.t('You'),
    showAll: vscode.l10n.t('Show all'),
    showAllLines: vscode.l10n.t('Show all {0} lines', '{0}'),
    showLess: vscode.l10n.t('Show less'),
    code: vscode.l10n.t('Code'),
    copy: vscode.l10n.t('Copy'),
    copied: vscode.l10n.t('Copied'),
    insertCode: vscode.l10n.t('Insert at Cursor'),
    openCode: vscode.l10n.t('Open in Editor'),
    edited: vscode.l10n.t('edited'),
    deleted: vscode.l10n.t('This message was deleted.'),
    signed: vscode.l10n.t('signed'),
    signedVia: vscode.l10n.t('The service names {0} as the author. The name is what the message says.', '{0}'),
    notKept: vscode.l10n.t('The message could not be kept. Its text is still here: try again.'),
    tooLong: vscode.l10n.t('The message is too long: at most {0} characters.', '{0}'),
  };
}

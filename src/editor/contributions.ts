import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';

/** The commands that package.json contributes, by what they are given. A wrong id does not compile. */
export interface Commands {
  'chapi.setApiKey': [];
  'chapi.removeApiKey': [];
  'chapi.readKeyAgain': [];
  'chapi.openChat': [];
  'chapi.openChatInEditor': [];
  'chapi.switchRoom': [room?: unknown, where?: unknown];
  'chapi.addRoom': [];
  'chapi.removeRoom': [item?: unknown];
  'chapi.sendMessage': [options?: unknown];
  'chapi.sendSelection': [options?: unknown];
  'chapi.refresh': [];
  'chapi.markAllRead': [];
  'chapi.goToNextUnread': [];
  'chapi.toggleMute': [item?: unknown];
  'chapi.togglePin': [item?: unknown];
  'chapi.muteRoom': [item?: unknown];
  'chapi.unmuteRoom': [item?: unknown];
  'chapi.pinRoom': [item?: unknown];
  'chapi.unpinRoom': [item?: unknown];
  'chapi.moveRoomUp': [item?: unknown];
  'chapi.moveRoomDown': [item?: unknown];
  'chapi.pauseNotifications': [];
  'chapi.retryUnsent': [];
  'chapi.showConnection': [];
  'chapi.showLog': [];
}

/** The context keys that `when` clauses read. */
export interface ContextKeys {
  'chapi.hasKey': boolean;
  'chapi.connection': 'online' | 'connecting' | 'offline' | 'unauthorized' | 'throttled' | 'outdated';
  /** Of the rooms that are not muted. */
  'chapi.unreadCount': number;
  /** How many rooms have something unread, muted or not: what Mark All Read is about. */
  'chapi.unreadRoomCount': number;
  /** Of all rooms: what Retry Unsent Messages is about. */
  'chapi.unsentCount': number;
  /**
   * What keeps the chat from working until the person does something: there is no key (or it is refused), the keychain is
   * locked, the address in the settings can't be used, or another window runs a newer version. Empty when nothing does.
   */
  'chapi.problem': '' | 'noKey' | 'keychain' | 'address' | 'outdated';
}

/** The settings that package.json contributes, with the type of each. */
export interface Settings {
  apiBaseUrl: string;
  rooms: readonly RoomName[];
  'polling.activeSeconds': number;
  'polling.backgroundSeconds': number;
  sendOnEnter: boolean;
  showAvatars: boolean;
  announceNewMessages: boolean;
  notifications: 'all' | 'mentions' | 'none';
  mentionNames: readonly string[];
  signature: string;
}

export const VIEW_ROOMS = 'chapi.rooms';
export const VIEW_CHAT = 'chapi.chat';
export const PANEL_CHAT = 'chapi.chatEditor';
export const PANEL_CONNECTION = 'chapi.connection';
export const STATUS_ITEM = 'chapi.status';

/** What a command does. */
export type CommandHandlers = {
  readonly [Id in keyof Commands]: (...parameters: Commands[Id]) => void | Promise<void>;
};

/** Every command, so that none is forgotten. */
const commandIds = Object.keys({
  'chapi.setApiKey': true,
  'chapi.removeApiKey': true,
  'chapi.readKeyAgain': true,
  'chapi.openChat': true,
  'chapi.openChatInEditor': true,
  'chapi.switchRoom': true,
  'chapi.addRoom': true,
  'chapi.removeRoom': true,
  'chapi.sendMessage': true,
  'chapi.sendSelection': true,
  'chapi.refresh': true,
  'chapi.markAllRead': true,
  'chapi.goToNextUnread': true,
  'chapi.toggleMute': true,
  'chapi.togglePin': true,
  'chapi.muteRoom': true,
  'chapi.unmuteRoom': true,
  'chapi.pinRoom': true,
  'chapi.unpinRoom': true,
  'chapi.moveRoomUp': true,
  'chapi.moveRoomDown': true,
  'chapi.pauseNotifications': true,
  'chapi.retryUnsent': true,
  'chapi.showConnection': true,
  'chapi.showLog': true,
} satisfies Record<keyof Commands, true>) as (keyof Commands)[];

/** Registers every command. What they do is loaded with the first that is run. */
export function registerCommands(load: () => Promise<CommandHandlers>): vscode.Disposable {
  let loading: Promise<CommandHandlers> | undefined;
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, async (...parameters: unknown[]) => {
        loading ??= load().catch((error: unknown) => {
          loading = undefined;
          throw error;
        });
        const handler = (await loading)[id] as (...parameters: unknown[]) => unknown;
        return handler(...parameters);
      }),
    ),
  );
}

/** A command for a button, a tree item or a status bar item. */
export function command<Id extends keyof Commands>(id: Id, title: string, ...parameters: Commands[Id]): vscode.Command {
  return { command: id, title, arguments: parameters };
}

/** Sets a context key. */
export function setContextKey<Key extends keyof ContextKeys>(key: Key, value: ContextKeys[Key]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import type { ChatSession } from './chatSession';
import type { ChatViews } from './chatViews';
import type { CommandHandlers } from './contributions';
import { plainLabel } from './plainLabel';
import { addToRooms, MAX_ROOM_NAME, MAX_ROOMS, readRooms, removeFromRooms, wellFormedRoom } from './settings';

type RoomCommand =
  | 'chapi.openChat'
  | 'chapi.openChatInEditor'
  | 'chapi.switchRoom'
  | 'chapi.addRoom'
  | 'chapi.removeRoom'
  | 'chapi.refresh'
  | 'chapi.markAllRead';

/** The commands that show, choose, add and remove rooms. */
export function roomCommands(session: ChatSession, views: ChatViews): Pick<CommandHandlers, RoomCommand> {
  return {
    'chapi.openChat': () => views.open(),
    'chapi.openChatInEditor': () => views.openInEditor(),
    'chapi.switchRoom': async (room) => {
      const chosen = typeof room === 'string' ? room : await pickRoom(session, vscode.l10n.t('Switch to a room'));
      if (chosen === undefined) return;
      if (!session.isKnown(chosen)) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('The room "{0}" is not on the list. Add it first.', session.title(chosen)),
        );
        return;
      }
      await session.setOpenRoom(chosen);
      await views.open();
    },
    'chapi.addRoom': async () => {
      const added = await addRoom();
      if (added === undefined) return;
      await session.setOpenRoom(added);
      await views.open();
    },
    'chapi.removeRoom': async (item) => {
      const room = roomOfRow(item) ?? (await pickRoom(session, vscode.l10n.t('Remove a room from the list')));
      if (room !== undefined) await removeFromRooms(room);
    },
    'chapi.refresh': async () => {
      await vscode.window.withProgress({ location: { viewId: 'chapi.chat' } }, async () => session.feed?.refresh());
    },
    'chapi.markAllRead': () => {
      for (const { room } of session.rooms) session.feed?.markRead(room);
    },
  };
}

/** The room of a row of the tree, which VS Code hands over from the row's menu. */
export function roomOfRow(item: unknown): RoomName | undefined {
  return typeof item === 'object' && item !== null && 'room' in item && typeof item.room === 'string'
    ? item.room
    : undefined;
}

/** Asks for one of the rooms, most unread first. */
export async function pickRoom(session: ChatSession, placeHolder: string): Promise<RoomName | undefined> {
  const items = session.rooms
    .map(({ room, unreadCount }) => ({
      room,
      unreadCount,
      label: plainLabel(session.title(room)),
      description: [
        ...(unreadCount > 0 ? [vscode.l10n.t('{0} unread', unreadCount)] : []),
        ...(room === session.openRoom ? [vscode.l10n.t('open')] : []),
      ].join(' · '),
    }))
    .sort((left, right) => right.unreadCount - left.unreadCount);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.room;
}

/** Asks for a name and adds it to the setting. Gives back the name. */
async function addRoom(): Promise<RoomName | undefined> {
  const rooms = readRooms();
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Room'),
    prompt: vscode.l10n.t('The name of a public room, or of a private one that the API user is invited to.'),
    validateInput: (value) => whyNoRoomName(value.trim(), rooms),
  });
  if (name === undefined) return undefined;
  await addToRooms(name.trim());
  return name.trim();
}

function whyNoRoomName(name: string, rooms: readonly RoomName[]): string | undefined {
  if (name === '') return vscode.l10n.t('Type the name of a room, or press Escape to leave.');
  if (name.length > MAX_ROOM_NAME) return vscode.l10n.t('The name is too long: at most {0} characters.', MAX_ROOM_NAME);
  if (wellFormedRoom(name) === undefined) {
    return vscode.l10n.t('The name holds a character that is none. Type it anew.');
  }
  if (rooms.includes(name)) return vscode.l10n.t('This room is on the list already.');
  if (rooms.length >= MAX_ROOMS) return vscode.l10n.t('There are {0} rooms already. Remove one first.', MAX_ROOMS);
  return undefined;
}

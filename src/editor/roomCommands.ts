import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import { roomNameOf } from '../chat/roomNames';
import { roomBeside } from '../chat/roomOrder';
import type { ChatSession } from './chatSession';
import type { ChatViews } from './chatViews';
import type { CommandHandlers } from './contributions';
import { plainLabel, toastText } from './plainLabel';
import { listedRooms } from './roomsTree';
import { roomWords } from './roomWords';
import {
  addToRooms,
  isInRooms,
  MAX_ROOM_NAME,
  MAX_ROOMS,
  moveInRooms,
  readRooms,
  removeFromRooms,
  roomNamed,
} from './settings';

type RoomCommand =
  | 'chapi.openChat'
  | 'chapi.openChatInEditor'
  | 'chapi.switchRoom'
  | 'chapi.addRoom'
  | 'chapi.removeRoom'
  | 'chapi.togglePin'
  | 'chapi.pinRoom'
  | 'chapi.unpinRoom'
  | 'chapi.moveRoomUp'
  | 'chapi.moveRoomDown'
  | 'chapi.refresh'
  | 'chapi.markAllRead';

/** The commands that show, choose, add and remove rooms. */
export function roomCommands(session: ChatSession, views: ChatViews): Pick<CommandHandlers, RoomCommand> {
  /** Pins or unpins a room that it is asked for; a menu that was opened a while ago may ask for what is done already. */
  const togglePin =
    (isAsked: (room: RoomName) => boolean) =>
    async (item: unknown): Promise<void> => {
      const room = roomOfRow(item) ?? (await pickRoom(session, vscode.l10n.t('Pin or unpin a room'), isAsked));
      if (room !== undefined && isAsked(room)) await session.pins.toggle(room);
    };
  const isListed = (room: RoomName): boolean => isInRooms(room, session.hasTestKey);
  const moveRoom = (item: unknown, distance: 1 | -1): Promise<void> => moveRoomOf(session, item, distance);
  return {
    'chapi.openChat': () => views.open(),
    'chapi.openChatInEditor': () => views.openInEditor(),
    'chapi.switchRoom': async (room, where) => {
      const named = typeof room === 'string' ? room : await pickOrAddRoom(session);
      if (named === undefined) return;
      const chosen = roomNameOf(named, session.hasTestKey);
      if (!session.isKnown(chosen)) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('The room "{0}" is not on the list. Add it first.', toastText(session.title(chosen))),
        );
        return;
      }
      await session.setOpenRoom(chosen);
      await views.show({ atUnread: where === 'unread' });
    },
    'chapi.addRoom': async () => {
      const added = await addRoom(session);
      if (added === undefined) return;
      await session.setOpenRoom(added);
      await views.show();
    },
    'chapi.removeRoom': async (item) => {
      const room = roomOfRow(item) ?? (await pickRoom(session, vscode.l10n.t('Remove a room from the list'), isListed));
      if (room !== undefined) await removeFromRooms(room, session.hasTestKey);
    },
    'chapi.togglePin': togglePin(() => true),
    'chapi.pinRoom': togglePin((room) => !session.pins.isPinned(room)),
    'chapi.unpinRoom': togglePin((room) => session.pins.isPinned(room)),
    'chapi.moveRoomUp': (item) => moveRoom(item, -1),
    'chapi.moveRoomDown': (item) => moveRoom(item, 1),
    'chapi.refresh': async () => {
      await vscode.window.withProgress({ location: { viewId: 'chapi.chat' } }, async () => session.feed?.refresh());
    },
    'chapi.markAllRead': () => {
      for (const { room } of session.rooms) session.feed?.markRead(room);
    },
  };
}

/** Moves a room past its neighbour among those that are pinned, or among those that are not, for those who do not drag. Without a row, the open one. */
async function moveRoomOf(session: ChatSession, item: unknown, distance: 1 | -1): Promise<void> {
  const room = roomOfRow(item) ?? session.openRoom;
  const target = roomBeside(listedRooms(session), room, distance);
  if (target !== undefined) await moveInRooms(room, target, session.hasTestKey);
}

/** The room of a row of the tree, which VS Code hands over from the row's menu. */
export function roomOfRow(item: unknown): RoomName | undefined {
  return typeof item === 'object' && item !== null && 'room' in item && typeof item.room === 'string'
    ? item.room
    : undefined;
}

/** Asks for one of the rooms, most unread first, muted ones last. */
export async function pickRoom(
  session: ChatSession,
  placeHolder: string,
  isOffered: (room: RoomName) => boolean = () => true,
): Promise<RoomName | undefined> {
  const items = roomItems(session).filter(({ room }) => isOffered(room));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.room;
}

/** Asks for a room to open: one of the list, or one that is typed and added to it. */
function pickOrAddRoom(session: ChatSession): Promise<RoomName | undefined> {
  const pick = vscode.window.createQuickPick<RoomItem>();
  const rooms = roomItems(session);
  pick.placeholder = vscode.l10n.t('Switch to a room, or type the name of one to add');
  pick.matchOnDescription = true;
  pick.items = rooms;
  pick.onDidChangeValue((value) => {
    const name = value.trim();
    const isNew = whyNoRoomName(name, session.hasTestKey) === undefined;
    const label = vscode.l10n.t('$(add) Add the room "{0}"', plainLabel(name));
    pick.items = isNew ? [...rooms, { room: name, isNew, label, alwaysShow: true }] : rooms;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen === undefined) return;
      const isAdded = chosen.isNew === true ? addToRooms(chosen.room) : Promise.resolve();
      resolve(isAdded.then(() => chosen.room));
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(undefined);
    });
    pick.show();
  });
}

interface RoomItem extends vscode.QuickPickItem {
  readonly room: RoomName;
  /** It is not on the list yet. */
  readonly isNew?: boolean;
}

/** Most unread first. What is unread in a muted room is no reason to go there, so those come after all others. */
function roomItems(session: ChatSession): readonly RoomItem[] {
  return session.rooms
    .map(({ room }) => {
      const { isMuted, unreadCount, unread, others, open } = roomWords(session, room);
      const description = [...unread, ...others, ...open].join(' · ');
      return { room, isMuted, unreadCount, label: plainLabel(session.title(room)), description };
    })
    .sort((left, right) => Number(left.isMuted) - Number(right.isMuted) || right.unreadCount - left.unreadCount);
}

/** Asks for a name and adds it to the setting, as it was written. Gives back the room. */
async function addRoom({ hasTestKey }: ChatSession): Promise<RoomName | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Room'),
    prompt: vscode.l10n.t('The name of a public room, or of a private one that the API user is invited to.'),
    validateInput: (value) => whyNoRoomName(value.trim(), hasTestKey),
  });
  if (name === undefined) return undefined;
  await addToRooms(name.trim());
  return roomNameOf(name.trim(), hasTestKey);
}

function whyNoRoomName(name: string, hasTestKey: boolean): string | undefined {
  if (name === '') return vscode.l10n.t('Type the name of a room, or press Escape to leave.');
  if (name.length > MAX_ROOM_NAME) return vscode.l10n.t('The name is too long: at most {0} characters.', MAX_ROOM_NAME);
  const room = roomNamed(name, hasTestKey);
  if (room === undefined) return vscode.l10n.t('The name holds a character that is none. Type it anew.');
  const rooms = readRooms(hasTestKey);
  if (rooms.includes(room)) return vscode.l10n.t('This room is on the list already.');
  if (rooms.length >= MAX_ROOMS) return vscode.l10n.t('There are {0} rooms already. Remove one first.', MAX_ROOMS);
  return undefined;
}

import * as vscode from 'vscode';
import { DEFAULT_ROOM, type RoomName } from '../chat/message';
import { roomDroppedOn, type ListedRoom } from '../chat/roomOrder';
import type { ChatSession } from './chatSession';
import { command, VIEW_ROOMS } from './contributions';
import { RoomBadges, roomUri } from './roomBadges';
import { roomWords } from './roomWords';
import { isInRooms, moveInRooms } from './settings';
import { faultText } from './words';

/** What VS Code calls rows of this tree while they are dragged. */
const ROWS = 'application/vnd.code.tree.chapi.rooms';

/** VS Code gathers changes of a tree for 200 ms; by then, a row that is new is one that can be selected. */
const NEW_ROW_MS = 500;

/** A row of the tree. An object, because VS Code takes an empty text, the default room's name, for no row at all. */
export interface RoomRow {
  readonly room: RoomName;
}

/** The rooms as a native tree, with the unread count on the activity bar. */
export class RoomsTree
  implements vscode.TreeDataProvider<RoomRow>, vscode.TreeDragAndDropController<RoomRow>, vscode.Disposable
{
  readonly dragMimeTypes = [ROWS];
  readonly dropMimeTypes = [ROWS];
  readonly #session: ChatSession;
  readonly #view: vscode.TreeView<RoomRow>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #disposable: vscode.Disposable;
  #badges: RoomBadges | undefined;
  #shown = '';
  /** The same objects each time, by which VS Code knows the rows again. */
  #rows: ReadonlyMap<RoomName, RoomRow> = new Map();
  /** The room whose row was selected last, while the view can be seen. */
  #selected: RoomName | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: ChatSession) {
    this.#session = session;
    this.#view = vscode.window.createTreeView(VIEW_ROOMS, { treeDataProvider: this, dragAndDropController: this });
    this.#disposable = vscode.Disposable.from(
      this.#view,
      this.#changed,
      session.onDidChange(() => this.#update()),
      this.#view.onDidChangeVisibility(() => this.#followOpenRoom()),
    );
    this.#update();
  }

  getChildren(row?: RoomRow): RoomRow[] {
    // Where the person has to do something first, the view is empty and says so, with a button.
    if (row !== undefined || this.#isStuck) return [];
    // Only now, for a start of VS Code without a look at the rooms asks for no badges.
    this.#badges ??= new RoomBadges(this.#session);
    return [...this.#rows.values()];
  }

  /** The rows have none; without this, VS Code can't select one. */
  getParent(): undefined {
    return undefined;
  }

  getTreeItem({ room }: RoomRow): vscode.TreeItem {
    const session = this.#session;
    const title = session.title(room);
    const item = new vscode.TreeItem(title);
    item.id = `room:${room}`;
    item.resourceUri = roomUri(room);
    // The default room alone on the list can't be taken off it, nor can one that stands there for what is unsent in it.
    const isOnly = session.rooms.length === 1 && room === DEFAULT_ROOM;
    item.command = command('chapi.switchRoom', title, room);
    const { isMuted, isPinned, fault, state, unread, others, open } = roomWords(session, room);
    const kind = isOnly ? 'onlyRoom' : isInRooms(room, session.hasTestKey) ? 'room' : 'unlistedRoom';
    item.contextValue = [kind, ...(isPinned ? ['pinned'] : []), ...(isMuted ? ['muted'] : [])].join('.');
    item.iconPath = new vscode.ThemeIcon(
      state?.icon ?? (isMuted ? 'bell-slash' : isPinned ? 'pinned' : 'comment-discussion'),
    );
    const words = [...unread, ...others, ...open];
    // VS Code marks the open one and shows a badge on those that are not muted: the place is for long names.
    item.description = [...(isMuted ? unread : []), ...others].join(' · ');
    item.tooltip = [title, ...words, ...(fault === undefined ? [] : [faultText(fault)])].join('\n');
    item.accessibilityInformation = { label: [title, ...words].join(', ') };
    return item;
  }

  handleDrag(rows: readonly RoomRow[], data: vscode.DataTransfer): void {
    data.set(ROWS, new vscode.DataTransferItem(rows.map(({ room }) => room)));
  }

  /** Drops a room where another one stands, or below all of them. */
  async handleDrop(target: RoomRow | undefined, data: vscode.DataTransfer): Promise<void> {
    const rooms: unknown = data.get(ROWS)?.value;
    const [room] = Array.isArray(rooms) ? (rooms as unknown[]) : [];
    if (typeof room !== 'string') return;
    const place = roomDroppedOn(listedRooms(this.#session), room, target?.room);
    if (place !== undefined) await moveInRooms(room, place, this.#session.hasTestKey);
  }

  dispose(): void {
    this.#badges?.dispose();
    this.#disposable.dispose();
  }

  get #isStuck(): boolean {
    return this.#session.trouble === 'outdated';
  }

  #update(): void {
    const { rooms, unreadCount, problem, openRoom, trouble } = this.#session;
    const muted = rooms.filter(({ room }) => this.#session.quiet.isMuted(room)).map(({ room }) => room);
    const pinned = rooms.filter(({ room }) => this.#session.pins.isPinned(room)).map(({ room }) => room);
    const shown = JSON.stringify({ rooms, problem, openRoom, trouble, muted, pinned });
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#rows = new Map(rooms.map(({ room }) => [room, this.#rows.get(room) ?? { room }]));
    // A message moves the rows down: only what waits for the person is worth that. A view with a message shows no welcome.
    const isEmpty = rooms.length === 0 || this.#isStuck;
    this.#view.message = (isEmpty || trouble === '' ? undefined : problem) ?? '';
    this.#view.badge = unreadCount === 0 ? undefined : { value: unreadCount, tooltip: unreadText(unreadCount) };
    this.#changed.fire(undefined);
    this.#badges?.update();
    this.#followOpenRoom();
  }

  /**
   * Selects the row of the room that is open, however it was opened. Once for each, so that a row that somebody selects
   * without opening it stays selected.
   */
  #followOpenRoom(): void {
    const row = this.#rows.get(this.#session.openRoom);
    const isThere = row !== undefined && this.#view.visible && !this.#isStuck;
    if (isThere && row.room !== this.#selected) void this.#select(row);
    this.#selected = isThere ? row.room : undefined;
  }

  /** The keyboard stays where it is. VS Code passes over a row that is new, without a word: that one needs another try. */
  async #select(row: RoomRow, isLast = false): Promise<void> {
    try {
      await this.#view.reveal(row, { select: true, focus: false });
    } catch {
      // The view or the row went away meanwhile.
    }
    if (isLast || this.#view.selection.includes(row)) return;
    await new Promise((resolve) => setTimeout(resolve, NEW_ROW_MS));
    // Asking a view that went out of sight would bring it back.
    if (this.#view.visible && this.#selected === row.room) await this.#select(row, true);
  }
}

/** The rooms as they are shown, for moving one of them. */
export function listedRooms({ rooms, pins, hasTestKey }: ChatSession): readonly ListedRoom[] {
  return rooms.map(({ room }) => ({ room, isPinned: pins.isPinned(room), isMovable: isInRooms(room, hasTestKey) }));
}

function unreadText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 unread message') : vscode.l10n.t('{0} unread messages', count);
}

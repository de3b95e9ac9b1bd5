import * as vscode from 'vscode';
import type { ChatSession } from './chatSession';
import { command, setContextKey, STATUS_ITEM } from './contributions';
import { wayOut } from './trouble';
import { inOneLine, pauseText } from './words';

/** Says in the status bar, and to `when` clauses, how the chat is: unread, offline, no key. */
export class StatusItem implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #item: vscode.StatusBarItem;
  readonly #disposable: vscode.Disposable;
  #shown = '';

  constructor(session: ChatSession) {
    this.#session = session;
    this.#item = vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Right, 90);
    this.#item.name = 'Chapi';
    this.#disposable = vscode.Disposable.from(
      this.#item,
      session.onDidChange(() => this.update()),
    );
  }

  /** Shows the item, the first time once it is known whether there is a key. */
  update(): void {
    const { hasKey, connection, unreadCount, unsentCount, problem, trouble, rooms } = this.#session;
    const { pausedUntil } = this.#session.quiet;
    const unread = this.#unreadRooms();
    const unreadRoomCount = rooms.filter((room) => room.unreadCount > 0).length;
    const words = this.#words();
    const shown = JSON.stringify([words, connection.status, unread, unreadRoomCount, unsentCount, problem, trouble]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    setContextKey('chapi.hasKey', hasKey);
    setContextKey('chapi.connection', hasKey ? connection.status : 'offline');
    setContextKey('chapi.unreadCount', unreadCount);
    setContextKey('chapi.unreadRoomCount', unreadRoomCount);
    setContextKey('chapi.unsentCount', unsentCount);
    setContextKey('chapi.problem', trouble);
    const count = unreadCount === 0 ? '' : ` ${unreadCount}`;
    this.#item.text = `$(${this.#icon()})${count}${pausedUntil === undefined ? '' : ' $(bell-slash)'}`;
    this.#item.tooltip = [`Chapi: ${words}`, ...unread].join('\n');
    this.#item.accessibilityInformation = { label: `Chapi: ${words}`, role: 'button' };
    this.#item.command =
      trouble !== ''
        ? wayOut(trouble).command
        : unreadCount > 0
          ? command('chapi.goToNextUnread', vscode.l10n.t('Go to Next Unread'))
          : command('chapi.openChat', vscode.l10n.t('Open Chat'));
    this.#item.show();
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  #icon(): string {
    const { trouble, problem, connection } = this.#session;
    if (trouble !== '') return wayOut(trouble).icon;
    if (problem === undefined) return 'comment-discussion';
    return connection.status === 'throttled' ? 'watch' : 'debug-disconnect';
  }

  /** A line for each room with something unread. */
  #unreadRooms(): readonly string[] {
    const { rooms, quiet } = this.#session;
    return rooms
      .filter(({ room, unreadCount }) => unreadCount > 0 && !quiet.isMuted(room))
      .map(({ room, unreadCount }) => `${this.#session.title(room)}: ${vscode.l10n.t('{0} unread', unreadCount)}`);
  }

  #words(): string {
    const { hasKey, unreadCount, problem, trouble, quiet } = this.#session;
    if (!hasKey) return trouble === 'noKey' ? vscode.l10n.t('no API key. Click to set one.') : (problem ?? '');
    const unread = unreadCount === 0 ? vscode.l10n.t('nothing unread') : vscode.l10n.t('{0} unread', unreadCount);
    const paused = quiet.pausedUntil === undefined ? undefined : pauseText(quiet.pausedUntil, new Date());
    return inOneLine([unread, problem, paused]);
  }
}

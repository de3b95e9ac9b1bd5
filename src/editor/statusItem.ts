import * as vscode from 'vscode';
import type { ChatSession } from './chatSession';
import { command, setContextKey, STATUS_ITEM } from './contributions';

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
    const { hasKey, connection, unreadCount, problem } = this.#session;
    const { pausedUntil } = this.#session.quiet;
    const unread = this.#unreadRooms();
    const shown = JSON.stringify({ hasKey, status: connection.status, unread, problem, pausedUntil });
    if (shown === this.#shown) return;
    this.#shown = shown;
    setContextKey('chapi.hasKey', hasKey);
    setContextKey('chapi.connection', hasKey ? connection.status : 'offline');
    setContextKey('chapi.unreadCount', unreadCount);
    const count = unreadCount === 0 ? '' : ` ${unreadCount}`;
    this.#item.text = `$(${this.#icon()})${count}${pausedUntil === undefined ? '' : ' $(bell-slash)'}`;
    const words = this.#words();
    this.#item.tooltip = [`Chapi: ${words}`, ...unread].join('\n');
    this.#item.accessibilityInformation = { label: `Chapi: ${words}`, role: 'button' };
    this.#item.command =
      hasKey && connection.status !== 'unauthorized'
        ? unreadCount > 0
          ? command('chapi.goToNextUnread', vscode.l10n.t('Go to Next Unread'))
          : command('chapi.openChat', vscode.l10n.t('Open Chat'))
        : command('chapi.setApiKey', vscode.l10n.t('Set API Key…'));
    this.#item.show();
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  #icon(): string {
    if (!this.#session.hasKey || this.#session.connection.status === 'unauthorized') return 'key';
    if (this.#session.problem === undefined) return 'comment-discussion';
    return this.#session.connection.status === 'throttled' ? 'watch' : 'debug-disconnect';
  }

  /** A line for each room with something unread. */
  #unreadRooms(): readonly string[] {
    const { rooms, quiet } = this.#session;
    return rooms
      .filter(({ room, unreadCount }) => unreadCount > 0 && !quiet.isMuted(room))
      .map(({ room, unreadCount }) => `${this.#session.title(room)}: ${vscode.l10n.t('{0} unread', unreadCount)}`);
  }

  #words(): string {
    const { hasKey, unreadCount, problem } = this.#session;
    if (!hasKey) return problem ?? vscode.l10n.t('no API key. Click to set one.');
    const unread = unreadCount === 0 ? vscode.l10n.t('nothing unread') : vscode.l10n.t('{0} unread', unreadCount);
    const { pausedUntil } = this.#session.quiet;
    const paused =
      pausedUntil === undefined
        ? undefined
        : vscode.l10n.t(
            'Notifications are paused until {0}.',
            new Date(pausedUntil).toLocaleTimeString(vscode.env.language),
          );
    return [unread, problem, paused].filter((part) => part !== undefined).join('. ');
  }
}

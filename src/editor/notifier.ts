import * as vscode from 'vscode';
import { knownNames } from '../chat/mentions';
import type { Message, RoomName } from '../chat/message';
import { NotificationQueue, type Gathered } from '../chat/notificationQueue';
import { readSignature } from '../chat/signature';
import { visibleText } from '../chat/visibleText';
import type { ChatSession } from './chatSession';
import type { ChatViews } from './chatViews';
import { plainLabel } from './plainLabel';
import { readMentionNames, readNotifications } from './settings';

/** Who typed less than this ago is not disturbed, in milliseconds. */
const TYPING_MS = 5000;
/** While the person is not to be disturbed, it is asked again this often, in milliseconds. */
const ASK_AGAIN_MS = 2000;
const HOUR_MS = 3_600_000;
const MAX_SHOWN = 60;

/** Tells of new messages as the person's settings and attention allow: never two at once, never while they type. */
export class Notifier implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #views: ChatViews;
  readonly #queue = new NotificationQueue();
  readonly #disposable: vscode.Disposable;
  #typedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(session: ChatSession, views: ChatViews) {
    this.#session = session;
    this.#views = views;
    this.#disposable = vscode.Disposable.from(
      session.onFeedEvent((event) => {
        if (event.type === 'notify') this.#arrived(event.room, event.arrivals);
      }),
      session.onDidChange(() => {
        for (const { room, unreadCount } of session.rooms) if (unreadCount === 0) this.#queue.drop(room);
      }),
      session.quiet.onDidChange(() => {
        for (const { room } of session.rooms) if (session.quiet.isMuted(room)) this.#queue.drop(room);
        if (session.quiet.pausedUntil !== undefined) this.#queue.clear();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isTyped = contentChanges.length > 0 && document === vscode.window.activeTextEditor?.document;
        if (isTyped) this.#typedAt = performance.now();
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposable.dispose();
  }

  #arrived(room: RoomName, messages: readonly Message[]): void {
    const { quiet } = this.#session;
    const wanted = readNotifications();
    if (wanted === 'none' || quiet.pausedUntil !== undefined || quiet.isMuted(room)) return;
    if (this.#session.isWatched(room)) return;
    const mentionAt = knownNames([], readMentionNames());
    const arrivals = messages.map(({ author, text }) => ({
      room,
      authorName: readSignature(text)?.name ?? author.name,
      mentionsMe: [...text.matchAll(/(?<![\p{L}\p{N}])@/gu)].some(
        ({ index }) => mentionAt(text, index + 1) !== undefined,
      ),
    }));
    this.#queue.add(wanted === 'all' ? arrivals : arrivals.filter(({ mentionsMe }) => mentionsMe));
    this.#look();
  }

  get #isBusy(): boolean {
    return performance.now() - this.#typedAt < TYPING_MS || vscode.debug.activeDebugSession !== undefined;
  }

  #look(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const gathered = this.#queue.take(now, this.#isBusy);
    if (gathered !== undefined) {
      void this.#show(gathered).finally(() => {
        this.#queue.closed();
        this.#look();
      });
      return;
    }
    const next = this.#queue.nextAt();
    if (next !== undefined) this.#timer = setTimeout(() => this.#look(), Math.max(ASK_AGAIN_MS, next - now));
  }

  async #show(gathered: Gathered): Promise<void> {
    const [room = ''] = gathered.rooms;
    const open = vscode.l10n.t('Open');
    const reply = vscode.l10n.t('Reply');
    const mute = vscode.l10n.t('Mute for an Hour');
    const chosen = await vscode.window.showInformationMessage(this.#words(gathered), open, reply, mute);
    if (chosen === open) {
      await this.#session.setOpenRoom(room);
      await this.#views.open();
    } else if (chosen === reply) {
      await vscode.commands.executeCommand('chapi.sendMessage', { room });
    } else if (chosen === mute) {
      for (const each of gathered.rooms) await this.#session.quiet.mute(each, Date.now() + HOUR_MS);
    }
  }

  #words({ count, rooms, authors, mentionedBy }: Gathered): string {
    const names = (all: readonly string[]): string => shortened(all.join(', '));
    const where = names(rooms.map((room) => this.#session.title(room)));
    const [by = ''] = mentionedBy;
    if (count === 1 && mentionedBy.length === 1) return vscode.l10n.t('{0} mentions you in {1}', shortened(by), where);
    if (count === 1) return vscode.l10n.t('{0} wrote in {1}', names(authors), where);
    if (mentionedBy.length === 0) return vscode.l10n.t('{0} messages in {1}, from {2}', count, where, names(authors));
    return mentionedBy.length === 1
      ? vscode.l10n.t('{0} messages in {1}, {2} mentions you', count, where, shortened(by))
      : vscode.l10n.t('{0} messages in {1}, {2} mention you', count, where, names(mentionedBy));
  }
}

/** Somebody else's words in a notification, which takes brackets for links. */
function shortened(text: string): string {
  const shown = visibleText(text).replaceAll('\n', ' ');
  return plainLabel(shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown).replaceAll(/[[\]]/g, '');
}

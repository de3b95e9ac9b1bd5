import * as vscode from 'vscode';
import type { Message, RoomName } from '../chat/message';
import { NotificationDesk } from '../chat/notificationDesk';
import type { Gathered } from '../chat/notificationQueue';
import type { ChatSession } from './chatSession';
import type { Commands } from './contributions';
import { toastText } from './plainLabel';
import { readMentionNames, readNotifications, readSignatureName } from './settings';

const HOUR_MS = 3_600_000;

/** So much of a message is shown to who answers it, in UTF-16 code units. */
const MAX_SAID = 80;

/** Among so many of a room's newest messages is looked for the one that somebody may have read meanwhile. */
const NEWEST = 100;

/** Tells of new messages by VS Code's notifications. Loaded with the first message that somebody may want to be told of. */
export class Notifications implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #desk: NotificationDesk;
  readonly #disposable: vscode.Disposable;
  #feed: ChatSession['feed'];
  #timer: NodeJS.Timeout | undefined;
  /** What is unread in a room, as far as its newest messages tell; read once for all that waits. */
  readonly #unread = new Map<RoomName, (id: string) => boolean>();
  /** So many answers to notifications are being typed. */
  #answers = 0;

  /** @param typedAt when the person typed last, in monotonic milliseconds */
  constructor(session: ChatSession, typedAt: () => number) {
    this.#session = session;
    this.#feed = session.feed;
    const answers = (): number => this.#answers;
    this.#desk = new NotificationDesk({
      get wanted() {
        return readNotifications();
      },
      get myNames() {
        return readMentionNames();
      },
      get mySignature() {
        return readSignatureName();
      },
      get isPaused() {
        return session.quiet.pausedUntil !== undefined;
      },
      get typedAt() {
        return typedAt();
      },
      get isBusy() {
        return answers() > 0 || vscode.debug.activeDebugSession !== undefined;
      },
      get isFocused() {
        return vscode.window.state.focused;
      },
      isMuted: (room) => session.quiet.isMuted(room),
      isWatched: (room) => session.isWatched(room),
      isUnread: (room, id) => this.#isUnread(room, id),
    });
    this.#disposable = vscode.Disposable.from(
      session.onDidChange(() => {
        if (session.feed === this.#feed) return;
        // Another key or another address: what waits is of a chat that is over.
        this.#feed = session.feed;
        this.#desk.clear();
      }),
      vscode.window.onDidChangeWindowState(() => this.#look()),
    );
  }

  arrived(room: RoomName, messages: readonly Message[]): void {
    this.#desk.arrived(room, messages);
    this.#look();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposable.dispose();
  }

  #look(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#unread.clear();
    const gathered = this.#desk.take(now);
    if (gathered !== undefined) void this.#show(gathered);
    const next = this.#desk.nextAt(now);
    if (next !== undefined) this.#timer = setTimeout(() => this.#look(), next - now);
  }

  #isUnread(room: RoomName, id: string): boolean {
    const known = this.#unread.get(room) ?? unreadIn(this.#session, room);
    this.#unread.set(room, known);
    return known(id);
  }

  /** Resolves when the notification is closed: at once, tomorrow in VS Code's notification centre, or never. */
  async #show(gathered: Gathered): Promise<void> {
    const [room = ''] = gathered.rooms;
    const open = vscode.l10n.t('Open');
    const reply = vscode.l10n.t('Reply');
    const mute = vscode.l10n.t('Mute for an Hour');
    const chosen = await vscode.window.showInformationMessage(words(this.#session, gathered), open, reply, mute);
    this.#desk.closed(gathered);
    this.#answers++;
    try {
      if (chosen === open) await run('chapi.switchRoom', room, 'unread');
      else if (chosen === reply) await run('chapi.sendMessage', { room, prompt: said(gathered) });
      else if (chosen === mute) {
        for (const each of gathered.rooms) await this.#session.quiet.mute(each, Date.now() + HOUR_MS);
      }
    } finally {
      this.#answers--;
      this.#look();
    }
  }
}

async function run<Id extends keyof Commands>(id: Id, ...parameters: Commands[Id]): Promise<void> {
  await vscode.commands.executeCommand(id, ...parameters);
}

/** Tells which messages of a room are unread. One that nobody knows counts as such while something in its room does. */
function unreadIn({ rooms, feed }: ChatSession, room: RoomName): (id: string) => boolean {
  const count = rooms.find((summary) => summary.room === room)?.unreadCount ?? 0;
  if (count === 0 || feed === undefined) return () => false;
  const known = new Map<string, boolean>();
  for (const entry of feed.entries(room, NEWEST)) {
    if (entry.kind !== 'outgoing') known.set(entry.message.id, entry.kind === 'message' && entry.unread);
  }
  return (id) => known.get(id) ?? true;
}

/** Who said what, to be read while the answer is typed; nothing where there are many to answer. */
function said({ authors, text }: Gathered): string | undefined {
  if (text === undefined) return undefined;
  return vscode.l10n.t('{0}: {1}', toastText(authors.join(', ')), toastText(text, MAX_SAID));
}

function words(session: ChatSession, { count, rooms, authors, mentionedBy }: Gathered): string {
  const names = (all: readonly string[]): string => toastText(all.join(', '));
  const where = names(rooms.map((room) => session.title(room)));
  const by = names(mentionedBy);
  if (count === 1 && mentionedBy.length === 1) return vscode.l10n.t('{0} mentions you in {1}', by, where);
  if (count === 1) return vscode.l10n.t('{0} wrote in {1}', names(authors), where);
  if (mentionedBy.length === 0) return vscode.l10n.t('{0} messages in {1}, from {2}', count, where, names(authors));
  return mentionedBy.length === 1
    ? vscode.l10n.t('{0} messages in {1}, {2} mentions you', count, where, by)
    : vscode.l10n.t('{0} messages in {1}, {2} mention you', count, where, by);
}

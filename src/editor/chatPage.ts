import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import { sign } from '../chat/signature';
import { Channel } from '../protocol/channel';
import { entryChanges } from '../protocol/entryChanges';
import { pageNoticeGuards, pageRequestGuards } from '../protocol/guards';
import type {
  HostNotices,
  PageFrame,
  PageMessage,
  PageNotices,
  PageRequests,
  PageSnapshot,
} from '../protocol/messages';
import type { FeedEntry, RoomSummary } from '../sync/feed';
import type { ChatSession } from './chatSession';
import type { pageHelp as PageHelp } from './commands';
import { pageKeyOf, pageEntries } from './pageEntries';
import { pageHtml, pageOptions } from './pageHtml';
import { PageReach } from './pageReach';
import {
  readAnnounceNewMessages,
  readMentionNames,
  readSendOnEnter,
  readShowAvatars,
  readSignatureName,
} from './settings';
import { systemLocale } from './systemLocale';
import { faultText, pageStrings, sendFaultText } from './words';

/** The settings that the page is told. */
const PAGE_SETTINGS = ['sendOnEnter', 'mentionNames', 'showAvatars', 'announceNewMessages'].map(
  (name) => `chapi.${name}`,
);

/** What a page needs only when somebody presses for it: loaded with the commands. */
async function pageHelp(): Promise<typeof PageHelp> {
  return (await import('./commands')).pageHelp;
}

/** What a sidebar view and an editor tab have in common. */
export interface PageHolder {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
  /** Became visible or hidden. */
  readonly onDidChangeVisibility: (listener: () => void) => vscode.Disposable;
}

/** The host's side of one chat page: keeps it in step with the open room, and does what it asks. */
export class ChatPage implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #holder: PageHolder;
  readonly #channel: Channel<object, HostNotices, PageRequests, PageNotices>;
  readonly #disposables: vscode.Disposable[] = [];
  #shown: PageSnapshot | undefined;
  #version = 0;
  readonly #reach: PageReach;
  #newLine: string | undefined;
  #focusWanted = false;
  #disposed = false;
  /** The room whose first unread message is wanted in view, until the page is there. */
  #unreadWanted: RoomName | undefined;
  /** What the page has shown while the window has no keyboard: nobody may be looking. */
  #seenUnfocused: PageNotices['seen'] | undefined;

  constructor(session: ChatSession, holder: PageHolder, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#holder = holder;
    this.#reach = new PageReach(() => session.feed);
    const { webview } = holder;
    this.#channel = new Channel<object, HostNotices, PageRequests, PageNotices>(
      (message) => void webview.postMessage(message),
      {
        requestGuards: pageRequestGuards,
        noticeGuards: pageNoticeGuards,
        onRequest: {
          ready: (wants) => this.#ready(wants),
          snapshot: () => this.#snapshot(),
          send: (params) => this.#send(params),
          selection: async () => (await pageHelp()).selectionText(),
          openFiles: async () => (await pageHelp()).openFiles(),
        },
        onNotice: {
          retry: ({ localId }) => this.#session.feed?.retry(localId),
          discard: ({ localId }) => this.#session.feed?.discard(localId),
          seen: (seen) => this.#seen(seen),
          loadOlder: ({ room }) => this.#loadOlder(room),
          loadMissing: ({ room }) => void this.#session.feed?.loadMissing(room),
          draft: (draft) => this.#session.setDraft(draft, this),
          copy: ({ text }) => void vscode.env.clipboard.writeText(text),
          insertCode: ({ text }) => void pageHelp().then(({ insertCode }) => insertCode(text)),
          openCode: ({ text, language }) => void pageHelp().then(({ openCode }) => openCode(text, language)),
        },
        onRefused: (why) => log.warn(`The chat page asked for something that is refused: ${why}.`),
      },
    );
    webview.options = pageOptions(extensionUri);
    this.#disposables.push(
      webview.onDidReceiveMessage((message) => this.#channel.receive(message)),
      session.onDidChange(() => this.#update()),
      session.onFeedEvent((event) => {
        if (event.type === 'entries' && event.room === session.openRoom) this.#update();
      }),
      session.onDraft(({ room, text, from }) => {
        if (from !== this && this.#shown !== undefined) this.#channel.notify('draft', { room, text });
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (PAGE_SETTINGS.some((setting) => event.affectsConfiguration(setting))) this.#update();
      }),
      holder.onDidChangeVisibility(() => this.#visibilityChanged()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.#seenUnfocused !== undefined) this.#seen(this.#seenUnfocused);
        if (!focused && !this.#hasUnread()) this.#newLine = undefined;
      }),
    );
    webview.html = pageHtml(webview, extensionUri, {
      name: 'page',
      later: ['highlight', 'emoji'],
      pictures: true,
      title: 'Chapi',
      startFailure: vscode.l10n.t('The chat could not start: {0} Close this view and open it again.', '{0}'),
    });
    session.setPageVisible(this, holder.visible);
  }

  get isVisible(): boolean {
    return this.#holder.visible;
  }

  /** Puts the keyboard into the composer, as soon as there is one. */
  focusComposer(): void {
    if (this.#shown === undefined) this.#focusWanted = true;
    else this.#channel.notify('focusComposer', undefined);
  }

  /** Brings the first unread message of the open room into view, as soon as the page is there. */
  revealUnread(): void {
    this.#unreadWanted = this.#session.openRoom;
    if (this.#shown !== undefined) this.#reveal();
  }

  dispose(): void {
    this.#disposed = true;
    this.#session.setPageVisible(this, false);
    this.#channel.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #ready(wants: PageRequests['ready']['params']): PageRequests['ready']['result'] {
    this.#reach.begin(wants);
    const snapshot = this.#snapshot();
    // After the answer.
    setTimeout(() => {
      if (this.#focusWanted) this.#channel.notify('focusComposer', undefined);
      this.#focusWanted = false;
      this.#reveal();
      this.#reachBack();
    });
    const system = systemLocale();
    return {
      strings: pageStrings(),
      locale: vscode.env.language,
      ...(system === undefined ? {} : { systemLocale: system }),
      snapshot,
      drafts: this.#session.drafts,
    };
  }

  /** VS Code ends a page that is hidden and starts it anew when it is shown: then it asks for everything. */
  #visibilityChanged(): void {
    this.#session.setPageVisible(this, this.#holder.visible);
    if (this.#holder.visible) return;
    this.#shown = undefined;
    this.#newLine = undefined;
    this.#seenUnfocused = undefined;
  }

  #hasUnread(): boolean {
    const { rooms, openRoom } = this.#session;
    return rooms.some(({ room, unreadCount }) => room === openRoom && unreadCount > 0);
  }

  #seen(seen: PageNotices['seen']): void {
    this.#seenUnfocused = vscode.window.state.focused ? undefined : seen;
    if (vscode.window.state.focused) this.#session.feed?.markRead(seen.room, seen.upTo);
  }

  #reveal(): void {
    const room = this.#unreadWanted;
    if (room === undefined || room !== this.#shown?.frame.room) return;
    this.#unreadWanted = undefined;
    const unread = this.#known().find((entry) => entry.kind === 'message' && entry.unread);
    if (unread !== undefined) this.#channel.notify('reveal', { room, key: pageKeyOf(unread) });
  }

  /** To where the person was reading when the page went. */
  #reachBack(): void {
    const room = this.#session.openRoom;
    const isWanted = (): boolean => !this.#disposed && this.#holder.visible && this.#session.openRoom === room;
    void this.#reach.reachBack(room, () => this.#update(), isWanted);
  }

  #loadOlder(room: RoomName): void {
    const { feed, openRoom } = this.#session;
    if (feed === undefined || room !== openRoom) return;
    const isKnown = this.#reach.hidesOlder;
    this.#reach.more(room);
    if (isKnown) this.#update();
    else void feed.loadOlder(room);
  }

  async #send({ room, text }: PageRequests['send']['params']): Promise<undefined> {
    const { feed } = this.#session;
    if (feed === undefined) throw new Error('There is nothing to send with.');
    if (text.trim() === '') throw new Error('The message is empty.');
    this.#newLine = undefined;
    await feed.send(room, sign(text, readSignatureName()));
  }

  #snapshot(): PageSnapshot {
    const entries = this.#entries();
    this.#shown = { version: ++this.#version, frame: this.#frame(), entries };
    return this.#shown;
  }

  #update(): void {
    const before = this.#shown;
    if (before === undefined || !this.#holder.visible) return;
    if (before.frame.room !== this.#session.openRoom) {
      this.#newLine = undefined;
      this.#channel.notify('snapshot', this.#snapshot());
      this.#reveal();
      this.#reachBack();
      return;
    }
    this.#reachBack();
    const entries = this.#entries();
    const frame = this.#frame();
    const changes = entryChanges(before.entries, entries);
    if (changes === undefined && JSON.stringify(frame) === JSON.stringify(before.frame)) return;
    this.#shown = { version: ++this.#version, frame, entries };
    const { upserts, removals } = changes ?? { upserts: [], removals: [] };
    this.#channel.notify('delta', { version: this.#version, frame, upserts, removals });
  }

  #known(): readonly FeedEntry[] {
    const { rooms, openRoom } = this.#session;
    const unreadCount = rooms.find(({ room }) => room === openRoom)?.unreadCount ?? 0;
    const oldest = this.#shown?.frame.room === openRoom ? this.#shown.entries[0]?.key : undefined;
    return this.#reach.entries(openRoom, unreadCount, oldest);
  }

  #entries(): readonly PageMessage[] {
    const entries = this.#known();
    const shown = pageEntries(entries, sendFaultText, readShowAvatars());
    // Messages that come while the person watches are read as they come: no line for them.
    const firstUnread = entries.findIndex((entry) => entry.kind === 'message' && entry.unread);
    const isShown = this.#shown?.frame.room === this.#session.openRoom;
    const isWatched = isShown && this.#holder.visible && vscode.window.state.focused;
    if (firstUnread >= 0 && this.#newLine === undefined && !isWatched) this.#newLine = shown[firstUnread]?.key;
    return shown;
  }

  #frame(): PageFrame {
    const room = this.#session.openRoom;
    const summary = this.#session.rooms.find((other) => other.room === room);
    const text = this.#session.problem ?? (summary?.fault === undefined ? undefined : faultText(summary.fault));
    const { status } = this.#session.connection;
    return {
      room,
      title: this.#session.title(room),
      connection: text === undefined ? { status } : { status, text },
      // Where something has to be done first, or a room is refused, there is nothing to wait for.
      loaded:
        this.#session.trouble !== '' || (summary !== undefined && (summary.loaded || summary.fault !== undefined)),
      sendOnEnter: readSendOnEnter(),
      mentionNames: readMentionNames(),
      showAvatars: readShowAvatars(),
      announces: readAnnounceNewMessages() && this.#session.isFirstVisible(this),
      older: this.#reach.hidesOlder ? 'more' : olderOf(summary),
      seeksPlace: this.#reach.isSeeking(room),
      unreadCount: summary?.unreadCount ?? 0,
      isRefused: summary?.fault !== undefined && summary.fault.kind !== 'noSuchRoom',
      ...(this.#newLine === undefined ? {} : { firstUnreadKey: this.#newLine }),
    };
  }
}

/** What there is above a room's first message. Of a room that was never read nobody knows where it begins. */
function olderOf(summary: RoomSummary | undefined): PageFrame['older'] {
  return summary === undefined || (!summary.loaded && summary.fault !== undefined) ? 'unknown' : summary.older;
}

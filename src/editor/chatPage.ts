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
import type { RoomSummary } from '../sync/feed';
import type { ChatSession } from './chatSession';
import { openFiles, selectionText } from './editorContext';
import { pageEntries } from './pageEntries';
import { pageHtml, pageOptions } from './pageHtml';
import { insertCode, openCode } from './codeFromChat';
import {
  readAnnounceNewMessages,
  readMentionNames,
  readSendOnEnter,
  readShowAvatars,
  readSignatureName,
} from './settings';
import { faultText, pageStrings, sendFaultText } from './words';

/** The settings that the page is told. */
const PAGE_SETTINGS = ['sendOnEnter', 'mentionNames', 'showAvatars', 'announceNewMessages'].map(
  (name) => `chapi.${name}`,
);

/** The most messages that the page is given, and how many more at each wish for older ones. */
const MAX_ENTRIES = 200;

/** So many messages above the one that was being read are there at once. */
const SOME_MORE = 50;

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
  /** The most messages that the page is given now, by room, where they are more than usual. */
  readonly #limits = new Map<RoomName, number>();
  /** Older messages are known than the page is given. */
  #hidesOlder = false;
  #newLine: string | undefined;
  #focusWanted = false;
  /** The room that the page shows down to its end while the window has no keyboard: nobody may be looking. */
  #seenUnfocused: RoomName | undefined;

  constructor(session: ChatSession, holder: PageHolder, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#holder = holder;
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
          selection: () => selectionText(),
          openFiles: () => openFiles(),
        },
        onNotice: {
          retry: ({ localId }) => this.#session.feed?.retry(localId),
          discard: ({ localId }) => this.#session.feed?.discard(localId),
          seen: ({ room }) => this.#seen(room),
          loadOlder: ({ room }) => this.#loadOlder(room),
          loadMissing: ({ room }) => void this.#session.feed?.loadMissing(room),
          draft: (draft) => this.#session.setDraft(draft, this),
          copy: ({ text }) => void vscode.env.clipboard.writeText(text),
          insertCode: ({ text }) => void insertCode(text),
          openCode: ({ text, language }) => void openCode(text, language),
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

  /** Puts the keyboard into the composer, as soon as there is one. */
  focusComposer(): void {
    if (this.#shown === undefined) this.#focusWanted = true;
    else this.#channel.notify('focusComposer', undefined);
  }

  dispose(): void {
    this.#session.setPageVisible(this, false);
    this.#channel.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #ready({ depths }: PageRequests['ready']['params']): PageRequests['ready']['result'] {
    for (const { room, depth } of depths) {
      const limit = Math.ceil((depth + SOME_MORE) / MAX_ENTRIES) * MAX_ENTRIES;
      this.#limits.set(room, Math.max(this.#limit(room), limit));
    }
    const snapshot = this.#snapshot();
    if (this.#focusWanted) {
      this.#focusWanted = false;
      setTimeout(() => this.#channel.notify('focusComposer', undefined));
    }
    return { strings: pageStrings(), locale: vscode.env.language, snapshot, drafts: this.#session.drafts };
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

  #seen(room: RoomName): void {
    this.#seenUnfocused = vscode.window.state.focused ? undefined : room;
    if (vscode.window.state.focused) this.#session.feed?.markRead(room);
  }

  #limit(room: RoomName): number {
    return this.#limits.get(room) ?? MAX_ENTRIES;
  }

  #loadOlder(room: RoomName): void {
    const { feed, openRoom } = this.#session;
    if (feed === undefined || room !== openRoom) return;
    const isKnown = this.#hidesOlder;
    this.#limits.set(room, this.#limit(room) + MAX_ENTRIES);
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
      return;
    }
    const entries = this.#entries();
    const frame = this.#frame();
    const changes = entryChanges(before.entries, entries);
    if (changes === undefined && JSON.stringify(frame) === JSON.stringify(before.frame)) return;
    this.#shown = { version: ++this.#version, frame, entries };
    const { upserts, removals } = changes ?? { upserts: [], removals: [] };
    this.#channel.notify('delta', { version: this.#version, frame, upserts, removals });
  }

  #entries(): readonly PageMessage[] {
    const { feed, openRoom } = this.#session;
    const limit = this.#limit(openRoom);
    const known = feed?.entries(openRoom, limit + 1) ?? [];
    this.#hidesOlder = known.filter(({ kind }) => kind === 'message').length > limit;
    const entries = this.#hidesOlder ? known.slice(1) : known;
    const shown = pageEntries(entries, sendFaultText, readShowAvatars());
    // Messages that come while the person watches are read as they come: no line for them.
    const firstUnread = entries.findIndex((entry) => entry.kind === 'message' && entry.unread);
    const isWatched = this.#shown !== undefined && this.#holder.visible && vscode.window.state.focused;
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
      // A room that is refused has nothing more to wait for.
      loaded: !this.#session.hasKey || (summary !== undefined && (summary.loaded || summary.fault !== undefined)),
      sendOnEnter: readSendOnEnter(),
      mentionNames: readMentionNames(),
      showAvatars: readShowAvatars(),
      announces: readAnnounceNewMessages() && this.#session.isFirstVisible(this),
      older: this.#hidesOlder ? 'more' : olderOf(summary),
      ...(this.#newLine === undefined ? {} : { firstUnreadKey: this.#newLine }),
    };
  }
}

/** What there is above a room's first message. Of a room that was never read nobody knows where it begins. */
function olderOf(summary: RoomSummary | undefined): PageFrame['older'] {
  return summary === undefined || (!summary.loaded && summary.fault !== undefined) ? 'unknown' : summary.older;
}

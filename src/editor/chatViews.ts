import * as vscode from 'vscode';
import { ChatPage } from './chatPage';
import type { ChatSession } from './chatSession';
import { PANEL_CHAT, VIEW_CHAT, VIEW_ROOMS } from './contributions';

/** The chat in the sidebar and, when asked for, in an editor tab. */
export class ChatViews implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #extensionUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposable: vscode.Disposable;
  #sidebar: ChatPage | undefined;
  #sidebarView: vscode.WebviewView | undefined;
  /** Usually one; a reload may restore more. */
  readonly #tabs = new Map<vscode.WebviewPanel, ChatPage>();
  /** What is wanted of the page in the sidebar as soon as there is one. */
  readonly #wanted: ((page: ChatPage) => void)[] = [];

  constructor(session: ChatSession, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#extensionUri = extensionUri;
    this.#log = log;
    this.#disposable = vscode.Disposable.from(
      session.onDidChange(() => this.#nameRoom()),
      vscode.window.registerWebviewViewProvider(VIEW_CHAT, { resolveWebviewView: (view) => this.#showInSidebar(view) }),
      vscode.window.registerWebviewPanelSerializer(PANEL_CHAT, {
        deserializeWebviewPanel: (panel) => {
          this.#showInPanel(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows the chat in the sidebar, with the keyboard in its composer. */
  async open(): Promise<void> {
    if (!this.#session.hasKey) {
      // There is no chat to show; the rooms say what to do next.
      await vscode.commands.executeCommand(`${VIEW_ROOMS}.focus`);
      return;
    }
    const focus = (page: ChatPage): void => page.focusComposer();
    const page = this.#sidebar;
    if (page === undefined) this.#wanted.push(focus);
    await vscode.commands.executeCommand(`${VIEW_CHAT}.focus`);
    // The view takes the keyboard first.
    if (page !== undefined) focus(page);
  }

  /** Shows the open room where the person chats: in an editor tab if that is in sight and the sidebar's chat is not, else there. */
  async show({ atUnread = false }: { readonly atUnread?: boolean } = {}): Promise<void> {
    const reveal = (page: ChatPage): void => {
      if (atUnread) page.revealUnread();
    };
    const tab = this.#tabInUse();
    if (tab === undefined) {
      if (this.#sidebar !== undefined) reveal(this.#sidebar);
      else if (this.#session.hasKey) this.#wanted.push(reveal);
      await this.open();
      return;
    }
    const [panel, page] = tab;
    panel.reveal();
    page.focusComposer();
    reveal(page);
  }

  /** Shows the chat in an editor tab, beside the code. */
  openInEditor(): void {
    const [panel] = this.#tabs.keys();
    if (panel !== undefined) {
      panel.reveal();
      return;
    }
    const column = vscode.ViewColumn.Beside;
    this.#showInPanel(vscode.window.createWebviewPanel(PANEL_CHAT, this.#tabTitle(), column)).focusComposer();
  }

  dispose(): void {
    this.#sidebar?.dispose();
    for (const panel of [...this.#tabs.keys()]) panel.dispose();
    this.#disposable.dispose();
  }

  /** Whoever writes sees where to. */
  #nameRoom(): void {
    const title = this.#session.title(this.#session.openRoom);
    if (this.#sidebarView !== undefined) this.#sidebarView.description = title;
    for (const panel of this.#tabs.keys()) panel.title = this.#tabTitle();
  }

  #tabTitle(): string {
    return vscode.l10n.t('Chat: {0}', this.#session.title(this.#session.openRoom));
  }

  #tabInUse(): readonly [vscode.WebviewPanel, ChatPage] | undefined {
    const tabs = [...this.#tabs];
    const inSight = this.#sidebar?.isVisible === true ? undefined : tabs.find(([panel]) => panel.visible);
    return tabs.find(([panel]) => panel.active) ?? inSight;
  }

  #showInSidebar(view: vscode.WebviewView): void {
    const page = new ChatPage(this.#session, view, this.#extensionUri, this.#log);
    this.#sidebar = page;
    for (const wanted of this.#wanted.splice(0)) wanted(page);
    this.#sidebarView = view;
    this.#nameRoom();
    view.onDidDispose(() => {
      page.dispose();
      if (this.#sidebarView === view) this.#sidebarView = undefined;
      if (this.#sidebar === page) this.#sidebar = undefined;
    });
  }

  #showInPanel(panel: vscode.WebviewPanel): ChatPage {
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.png');
    const page = new ChatPage(
      this.#session,
      {
        webview: panel.webview,
        get visible() {
          return panel.visible;
        },
        onDidChangeVisibility: (listener) => panel.onDidChangeViewState(listener),
      },
      this.#extensionUri,
      this.#log,
    );
    this.#tabs.set(panel, page);
    this.#nameRoom();
    panel.onDidDispose(() => {
      page.dispose();
      this.#tabs.delete(panel);
    });
    return page;
  }
}

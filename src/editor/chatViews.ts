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
  /** Usually one; a reload may restore more. */
  readonly #panels = new Set<vscode.WebviewPanel>();
  #focusSidebar = false;

  constructor(session: ChatSession, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#extensionUri = extensionUri;
    this.#log = log;
    this.#disposable = vscode.Disposable.from(
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
    if (this.#sidebar === undefined) this.#focusSidebar = true;
    await vscode.commands.executeCommand(`${VIEW_CHAT}.focus`);
    this.#sidebar?.focusComposer();
  }

  /** Shows the chat in an editor tab, beside the code. */
  openInEditor(): void {
    const [panel] = this.#panels;
    if (panel !== undefined) {
      panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Chat');
    this.#showInPanel(vscode.window.createWebviewPanel(PANEL_CHAT, title, vscode.ViewColumn.Beside)).focusComposer();
  }

  dispose(): void {
    this.#sidebar?.dispose();
    for (const panel of this.#panels) panel.dispose();
    this.#disposable.dispose();
  }

  #showInSidebar(view: vscode.WebviewView): void {
    const page = new ChatPage(this.#session, view, this.#extensionUri, this.#log);
    this.#sidebar = page;
    if (this.#focusSidebar) page.focusComposer();
    this.#focusSidebar = false;
    view.onDidDispose(() => {
      page.dispose();
      if (this.#sidebar === page) this.#sidebar = undefined;
    });
  }

  #showInPanel(panel: vscode.WebviewPanel): ChatPage {
    this.#panels.add(panel);
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
    panel.onDidDispose(() => {
      page.dispose();
      this.#panels.delete(panel);
    });
    return page;
  }
}

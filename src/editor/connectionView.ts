import * as vscode from 'vscode';
import { Channel } from '../protocol/channel';
import {
  connectionRequestGuards,
  type ConnectionHostNotices,
  type ConnectionReport,
  type ConnectionRequests,
} from '../protocol/connectionReport';
import type { ChatSession } from './chatSession';
import {
  connectionReport,
  connectionReportText,
  stranger,
  type ReportReader,
  type ReportSource,
} from './connectionReport';
import { PANEL_CONNECTION } from './contributions';
import { pageHtml, pageOptions } from './pageHtml';
import { connectionSummary } from './words';

/** How often a page that can be seen is brought up to date, in milliseconds. */
const UPDATE_MS = 1000;

/** An editor tab that says how the talk with the service goes. */
export class ConnectionView implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #extension: vscode.Extension<unknown>;
  readonly #log: vscode.LogOutputChannel;
  #panel: vscode.WebviewPanel | undefined;

  constructor(session: ChatSession, extension: vscode.Extension<unknown>, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#extension = extension;
    this.#log = log;
  }

  /** Opens the tab, or brings it forward. */
  show(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Connection Details');
    const { extensionUri } = this.#extension;
    const panel = vscode.window.createWebviewPanel(PANEL_CONNECTION, title, vscode.ViewColumn.Active, {
      ...pageOptions(extensionUri),
    });
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    const channel = new Channel<object, ConnectionHostNotices, ConnectionRequests, object>(
      (message) => void panel.webview.postMessage(message),
      {
        requestGuards: connectionRequestGuards,
        noticeGuards: {},
        onRequest: {
          ready: () => this.#report(),
          copy: async () => {
            await vscode.env.clipboard.writeText(await this.text());
            return undefined;
          },
        },
        onNotice: {},
        onRefused: (why) => this.#log.warn(`The connection page asked for something that is refused: ${why}.`),
      },
    );
    const timer = setInterval(() => {
      if (panel.visible) void this.#report().then((report) => channel.notify('report', report));
    }, UPDATE_MS);
    panel.webview.onDidReceiveMessage((message) => channel.receive(message));
    panel.onDidDispose(() => {
      clearInterval(timer);
      channel.dispose();
      this.#panel = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, extensionUri, { name: 'connection', title });
  }

  /** The details as text for a bug report: neither the key, nor a message, nor the name of a room. */
  async text(): Promise<string> {
    return connectionReportText(connectionReport(await this.#source(), stranger));
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  async #report(): Promise<ConnectionReport> {
    const here: ReportReader = { roomTitle: (room) => this.#session.title(room) };
    return connectionReport(await this.#source(), here);
  }

  async #source(): Promise<ReportSource> {
    // While the window that knows is changing, there is less to tell.
    const details = await this.#session.feed?.connectionDetails().catch(() => undefined);
    return {
      summary: connectionSummary(this.#session),
      details,
      surroundings: this.#surroundings(),
    };
  }

  #surroundings(): ReportSource['surroundings'] {
    const { version } = this.#extension.packageJSON as { readonly version: string };
    const http = vscode.workspace.getConfiguration('http');
    const chapi = vscode.workspace.getConfiguration('chapi');
    const isSet = (value: unknown): string => (value ? vscode.l10n.t('set') : vscode.l10n.t('not set'));
    const isDefault = chapi.get('apiBaseUrl') === chapi.inspect('apiBaseUrl')?.defaultValue;
    return [
      ['Chapi', version],
      [
        'VS Code',
        `${vscode.version}, ${vscode.env.remoteName ?? vscode.env.appHost}, ${process.platform} ${process.arch}`,
      ],
      // Addresses stay here: they may name a company's own machines.
      ['chapi.apiBaseUrl', isDefault ? vscode.l10n.t('default') : vscode.l10n.t('changed')],
      ['http.proxy', isSet(http.get('proxy'))],
      ['http.proxySupport', String(http.get('proxySupport'))],
    ];
  }
}

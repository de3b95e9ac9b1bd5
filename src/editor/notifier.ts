import * as vscode from 'vscode';
import type { Message, RoomName } from '../chat/message';
import type { ChatSession } from './chatSession';
import type { Notifications } from './notifications';

/** Knows when the person types, and loads what tells of new messages with the first one. */
export class Notifier implements vscode.Disposable {
  readonly #session: ChatSession;
  readonly #disposable: vscode.Disposable;
  #loading: Promise<Notifications> | undefined;
  #typedAt = -Infinity;

  constructor(session: ChatSession) {
    this.#session = session;
    const typed = (): void => void (this.#typedAt = performance.now());
    this.#disposable = vscode.Disposable.from(
      session.onFeedEvent((event) => {
        if (event.type === 'notify') void this.#arrived(event.room, event.arrivals);
      }),
      session.onDraft(({ from }) => {
        if (from !== undefined) typed();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && document === vscode.window.activeTextEditor?.document) typed();
      }),
    );
  }

  dispose(): void {
    this.#disposable.dispose();
    void this.#loading?.then((notifications) => notifications.dispose());
  }

  async #arrived(room: RoomName, messages: readonly Message[]): Promise<void> {
    const { feed } = this.#session;
    this.#loading ??= this.#load();
    try {
      const notifications = await this.#loading;
      if (this.#session.feed === feed) notifications.arrived(room, messages);
    } catch {
      // The messages are counted all the same. The next ones try again.
      this.#loading = undefined;
    }
  }

  async #load(): Promise<Notifications> {
    const { Notifications: Loaded } = await import('./notifications');
    return new Loaded(this.#session, () => this.#typedAt);
  }
}

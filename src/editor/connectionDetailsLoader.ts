import type * as vscode from 'vscode';
import type { ChatSession } from './chatSession';
import type { ConnectionView } from './connectionView';

/** The connection details, whose code is loaded when somebody asks for them: a start of VS Code never reads it. */
export class ConnectionDetailsLoader implements vscode.Disposable {
  readonly #load: () => Promise<ConnectionView>;
  #view: Promise<ConnectionView> | undefined;

  constructor(session: ChatSession, extension: vscode.Extension<unknown>, log: vscode.LogOutputChannel) {
    this.#load = async () => {
      const { ConnectionView: View } = await import('./connectionView');
      return new View(session, extension, log);
    };
  }

  /** Opens the tab, or brings it forward. */
  async show(): Promise<void> {
    this.#view ??= this.#load();
    (await this.#view).show();
  }

  dispose(): void {
    void this.#view?.then((view) => view.dispose());
  }
}

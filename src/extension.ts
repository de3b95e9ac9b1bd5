import * as vscode from 'vscode';
import { ApiKeyStore } from './editor/apiKeyStore';
import { ChatSession } from './editor/chatSession';
import { ChatViews } from './editor/chatViews';
import { ConnectionDetailsLoader } from './editor/connectionDetailsLoader';
import { registerCommands } from './editor/contributions';
import { Notifier } from './editor/notifier';
import { RoomsTree } from './editor/roomsTree';
import { StatusItem } from './editor/statusItem';

/** Called by VS Code once it has started. Reads no more than it needs: the engine is loaded when there is a key, the commands with the first one. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Chapi', { log: true });
  const keys = new ApiKeyStore(context.secrets);
  const session = new ChatSession(keys, context, log);
  const views = new ChatViews(session, context.extensionUri, log);
  const connection = new ConnectionDetailsLoader(session, context.extension, log);
  const rooms = new RoomsTree(session);
  const status = new StatusItem(session);
  const notifier = new Notifier(session);
  const commands = registerCommands(async () => {
    const { commandHandlers } = await import('./editor/commands');
    return commandHandlers({ session, keys, views, connection, log });
  });
  // Disposed in this order: what shows before what is shown, the log last.
  context.subscriptions.push(commands, notifier, status, rooms, connection, views, session, log);
  void session.reload().then(() => status.update());
}

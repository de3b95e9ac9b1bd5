import type * as vscode from 'vscode';
import type { ApiKeyStore } from './apiKeyStore';
import type { ChatSession } from './chatSession';
import type { ChatViews } from './chatViews';
import { insertCode, openCode } from './codeFromChat';
import type { ConnectionDetailsLoader } from './connectionDetailsLoader';
import type { CommandHandlers } from './contributions';
import { openFiles, selectionText } from './editorContext';
import { keyCommands } from './keyCommands';
import { quietCommands } from './quietCommands';
import { roomCommands } from './roomCommands';
import { sendCommands } from './sendCommands';

/** What the chat page asks for now and then, beside the commands. */
export const pageHelp = { insertCode, openCode, openFiles, selectionText } as const;

/** What commands work on. */
export interface CommandContext {
  readonly session: ChatSession;
  readonly keys: ApiKeyStore;
  readonly views: ChatViews;
  readonly connection: ConnectionDetailsLoader;
  readonly log: vscode.LogOutputChannel;
}

/** What every command does. Loaded with the first one that somebody runs. */
export function commandHandlers({ session, keys, views, connection, log }: CommandContext): CommandHandlers {
  return {
    ...keyCommands(session, keys),
    ...roomCommands(session, views),
    ...sendCommands(session),
    ...quietCommands(session, views),
    'chapi.showConnection': () => connection.show(),
    'chapi.showLog': () => log.show(),
  };
}

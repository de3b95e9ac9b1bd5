import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import { sign } from '../chat/signature';
import { MAX_TEXT_LENGTH } from '../protocol/guards';
import type { ChatSession } from './chatSession';
import type { CommandHandlers } from './contributions';
import { selectionText } from './editorContext';
import { plainLabel } from './plainLabel';
import { readSignatureName, wellFormedRoom } from './settings';

/** The commands that send something. */
export function sendCommands(
  session: ChatSession,
): Pick<CommandHandlers, 'chapi.sendMessage' | 'chapi.sendSelection' | 'chapi.retryUnsent'> {
  return {
    'chapi.sendMessage': async (options) => {
      const room = roomOption(options) ?? session.openRoom;
      const text = textOption(options, 'text') ?? (await askForText(session.title(room)));
      if (text !== undefined) await send(session, room, text);
    },
    'chapi.sendSelection': async (options) => {
      const text = selectionText(textOption(options, 'comment'));
      if (text === undefined) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Select some code first, then send it to the chat.'));
        return;
      }
      await send(session, roomOption(options) ?? session.openRoom, text);
    },
    'chapi.retryUnsent': () => session.feed?.retryAll(),
  };
}

async function send(session: ChatSession, room: RoomName, text: string): Promise<void> {
  if (text.trim() === '') return;
  if (text.length > MAX_TEXT_LENGTH) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The message is too long: at most {0} characters. Nothing was sent.', MAX_TEXT_LENGTH),
    );
    return;
  }
  await session.settled();
  if (session.feed === undefined) {
    const setKey = vscode.l10n.t('Set API Key…');
    const why = session.problem ?? vscode.l10n.t('There is no API key yet. Nothing was sent.');
    const chosen = await vscode.window.showWarningMessage(why, ...(session.hasKey ? [] : [setKey]));
    if (chosen === setKey) await vscode.commands.executeCommand('chapi.setApiKey');
    return;
  }
  await session.feed.send(room, sign(text, readSignatureName()));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Sending to {0}', plainLabel(session.title(room))), 2000);
}

async function askForText(title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Message {0}', title),
    placeHolder: vscode.l10n.t('Your message'),
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' ? vscode.l10n.t('Type a message, or press Escape to leave.') : undefined,
  });
}

/** The room that a key binding names, if it is the name of one; an empty name is the default room's. */
function roomOption(options: unknown): RoomName | undefined {
  if (typeof options !== 'object' || options === null || !('room' in options)) return undefined;
  return typeof options.room === 'string' ? wellFormedRoom(options.room) : undefined;
}

/** A text among what a key binding handed over; whatever is no text is left out. */
function textOption(options: unknown, name: 'text' | 'comment'): string | undefined {
  if (typeof options !== 'object' || options === null || !(name in options)) return undefined;
  const value = (options as Record<string, unknown>)[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

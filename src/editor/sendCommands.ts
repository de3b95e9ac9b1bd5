import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import { sign } from '../chat/signature';
import { MAX_TEXT_LENGTH } from '../protocol/guards';
import type { ChatSession } from './chatSession';
import type { CommandHandlers } from './contributions';
import { selectionText } from './editorContext';
import { plainLabel, toastText } from './plainLabel';
import { readSignatureName, roomNamed } from './settings';
import { inOneLine } from './words';

/** The most that is said below the input, in UTF-16 code units. */
const MAX_PROMPT = 300;

/** The commands that send something. */
export function sendCommands(
  session: ChatSession,
): Pick<CommandHandlers, 'chapi.sendMessage' | 'chapi.sendSelection' | 'chapi.retryUnsent'> {
  return {
    'chapi.sendMessage': async (options) => {
      const room = await roomToSend(session, options);
      const given = textOption(options, 'text');
      if (given === undefined) await askAndSend(session, room, textOption(options, 'prompt'));
      else await sendGiven(session, room, given);
    },
    'chapi.sendSelection': async (options) => {
      const text = selectionText(textOption(options, 'comment'));
      if (text === undefined) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Select some code first, then send it to the chat.'));
        return;
      }
      await sendGiven(session, await roomToSend(session, options), text);
    },
    'chapi.retryUnsent': () => session.feed?.retryAll(),
  };
}

/**
 * Asks for a text until it is kept, or the person leaves: what is typed is not lost, and the input says why it is still
 * there. @param prompt what is answered
 */
async function askAndSend(session: ChatSession, room: RoomName, prompt: string | undefined): Promise<void> {
  await session.settled();
  if (session.feed === undefined) return tellWhyNot(session, whyNoFeed(session));
  let typed = '';
  for (let why: string | undefined; ;) {
    const text = await askForText(session.title(room), typed, why ?? prompt);
    if (text === undefined) return;
    why = await send(session, room, text);
    if (why === undefined) return;
    typed = text;
  }
}

/** Sends a text that is kept elsewhere: by a key binding, or in an editor. */
async function sendGiven(session: ChatSession, room: RoomName, text: string): Promise<void> {
  const why = await send(session, room, text);
  if (why !== undefined) await tellWhyNot(session, why);
}

/** @returns why the message is not on its way, in words; nothing when it is */
async function send(session: ChatSession, room: RoomName, text: string): Promise<string | undefined> {
  if (text.trim() === '') return undefined;
  if (text.length > MAX_TEXT_LENGTH) {
    return vscode.l10n.t('The message is too long: at most {0} characters. Nothing was sent.', MAX_TEXT_LENGTH);
  }
  await session.settled();
  if (session.feed === undefined) return whyNoFeed(session);
  try {
    await session.feed.send(room, sign(text, readSignatureName()));
  } catch {
    const why = vscode.l10n.t('The message could not be kept, and was not sent.');
    return session.trouble === '' ? why : inOneLine([why, session.problem]);
  }
  vscode.window.setStatusBarMessage(vscode.l10n.t('Sending to {0}', plainLabel(session.title(room))), 2000);
  return undefined;
}

function whyNoFeed(session: ChatSession): string {
  return session.problem ?? vscode.l10n.t('There is no API key yet. Nothing was sent.');
}

async function tellWhyNot(session: ChatSession, why: string): Promise<void> {
  const setKey = vscode.l10n.t('Set API Key…');
  const chosen = await vscode.window.showWarningMessage(why, ...(session.trouble === 'noKey' ? [setKey] : []));
  if (chosen === setKey) await vscode.commands.executeCommand('chapi.setApiKey');
}

async function askForText(title: string, typed: string, prompt: string | undefined): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Message {0}', title),
    placeHolder: vscode.l10n.t('Your message'),
    value: typed,
    // Behind the text, to go on with it.
    valueSelection: [typed.length, typed.length],
    ...(prompt === undefined ? {} : { prompt: toastText(prompt, MAX_PROMPT) }),
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' ? vscode.l10n.t('Type a message, or press Escape to leave.') : undefined,
  });
}

/**
 * The room that a key binding names, if it is the name of one, else the open one; an empty name is the default room's.
 * Which room a name means can depend on the key, so that this waits until the key is read.
 */
async function roomToSend(session: ChatSession, options: unknown): Promise<RoomName> {
  await session.settled();
  const name = typeof options === 'object' && options !== null && 'room' in options ? options.room : undefined;
  return roomNamed(name, session.hasTestKey) ?? session.openRoom;
}

/** A text among what a key binding handed over; whatever is no text is left out. */
function textOption(options: unknown, name: 'text' | 'comment' | 'prompt'): string | undefined {
  if (typeof options !== 'object' || options === null || !(name in options)) return undefined;
  const value = (options as Record<string, unknown>)[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

import * as vscode from 'vscode';
import { codeOf } from '../sync/disk';
import { isWellFormedKey, type ApiKeyStore } from './apiKeyStore';
import type { ChatSession } from './chatSession';
import type { CommandHandlers } from './contributions';
import type { UnsentChoice } from './unsentOfOtherKeys';
import { keyRefusedText } from './words';

/** The commands that set and remove the key. */
export function keyCommands(
  session: ChatSession,
  keys: ApiKeyStore,
): Pick<CommandHandlers, 'chapi.setApiKey' | 'chapi.removeApiKey' | 'chapi.readKeyAgain'> {
  return {
    'chapi.setApiKey': () => askForKey(session, keys),
    'chapi.removeApiKey': () => removeKey(session, keys),
    'chapi.readKeyAgain': () => session.reload(),
  };
}

/** Asks until a key is taken by the service and kept, or the person leaves. */
async function askForKey(session: ChatSession, keys: ApiKeyStore): Promise<void> {
  const input = vscode.window.createInputBox();
  const left = new AbortController();
  input.title = vscode.l10n.t('Set API Key');
  input.prompt = vscode.l10n.t(
    'Paste the API key of your 8x8 Work chat app. It is checked with the service, then kept in secret storage.',
  );
  input.placeholder = vscode.l10n.t('API key');
  input.password = true;
  input.ignoreFocusOut = true;
  await new Promise<void>((resolve) => {
    input.onDidChangeValue(() => (input.validationMessage = undefined));
    input.onDidAccept(async () => {
      if (input.busy) return;
      input.busy = true;
      input.enabled = false;
      try {
        const why = await tryKey(session, keys, input.value.trim(), left.signal);
        input.validationMessage = why;
        if (why === undefined) input.hide();
      } finally {
        input.busy = false;
        input.enabled = true;
      }
    });
    input.onDidHide(() => {
      left.abort();
      input.dispose();
      resolve();
    });
    input.show();
  });
}

/** Checks and keeps the key. Gives back why not, in words. */
async function tryKey(
  session: ChatSession,
  keys: ApiKeyStore,
  apiKey: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (apiKey === '') return vscode.l10n.t('Paste a key, or press Escape to leave.');
  if (!isWellFormedKey(apiKey)) {
    return vscode.l10n.t('This is no key: it holds blanks or special characters. Copy the key alone, without quotes.');
  }
  try {
    const fault = await session.checkKey(apiKey, signal);
    if (signal.aborted) return undefined;
    if (fault !== undefined) return keyRefusedText(fault);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const before = session.account;
  let choice: UnsentChoice | undefined;
  if (before !== undefined && before.apiKey !== apiKey && session.unsentCount > 0) {
    choice = await session.unsentOfOtherKeys.askBefore(session.unsentCount);
    if (choice === undefined) return vscode.l10n.t('The key was not changed. Press Enter to choose again.');
  }
  try {
    await keys.store(apiKey);
  } catch {
    return vscode.l10n.t(
      'The key is good, but the secret storage of this machine did not take it. Unlock the keychain, then press Enter to try again.',
    );
  }
  session.noteKeyChanged();
  // Anew also with the same key: it may have been made valid in the meantime.
  await session.reload(true);
  if (before !== undefined && choice !== undefined) {
    void session.unsentOfOtherKeys.settle(before, session.account, choice);
  }
  return undefined;
}

/** Removes the key and all that was kept with it. What is not sent yet goes only if the person says so. */
async function removeKey(session: ChatSession, keys: ApiKeyStore): Promise<void> {
  if (session.unsentCount > 0) {
    const remove = vscode.l10n.t('Remove Key and Messages');
    const chosen = await vscode.window.showWarningMessage(
      session.unsentCount === 1
        ? vscode.l10n.t('1 message is not sent yet. It is lost when the key is removed.')
        : vscode.l10n.t('{0} messages are not sent yet. They are lost when the key is removed.', session.unsentCount),
      { modal: true },
      remove,
    );
    if (chosen !== remove) return;
  }
  const before = session.account;
  try {
    await keys.remove();
  } catch {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'The secret storage of this machine did not remove the key. Unlock the keychain, then run "Chapi: Remove API Key" again.',
      ),
    );
    return;
  }
  session.noteKeyChanged();
  await session.reload();
  if (!session.hasKey) await forgetState(session);
  // Another key goes on from here: what was written with the removed one goes alone.
  else if (before !== undefined) await session.unsentOfOtherKeys.settle(before, session.account, 'discard');
  if (session.keyIsFromEnvironment) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The stored key is removed. The key of the environment variable CHAPI_API_KEY is used now.'),
    );
  }
}

/** Says so when something is left, until it is gone or the user leaves it to the next start. */
async function forgetState(session: ChatSession): Promise<void> {
  for (;;) {
    try {
      await session.forgetState();
      return;
    } catch (error) {
      const again = vscode.l10n.t('Try Again');
      const chosen = await vscode.window.showErrorMessage(
        vscode.l10n.t(
          'The key is removed, but not all that was kept with it ({0}). Try again, or leave it: the next start of VS Code goes on with it.',
          codeOf(error),
        ),
        again,
      );
      if (chosen !== again || session.hasKey) return;
    }
  }
}

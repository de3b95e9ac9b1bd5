import * as vscode from 'vscode';
import { command, type ContextKeys } from './contributions';

/** What keeps the chat from working until the person does one thing about it; empty when nothing does. */
export type Trouble = ContextKeys['chapi.problem'];

/** How the status bar shows it: its icon, and the one thing to do. */
export function wayOut(trouble: Exclude<Trouble, ''>): { readonly icon: string; readonly command: vscode.Command } {
  switch (trouble) {
    case 'noKey':
      return { icon: 'key', command: command('chapi.setApiKey', vscode.l10n.t('Set API Key…')) };
    case 'keychain':
      return { icon: 'lock', command: command('chapi.readKeyAgain', vscode.l10n.t('Try Again')) };
    case 'address':
      return {
        icon: 'warning',
        command: {
          command: 'workbench.action.openSettings',
          title: vscode.l10n.t('Open Setting'),
          arguments: ['chapi.apiBaseUrl'],
        },
      };
    case 'outdated':
      return {
        icon: 'debug-restart',
        command: { command: 'workbench.action.reloadWindow', title: vscode.l10n.t('Reload Window') },
      };
  }
}

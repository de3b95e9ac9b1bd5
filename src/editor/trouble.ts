import * as vscode from 'vscode';
import type { Connection } from '../sync/feed';
import { command, type ContextKeys } from './contributions';

/** What keeps the chat from working until the person does one thing about it; empty when nothing does. */
export type Trouble = ContextKeys['chapi.problem'];

/** The first of them that has to be mended: without a key it does not matter what the address is. */
export function troubleOf(
  isKeyUnreadable: boolean,
  hasKey: boolean,
  isAddressUsable: boolean,
  status: Connection['status'],
): Trouble {
  if (isKeyUnreadable) return 'keychain';
  if (!hasKey) return 'noKey';
  if (!isAddressUsable) return 'address';
  return status === 'outdated' ? status : status === 'unauthorized' ? 'noKey' : '';
}

/** How the status bar shows it: its icon, and the one thing to do. */
export function wayOut(trouble: Exclude<Trouble, ''>): { readonly icon: string; readonly command: vscode.Command } {
  const isInBrowser = vscode.env.uiKind === vscode.UIKind.Web;
  switch (trouble) {
    case 'noKey':
      return { icon: 'key', command: command('chapi.setApiKey', vscode.l10n.t('Set API Key…')) };
    case 'keychain':
      return { icon: 'lock', command: command('chapi.readKeyAgain', vscode.l10n.t('Try Again')) };
    case 'address':
      return {
        icon: 'warning',
        command: {
          // In a browser, what belongs to a machine belongs to the one behind it.
          command: isInBrowser ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings',
          title: vscode.l10n.t('Open Setting'),
          arguments: [{ query: 'chapi.apiBaseUrl' }],
        },
      };
    case 'outdated':
      return {
        icon: 'debug-restart',
        command: { command: 'workbench.action.reloadWindow', title: vscode.l10n.t('Reload Window') },
      };
  }
}

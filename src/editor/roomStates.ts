import * as vscode from 'vscode';
import type { Fault } from '../chat/fault';

/** How a room that can't be read is shown in a list: an icon, and a word for what a whole sentence says elsewhere. */
export function roomState(fault: Fault): { readonly icon: string; readonly word: string } {
  switch (fault.kind) {
    case 'forbidden':
      return { icon: 'lock', word: vscode.l10n.t('private') };
    case 'noSuchRoom':
      return { icon: 'circle-slash', word: vscode.l10n.t('not found') };
    case 'throttled':
      return { icon: 'watch', word: vscode.l10n.t('throttled') };
    case 'unauthorized':
      return { icon: 'key', word: vscode.l10n.t('key refused') };
    case 'network':
    case 'timeout':
      return { icon: 'debug-disconnect', word: vscode.l10n.t('offline') };
    case 'server':
    case 'badAnswer':
    case 'tooLarge':
      return { icon: 'warning', word: vscode.l10n.t('not readable') };
  }
}

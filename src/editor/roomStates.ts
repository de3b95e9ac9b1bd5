import * as vscode from 'vscode';
import type { Fault } from '../chat/fault';

export interface RoomState {
  readonly icon: string;
  readonly word: string;
}

/**
 * How a room that can't be read is shown in a list: an icon, and a word for what a whole sentence says elsewhere. Nothing
 * for what is wrong with the key or the connection: all rooms would change at once, and the status bar says it already.
 */
export function roomState(fault: Fault): RoomState | undefined {
  switch (fault.kind) {
    case 'forbidden':
      return { icon: 'lock', word: vscode.l10n.t('private') };
    case 'noSuchRoom':
      return { icon: 'circle-slash', word: vscode.l10n.t('not found') };
    case 'server':
    case 'badAnswer':
    case 'tooLarge':
      return { icon: 'warning', word: vscode.l10n.t('not readable') };
    case 'throttled':
    case 'unauthorized':
    case 'network':
    case 'timeout':
      return undefined;
  }
}

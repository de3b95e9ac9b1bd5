import * as vscode from 'vscode';
import type { Fault } from '../chat/fault';
import type { RoomName } from '../chat/message';
import type { ChatSession } from './chatSession';
import { roomState, type RoomState } from './roomStates';

/** What a list says of a room beside its name, wherever rooms are listed. */
export interface RoomWords {
  readonly isMuted: boolean;
  readonly isPinned: boolean;
  readonly unreadCount: number;
  /** Why the last look at it failed. */
  readonly fault: Fault | undefined;
  readonly state: RoomState | undefined;
  /** How much is unread: apart, for a place that shows it in another way. */
  readonly unread: readonly string[];
  readonly others: readonly string[];
  /** That it is open: apart, for a place where that is marked. */
  readonly open: readonly string[];
}

/** @returns the words for a room, in the language of VS Code */
export function roomWords(session: ChatSession, room: RoomName): RoomWords {
  const { unreadCount = 0, unsentCount = 0, fault } = session.rooms.find((other) => other.room === room) ?? {};
  const isMuted = session.quiet.isMuted(room);
  const isPinned = session.pins.isPinned(room);
  const state = fault === undefined ? undefined : roomState(fault);
  return {
    isMuted,
    isPinned,
    unreadCount,
    fault,
    state,
    unread: unreadCount > 0 ? [vscode.l10n.t('{0} unread', unreadCount)] : [],
    others: [
      ...(unsentCount > 0 ? [vscode.l10n.t('{0} unsent', unsentCount)] : []),
      ...(state === undefined ? [] : [state.word]),
      ...(isPinned ? [vscode.l10n.t('pinned')] : []),
      ...(isMuted ? [vscode.l10n.t('muted')] : []),
    ],
    open: room === session.openRoom ? [vscode.l10n.t('open')] : [],
  };
}

import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import type { ChatSession } from './chatSession';
import type { ChatViews } from './chatViews';
import type { CommandHandlers } from './contributions';
import { pickRoom, roomOfRow } from './roomCommands';

const MINUTE_MS = 60_000;
/** When "until tomorrow" ends, in the person's time of day. */
const MORNING_HOUR = 8;
const SHOWN_MS = 3000;

type QuietCommand =
  'chapi.goToNextUnread' | 'chapi.toggleMute' | 'chapi.muteRoom' | 'chapi.unmuteRoom' | 'chapi.pauseNotifications';

/** The commands for people who want to hear less, or to see what they missed. */
export function quietCommands(session: ChatSession, views: ChatViews): Pick<CommandHandlers, QuietCommand> {
  /** The room that was open before the person went round, and the one that the round has led to. */
  let round: { readonly from: RoomName; readonly to: RoomName } | undefined;
  // Somebody who opened a room by other means does not want to go back any more. Ends with the session.
  session.onDidChange(() => {
    if (round?.to !== session.openRoom) round = undefined;
  });
  /** Mutes or unmutes a room that it is asked for; a menu that was opened a while ago may ask for what is done already. */
  const toggleMute =
    (isAsked: (room: RoomName) => boolean) =>
    async (item: unknown): Promise<void> => {
      const room = roomOfRow(item) ?? (await pickRoom(session, vscode.l10n.t('Mute or unmute a room'), isAsked));
      if (room === undefined || !isAsked(room)) return;
      await session.quiet.mute(room, session.quiet.isMuted(room) ? undefined : 'on');
    };
  return {
    'chapi.goToNextUnread': async () => {
      const { openRoom } = session;
      const next = nextUnread(session);
      const from = round?.from ?? openRoom;
      const target = next ?? (session.isKnown(from) ? from : openRoom);
      if (next === undefined && target === openRoom) {
        vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing is unread.'), SHOWN_MS);
        return;
      }
      await session.setOpenRoom(target);
      round = next === undefined ? undefined : { from, to: next };
      await views.show({ atUnread: next !== undefined });
    },
    'chapi.toggleMute': toggleMute(() => true),
    'chapi.muteRoom': toggleMute((room) => !session.quiet.isMuted(room)),
    'chapi.unmuteRoom': toggleMute((room) => session.quiet.isMuted(room)),
    'chapi.pauseNotifications': async () => {
      const now = Date.now();
      const choices: readonly PauseChoice[] = [
        ...(session.quiet.pausedUntil === undefined ? [] : [{ label: vscode.l10n.t('Resume'), until: undefined }]),
        { label: vscode.l10n.t('For 30 Minutes'), until: now + 30 * MINUTE_MS },
        { label: vscode.l10n.t('For an Hour'), until: now + 60 * MINUTE_MS },
        { label: vscode.l10n.t('Until Tomorrow'), until: tomorrowMorning(new Date(now)) },
        { label: vscode.l10n.t('Until I Resume'), until: 'on' },
      ];
      const placeHolder = vscode.l10n.t('Pause notifications. Messages are counted all the same.');
      const chosen = await vscode.window.showQuickPick(choices, { placeHolder });
      if (chosen !== undefined) await session.quiet.pause(chosen.until);
    },
  };
}

interface PauseChoice extends vscode.QuickPickItem {
  /** As `Quiet.pause` takes it. */
  readonly until: number | 'on' | undefined;
}

/** The next room with something unread behind the open one, round the list; muted ones are passed over. */
function nextUnread({ rooms, openRoom, quiet }: ChatSession): RoomName | undefined {
  const open = rooms.findIndex(({ room }) => room === openRoom);
  const round = [...rooms.slice(open + 1), ...rooms.slice(0, open + 1)];
  return round.find(({ room, unreadCount }) => unreadCount > 0 && !quiet.isMuted(room))?.room;
}

function tomorrowMorning(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR).getTime();
}

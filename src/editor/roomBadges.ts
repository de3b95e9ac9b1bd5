import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';
import type { ChatSession } from './chatSession';

const SCHEME = 'chapi-room';

/** VS Code leaves out a badge of more than two characters. */
const MOST_IN_BADGE = 9;

/** By which VS Code asks for the badge of a room. The name is encoded: a path may not begin with two slashes. */
export function roomUri(room: RoomName): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${encodeURIComponent(room)}` });
}

/** How much is unread, at the edge of a row where no long name hides it. Muted rooms do not stand out. */
export class RoomBadges implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #session: ChatSession;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #registration: vscode.Disposable;

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(session: ChatSession) {
    this.#session = session;
    this.#registration = vscode.window.registerFileDecorationProvider(this);
  }

  /** VS Code asks for every file that it shows. */
  provideFileDecoration({ scheme, path }: vscode.Uri): vscode.FileDecoration | undefined {
    if (scheme !== SCHEME) return undefined;
    const { rooms, quiet } = this.#session;
    const shown = rooms.find(({ room }) => roomUri(room).path === path);
    if (shown === undefined || shown.unreadCount === 0 || quiet.isMuted(shown.room)) return undefined;
    const { unreadCount } = shown;
    const badge = unreadCount > MOST_IN_BADGE ? `${String(MOST_IN_BADGE)}+` : String(unreadCount);
    return new vscode.FileDecoration(badge, undefined, new vscode.ThemeColor('list.highlightForeground'));
  }

  update(): void {
    this.#changed.fire(this.#session.rooms.map(({ room }) => roomUri(room)));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

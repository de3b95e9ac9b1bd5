import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';

const MUTED = 'muted';
const PAUSED_UNTIL = 'notificationsPausedUntil';

/** Of what the person does not want to hear. Kept in VS Code's global state, which all windows share. */
export class Quiet implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<undefined>();
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#wakeLater();
  }

  /** When the pause of all notifications ends, in milliseconds since 1970, or `on`; nothing when there is none. */
  get pausedUntil(): number | 'on' | undefined {
    const until = this.#memory.get<unknown>(PAUSED_UNTIL);
    return until === 'on' || (typeof until === 'number' && until > Date.now()) ? until : undefined;
  }

  isMuted(room: RoomName): boolean {
    const until = this.#muted[room];
    return until === 'on' || (typeof until === 'number' && until > Date.now());
  }

  /** @param until in milliseconds since 1970; `on` until it is unmuted, nothing for not at all */
  async mute(room: RoomName, until: number | 'on' | undefined): Promise<void> {
    const others = Object.entries(this.#muted).filter(([other]) => other !== room);
    await this.#memory.update(MUTED, Object.fromEntries(until === undefined ? others : [...others, [room, until]]));
    this.#told();
  }

  /** @param until in milliseconds since 1970; `on` until the person resumes, nothing ends the pause */
  async pause(until: number | 'on' | undefined): Promise<void> {
    await this.#memory.update(PAUSED_UNTIL, until);
    this.#told();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }

  get #muted(): Readonly<Record<RoomName, unknown>> {
    const kept = this.#memory.get<unknown>(MUTED);
    return typeof kept === 'object' && kept !== null ? (kept as Record<RoomName, unknown>) : {};
  }

  #told(): void {
    this.#wakeLater();
    this.#changed.fire(undefined);
  }

  /** What is shown of a pause, or of a room that is muted for a while, goes when its time is over. */
  #wakeLater(): void {
    clearTimeout(this.#timer);
    const times = [this.pausedUntil, ...Object.values(this.#muted)].filter(
      (until): until is number => typeof until === 'number' && until > Date.now(),
    );
    if (times.length === 0) return;
    const wait = Math.min(MOST_TIMER_MS, Math.min(...times) - Date.now());
    this.#timer = setTimeout(() => this.#told(), wait);
  }
}

/** Timers take no longer wait. */
const MOST_TIMER_MS = 2 ** 31 - 1;

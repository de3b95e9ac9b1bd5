import * as vscode from 'vscode';
import type { RoomName } from '../chat/message';

const PINNED = 'pinned';

/** The rooms that stand first on the list. Kept in VS Code's global state, which all windows share. */
export class Pins implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<undefined>();

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  isPinned(room: RoomName): boolean {
    return this.#pinned.includes(room);
  }

  async toggle(room: RoomName): Promise<void> {
    const others = this.#pinned.filter((other) => other !== room);
    await this.#memory.update(PINNED, this.isPinned(room) ? others : [...others, room]);
    this.#changed.fire(undefined);
  }

  /** Pinned ones first; each part in the order that it had. */
  sorted<Item extends { readonly room: RoomName }>(items: readonly Item[]): readonly Item[] {
    const pinned = new Set(this.#pinned);
    if (pinned.size === 0) return items;
    return [...items.filter(({ room }) => pinned.has(room)), ...items.filter(({ room }) => !pinned.has(room))];
  }

  dispose(): void {
    this.#changed.dispose();
  }

  get #pinned(): readonly unknown[] {
    const kept = this.#memory.get<unknown>(PINNED);
    return Array.isArray(kept) ? (kept as unknown[]) : [];
  }
}

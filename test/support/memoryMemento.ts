import type * as vscode from 'vscode';

/** VS Code's memory of an extension, kept in this process alone. */
export class MemoryMemento implements vscode.Memento {
  readonly #kept = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#kept.keys()];
  }

  get<T>(key: string, otherwise?: T): T | undefined {
    return this.#kept.has(key) ? (this.#kept.get(key) as T) : otherwise;
  }

  update(key: string, value: unknown): Promise<void> {
    this.#kept.set(key, value);
    return Promise.resolve();
  }
}

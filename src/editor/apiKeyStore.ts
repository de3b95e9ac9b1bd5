import type * as vscode from 'vscode';

const SECRET = 'chapi.apiKey';
const VARIABLE = 'CHAPI_API_KEY';

/** A key and where it is from. */
export interface StoredKey {
  readonly apiKey: string;
  readonly from: 'secretStorage' | 'environment';
}

/** Keeps the API key, in SecretStorage and nowhere else. */
export class ApiKeyStore {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** The key was set or removed, here or in another window. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.#secrets.onDidChange(({ key }) => {
      if (key === SECRET) listener();
    });
  }

  /** The kept key, else the environment variable's, else nothing. */
  async read(): Promise<StoredKey | undefined> {
    const kept = await this.#secrets.get(SECRET);
    if (kept !== undefined && kept !== '') return { apiKey: kept, from: 'secretStorage' };
    const fromEnvironment = process.env[VARIABLE]?.trim();
    return fromEnvironment !== undefined && isWellFormedKey(fromEnvironment)
      ? { apiKey: fromEnvironment, from: 'environment' }
      : undefined;
  }

  async store(apiKey: string): Promise<void> {
    await this.#secrets.store(SECRET, apiKey);
  }

  async remove(): Promise<void> {
    await this.#secrets.delete(SECRET);
  }
}

/** Whether the text can be a key at all: something that may stand in an HTTP header, without blanks. */
export function isWellFormedKey(text: string): boolean {
  return /^[\x21-\x7e]{1,1024}$/.test(text);
}

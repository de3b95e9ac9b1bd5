import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { ApiKeyStore } from '../../src/editor/apiKeyStore';
import { ChatSession } from '../../src/editor/chatSession';
import { wayOut } from '../../src/editor/trouble';
import { MemoryMemento } from '../support/memoryMemento';

/** A keychain that can be locked. */
class Keychain implements vscode.SecretStorage {
  isLocked = true;
  readonly onDidChange = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event;

  get(): Promise<string | undefined> {
    return this.isLocked ? Promise.reject(new Error('locked')) : Promise.resolve(undefined);
  }

  keys(): Promise<string[]> {
    return Promise.resolve([]);
  }

  store(): Promise<void> {
    return Promise.resolve();
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a keychain that is locked', () => {
  let folder: string;
  const log = vscode.window.createOutputChannel('Chapi, a test of keychains', { log: true });

  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'chapi-keychain-'))));
  after(async () => {
    log.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('is no missing key, and its way out reads the key again', async () => {
    const keychain = new Keychain();
    const context = {
      workspaceState: new MemoryMemento(),
      globalState: new MemoryMemento(),
      globalStorageUri: vscode.Uri.file(folder),
      extension: { packageJSON: { version: '0.0.0' } },
    };
    const session = new ChatSession(new ApiKeyStore(keychain), context as unknown as vscode.ExtensionContext, log);
    try {
      await session.reload();
      assert.equal(session.trouble, 'keychain');
      assert.match(session.problem ?? '', /Unlock the keychain/);
      const { icon, command } = wayOut('keychain');
      assert.deepEqual([icon, command.command], ['lock', 'chapi.readKeyAgain']);
      keychain.isLocked = false;
      await session.reload();
      assert.equal(session.trouble, 'noKey');
      assert.equal(wayOut('noKey').command.command, 'chapi.setApiKey');
    } finally {
      session.dispose();
    }
  });
});

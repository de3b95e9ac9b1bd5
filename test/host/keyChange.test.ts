import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { ApiKeyStore } from '../../src/editor/apiKeyStore';
import { ChatSession } from '../../src/editor/chatSession';
import { keyCommands } from '../../src/editor/keyCommands';
import { Sandbox } from '../sandbox/sandbox';
import { createTestKey } from '../sandbox/settings';
import { expectSoon } from '../support/expectSoon';
import { MemoryMemento } from '../support/memoryMemento';

const OLD_KEY = createTestKey();
const NEW_KEY = createTestKey();

class Keychain implements vscode.SecretStorage {
  readonly onDidChange = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event;
  readonly #kept = new Map<string, string>();

  get(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#kept.get(name));
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.#kept.keys()]);
  }

  store(name: string, value: string): Promise<void> {
    this.#kept.set(name, value);
    return Promise.resolve();
  }

  delete(name: string): Promise<void> {
    this.#kept.delete(name);
    return Promise.resolve();
  }
}

/** The box that asks for the key, as a user handles it. */
class KeyBox {
  value = '';
  validationMessage: string | undefined;
  isOpen = false;
  #accept: () => unknown = () => undefined;
  #hidden: () => unknown = () => undefined;

  onDidChangeValue(): void {
    // Nothing is typed: the value is set.
  }

  onDidAccept(listener: () => unknown): void {
    this.#accept = listener;
  }

  onDidHide(listener: () => unknown): void {
    this.#hidden = listener;
  }

  show(): void {
    this.isOpen = true;
  }

  hide(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#hidden();
  }

  dispose(): void {
    this.isOpen = false;
  }

  /** Types a key and presses Enter. Resolves when the box is closed, or says why it is not. */
  async enter(key: string): Promise<void> {
    this.value = key;
    await this.#accept();
  }
}

interface Question {
  readonly text: string;
  readonly isModal: boolean;
  readonly buttons: readonly string[];
}

/** A window whose user answers each warning as told; `undefined` is Escape. */
class AnsweringUser {
  readonly questions: Question[] = [];
  readonly box = new KeyBox();
  readonly #original = {
    createInputBox: vscode.window.createInputBox,
    showWarningMessage: vscode.window.showWarningMessage,
  };

  constructor(answers: readonly (string | undefined)[]) {
    const left = [...answers];
    Object.assign(vscode.window, {
      createInputBox: () => this.box,
      showWarningMessage: (text: string, ...rest: readonly unknown[]) => {
        const [options] = rest;
        const isModal = typeof options === 'object' && options !== null && 'modal' in options && options.modal === true;
        this.questions.push({ text, isModal, buttons: rest.filter((item) => typeof item === 'string') });
        return Promise.resolve(left.shift());
      },
    });
  }

  leave(): void {
    Object.assign(vscode.window, this.#original);
  }
}

describe('a key that is changed while a message is unsent', () => {
  const log = vscode.window.createOutputChannel('Chapi, a test of keys', { log: true });
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('chapi');
  let sandbox: Sandbox;
  let folder: string;
  let session: ChatSession;
  let keys: ApiKeyStore;
  let user: AnsweringUser | undefined;

  const enterKey = async (apiKey: string): Promise<void> => {
    assert.ok(user);
    if (!user.box.isOpen) void keyCommands(session, keys)['chapi.setApiKey']();
    await user.box.enter(apiKey);
  };
  const keptKey = async (): Promise<string | undefined> => (await keys.read())?.apiKey;
  const texts = (): readonly string[] => sandbox.control.listMessages().map(({ text }) => text);
  const sendersOf = (): readonly string[] =>
    sandbox.control
      .requests()
      .filter(({ method, status }) => method === 'POST' && status !== undefined && status < 300)
      .map(({ key }) => key);
  const messagesOnDisk = async (): Promise<readonly string[]> => {
    const names = await readdir(folder, { recursive: true });
    return names.filter((name) => /[\\/]outbox[\\/].*\.json$/.test(name));
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'chapi-keys-'));
    sandbox = await Sandbox.start({ keys: [OLD_KEY, NEW_KEY] });
    sandbox.control.say({ author: 'Alice Fox', text: 'hello' });
    await configuration().update('apiBaseUrl', sandbox.baseUrl, vscode.ConfigurationTarget.Global);
    keys = new ApiKeyStore(new Keychain());
    await keys.store(OLD_KEY);
    const context = {
      workspaceState: new MemoryMemento(),
      globalState: new MemoryMemento(),
      globalStorageUri: vscode.Uri.file(folder),
      extension: { packageJSON: { version: '0.0.0' } },
    };
    session = new ChatSession(keys, context as unknown as vscode.ExtensionContext, log);
    await session.reload();
    await session.feed?.refresh();
    // A refusal that passes: the message waits for its turn.
    sandbox.control.addFault({
      ...{ kind: 'throttled', retryAfter: { seconds: 2 } },
      ...{ match: { method: 'POST' }, times: 'always' },
    });
    await session.feed?.send('', 'written with the old key');
    await expectSoon(
      () => session.unsentCount,
      (count) => count === 1,
      'a message that is unsent',
    );
  });

  afterEach(async () => {
    user?.leave();
    user = undefined;
    session.dispose();
    await sandbox.close();
    await configuration().update('apiBaseUrl', undefined, vscode.ConfigurationTarget.Global);
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  after(() => log.dispose());

  it('asks first, in a dialog that says how many there are', async () => {
    user = new AnsweringUser([undefined]);
    await enterKey(NEW_KEY);
    const [question] = user.questions;
    assert.equal(user.questions.length, 1);
    assert.match(question?.text ?? '', /^1 message .* not sent yet/);
    assert.equal(question?.isModal, true);
    assert.deepEqual(question.buttons, ['Send with the New Key', 'Keep for the Old Key', 'Discard']);
  });

  it('stays as it is on Escape, and Enter asks again', async () => {
    user = new AnsweringUser([undefined, 'Keep for the Old Key']);
    await enterKey(NEW_KEY);
    assert.equal(await keptKey(), OLD_KEY);
    assert.match(user.box.validationMessage ?? '', /The key was not changed/);
    assert.equal(user.box.isOpen, true);
    assert.equal(session.unsentCount, 1);
    await enterKey(NEW_KEY);
    assert.equal(await keptKey(), NEW_KEY);
    assert.equal(user.box.isOpen, false);
    assert.equal(user.questions.length, 2);
  });

  it('lets the message be sent with the new key, once', async () => {
    user = new AnsweringUser(['Send with the New Key']);
    await enterKey(NEW_KEY);
    assert.equal(await keptKey(), NEW_KEY);
    sandbox.control.clearFaults();
    await expectSoon(texts, (all) => all.includes('written with the old key'), 'the message in the room');
    await expectSoon(
      () => session.unsentCount,
      (count) => count === 0,
      'nothing unsent',
    );
    assert.deepEqual(sendersOf(), ['key 2']);
  });

  it('lets the message wait until the old key is back', async () => {
    user = new AnsweringUser(['Keep for the Old Key']);
    await enterKey(NEW_KEY);
    sandbox.control.clearFaults();
    await session.feed?.refresh();
    assert.equal(session.unsentCount, 0);
    await session.feed?.send('', 'written with the new key');
    await expectSoon(texts, (all) => all.includes('written with the new key'), 'a message in the room');
    assert.deepEqual(sendersOf(), ['key 2']);
    await expectSoon(
      () => session.unsentCount,
      (count) => count === 0,
      'nothing unsent',
    );
    await enterKey(OLD_KEY);
    await expectSoon(texts, (all) => all.includes('written with the old key'), 'the message in the room');
    assert.deepEqual(sendersOf(), ['key 2', 'key 1']);
    assert.equal(user.questions.length, 1);
  });

  it('lets the message be discarded, for the old key too', async () => {
    user = new AnsweringUser(['Discard']);
    assert.equal((await messagesOnDisk()).length, 1);
    await enterKey(NEW_KEY);
    await expectSoon(messagesOnDisk, (names) => names.length === 0, 'no message on disk');
    sandbox.control.clearFaults();
    await enterKey(OLD_KEY);
    await session.feed?.refresh();
    assert.equal(session.unsentCount, 0);
    assert.deepEqual(sendersOf(), []);
    assert.equal(user.questions.length, 1);
  });

  it('asks nothing when it is the same key', async () => {
    user = new AnsweringUser([]);
    await enterKey(OLD_KEY);
    assert.equal(user.box.isOpen, false);
    assert.deepEqual(user.questions, []);
    await expectSoon(
      () => session.unsentCount,
      (count) => count === 1,
      'the message that is unsent',
    );
  });
});

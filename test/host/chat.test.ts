import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { refusedAddressOf } from '../support/refusedAddress';

/** The commands against a sandbox, in a real extension host. The page and the input boxes are for the e2e tests. */
describe('chat', () => {
  let sandbox: Sandbox;
  const configuration = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('chapi');
  const texts = (room?: string): string[] => sandbox.control.listMessages(room).map(({ text }) => text);
  const arrives = (text: string, room?: string): Promise<string[]> =>
    expectSoon(
      () => texts(room),
      (all) => all.includes(text),
      `"${text}" in the room`,
    );
  /** Closes, again and again, what a command asks the person, until the command has ended. */
  const untilEnded = async (asked: Thenable<unknown>, closing: string): Promise<void> => {
    let hasEnded = false;
    void asked.then(() => (hasEnded = true));
    await expectSoon(
      async () => (await vscode.commands.executeCommand(closing), hasEnded),
      (ended) => ended,
      'the command to end',
    );
  };

  before(async function () {
    this.timeout(60_000);
    sandbox = await Sandbox.start({ limiter: 'spacing' });
    await configuration().update('apiBaseUrl', sandbox.baseUrl, vscode.ConfigurationTarget.Global);
    process.env['CHAPI_API_KEY'] = sandbox.key;
    // Removing the kept key, of which there is none, makes the environment's count.
    await vscode.commands.executeCommand('chapi.removeApiKey');
  });

  after(async () => {
    delete process.env['CHAPI_API_KEY'];
    await vscode.commands.executeCommand('chapi.removeApiKey');
    await configuration().update('rooms', undefined, vscode.ConfigurationTarget.Global);
    await configuration().update('apiBaseUrl', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await sandbox.close();
  });

  it('looks at the key’s default room', async () => {
    const looks = await expectSoon(
      () => sandbox.control.requests().filter(({ method }) => method === 'GET'),
      (requests) => requests.length > 0,
      'a look at the room',
    );
    assert.equal(looks[0]?.status, 200);
  });

  it('sends a message that a key binding holds, to the open room or to another', async () => {
    await vscode.commands.executeCommand('chapi.sendMessage', { text: 'from a key binding' });
    await arrives('from a key binding');
    sandbox.control.makeRoom({ name: 'Backend & Co' });
    await vscode.commands.executeCommand('chapi.sendMessage', { text: 'to another room', room: 'Backend & Co' });
    await arrives('to another room', 'Backend & Co');
  });

  it('signs what it sends with the name in the settings', async () => {
    await configuration().update('signature', ' Ann  *Lee* ', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('chapi.sendMessage', { text: 'signed' });
    await arrives('*Ann Lee* ✍ signed');
    await configuration().update('signature', undefined, vscode.ConfigurationTarget.Global);
  });

  it('sends nothing when it is given an empty message', async () => {
    const before = texts().length;
    const asked = vscode.commands.executeCommand('chapi.sendMessage', { text: '  \n ', room: 7 });
    // It asks for a text instead; leaving the input sends nothing.
    await untilEnded(asked, 'workbench.action.closeQuickOpen');
    assert.equal(texts().length, before);
  });

  it('sends the selection, with comment, language, name and lines', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'typescript',
      content: 'const a = `one`;\r\nconst fence = "```";\r\nconst c = 3;\r\n',
    });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    await vscode.commands.executeCommand('chapi.sendSelection', { comment: 'look' });
    const name = document.uri.path;
    await arrives(`look\n${name}:1-2\n\`\`\`\`typescript\nconst a = \`one\`;\nconst fence = "\`\`\`";\n\`\`\`\``);
  });

  it('sends every selection there is, each with its lines', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: 'one\ntwo\nthree\n' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selections = [new vscode.Selection(0, 0, 0, 3), new vscode.Selection(2, 0, 2, 5)];
    await vscode.commands.executeCommand('chapi.sendSelection');
    const name = document.uri.path;
    await arrives(`${name}:1\n\`\`\`python\none\n\`\`\`\n\n${name}:3\n\`\`\`python\nthree\n\`\`\``);
  });

  it('sends nothing when nothing is selected', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'nothing is selected' });
    await vscode.window.showTextDocument(document);
    const before = sandbox.control.requests().filter(({ method }) => method === 'POST').length;
    await vscode.commands.executeCommand('chapi.sendSelection');
    assert.equal(sandbox.control.requests().filter(({ method }) => method === 'POST').length, before);
  });

  it('looks at the rooms that the settings name, and leaves out what is no name', async () => {
    sandbox.control.makeRoom({ name: 'Room A' });
    const rooms = ['Room A', ' Room A ', 5, null, 'x'.repeat(500), { room: 'Room B' }];
    sandbox.control.clearRequests();
    await configuration().update('rooms', rooms, vscode.ConfigurationTarget.Global);
    await expectSoon(
      () => sandbox.control.requests().some(({ room }) => room === 'Room A'),
      (isLookedAt) => isLookedAt,
      'a look at Room A',
    );
    // What was under way before may still be looked at: the default room, and the one that something was sent to.
    const before = [undefined, 'CHAPI sandbox', 'Backend & Co'];
    const asked = new Set(
      sandbox.control
        .requests()
        .map(({ room }) => room)
        .filter((room) => !before.includes(room)),
    );
    assert.deepEqual([...asked], ['Room A']);
  });

  it('takes the default room of a test key by its own name for what it is: one room', async () => {
    sandbox.control.makeRoom({ name: 'Room B' });
    const rooms = ['CHAPI Sandbox', 'Room B', '', 'CHAPI sandbox'];
    await configuration().update('rooms', rooms, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('chapi.sendMessage', { text: 'by its own name', room: 'Chapi sandbox' });
    await arrives('by its own name', 'CHAPI sandbox');
    const looksAt = (name: string | undefined): number =>
      sandbox.control.requests().filter(({ room, method }) => method === 'GET' && room === name).length;
    const before = looksAt(undefined);
    await expectSoon(
      () => looksAt('Room B') > 0 && looksAt(undefined) > before,
      (areLookedAt) => areLookedAt,
      'a look at both rooms',
    );
    const named = sandbox.control.requests().filter(({ room }) => /sandbox/i.test(room ?? ''));
    assert.deepEqual(named, []);
    assert.deepEqual(configuration().get('rooms'), rooms, 'the setting stays as it was written');
    await vscode.commands.executeCommand('chapi.moveRoomDown', { room: '' });
    assert.deepEqual(configuration().get('rooms'), ['Room B', 'CHAPI Sandbox', '', 'CHAPI sandbox']);
    await vscode.commands.executeCommand('chapi.removeRoom', { room: '' });
    assert.deepEqual(configuration().get('rooms'), ['Room B']);
  });

  it('sends nothing to an address that is neither https nor this machine', async () => {
    const refused = await refusedAddressOf(sandbox.baseUrl);
    await configuration().update('apiBaseUrl', refused, vscode.ConfigurationTarget.Global);
    try {
      sandbox.control.clearRequests();
      // It ends once the person has closed the warning that tells why nothing is sent.
      const asked = vscode.commands.executeCommand('chapi.sendMessage', { text: 'must not leave' });
      await untilEnded(asked, 'notifications.clearAll');
      assert.deepEqual(sandbox.control.requests(), []);
    } finally {
      await configuration().update('apiBaseUrl', sandbox.baseUrl, vscode.ConfigurationTarget.Global);
    }
    await expectSoon(
      () => sandbox.control.requests().length,
      (count) => count > 0,
      'a look at the room',
    );
    await vscode.commands.executeCommand('chapi.sendMessage', { text: 'sent after the mend', room: 'Room A' });
    await arrives('sent after the mend', 'Room A');
    assert.deepEqual(texts('Room A'), ['sent after the mend']);
  });

  it('was never refused for its haste', () => {
    assert.deepEqual(
      sandbox.control.requests().filter(({ refusedByLimiter }) => refusedByLimiter),
      [],
    );
  });
});

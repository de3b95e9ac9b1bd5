import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Fault } from '../sandbox/faults';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { refusedAddressOf } from '../support/refusedAddress';
import { useWorkbench } from '../support/vscodeSuite';

const LOOK_TIMEOUT_MS = 45_000;

/** The list of rooms, by mouse and by keyboard. */
describe('rooms', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.say({ author: 'Alice Fox', text: 'from before' });
    for (const name of ['Backend', 'Design', 'New one']) sandbox.control.makeRoom({ name });
    sandbox.control.makeRoom({ name: 'Board', private: true });
    sandbox.control.say({ room: 'New one', author: 'Ben Okafor', text: 'found' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: {
      'chapi.rooms': ['', 'Backend', 'Design', 'Board'],
      'chapi.polling.backgroundSeconds': 5,
      'workbench.editor.useModal': 'off',
    },
    env: { CHAPI_API_KEY: sandbox.key },
  }));
  const row = (name: RegExp): Locator => workbench().sidebar.getByRole('treeitem', { name });
  const order = async (): Promise<string[]> => {
    const labels = await workbench()
      .sidebar.getByRole('treeitem')
      .evaluateAll((rows) => rows.map((each) => (each.getAttribute('aria-label') ?? '').split(',')[0] ?? ''));
    return labels.map((label) => label.trim());
  };
  const stands = (...names: readonly string[]): Promise<string[]> =>
    expectSoon(order, (now) => now.join() === names.join(), names.join(', '));

  it('say in words that one is private', async () => {
    await workbench().openContainer();
    await row(/^Board, private/).waitFor({ timeout: LOOK_TIMEOUT_MS });
    await stands('CHAPI sandbox', 'Backend', 'Design', 'Board');
  });

  it('stand first when they are pinned, also after a reload', async () => {
    await workbench().runCommand('Chapi: Pin or Unpin Room');
    await workbench().quickInput.pick('Design');
    await row(/^Design, pinned/).waitFor();
    await stands('Design', 'CHAPI sandbox', 'Backend', 'Board');
    await workbench().reload();
    await workbench().openContainer();
    await stands('Design', 'CHAPI sandbox', 'Backend', 'Board');
    await row(/^Design/).hover();
    await row(/^Design/)
      .getByRole('button', { name: 'Unpin', exact: true })
      .click();
    await stands('CHAPI sandbox', 'Backend', 'Design', 'Board');
  });

  it('keep to the pinned ones, or to the others, wherever they are moved', async () => {
    for (const name of ['Design', 'Board']) {
      await workbench().runCommand('Chapi: Pin or Unpin Room');
      await workbench().quickInput.pick(name);
    }
    await stands('Design', 'Board', 'CHAPI sandbox', 'Backend');
    // The first of those that are not pinned has none of its kind above it.
    await workbench().runCommand('Chapi: Move Room Up');
    await workbench().runCommand('Chapi: Move Room Down');
    await stands('Design', 'Board', 'Backend', 'CHAPI sandbox');
    await workbench().runCommand('Chapi: Move Room Up');
    await stands('Design', 'Board', 'CHAPI sandbox', 'Backend');
    await row(/^Board/).dragTo(row(/^Design/));
    await stands('Board', 'Design', 'CHAPI sandbox', 'Backend');
    // Dropped among the pinned ones, it goes as near to them as it can without being pinned.
    await row(/^Backend/).dragTo(row(/^Board/));
    await stands('Board', 'Design', 'Backend', 'CHAPI sandbox');
    await row(/^Board/).dragTo(row(/^CHAPI sandbox/));
    await stands('Design', 'Board', 'Backend', 'CHAPI sandbox');
    await row(/^Backend/).dragTo(row(/^CHAPI sandbox/));
    for (const name of ['Design', 'Board']) {
      await workbench().runCommand('Chapi: Pin or Unpin Room');
      await workbench().quickInput.pick(name);
    }
    await stands('CHAPI sandbox', 'Backend', 'Design', 'Board');
  });

  it('are put in order by dragging, and by commands', async () => {
    await row(/^CHAPI sandbox, open/).waitFor();
    await row(/^Design/).dragTo(row(/^CHAPI sandbox/));
    await stands('Design', 'CHAPI sandbox', 'Backend', 'Board');
    // What is dragged is not opened.
    await row(/^CHAPI sandbox, open/).waitFor();
    // Without a row, a command is about the room that is open.
    await workbench().runCommand('Chapi: Move Room Down');
    await stands('Design', 'Backend', 'CHAPI sandbox', 'Board');
    await workbench().runCommand('Chapi: Move Room Up');
    await stands('Design', 'CHAPI sandbox', 'Backend', 'Board');
  });

  it('are added by a name that is typed where one is chosen', async () => {
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.type('New one');
    await workbench().quickInput.pick('Add the room "New one"');
    const frame = await workbench().chatFrame();
    await frame.getByRole('textbox', { name: 'Message New one' }).waitFor();
    await frame.getByText('found').waitFor();
    await stands('Design', 'CHAPI sandbox', 'Backend', 'Board', 'New one');
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.type('new');
    await expectSoon(
      () => workbench().quickInput.labels(),
      (labels) => labels.join() === 'New one,Add the room "new"',
      'the room that fits, and the new one',
    );
    await workbench().quickInput.cancel();
  });

  it('mark the one that is open, however it was opened, and leave the keyboard in the chat', async () => {
    const isMarked = (name: string): Promise<string[]> =>
      expectSoon(
        () => workbench().sidebar.locator('[role="treeitem"][aria-selected="true"]').allInnerTexts(),
        (rows) => rows.length === 1 && rows[0]!.includes(name),
        `${name} alone to be marked`,
      );
    await isMarked('New one');
    await row(/^CHAPI sandbox/).click();
    await isMarked('CHAPI sandbox');
    sandbox.control.say({ room: 'Design', author: 'Ben Okafor', text: 'over here' });
    await row(/^Design, 1 unread/).waitFor({ timeout: LOOK_TIMEOUT_MS });
    // VS Code draws the badge of a row as content of a class that it makes for it.
    const badge = row(/^Design/).locator('.monaco-icon-label');
    await expectSoon(
      () => badge.evaluate((element) => getComputedStyle(element, '::after').content),
      (content) => content === '"1"',
      'the badge of the row',
    );
    await workbench().runCommand('Chapi: Go to Next Unread');
    await isMarked('Design');
    await (await workbench().chatFrame()).locator('textarea:focus').waitFor();
    // Marked too when the list comes into sight after that.
    await workbench().openContainer('Explorer');
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('New one');
    await isMarked('New one');
  });

  it('are the same in the sidebar and in an editor tab, draft and all', async () => {
    await workbench().runCommand('Chapi: Open Chat in Editor');
    const tab = await workbench().chatFrame('editor');
    await workbench().page.locator('.part.editor .tab.active').getByText('Chat: New one').waitFor();
    await workbench().sidebar.locator('.pane-header').getByText('New one').waitFor();
    const sidebar = await workbench().chatFrame();
    await tab.getByRole('textbox').fill('typed in the tab');
    await expectSoon(
      () => sidebar.getByRole('textbox').inputValue(),
      (text) => text === 'typed in the tab',
      'the draft in the sidebar',
    );
    await tab.getByRole('textbox').press('Enter');
    for (const frame of [tab, sidebar]) {
      await frame.getByRole('article').getByText('typed in the tab').waitFor();
      await expectSoon(
        () => frame.getByRole('textbox').inputValue(),
        (text) => text === '',
        'an empty composer',
      );
    }
    sandbox.control.say({ room: 'New one', author: 'Ben Okafor', text: 'seen in both' });
    for (const frame of [tab, sidebar]) await frame.getByText('seen in both').waitFor();
    // One of the two says new messages to those who listen.
    const live = await Promise.all([tab, sidebar].map((frame) => frame.getByRole('log').getAttribute('aria-live')));
    assert.deepEqual(live.toSorted(), ['off', 'polite']);
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('CHAPI sandbox');
    for (const frame of [tab, sidebar]) await frame.getByText('from before').waitFor();
  });

  it('stay where they are, and look as they did, while the service can’t be reached', async () => {
    const pictures = async (): Promise<string> => {
      const place = await row(/^Design/).boundingBox();
      const icons = await workbench()
        .sidebar.locator('.custom-view-tree-node-item-icon')
        .evaluateAll((all) => all.map((icon) => icon.getAttribute('class')));
      return JSON.stringify({ place, icons });
    };
    const status = (pattern: RegExp): Promise<string> =>
      expectSoon(
        async () => (await workbench().statusBarItem().getAttribute('aria-label')) ?? '',
        (label) => pattern.test(label),
        `${String(pattern)} in the status bar`,
        LOOK_TIMEOUT_MS,
      );
    const before = await pictures();
    const faults: readonly (readonly [Fault, RegExp])[] = [
      [{ kind: 'resetBefore', times: Infinity }, /cannot be reached/],
      [{ kind: 'throttled', times: Infinity }, /Too many requests/],
    ];
    for (const [fault, words] of faults) {
      sandbox.control.addFault(fault);
      await status(words);
      assert.equal(await pictures(), before, fault.kind);
      sandbox.control.clearFaults();
      await workbench().runCommand('Chapi: Refresh');
      await status(/unread$/);
    }
  });

  it('give way to words and a button while the address in the settings can’t be used', async () => {
    const refused = await refusedAddressOf(sandbox.baseUrl);
    await workbench().setSettings({ 'chapi.apiBaseUrl': refused }, 'Machine');
    const welcome = workbench().sidebar.locator('.welcome-view-content');
    await welcome.getByText('cannot be used').waitFor({ timeout: LOOK_TIMEOUT_MS });
    assert.match((await workbench().statusBarItem().getAttribute('aria-label')) ?? '', /unencrypted/);
    await workbench().statusBarItem().click();
    await workbench().page.locator('.settings-editor').getByText('Api Base Url').waitFor();
    await workbench().runCommand('View: Close Editor');
    await welcome.getByRole('button', { name: 'Open Setting' }).click();
    await workbench().page.locator('.settings-editor').getByText('Api Base Url').waitFor();
    await workbench().setSettings({ 'chapi.apiBaseUrl': sandbox.baseUrl }, 'Machine');
    await row(/^Design/).waitFor({ timeout: LOOK_TIMEOUT_MS });
  });
});

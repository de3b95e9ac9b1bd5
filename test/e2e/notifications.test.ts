import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GATHER_MS } from '../../src/chat/notificationQueue';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { useWorkbench } from '../support/vscodeSuite';

const LOOK_TIMEOUT_MS = 45_000;

/** What raises a notification, and what never does. */
describe('notifications', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.say({ author: 'Alice Fox', text: 'from before' });
    for (const name of ['Backend', 'Design', 'Control']) sandbox.control.makeRoom({ name });
  });
  after(() => sandbox.close());

  const settings = {
    // In their own window, settings are no tab.
    'workbench.editor.useModal': 'off',
    'chapi.rooms': ['', 'Backend', 'Design', 'Control'],
    'chapi.notifications': 'mentions',
    'chapi.mentionNames': ['Ann Lee'],
    'chapi.polling.backgroundSeconds': 5,
  };
  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: settings,
    env: { CHAPI_API_KEY: sandbox.key },
  }));
  const toasts = (): Promise<string[]> => workbench().notifications();
  const toast = (text: RegExp): Promise<string[]> =>
    expectSoon(toasts, (all) => all.some((one) => text.test(one)), `a notification ${String(text)}`, LOOK_TIMEOUT_MS);
  const press = (button: string): Promise<void> =>
    workbench().page.locator('.notification-toast').getByRole('button', { name: button, exact: true }).click();
  const treeitem = (name: RegExp): Promise<void> =>
    workbench().sidebar.getByRole('treeitem', { name }).waitFor({ timeout: LOOK_TIMEOUT_MS });
  const texts = (room: string): string[] => sandbox.control.listMessages(room).map(({ text }) => text);
  const say = (room: string, text: string): void =>
    void sandbox.control.say({ room, author: 'Ben Okafor', text: `@Ann Lee ${text}` });
  const openRoom = (name: string): Promise<string> =>
    expectSoon(
      async () => (await workbench().chatFrame()).getByRole('log').getAttribute('aria-label').then(String),
      (label) => label.includes(name),
      `the room ${name}`,
      LOOK_TIMEOUT_MS,
    );
  const statusLabel = (pattern: RegExp): Promise<string> =>
    expectSoon(
      async () => (await workbench().statusBarItem().getAttribute('aria-label')) ?? '',
      (label) => pattern.test(label),
      `${String(pattern)} in the status bar`,
      LOOK_TIMEOUT_MS,
    );
  /**
   * After something that nobody is to be told of: what comes next is told, alone. What was only held back would be
   * gathered into it.
   */
  async function nextIsToldAlone(): Promise<void> {
    sandbox.control.say({ room: 'Control', author: 'Carl Diaz', text: '@Ann Lee still there' });
    assert.deepEqual(await toast(/./), ['Carl Diaz mentions you in Control']);
    await workbench().clearNotifications();
  }
  /** Changes settings in their editor, as somebody does who types them: VS Code does not look at the file in a browser. */
  async function changeSettings(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const { page, server } = workbench();
    const file = path.join(server.dataDir, 'data', 'User', 'settings.json');
    const before = JSON.parse(await readFile(file, 'utf8')) as object;
    await workbench().runCommand('Preferences: Open User Settings (JSON)');
    await page.locator('.tab.active[data-resource-name="settings.json"]').waitFor();
    await page.locator('.editor-instance .view-line').first().click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(JSON.stringify({ ...before, ...changes }));
    await page.keyboard.press('ControlOrMeta+s');
    // VS Code may be in the middle of writing it.
    const read = async (): Promise<[string, unknown][]> => {
      try {
        return Object.entries(JSON.parse(await readFile(file, 'utf8')) as object);
      } catch {
        return [];
      }
    };
    await expectSoon(
      read,
      (all) => Object.entries(changes).every(([key, value]) => all.some((one) => one[0] === key && one[1] === value)),
      'the settings on disk',
    );
    await workbench().runCommand('View: Close Editor');
  }

  it('come for a mention, and not for another message nor for what is before the eyes', async () => {
    await workbench().openContainer();
    const frame = await workbench().chatFrame();
    await frame.getByText('from before').waitFor();
    sandbox.control.say({ author: 'Alice Fox', text: '@Ann Lee you see this one' });
    await frame.getByText('you see this one').waitFor();
    sandbox.control.say({ room: 'Design', author: 'Ben Okafor', text: 'nothing for you, `@Ann Lee`' });
    await treeitem(/Design, 1 unread/);
    sandbox.control.say({ room: 'Backend', author: '[Ben](command:x) Okafor', text: 'hey @ann lee, look' });
    assert.deepEqual(await toast(/./), ['Ben(command:x) Okafor mentions you in Backend']);
  });

  it('are answered from where they are', async () => {
    await press('Reply');
    // What is answered can be read, and a name is no link there either.
    await workbench().quickInput.waitForMessage(/^Ben\(command:x\) Okafor: hey @ann lee, look/);
    await workbench().quickInput.type('I look');
    await workbench().quickInput.accept();
    await expectSoon(
      () => Promise.resolve(texts('Backend')),
      (all) => all.includes('I look'),
      'the answer',
      LOOK_TIMEOUT_MS,
    );
  });

  it('gather what comes together, and mute its room for an hour', async () => {
    for (const text of ['one', 'two']) say('Backend', text);
    await toast(/^2 messages in Backend, Ben Okafor mentions you$/);
    await press('Mute for an Hour');
    await treeitem(/Backend, \d unread, muted/);
    say('Backend', 'three');
    await treeitem(/Backend, [45] unread, muted/);
    // Only the room that is not muted counts.
    assert.equal(await workbench().activityBadge(), '1');
    await workbench().runCommand('Chapi: Switch Room…');
    const offered = async (): Promise<string[]> => {
      const rows = workbench().quickInput.widget.locator('.quick-input-list .monaco-list-row');
      return (await rows.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
    };
    const last = (await expectSoon(offered, (rows) => rows.length === 4, 'the rooms')).at(-1);
    assert.match(last ?? '', /^Backend\s*\d unread · muted$/);
    await workbench().quickInput.cancel();
    await nextIsToldAlone();
  });

  it('are passed over for a while, and the status bar says so', async () => {
    await workbench().runCommand('Chapi: Pause Notifications…');
    await workbench().quickInput.pick('For 30 Minutes');
    await statusLabel(/paused until (\w+day (at )?)?\d+:\d\d.[AP]M$/);
    say('Design', 'quietly');
    await treeitem(/Design, 2 unread/);
    await workbench().runCommand('Chapi: Pause Notifications…');
    await workbench().quickInput.pick('Until I Resume');
    await statusLabel(/paused until you resume them$/);
    say('Design', 'still quietly');
    await treeitem(/Design, 3 unread/);
    await workbench().runCommand('Chapi: Pause Notifications…');
    await workbench().quickInput.pick('Resume');
    await statusLabel(/unread$/);
    await nextIsToldAlone();
  });

  it('come for nothing, or for all messages, if the setting says so', async () => {
    await changeSettings({ 'chapi.notifications': 'none' });
    say('Design', 'for nobody to hear');
    await treeitem(/Design, 4 unread/);
    await changeSettings({ 'chapi.notifications': 'all' });
    sandbox.control.say({ room: 'Design', author: 'Ben Okafor', text: 'a word to all' });
    assert.deepEqual(await toast(/./), ['Ben Okafor wrote in Design']);
    await workbench().clearNotifications();
    await changeSettings({ 'chapi.notifications': 'mentions' });
  });

  it('wait while somebody writes in the chat', async () => {
    const composer = (await workbench().chatFrame()).getByRole('textbox');
    say('Design', 'when you are done');
    const arrived = workbench().sidebar.getByRole('treeitem', { name: /Design, 6 unread/ });
    await expectSoon(
      async () => (await composer.pressSequentially('word '), arrived.isVisible()),
      (isVisible) => isVisible,
      'the message while somebody writes',
      LOOK_TIMEOUT_MS,
    );
    // It could be told by then, though another one was told less than ten seconds ago.
    const end = Date.now() + GATHER_MS;
    while (Date.now() < end) await composer.pressSequentially('word ', { delay: 40 });
    assert.deepEqual(await toasts(), []);
    await toast(/^Ben Okafor mentions you in Design$/);
    await workbench().clearNotifications();
    await composer.fill('');
  });

  it('go on after one that nobody touched, whose buttons still work in the notification centre', async () => {
    say('Design', 'the first');
    await toast(/mentions you in Design$/);
    sandbox.control.say({ room: 'Control', author: 'Carl Diaz', text: '@Ann Lee the second' });
    assert.deepEqual(await toast(/Control/), ['Carl Diaz mentions you in Control']);
    await workbench().runCommand('Notifications: Show Notifications');
    const first = workbench()
      .page.locator('.notifications-center .notification-list-item')
      .filter({ hasText: 'Design' });
    await first.hover();
    const open = first.getByRole('button', { name: 'Open', exact: true });
    if (!(await open.isVisible())) await first.locator('.codicon-notifications-expand').click();
    await open.click();
    await openRoom('Design');
    // Only then is the keyboard where it stays.
    await (await workbench().chatFrame()).locator('textarea:focus').waitFor();
    await workbench().clearNotifications();
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('CHAPI sandbox');
    await openRoom('sandbox');
  });

  it('are silent while VS Code is told not to disturb, and come again after that', async () => {
    await workbench().runCommand('Notifications: Toggle Do Not Disturb Mode');
    say('Design', 'while presenting');
    await treeitem(/Design, 1 unread/);
    // By now it would be on screen, though it came within the ten seconds after the last one.
    await workbench().page.waitForTimeout(GATHER_MS);
    assert.deepEqual(await toasts(), []);
    await workbench().runCommand('Notifications: Toggle Do Not Disturb Mode');
    await nextIsToldAlone();
  });

  it('go round the rooms with something unread, past muted ones, and come back', async () => {
    await workbench().runCommand('Chapi: Go to Next Unread');
    await openRoom('Design');
    await workbench().runCommand('Chapi: Go to Next Unread');
    await openRoom('Control');
    await expectSoon(
      () => workbench().activityBadge(),
      (badge) => badge === '',
      'nothing unread',
      LOOK_TIMEOUT_MS,
    );
    await workbench().runCommand('Chapi: Go to Next Unread');
    await openRoom('sandbox');
  });

  it('lead back to nowhere once another room was opened by hand', async () => {
    say('Design', 'one more');
    await treeitem(/Design, 1 unread/);
    await workbench().runCommand('Chapi: Go to Next Unread');
    await openRoom('Design');
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('Control');
    await openRoom('Control');
    await expectSoon(
      () => workbench().activityBadge(),
      (badge) => badge === '',
      'nothing unread',
      LOOK_TIMEOUT_MS,
    );
    await workbench().runCommand('Chapi: Go to Next Unread');
    await workbench().page.getByText('Nothing is unread.').waitFor();
    await openRoom('Control');
  });
});

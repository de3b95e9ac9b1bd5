import assert from 'node:assert/strict';
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
    for (const name of ['Backend', 'Design']) sandbox.control.makeRoom({ name });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: {
      'chapi.rooms': ['', 'Backend', 'Design'],
      'chapi.notifications': 'mentions',
      'chapi.mentionNames': ['Ann Lee'],
      'chapi.polling.backgroundSeconds': 5,
    },
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

  it('come for a mention, and not for another message nor for what is before the eyes', async () => {
    await workbench().openContainer();
    const frame = await workbench().chatFrame();
    await frame.getByText('from before').waitFor();
    sandbox.control.say({ author: 'Alice Fox', text: '@Ann Lee you see this one' });
    await frame.getByText('you see this one').waitFor();
    sandbox.control.say({ room: 'Design', author: 'Ben Okafor', text: 'nothing for you' });
    await treeitem(/Design, 1 unread/);
    assert.deepEqual(await toasts(), []);
    sandbox.control.say({ room: 'Backend', author: '[Ben](command:x) Okafor', text: 'hey @ann lee, look' });
    assert.deepEqual(await toast(/mentions you/), ['Ben(command:x) Okafor mentions you in Backend']);
  });

  it('are answered from where they are', async () => {
    await press('Reply');
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
    for (const text of ['@Ann Lee one', '@Ann Lee two']) {
      sandbox.control.say({ room: 'Backend', author: 'Ben Okafor', text });
    }
    await toast(/^2 messages in Backend, Ben Okafor mentions you$/);
    await press('Mute for an Hour');
    await treeitem(/Backend, \d unread, muted/);
    sandbox.control.say({ room: 'Backend', author: 'Ben Okafor', text: '@Ann Lee three' });
    await treeitem(/Backend, [45] unread, muted/);
    assert.deepEqual(await toasts(), []);
    // Only the room that is not muted counts.
    assert.equal(await workbench().activityBadge(), '1');
  });

  it('are passed over for a while, and the status bar says so', async () => {
    await workbench().runCommand('Chapi: Pause Notifications…');
    await workbench().quickInput.pick('For 30 Minutes');
    await expectSoon(
      async () => (await workbench().statusBarItem().getAttribute('aria-label')) ?? '',
      (label) => label.includes('paused until'),
      'the pause in the status bar',
    );
    sandbox.control.say({ room: 'Design', author: 'Ben Okafor', text: '@Ann Lee quietly' });
    await treeitem(/Design, 2 unread/);
    assert.deepEqual(await toasts(), []);
  });

  it('go round the rooms with something unread, past muted ones, and come back', async () => {
    const open = async (): Promise<string> =>
      (await workbench().chatFrame()).getByRole('log').getAttribute('aria-label').then(String);
    await workbench().runCommand('Chapi: Go to Next Unread');
    await expectSoon(open, (label) => label.includes('Design'), 'the room Design', LOOK_TIMEOUT_MS);
    await (await workbench().chatFrame()).getByText('quietly').waitFor();
    await expectSoon(
      () => workbench().activityBadge(),
      (badge) => badge === '',
      'nothing unread',
      LOOK_TIMEOUT_MS,
    );
    await workbench().runCommand('Chapi: Go to Next Unread');
    await expectSoon(open, (label) => label.includes('sandbox'), 'the room it began with', LOOK_TIMEOUT_MS);
  });
});

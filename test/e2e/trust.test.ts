import assert from 'node:assert/strict';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { useWorkbench } from '../support/vscodeSuite';

const WANTED_ROOM = 'Room of the folder';
const LOOK_TIMEOUT_MS = 45_000;

/** A folder from anywhere must not make a person's key talk to rooms that the folder names. */
describe('a folder that is not trusted', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.makeRoom({ name: WANTED_ROOM });
    sandbox.control.say({ author: 'Alice Fox', text: 'a message from before' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    trust: false,
    folderSettings: { 'chapi.rooms': [WANTED_ROOM] },
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: { 'chapi.polling.backgroundSeconds': 5 },
    env: { CHAPI_API_KEY: sandbox.key },
  }));
  const roomsAskedFor = (): (string | undefined)[] => [...new Set(sandbox.control.requests().map(({ room }) => room))];

  it('does not choose the rooms', async () => {
    const { page, sidebar } = workbench();
    await page.locator('.part.statusbar').getByText('Restricted Mode').waitFor();
    await workbench().openContainer();
    await (await workbench().chatFrame()).getByText('a message from before').waitFor();
    await sidebar.getByRole('treeitem', { name: 'CHAPI sandbox' }).waitFor();
    assert.equal(await sidebar.getByRole('treeitem', { name: WANTED_ROOM }).count(), 0);
    assert.equal(roomsAskedFor().includes(WANTED_ROOM), false);
  });

  it('chooses them once the person trusts it', async () => {
    const { page, sidebar } = workbench();
    await workbench().runCommand('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await page.keyboard.press('Escape');
    await sidebar.getByRole('treeitem', { name: WANTED_ROOM }).waitFor();
    await expectSoon(roomsAskedFor, (rooms) => rooms.includes(WANTED_ROOM), 'a look at the room', LOOK_TIMEOUT_MS);
  });
});

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { useWorkbench } from '../support/vscodeSuite';
import { Workbench } from '../support/workbench';

const SETUP_TIMEOUT_MS = 180_000;
const LOOK_TIMEOUT_MS = 45_000;

/** Three windows of one VS Code, each with an extension host process of its own. */
describe('three windows', () => {
  let sandbox: Sandbox;
  let windows: readonly Workbench[];
  /** Those of them whose extension host process runs. */
  let living: readonly Workbench[];

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.say({ author: 'Alice Fox', text: 'a message from before' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    env: { CHAPI_API_KEY: sandbox.key },
  }));

  const truth = (text: string): number =>
    sandbox.control.listMessages().filter((message) => message.text === text).length;
  /** A message is shown before it is sent: what the service has of it follows. */
  async function arrivesOnce(text: string): Promise<void> {
    await expectSoon(
      () => Promise.resolve(truth(text)),
      (count) => count > 0,
      `"${text}" on the service`,
      LOOK_TIMEOUT_MS,
    );
    for (const window of living) {
      await expectSoon(
        async () => (await window.chatFrame()).locator('[data-state="sent"]', { hasText: text }).count(),
        (count) => count === 1,
        `"${text}" as sent`,
        LOOK_TIMEOUT_MS,
      );
    }
    assert.equal(truth(text), 1);
  }
  const claimsFolder = (): string =>
    path.join(workbench().server.dataDir, 'data', 'User', 'globalStorage', 'chapi.chapi-chat', 'hosts');

  /** The extension host process that talks to the service. */
  async function host(): Promise<{ readonly generation: number; readonly pid: number }> {
    const files = await expectSoon(
      async () =>
        (await readdir(claimsFolder(), { recursive: true }).catch(() => [])).filter((file) => /host-\d+$/.test(file)),
      ({ length }) => length === 1,
      'one claim',
      LOOK_TIMEOUT_MS,
    );
    const file = files[0]!;
    const { pid } = JSON.parse(await readFile(path.join(claimsFolder(), file), 'utf8')) as { readonly pid: number };
    return { generation: Number(/\d+$/.exec(file)?.[0]), pid };
  }

  async function shows(window: Workbench, text: string): Promise<void> {
    await expectSoon(
      async () => (await window.chatFrame()).locator('[data-state]').allInnerTexts(),
      (all) => all.filter((one) => one.includes(text)).length === 1,
      `one message "${text}"`,
      LOOK_TIMEOUT_MS,
    );
  }

  async function send(window: Workbench, text: string): Promise<void> {
    const composer = (await window.chatFrame()).getByRole('textbox');
    await composer.fill(text);
    await composer.press('Enter');
  }

  it('show one conversation', async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    await workbench().openContainer();
    await shows(workbench(), 'a message from before');
    const first = await host();
    const context = workbench().page.context();
    windows = [
      workbench(),
      await Workbench.open(context, workbench().server),
      await Workbench.open(context, workbench().server),
    ];
    living = windows;
    for (const window of windows.slice(1)) await window.openContainer();
    for (const window of windows) await shows(window, 'a message from before');
    assert.deepEqual(await host(), first, 'the first window talks for all');
    sandbox.control.say({ author: 'Alice Fox', text: 'to all of you' });
    for (const window of windows) await shows(window, 'to all of you');
    await send(windows[2]!, 'from the third');
    for (const window of windows) await shows(window, 'from the third');
    await arrivesOnce('from the third');
  });

  it('hold what is typed and not sent in common', async () => {
    const composer = (await windows[1]!.chatFrame()).getByRole('textbox');
    await composer.fill('half a sentence');
    await expectSoon(
      async () => (await windows[0]!.chatFrame()).getByRole('textbox').inputValue(),
      (text) => text === 'half a sentence',
      'the draft in another window',
    );
    await composer.fill('');
    await expectSoon(
      async () => (await windows[0]!.chatFrame()).getByRole('textbox').inputValue(),
      (text) => text === '',
      'no draft in another window',
    );
  });

  it('go on when the process that talks for all is killed, and what is typed meanwhile arrives once', async () => {
    const before = await host();
    process.kill(before.pid, 'SIGKILL');
    living = windows.slice(1);
    await send(windows[1]!, 'typed meanwhile');
    for (const window of living) await shows(window, 'typed meanwhile');
    const after = await host();
    assert.ok(after.generation > before.generation && after.pid !== before.pid, JSON.stringify({ before, after }));
    sandbox.control.say({ author: 'Alice Fox', text: 'you go on' });
    for (const window of living) await shows(window, 'you go on');
    await arrivesOnce('typed meanwhile');
  });

  it('are three again once the killed one has started anew', async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    await windows[0]!.reload();
    living = windows;
    await windows[0]!.openContainer();
    for (const window of windows) await shows(window, 'you go on');
    await send(windows[0]!, 'back again');
    for (const window of windows) await shows(window, 'back again');
    await arrivesOnce('back again');
  });
});

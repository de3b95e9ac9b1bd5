import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { Sandbox } from '../sandbox/sandbox';
import type { Fault } from '../sandbox/faults';
import { expectSoon } from '../support/expectSoon';
import { refusedAddressOf } from '../support/refusedAddress';
import { useWorkbench } from '../support/vscodeSuite';

/** Below the time limit of a test, so that a failure says what was seen instead. */
const LOOK_TIMEOUT_MS = 45_000;

/** What a person sees when something is wrong. */
describe('when something is wrong', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.say({ author: 'Alice Fox', text: 'a message from before' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    env: { CHAPI_API_KEY: sandbox.key },
  }));
  const banner = async (): Promise<string> => (await workbench().chatFrame()).getByRole('status').first().innerText();

  it('talks with the key of the environment', async () => {
    await workbench().openContainer();
    const frame = await workbench().chatFrame();
    await frame.getByText('a message from before').waitFor();
    await expectSoon(banner, (text) => text === '', 'no banner');
  });

  const faults: readonly (readonly [
    name: string,
    fault: Fault,
    words: RegExp,
    recovery: 'by itself' | 'on Refresh',
  ])[] = [
    ['a 500', { kind: 'status', status: 500, times: Infinity }, /has a problem \(500\)/, 'by itself'],
    ['a body that is no JSON', { kind: 'notJson', times: Infinity }, /not from the chat service/, 'on Refresh'],
    ['a captive portal', { kind: 'html', times: Infinity }, /not from the chat service/, 'by itself'],
    [
      'a connection that breaks',
      { kind: 'resetBefore', times: Infinity },
      /cannot be reached \(ECONNRESET\)/,
      'by itself',
    ],
    ['a hang', { kind: 'hang', times: Infinity }, /does not answer/, 'on Refresh'],
  ];
  for (const [name, fault, words, recovery] of faults) {
    it(`says so, keeps what is on screen and goes on ${recovery}: ${name}`, async () => {
      sandbox.control.addFault(fault);
      await expectSoon(banner, (text) => words.test(text), `the banner ${String(words)}`, LOOK_TIMEOUT_MS);
      const frame = await workbench().chatFrame();
      await frame.getByText('a message from before').waitFor();
      assert.deepEqual(await workbench().notifications(), []);
      sandbox.control.clearFaults();
      if (recovery === 'on Refresh') await workbench().runCommand('Chapi: Refresh');
      await expectSoon(banner, (text) => text === '', 'no banner', LOOK_TIMEOUT_MS);
    });
  }

  it('tells of it in the connection details, and copies them without the key', async () => {
    const { page } = workbench();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench().runCommand('Chapi: Show Connection Details');
    const findDetails = async (): Promise<Frame | undefined> => {
      for (const frame of page.frames().filter((other) => other.url().includes('fake.html'))) {
        const heading = frame.getByRole('heading', { name: 'Connection Details' });
        if (await heading.isVisible().catch(() => false)) return frame;
      }
      return undefined;
    };
    const details = await expectSoon(findDetails, (frame) => frame !== undefined, 'the details', LOOK_TIMEOUT_MS);
    const openRoom = details!.getByRole('row', { name: /^Open room/ });
    await expectSoon(
      async () => Number(await openRoom.getByRole('cell').first().innerText()),
      (answered) => answered > 0,
      'answered requests',
    );
    await details!.getByRole('rowheader', { name: 'Messages in the largest answer' }).waitFor();
    await details!.getByRole('button', { name: 'Copy as Text' }).click();
    await details!.getByText('Copied, without the key').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /^# Connection Details\n\nThe service answers\./);
    assert.match(copied, /- Open room: Answered \d+/);
    assert.ok(!copied.includes(sandbox.key) && !/sandbox|a message from before/.test(copied), copied);
    await workbench().screenshot('connection details');
    await workbench().runCommand('View: Close Editor');
  });

  it('keeps a refused message with its reason, and sends it on Retry', async () => {
    sandbox.control.addFault({ kind: 'status', status: 403, match: { method: 'POST' } });
    const frame = await workbench().chatFrame();
    const composer = frame.getByRole('textbox');
    await composer.fill('please take me');
    await composer.press('Enter');
    const failed = frame.locator('[data-state="failed"]');
    await failed.waitFor();
    await failed.getByText(/may not write/).waitFor();
    await failed.getByRole('button', { name: 'Retry' }).click();
    await frame.locator('[data-state="sent"][data-message-id]').waitFor();
    assert.equal(sandbox.control.listMessages().filter(({ text }) => text === 'please take me').length, 1);
  });

  it('shows hostile messages as text: nothing runs, the page stays usable', async () => {
    const hostile = [
      '<script>document.title = "hacked"</script><img src=x onerror="document.title = \'hacked\'">',
      '[click](javascript:document.title="hacked")',
      'right \u202Eto left\u202C and \u0007 bell \u0000 nothing',
      'x'.repeat(1_000_000),
    ];
    for (const text of hostile) sandbox.control.say({ author: '<b>Mallory</b>', text });
    const frame = await workbench().chatFrame();
    await expectSoon(
      () => frame.locator('[data-state="received"]').count(),
      (count) => count >= 1 + hostile.length,
      'all the messages',
      LOOK_TIMEOUT_MS,
    );
    await frame.getByText('<script>document.title').waitFor();
    await frame.getByText('[click](javascript:').waitFor();
    assert.equal(
      await frame.locator('[role="log"] script, [role="log"] img, [role="log"] a[href^="javascript"]').count(),
      0,
    );
    assert.notEqual(await frame.evaluate(() => document.title), 'hacked');
    const composer = frame.getByRole('textbox');
    await composer.fill('still usable');
    await composer.press('Enter');
    await expectSoon(
      () => sandbox.control.listMessages().some(({ text }) => text === 'still usable'),
      (isThere) => isThere,
      'the message in the room',
    );
  });

  it('sends nothing to an address that is neither https nor this machine, and says so', async () => {
    const refused = await refusedAddressOf(sandbox.baseUrl);
    await workbench().setSettings({ 'chapi.apiBaseUrl': refused }, 'Machine');
    try {
      await expectSoon(banner, (text) => /unencrypted/.test(text), 'the banner about the address', LOOK_TIMEOUT_MS);
      sandbox.control.clearRequests();
      const frame = await workbench().chatFrame();
      const composer = frame.getByRole('textbox');
      await composer.fill('must not leave');
      await composer.press('Enter');
      await frame.getByRole('alert').filter({ hasText: 'could not be kept' }).waitFor();
      assert.equal(await composer.inputValue(), 'must not leave');
      assert.deepEqual(sandbox.control.requests(), []);
    } finally {
      await workbench().setSettings({ 'chapi.apiBaseUrl': sandbox.baseUrl }, 'Machine');
    }
    await expectSoon(banner, (text) => text === '', 'no banner', LOOK_TIMEOUT_MS);
  });
});

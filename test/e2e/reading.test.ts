import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { useWorkbench } from '../support/vscodeSuite';

const LOOK_TIMEOUT_MS = 45_000;
const MANY = 600;

/** Somebody who reads far up, comes back, and has more to read than fits on the screen. */
describe('reading', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    const start = (Date.now() - 48 * 3_600_000) * 1000;
    for (let index = 0; index < MANY; index++) {
      sandbox.control.say({
        author: index % 7 < 3 ? 'Alice Fox' : 'Ben Okafor',
        text: `number ${index}`,
        timestamp: start + index * 60_000_000,
      });
    }
    sandbox.control.makeRoom({ name: 'Backend' });
    sandbox.control.say({ room: 'Backend', author: 'Ben Okafor', text: 'from before' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: { 'chapi.rooms': ['', 'Backend'], 'chapi.polling.backgroundSeconds': 5 },
    env: { CHAPI_API_KEY: sandbox.key },
  }));
  /** The first message in view and how far its upper edge is below the list's. */
  const place = (frame: Frame): Promise<{ readonly text: string; readonly offset: number }> =>
    frame.getByRole('log').evaluate((log) => {
      const { top } = log.getBoundingClientRect();
      const first = [...log.querySelectorAll('article')].find(
        (article) => article.getBoundingClientRect().bottom > top + 1,
      );
      const offset = (first?.getBoundingClientRect().top ?? NaN) - top;
      return { text: first?.querySelector('.body')?.textContent ?? '', offset };
    });
  const badge = async (): Promise<number> => Number((await workbench().activityBadge()) || '0');

  it('goes on after a reload where it was, further up than what is kept on disk', async () => {
    await workbench().openContainer();
    const frame = await workbench().chatFrame();
    await frame.getByText(`number ${MANY - 1}`, { exact: true }).waitFor({ timeout: LOOK_TIMEOUT_MS });
    await frame.getByRole('log').focus();
    const isReached = (): Promise<boolean> =>
      frame
        .getByRole('log')
        .evaluate((log) => [...log.querySelectorAll('article')].some((article) => / 20$/.test(article.innerText)));
    await expectSoon(
      async () => {
        await frame.getByRole('log').press('Home');
        return isReached();
      },
      (reached) => reached,
      'message 20',
      LOOK_TIMEOUT_MS,
    );
    await frame.getByText('number 20', { exact: true }).evaluate((element) => element.scrollIntoView());
    await expectSoon(
      () => place(frame),
      ({ text }) => text === 'number 20',
      'message 20 at the top',
    );
    const before = await place(frame);
    // Long enough for the page to have said where it is.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await workbench().reload();
    await workbench().openContainer();
    const again = await workbench().chatFrame();
    const after = await expectSoon(
      () => place(again),
      ({ text }) => text === 'number 20',
      'message 20 at the top again',
      LOOK_TIMEOUT_MS,
    );
    assert.ok(Math.abs(after.offset - before.offset) <= 1, `${before.offset} and ${after.offset}`);
  });

  it('counts as read what was in view, and not what is still below', async () => {
    await workbench().openContainer('Explorer');
    for (let index = 0; index < 60; index++) {
      sandbox.control.say({ room: 'Backend', author: 'Ben Okafor', text: `new ${index}` });
    }
    await expectSoon(badge, (count) => count === 60, '60 unread', LOOK_TIMEOUT_MS);
    await workbench().runCommand('Chapi: Go to Next Unread');
    const frame = await workbench().chatFrame();
    await frame.getByRole('separator', { name: 'New messages' }).waitFor();
    await frame.getByText('new 0', { exact: true }).waitFor();
    const left = await expectSoon(badge, (count) => count < 60, 'some of them read');
    assert.ok(left > 20, `${left} are unread`);
    await frame.getByRole('log').focus();
    for (let press = 0; press < 12; press++) await frame.getByRole('log').press('ArrowDown');
    await frame.getByRole('log').evaluate((log) => log.scrollBy({ top: 200 }));
    await expectSoon(badge, (count) => count < left, 'more of them read');
    assert.ok((await badge()) > 0);
    await frame.getByRole('button', { name: 'Jump to latest' }).click();
    await expectSoon(badge, (count) => count === 0, 'all read');
  });

  it('goes there from another room before its eyes too, and reads no more than it shows', async () => {
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('CHAPI sandbox');
    const frame = await workbench().chatFrame();
    await frame.getByRole('log', { name: 'Messages in CHAPI sandbox' }).waitFor();
    for (let index = 0; index < 50; index++) {
      sandbox.control.say({ room: 'Backend', author: 'Ben Okafor', text: `fresh ${index}` });
    }
    await expectSoon(badge, (count) => count === 50, '50 unread', LOOK_TIMEOUT_MS);
    await workbench().runCommand('Chapi: Go to Next Unread');
    await frame.getByRole('separator', { name: 'New messages' }).waitFor();
    const left = await expectSoon(badge, (count) => count < 50, 'some of them read');
    assert.ok(left > 10, `${left} are unread`);
    await frame.getByRole('button', { name: 'Jump to latest' }).click();
    await expectSoon(badge, (count) => count === 0, 'all read');
  });

  it('goes to the first unread message also where it was reading elsewhere', async () => {
    const frame = await workbench().chatFrame();
    await frame.getByRole('log').focus();
    await frame.getByRole('log').press('Home');
    await workbench().openContainer('Explorer');
    for (let index = 0; index < 40; index++) {
      sandbox.control.say({ room: 'Backend', author: 'Alice Fox', text: `newer ${index}` });
    }
    await expectSoon(badge, (count) => count === 40, '40 unread', LOOK_TIMEOUT_MS);
    await workbench().runCommand('Chapi: Go to Next Unread');
    const again = await workbench().chatFrame();
    await expectSoon(
      async () => {
        const first = again.getByText('newer 0', { exact: true });
        const [box, log] = [await first.boundingBox(), await again.getByRole('log').boundingBox()];
        return box !== null && log !== null && box.y >= log.y && box.y < log.y + log.height / 2;
      },
      (isInView) => isInView,
      'the first unread message in view',
      LOOK_TIMEOUT_MS,
    );
  });
});

import assert from 'node:assert/strict';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { useWorkbench } from '../support/vscodeSuite';

/** What the composer takes from the editor beside it. */
describe('the composer beside the code', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    sandbox.control.say({ author: 'Alice Fox', text: 'from before' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    env: { CHAPI_API_KEY: sandbox.key },
  }));

  it('attaches the selected code, which is then sent as it was', async () => {
    await workbench().openContainer();
    await workbench().openFile('timeline.ts');
    await workbench().selectLines(3, 5);
    const frame = await workbench().chatFrame();
    const composer = frame.getByRole('textbox');
    await composer.fill('see');
    await frame.getByRole('button', { name: 'Attach the selected code' }).click();
    const attached = await expectSoon(
      () => composer.inputValue(),
      (text) => text.includes('```'),
      'the code in the composer',
    );
    assert.match(attached, /^see\nsrc\/chat\/timeline\.ts:3-5\n```typescript\n[^]+\n```\n$/);
    await composer.press('Control+Enter');
    await expectSoon(
      () => Promise.resolve(sandbox.control.listMessages().map(({ text }) => text)),
      (texts) => texts.some((text) => text.trim() === attached.trim()),
      'the message in the room',
    );
  });

  it('completes the names of files that are open, and of people who spoke', async () => {
    const frame = await workbench().chatFrame();
    const composer = frame.getByRole('textbox');
    await composer.pressSequentially('look at #time');
    const file = frame.getByRole('option', { name: 'src/chat/timeline.ts' });
    await file.waitFor();
    await composer.press('ArrowDown');
    await composer.press('Enter');
    await composer.pressSequentially('@ali');
    await frame.getByRole('option', { name: 'Alice Fox' }).waitFor();
    await composer.press('Tab');
    assert.equal(await composer.inputValue(), 'look at `src/chat/timeline.ts` @Alice Fox ');
  });
});

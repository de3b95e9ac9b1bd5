import assert from 'node:assert/strict';
import { expectSoon } from '../support/expectSoon';
import { useWorkbench } from '../support/vscodeSuite';

describe('the packaged extension, just installed', () => {
  const workbench = useWorkbench();

  it('shows its state in the status bar', async () => {
    await workbench().waitUntilActive();
  });

  it('shows what to do next when there is no key', async () => {
    await workbench().openContainer();
    await workbench().sidebar.getByRole('button', { name: 'Set API Key' }).waitFor();
    // One thing to do; the others are links.
    assert.equal(await workbench().sidebar.locator('.welcome-view-content .monaco-button').count(), 1);
    for (const name of ['8x8 Admin Console', 'How to get a key']) {
      await workbench().sidebar.locator('.welcome-view-content a', { hasText: name }).waitFor();
    }
    assert.equal(await workbench().activityBadge(), '');
  });

  it('asks for a key without showing it, and raises no notification', async () => {
    await workbench().runCommand('Chapi: Set API Key…');
    await expectSoon(
      () => workbench().quickInput.isPassword(),
      (isPassword) => isPassword,
      'an input that hides what is typed',
    );
    await workbench().quickInput.cancel();
    assert.deepEqual(await workbench().notifications(), []);
  });
});

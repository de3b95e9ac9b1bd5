import assert from 'node:assert/strict';
import { message, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';

describe('The field of the composer', () => {
  const open = chatPages();

  it('does not wrap a line that takes long to be wrapped, and is as wide as before', async () => {
    const chat = await open({ height: 500, snapshot: snapshot([message(0)]) });
    const box = async (): Promise<{ width: number; height: number }> => (await chat.composer.boundingBox())!;
    const { width } = await box();
    await chat.composer.fill('x'.repeat(60_000));
    assert.equal(await chat.composer.evaluate((field) => getComputedStyle(field).whiteSpace), 'pre');
    assert.deepEqual([(await box()).width, (await box()).height], [width, 200]);
    await chat.composer.fill(`${'x'.repeat(1_000)}\n`.repeat(60));
    assert.equal(await chat.composer.evaluate((field) => getComputedStyle(field).whiteSpace), 'pre-wrap');
    await chat.composer.fill('short');
    assert.ok((await box()).height < 40);
  });

  it('lays out a long line of a draft as it lays out one that is typed', async () => {
    const chat = await open({ snapshot: snapshot([]), state: { drafts: { general: 'x'.repeat(60_000) } } });
    assert.equal(await chat.composer.evaluate((field) => getComputedStyle(field).whiteSpace), 'pre');
  });

  it('stays in a low window, whatever is wrong', async () => {
    const chat = await open({ width: 200, height: 120, snapshot: snapshot([]) });
    chat.onSend = () => Promise.reject(new Error('disk full'));
    await chat.composer.fill('1\n2\n3\n4\n5');
    await chat.composer.press('Enter');
    await chat.page.getByRole('alert').waitFor();
    const { y, height } = (await chat.page.locator('.composer-box').boundingBox())!;
    assert.ok(y >= 0 && y + height <= 120);
  });

  it('begins a text from the right in that direction', async () => {
    const chat = await open({ snapshot: snapshot([]) });
    await chat.composer.fill('שלום');
    assert.equal(await chat.composer.evaluate((field) => getComputedStyle(field).direction), 'rtl');
  });
});

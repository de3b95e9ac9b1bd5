import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { message, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';
import { violations } from './support/violations';

describe('Completion in the composer', () => {
  const open = chatPages();
  const openRoom = (): Promise<ChatPage> =>
    open({
      snapshot: snapshot([
        message(0, { authorName: 'Ben Okafor' }),
        message(1, { authorName: 'Ann Lee' }),
        message(2, { own: true, authorName: 'Chapi' }),
        message(3, { authorName: 'Anna Holm' }),
      ]),
    });
  const options = (chat: ChatPage): Locator => chat.page.getByRole('option');
  const type = async (chat: ChatPage, text: string): Promise<void> => {
    await chat.composer.pressSequentially(text);
    await chat.settle();
  };
  const press = async (chat: ChatPage, key: string): Promise<void> => {
    await chat.composer.press(key);
    await chat.settle();
  };
  const chosen = (chat: ChatPage): Promise<string | null> =>
    chat.composer.evaluate((field) => {
      const id = field.getAttribute('aria-activedescendant');
      return id === null ? null : (document.getElementById(id)?.textContent ?? 'nothing');
    });

  it('offers the authors of the room, those who spoke last first; Enter takes one and sends nothing', async () => {
    const chat = await openRoom();
    await type(chat, 'hi @an');
    assert.deepEqual(await options(chat).allTextContents(), ['Anna Holm', 'Ann Lee']);
    assert.equal(await chosen(chat), 'Anna Holm');
    await press(chat, 'ArrowDown');
    assert.equal(await chosen(chat), 'Ann Lee');
    await press(chat, 'Enter');
    assert.equal(await chat.composer.inputValue(), 'hi @Ann Lee ');
    assert.equal(await options(chat).count(), 0);
    assert.deepEqual(chat.sent, []);
    await type(chat, 'lunch?');
    await press(chat, 'Enter');
    assert.deepEqual(chat.sent, [{ room: 'general', text: 'hi @Ann Lee lunch?' }]);
  });

  it('is out of the way of Enter once a name is written out, and after Escape', async () => {
    const chat = await openRoom();
    await type(chat, '@Ann Lee');
    assert.equal(await options(chat).count(), 0);
    await press(chat, 'Enter');
    assert.equal(chat.sent.length, 1);
    await type(chat, '@be');
    assert.equal(await options(chat).count(), 1);
    await press(chat, 'Escape');
    assert.equal(await options(chat).count(), 0);
    await type(chat, 'n');
    assert.equal(await options(chat).count(), 0);
    await press(chat, 'Enter');
    assert.equal(chat.sent.at(-1)?.text, '@ben');
    await type(chat, '@b');
    assert.equal(await options(chat).count(), 1);
  });

  it('can be undone', async () => {
    const chat = await openRoom();
    await type(chat, '@be');
    await press(chat, 'Tab');
    assert.equal(await chat.composer.inputValue(), '@Ben Okafor ');
    await press(chat, 'Control+z');
    assert.equal(await chat.composer.inputValue(), '@be');
  });

  it('offers emoji, which are loaded then, and puts the emoji itself', async () => {
    const chat = await openRoom();
    assert.deepEqual(chat.scripts, ['page.js']);
    await type(chat, 'done :tad');
    await options(chat).first().waitFor();
    assert.deepEqual(chat.scripts, ['page.js', 'emoji.js']);
    assert.equal(await options(chat).first().textContent(), '🎉 :tada:');
    await press(chat, 'Enter');
    assert.equal(await chat.composer.inputValue(), 'done 🎉');
  });

  it('offers languages behind a fence', async () => {
    const chat = await openRoom();
    await type(chat, '```ty');
    assert.deepEqual(await options(chat).allTextContents(), ['typescript']);
    await press(chat, 'Tab');
    assert.equal(await chat.composer.inputValue(), '```typescript\n');
  });

  it('offers open files, and leaves Enter alone until one is chosen', async () => {
    const chat = await openRoom();
    chat.openFiles = ['src/client_1.ts', 'test/client.test.ts', 'readme.md'];
    await type(chat, 'see #1');
    await options(chat).first().waitFor();
    assert.equal(await chosen(chat), null);
    await press(chat, 'Enter');
    assert.equal(chat.sent.at(-1)?.text, 'see #1');
    await type(chat, 'see #cli');
    await options(chat).first().waitFor();
    assert.deepEqual(await options(chat).allTextContents(), ['src/client_1.ts', 'test/client.test.ts']);
    await press(chat, 'ArrowDown');
    await press(chat, 'Enter');
    assert.equal(await chat.composer.inputValue(), 'see `src/client_1.ts` ');
  });

  it('takes a press of the mouse, and keeps the keyboard in the field', async () => {
    const chat = await openRoom();
    await type(chat, '@be');
    await options(chat).first().click();
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), '@Ben Okafor ');
    assert.ok(await chat.composer.evaluate((field) => document.activeElement === field));
  });

  it('goes when the keyboard goes', async () => {
    const chat = await openRoom();
    await type(chat, '@be');
    await chat.log.focus();
    await chat.settle();
    assert.equal(await options(chat).count(), 0);
  });

  it('is a listbox with a name, without a violation', async () => {
    const chat = await openRoom();
    await type(chat, '@an');
    assert.equal(await chat.page.getByRole('listbox', { name: 'Completions' }).count(), 1);
    assert.equal(await chat.page.getByRole('textbox', { name: 'Message General', exact: true }).count(), 1);
    assert.deepEqual(await violations(chat), []);
  });
});

describe('Attaching the selected code', () => {
  const open = chatPages();
  const button = (chat: ChatPage): Locator => chat.page.getByRole('button', { name: 'Attach the selected code' });

  it('puts it at the caret, on lines of its own', async () => {
    const chat = await open({ snapshot: snapshot([message(0)]) });
    chat.selection = 'src/a.ts:1-2\n```ts\na\nb\n```';
    await chat.composer.pressSequentially('look:');
    await button(chat).click();
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), `look:\n${chat.selection}\n`);
    assert.ok(await chat.composer.evaluate((field) => document.activeElement === field));
    await chat.composer.press('Control+z');
    assert.equal(await chat.composer.inputValue(), 'look:');
  });

  it('says what to do when nothing is selected, and the text stays', async () => {
    const chat = await open({ snapshot: snapshot([message(0)]) });
    await chat.composer.fill('text');
    await button(chat).click();
    const alert = chat.page.getByRole('alert');
    assert.equal(await alert.textContent(), 'Select some code in an editor first, then attach it.');
    assert.equal(await chat.composer.inputValue(), 'text');
  });
});

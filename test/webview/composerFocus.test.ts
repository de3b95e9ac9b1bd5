import assert from 'node:assert/strict';
import { messages, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

const other = snapshot(messages(3), { room: 'other', title: 'Other' }, 2);

describe('The keyboard in the composer', () => {
  const open = chatPages();
  const focused = (chat: ChatPage): Promise<string | null> =>
    chat.page.evaluate(() => document.activeElement!.getAttribute('aria-label'));

  it('goes to the composer of the room that is shown next', async () => {
    const chat = await open({ snapshot: snapshot(messages(3)) });
    await chat.composer.focus();
    await chat.show(other);
    assert.equal(await focused(chat), 'Message Other');
    await chat.page.keyboard.type('at once');
    assert.equal(await chat.composer.inputValue(), 'at once');
  });

  it('stays away when it was elsewhere', async () => {
    const chat = await open({ snapshot: snapshot(messages(3)) });
    await chat.show(other);
    assert.equal(await focused(chat), null);
    await chat.composer.focus();
    await chat.log.focus();
    await chat.show(snapshot(messages(3), {}, 3));
    assert.notEqual(await focused(chat), 'Message General');
  });

  it('is not taken from VS Code, and is in the composer when the page has it again', async () => {
    const chat = await open({ snapshot: snapshot(messages(3)) });
    await chat.composer.focus();
    await chat.page.evaluate(() => {
      Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true });
    });
    await chat.show(other);
    assert.equal(await focused(chat), null);
    await chat.page.evaluate(() => {
      window.dispatchEvent(new Event('focus'));
    });
    assert.equal(await focused(chat), 'Message Other');
  });
});

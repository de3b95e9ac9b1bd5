import assert from 'node:assert/strict';
import { expectSoon } from '../support/expectSoon';
import { snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

const general = snapshot([]);
const other = snapshot([], { room: 'other', title: 'Other' }, 2);
const again = snapshot([], {}, 3);

describe('A message that is being sent', () => {
  const open = chatPages();

  /** A page whose host answers a `send` when it is told to: the first that still waits. */
  const openSlow = async (): Promise<{ chat: ChatPage; keep: () => Promise<void>; refuse: () => Promise<void> }> => {
    const chat = await open({ snapshot: general });
    const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
    chat.onSend = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    return {
      chat,
      keep: async () => {
        waiting.shift()!.resolve();
        await chat.settle();
      },
      refuse: async () => {
        waiting.shift()!.reject(new Error('disk full'));
        await chat.settle();
      },
    };
  };
  const texts = (chat: ChatPage): string[] => chat.sent.map(({ text }) => text);
  const send = async (chat: ChatPage, text: string): Promise<void> => {
    await chat.composer.pressSequentially(text);
    await chat.composer.press('Enter');
    await chat.settle();
  };
  const holds = async (chat: ChatPage, text: string): Promise<void> => {
    assert.equal(await chat.composer.inputValue(), text);
  };

  it('leaves the box at once, and what is typed then is another one', async () => {
    const { chat, keep } = await openSlow();
    await send(chat, 'hello');
    await holds(chat, '');
    assert.ok(await chat.sendButton.isDisabled());
    await send(chat, 'how are you');
    await chat.composer.pressSequentially('typing on');
    await keep();
    await keep();
    assert.deepEqual(texts(chat), ['hello', 'how are you']);
    await holds(chat, 'typing on');
    assert.ok(await chat.sendButton.isEnabled());
  });

  it('is sent once by a key that is pressed twice or held, and again when it is typed again', async () => {
    const { chat, keep } = await openSlow();
    await chat.composer.pressSequentially('first');
    await chat.composer.press('Enter');
    await chat.composer.press('Enter');
    await keep();
    assert.deepEqual(texts(chat), ['first']);
    await send(chat, 'first');
    assert.deepEqual(texts(chat), ['first', 'first']);
    await keep();
    await chat.composer.fill('held');
    await chat.page.keyboard.down('Enter');
    await chat.composer.fill('not yet');
    await chat.page.keyboard.down('Enter');
    await chat.settle();
    assert.deepEqual(texts(chat), ['first', 'first', 'held']);
    await holds(chat, 'not yet');
  });

  it('comes back in front of what was typed since when the host could not keep it, and the page says so', async () => {
    const { chat, refuse, keep } = await openSlow();
    await send(chat, 'precious');
    await chat.composer.pressSequentially('more');
    await chat.composer.press('ArrowLeft');
    await refuse();
    await holds(chat, 'precious\nmore');
    const alert = chat.page.getByRole('alert');
    assert.match((await alert.textContent()) ?? '', /^The message was not sent\. Your text is still here/);
    await chat.composer.pressSequentially('!');
    await holds(chat, 'precious\nmor!e');
    assert.equal(await alert.count(), 1, 'a key that was on its way does not take the words away');
    await chat.composer.press('Enter');
    await chat.settle();
    assert.equal(await alert.count(), 0);
    await keep();
    assert.deepEqual(texts(chat), ['precious', 'precious\nmor!e']);
    await holds(chat, '');
  });

  it('comes back in the order in which it was sent', async () => {
    const { chat, refuse } = await openSlow();
    for (const text of ['one', 'two', 'three']) await send(chat, text);
    await chat.composer.pressSequentially('four');
    for (let index = 0; index < 3; index++) await refuse();
    await holds(chat, 'one\ntwo\nthree\nfour');
  });

  it('comes back to its own room, which says so when it is shown again', async () => {
    const { chat, refuse } = await openSlow();
    await send(chat, 'for general');
    await chat.show(other);
    await chat.composer.fill('for other');
    await refuse();
    await holds(chat, 'for other');
    assert.equal(await chat.page.getByRole('alert').count(), 0);
    await chat.show(again);
    await holds(chat, 'for general');
    assert.equal(await chat.page.getByRole('alert').count(), 1);
  });

  it('is not in the box of its room when that is shown again', async () => {
    const { chat, keep } = await openSlow();
    await send(chat, 'hello');
    await chat.show(other);
    await chat.show(again);
    await holds(chat, '');
    await keep();
    await holds(chat, '');
    await chat.composer.press('Enter');
    await chat.settle();
    assert.deepEqual(texts(chat), ['hello']);
  });

  it('survives the page, with what was typed since', async () => {
    const { chat } = await openSlow();
    await send(chat, 'hello');
    await chat.composer.pressSequentially('how are you');
    await chat.page.reload();
    await chat.composer.waitFor();
    await holds(chat, 'hello\nhow are you');
  });

  it('is a draft for other windows until the host keeps it', async () => {
    const { chat, keep } = await openSlow();
    await send(chat, 'hello');
    const told = (text: string): Promise<unknown> =>
      expectSoon(
        () => chat.drafts,
        (drafts) => drafts.at(-1)?.text === text,
        `"${text}" to be told`,
      );
    await told('hello');
    await chat.composer.pressSequentially('how');
    await told('hello\nhow');
    await keep();
    await told('how');
    // What comes back from elsewhere of what is being sent is not typed here.
    await send(chat, '!');
    await told('how!');
    await chat.log.focus();
    await chat.tellDraft({ room: 'general', text: 'how!' });
    await holds(chat, '');
  });

  it('does not come back into what an input method is composing', async () => {
    const { chat, refuse } = await openSlow();
    await send(chat, 'precious');
    const session = await chat.page.context().newCDPSession(chat.page);
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await refuse();
    await holds(chat, 'にほん');
    await session.send('Input.insertText', { text: '日本' });
    await chat.settle();
    await holds(chat, 'precious\n日本');
  });
});

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
    assert.equal(await chosen(chat), null);
    await press(chat, 'Tab');
    assert.equal(await chat.composer.inputValue(), 'done 🎉');
    await type(chat, ' :tada');
    await press(chat, 'ArrowDown');
    await press(chat, 'Enter');
    assert.equal(await chat.composer.inputValue(), 'done 🎉 🎉');
    assert.deepEqual(chat.sent, []);
  });

  it('leaves smileys and words behind a colon alone', async () => {
    const chat = await openRoom();
    await type(chat, ':tad');
    await options(chat).first().waitFor();
    await chat.composer.fill('');
    const texts = ['haha :-p', ':-m', 'see you at :30', 'vim :set', 'note :name', 'css :class', ':D'];
    for (const text of texts) {
      await type(chat, text);
      await press(chat, 'Enter');
    }
    assert.deepEqual(
      chat.sent.map(({ text }) => text),
      texts,
    );
  });

  it('leaves alone what stands behind the caret, wherever that goes', async () => {
    const chat = await openRoom();
    await chat.composer.fill('hi  see you later');
    await chat.composer.evaluate((field: HTMLTextAreaElement) => {
      field.setSelectionRange(3, 3);
    });
    await type(chat, '@Ann');
    assert.equal(await options(chat).count(), 2);
    await press(chat, 'End');
    assert.equal(await options(chat).count(), 0);
    await press(chat, 'Enter');
    assert.deepEqual(
      chat.sent.map(({ text }) => text),
      ['hi @Ann see you later'],
    );
    await type(chat, 'hi  bye @Ann');
    // The browser has not said yet that the caret moved.
    await chat.composer.evaluate((field: HTMLTextAreaElement) => {
      field.setSelectionRange(3, 3);
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true, cancelable: true }));
    });
    assert.equal(await chat.composer.inputValue(), 'hi  bye @Ann');
    await chat.settle();
    await type(chat, '@Le');
    await press(chat, 'ArrowLeft');
    assert.equal(await options(chat).count(), 0, 'not within a word');
    await press(chat, 'ArrowRight');
    await type(chat, 'e');
    await press(chat, 'Enter');
    assert.equal(await chat.composer.inputValue(), 'hi @Ann Lee  bye @Ann');
  });

  it('does not open for a caret that only comes by', async () => {
    const chat = await openRoom();
    await chat.composer.fill('@An\nnext');
    await chat.composer.press('ArrowUp');
    await chat.settle();
    await press(chat, 'Home');
    await press(chat, 'End');
    assert.equal(await options(chat).count(), 0);
  });

  it('offers the first few behind a sign alone, and leaves Enter alone', async () => {
    const chat = await openRoom();
    chat.openFiles = ['src/a.ts', 'src/b.ts'];
    for (const [sign, offered] of [
      ['@', ['Anna Holm', 'Ann Lee', 'Ben Okafor']],
      ['#', ['src/a.ts', 'src/b.ts']],
    ] as const) {
      await type(chat, sign);
      await options(chat).first().waitFor();
      assert.deepEqual(await options(chat).allTextContents(), offered);
      assert.equal(await chosen(chat), null);
      await press(chat, 'Enter');
      assert.equal(chat.sent.at(-1)?.text, sign);
    }
    await type(chat, '```');
    assert.equal(await options(chat).count(), 8);
    await press(chat, 'Enter');
    assert.equal(chat.sent.at(-1)?.text, '```');
    await type(chat, ':');
    assert.equal(await options(chat).count(), 0);
  });

  it('takes nothing for a language whose other name is written', async () => {
    const chat = await openRoom();
    for (const name of ['js', 'ts', 'sh', 'rs', 'r']) {
      await type(chat, `\`\`\`${name}`);
      await press(chat, 'Enter');
      assert.equal(chat.sent.at(-1)?.text, `\`\`\`${name}`);
    }
  });

  it('takes a name while an input method is composing only when it is clicked', async () => {
    const chat = await openRoom();
    await chat.composer.focus();
    await type(chat, '@');
    const session = await chat.page.context().newCDPSession(chat.page);
    await session.send('Input.imeSetComposition', { text: 'be', selectionStart: 2, selectionEnd: 2 });
    await chat.settle();
    assert.deepEqual(await options(chat).allTextContents(), ['Ben Okafor']);
    await chat.composer.evaluate((field) => {
      const init = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
      field.dispatchEvent(new KeyboardEvent('keydown', init));
    });
    assert.equal(await chat.composer.inputValue(), '@be');
    await options(chat).first().click();
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), '@Ben Okafor ');
  });

  for (const height of [220, 120]) {
    it(`shows the chosen one in a window ${height} pixels high, and the field`, async () => {
      const chat = await open({
        height,
        snapshot: snapshot(Array.from({ length: 12 }, (_, index) => message(index, { authorName: `Ann ${index}` }))),
      });
      const isWithin = async (): Promise<void> => {
        const item = (await chat.page.locator('[aria-selected=true]').boundingBox())!;
        const box = (await chat.page.locator('.composer-box').boundingBox())!;
        const list = (await chat.page.getByRole('listbox').boundingBox())!;
        assert.ok(item.y >= list.y - 0.5 && item.y + item.height <= list.y + list.height + 0.5);
        assert.ok(list.y >= 0 && list.y + list.height <= box.y);
        assert.ok(box.y + box.height <= height);
        assert.equal(await chat.page.evaluate(() => document.scrollingElement!.scrollTop), 0);
      };
      await type(chat, '@ann');
      for (let index = 0; index < 8; index++) {
        await isWithin();
        await press(chat, 'ArrowDown');
      }
      await isWithin();
      await press(chat, 'ArrowUp');
      await isWithin();
    });
  }

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

  it('puts it where the caret stood, and nothing into another room that is shown by then', async () => {
    const chat = await open({ snapshot: snapshot([message(0)]) });
    chat.selection = '```ts\na\n```';
    await chat.composer.fill('before\nafter');
    await chat.composer.evaluate((field: HTMLTextAreaElement) => {
      field.setSelectionRange(6, 6);
    });
    await button(chat).click();
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), 'before\n```ts\na\n```\nafter');
    // A host that takes its time.
    let answer: (code: string) => void = () => undefined;
    Object.defineProperty(chat, 'selection', { get: () => new Promise((resolve) => (answer = resolve)) });
    await button(chat).click();
    await chat.settle();
    await chat.show(snapshot([message(0)], { room: 'other', title: 'Other' }, 2));
    await chat.composer.fill('of another room');
    answer('```ts\nb\n```');
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), 'of another room');
  });
});

import assert from 'node:assert/strict';
import type { PageMessage } from '../../src/protocol/messages';
import { message, messages, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

describe('The composer', () => {
  const open = chatPages();
  const openEmpty = (sendOnEnter = true): Promise<ChatPage> => open({ snapshot: snapshot([], { sendOnEnter }) });

  it('is a textbox with the room in its name, and a button "Send"', async () => {
    const chat = await openEmpty();
    assert.equal(await chat.page.getByRole('textbox', { name: 'Message General', exact: true }).count(), 1);
    assert.equal(await chat.sendButton.count(), 1);
  });

  it('sends with Enter, breaks the line with Shift+Enter, and is empty once the host keeps the message', async () => {
    const chat = await openEmpty();
    await chat.composer.pressSequentially('one');
    await chat.composer.press('Shift+Enter');
    await chat.composer.pressSequentially('two');
    await chat.composer.press('Enter');
    await chat.settle();
    assert.deepEqual(chat.sent, [{ room: 'general', text: 'one\ntwo' }]);
    assert.equal(await chat.composer.inputValue(), '');
    assert.ok(await chat.sendButton.isDisabled());
  });

  it('sends with Ctrl+Enter and Cmd+Enter, whatever Enter does', async () => {
    for (const sendOnEnter of [true, false]) {
      const chat = await openEmpty(sendOnEnter);
      for (const keys of ['Control+Enter', 'Meta+Enter']) {
        await chat.composer.fill(keys);
        await chat.composer.press(keys);
        await chat.settle();
      }
      assert.deepEqual(
        chat.sent.map(({ text }) => text),
        ['Control+Enter', 'Meta+Enter'],
      );
    }
  });

  it('breaks the line with Enter and sends with Shift+Enter when that is the setting', async () => {
    const chat = await openEmpty(false);
    await chat.composer.pressSequentially('one');
    await chat.composer.press('Enter');
    await chat.composer.press('Alt+Enter');
    await chat.composer.pressSequentially('two');
    await chat.settle();
    assert.deepEqual(chat.sent, []);
    const text = await chat.composer.inputValue();
    assert.match(text, /^one\n+two$/);
    await chat.composer.press('Shift+Enter');
    await chat.settle();
    assert.deepEqual(chat.sent, [{ room: 'general', text }]);
  });

  it('sends with the button, and then has the keyboard', async () => {
    const chat = await openEmpty();
    await chat.composer.fill('by mouse');
    await chat.sendButton.click();
    await chat.settle();
    assert.deepEqual(chat.sent, [{ room: 'general', text: 'by mouse' }]);
    assert.ok(await chat.composer.evaluate((element) => document.activeElement === element));
  });

  it('sends nothing that is blank', async () => {
    const chat = await openEmpty();
    assert.ok(await chat.sendButton.isDisabled());
    for (const blank of ['', ' ', ' \n\t\n ']) {
      await chat.composer.fill(blank);
      await chat.composer.press('Enter');
      await chat.composer.press('Control+Enter');
      assert.ok(await chat.sendButton.isDisabled());
    }
    await chat.settle();
    assert.deepEqual(chat.sent, []);
    assert.deepEqual(chat.requests, ['ready']);
  });

  it('leaves Enter to an input method that is composing', async () => {
    const chat = await openEmpty();
    await chat.composer.focus();
    const session = await chat.page.context().newCDPSession(chat.page);
    await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    // The key that the input method takes: the page hears of it, the text does not.
    await chat.composer.evaluate((field) => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
    });
    await chat.settle();
    assert.deepEqual(chat.sent, []);
    await session.send('Input.insertText', { text: '日本' });
    await chat.page.keyboard.press('Enter');
    await chat.settle();
    assert.deepEqual(chat.sent, [{ room: 'general', text: '日本' }]);
  });

  it('leaves Enter to an input method that only says so by the key code', async () => {
    const chat = await openEmpty();
    await chat.composer.fill('변환');
    await chat.composer.evaluate((field) => {
      const init = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
      field.dispatchEvent(new KeyboardEvent('keydown', init));
    });
    await chat.settle();
    assert.deepEqual(chat.sent, []);
    await chat.composer.press('Enter');
    await chat.settle();
    assert.equal(chat.sent.length, 1);
  });

  it('keeps the text and says so when the host could not keep the message', async () => {
    const chat = await openEmpty();
    chat.onSend = () => Promise.reject(new Error('disk full'));
    await chat.composer.fill('precious');
    await chat.composer.press('Enter');
    const alert = chat.page.getByRole('alert');
    await alert.waitFor();
    assert.match((await alert.textContent()) ?? '', /^The message was not sent\. Your text is still here/);
    assert.equal(await chat.composer.inputValue(), 'precious');
    chat.onSend = () => Promise.resolve();
    await chat.composer.press('Enter');
    await chat.settle();
    assert.equal(chat.sent.length, 2);
    assert.equal(await chat.composer.inputValue(), '');
    assert.equal(await alert.count(), 0);
  });

  it('says that a text is too long, and does not send it', async () => {
    const chat = await openEmpty();
    await chat.composer.evaluate((field) => {
      if (!(field instanceof HTMLTextAreaElement)) return;
      // Not laid out: a browser takes seconds for a field with a text of this length.
      field.hidden = true;
      field.value = 'x'.repeat(1_000_001);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    });
    const alert = chat.page.getByRole('alert');
    await alert.waitFor();
    assert.match((await alert.textContent()) ?? '', /at most 1000000 characters/);
    assert.deepEqual(chat.sent, []);
  });

  it('grows with its text, up to two fifths of the page', async () => {
    const chat = await open({ height: 500, snapshot: snapshot(messages(30)) });
    const height = async (): Promise<number> => (await chat.composer.boundingBox())!.height;
    const one = await height();
    await chat.composer.fill('1\n2\n3\n4');
    const four = await height();
    assert.ok(four > one + 40 && four < 200);
    await chat.composer.fill('line\n'.repeat(300));
    assert.equal(await height(), 200);
    const log = await chat.log.boundingBox();
    assert.ok(log!.height > 200);
    await chat.composer.fill('');
    assert.equal(await height(), one);
  });

  it('takes the keyboard when the host asks for it, also before there is a room', async () => {
    const chat = await openEmpty();
    assert.ok(await chat.composer.evaluate((element) => document.activeElement !== element));
    await chat.focusComposer();
    assert.ok(await chat.composer.evaluate((element) => document.activeElement === element));
    const late = await open();
    await late.focusComposer();
    await late.show(snapshot([]));
    assert.ok(await late.composer.evaluate((element) => document.activeElement === element));
  });

  it('shows the newest message to a person who sends one', async () => {
    const chat = await open({ snapshot: snapshot(messages(60)) });
    await chat.log.evaluate((log) => {
      log.scrollTop = 0;
    });
    await chat.settle();
    await chat.composer.fill('here');
    await chat.composer.press('Enter');
    await chat.settle();
    const toEnd = await chat.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
    assert.ok(toEnd <= 2);
  });

  it('is for the room that is shown', async () => {
    const chat = await openEmpty();
    await chat.show(snapshot([message(0)], { room: 'a & b/#1 🚀', title: 'a & b/#1 🚀' }, 2));
    assert.equal(await chat.composer.getAttribute('aria-label'), 'Message a & b/#1 🚀');
    await chat.composer.fill('hi');
    await chat.composer.press('Enter');
    await chat.settle();
    assert.deepEqual(chat.sent, [{ room: 'a & b/#1 🚀', text: 'hi' }]);
  });

  it('brings back what was sent before from an empty box only, and gives the empty box back', async () => {
    const own = (index: number, text: string): PageMessage => message(index, { own: true, state: 'sent', text });
    const chat = await open({
      snapshot: snapshot([own(0, 'first'), message(1, { text: 'of somebody else' }), own(2, 'two\nlines')]),
    });
    const shows = async (text: string): Promise<void> => {
      assert.equal(await chat.composer.inputValue(), text);
    };
    await chat.composer.press('ArrowUp');
    await shows('two\nlines');
    await chat.composer.press('ArrowUp');
    await shows('first');
    await chat.composer.press('ArrowUp');
    await shows('first');
    await chat.composer.press('ArrowDown');
    await shows('two\nlines');
    await chat.composer.press('ArrowDown');
    await shows('');
    await chat.composer.press('ArrowDown');
    await shows('');
    await chat.composer.press('ArrowUp');
    await chat.composer.press('End');
    await chat.composer.pressSequentially('!');
    await chat.composer.press('ArrowUp');
    await shows('two\nlines!');
    await chat.composer.press('Enter');
    await chat.settle();
    assert.deepEqual(chat.sent, [{ room: 'general', text: 'two\nlines!' }]);
    await chat.composer.fill('a draft');
    await chat.composer.press('ArrowUp');
    await shows('a draft');
  });

  it('gives a hint as a hint, until it is followed, dismissed, or something is typed', async () => {
    const chat = await open({ snapshot: snapshot([]) });
    const attach = chat.page.getByRole('button', { name: 'Attach the selected code' });
    const alert = chat.page.getByRole('alert');
    await attach.click();
    await alert.getByText('Select some code').waitFor();
    assert.match((await alert.getAttribute('class')) ?? '', /hint/);
    await chat.composer.press('Escape');
    assert.equal(await alert.count(), 0);
    await attach.click();
    await alert.waitFor();
    chat.selection = '```\ncode\n```';
    await attach.click();
    await chat.settle();
    assert.equal(await alert.count(), 0);
    assert.equal(await chat.composer.inputValue(), '```\ncode\n```\n');
  });

  it('leads to the messages by Ctrl+Up, and back by Escape', async () => {
    const chat = await open({
      snapshot: snapshot(Array.from({ length: 30 }, (_, index) => message(index, { text: 'https://a.example/' }))),
    });
    await chat.composer.fill('half a sentence');
    await chat.composer.press('Control+ArrowUp');
    const focused = (): Promise<string | undefined> =>
      chat.page.evaluate(() => (document.activeElement as HTMLElement).dataset['key']);
    assert.equal(await focused(), 'id:29');
    await chat.page.keyboard.press('ArrowUp');
    assert.equal(await focused(), 'id:28');
    await chat.page.keyboard.press('Escape');
    assert.ok(await chat.composer.evaluate((field) => document.activeElement === field));
    assert.equal(await chat.composer.inputValue(), 'half a sentence');
  });

  it('says that it takes text only when a file or a picture is pasted or dropped', async () => {
    const chat = await open({ snapshot: snapshot([]) });
    await chat.composer.fill('my words');
    for (const name of ['paste', 'drop']) {
      await chat.composer.evaluate((field, type) => {
        const data = new DataTransfer();
        data.items.add(new File(['picture'], 'a.png', { type: 'image/png' }));
        const init = { bubbles: true, cancelable: true };
        field.dispatchEvent(
          type === 'paste'
            ? new ClipboardEvent(type, { ...init, clipboardData: data })
            : new DragEvent(type, { ...init, dataTransfer: data }),
        );
      }, name);
      await chat.page.getByRole('alert').getByText('Only text can be sent from here').waitFor();
      assert.equal(await chat.composer.inputValue(), 'my words');
      await chat.composer.press('End');
      await chat.composer.pressSequentially('x');
      await chat.composer.press('Backspace');
      assert.equal(await chat.page.getByRole('alert').count(), 0);
    }
  });

  describe('when lines are pasted that were copied from an editor', () => {
    const paste = async (chat: ChatPage, text: string, editorData?: string): Promise<string> => {
      await chat.composer.focus();
      await chat.composer.evaluate(
        (field, [plain, data]) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', plain);
          if (data !== undefined) clipboardData.setData('vscode-editor-data', data);
          const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
          // Nobody pastes for a page what an event of its own holds: what it leaves alone goes in as it is.
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- As the page does.
          if (field.dispatchEvent(event)) document.execCommand('insertText', false, plain);
        },
        [text, editorData] as const,
      );
      return chat.composer.inputValue();
    };
    const typescript = JSON.stringify({ version: 1, mode: 'typescript' });

    it('puts them in a fence with their language, which can be undone', async () => {
      const chat = await openEmpty();
      await chat.composer.fill('look:');
      await chat.composer.press('End');
      const code = 'const fence = "```";\r\nreturn fence;\n';
      const pasted = 'look:\n````typescript\nconst fence = "```";\nreturn fence;\n````\n';
      assert.equal(await paste(chat, code, typescript), pasted);
      await chat.composer.press('Control+z');
      assert.equal(await chat.composer.inputValue(), 'look:');
    });

    it('takes thousands of lines at once, character for character, which can be undone', async () => {
      const chat = await openEmpty();
      await chat.composer.fill('look:');
      await chat.composer.press('End');
      const code = 'if (a < b && "&lt;b>") {\t  \n\n  \u00A0<br>\u2028 🎉\n'.repeat(2_000);
      const pasted = `look:\n\`\`\`typescript\n${code}\`\`\`\n`;
      assert.equal(await paste(chat, code, typescript), pasted);
      await chat.settle();
      await chat.composer.press('Control+z');
      assert.equal(await chat.composer.inputValue(), 'look:');
      await chat.composer.press('Control+Shift+z');
      assert.equal(await chat.composer.inputValue(), pasted);
      await chat.composer.press('Control+Enter');
      await chat.settle();
      assert.deepEqual(chat.sent, [{ room: 'general', text: pasted }]);
    });

    it('leaves alone a piece of a line, what comes from elsewhere, and what goes into a fence', async () => {
      for (const [text, data, draft] of [
        ['one line', typescript, ''],
        ['one line\n', typescript, ''],
        ['two\nlines', undefined, ''],
        ['two\nlines', 'no JSON', ''],
        ['two\nlines', '{"mode":7}', ''],
        ['two\nlines', typescript, '```\n'],
      ] as const) {
        const chat = await openEmpty();
        await chat.composer.fill(draft);
        assert.equal(await paste(chat, text, data), draft + text);
      }
    });
  });
});

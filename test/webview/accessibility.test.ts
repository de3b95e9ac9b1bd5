import assert from 'node:assert/strict';
import { message, offline, outgoing, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';
import { themeNames } from './support/themes';
import { violations } from './support/violations';

const code = '```ts\nexport const answer = (question: string): number => (question === "" ? 0 : 42);\n```';

const markup =
  '*bold* _italic_ ~gone~ `code` @Ben Okafor @Ann Lee :tada: [words](https://a.example/)\n> quoted\n- one\n1. first\n' +
  '```py\n# why\n@decorated\nclass Answer(object):\n    value = "42" if True else 42\n```';

/** A bit of everything that the page can show. */
const everything = snapshot(
  [
    message(0, { text: `Look at https://example.com/build/7\n${code}\nwhat do you think?` }),
    message(1, { text: 'word '.repeat(5_000), authorName: 'Ben Okafor' }),
    message(4, { text: markup, edited: true }),
    message(2, { text: 'שלום', authorName: 'אלון', gap: 'open' }),
    message(3, { gap: 'loading' }),
    message(5, { text: '', deleted: true }),
    message(6, { signedVia: 'Chapi', text: 'x'.repeat(300) }),
    outgoing('a', { state: 'queued' }),
    outgoing('b', { state: 'sending' }),
    outgoing('c', { state: 'unconfirmed', problem: 'The service did not answer in time.' }),
    outgoing('d', { state: 'failed', problem: 'The room is private. Ask its owner to let the API user in.' }),
    outgoing('e', { state: 'sent', text: 'sent' }),
  ],
  { firstUnreadKey: 'id:1', older: 'more', showAvatars: true },
);

describe('Accessibility', () => {
  const open = chatPages();

  for (const theme of themeNames) {
    for (const width of [200, 250, 900, 3_840]) {
      it(`has no violations in the theme ${theme}, ${width} pixels wide`, async () => {
        const chat = await open({ theme, width, height: 1_400, snapshot: everything });
        // Axe looks at what is there, not at what an animation still holds back.
        await chat.page.evaluate(() => {
          for (const animation of document.getAnimations()) animation.finish();
        });
        assert.deepEqual(await violations(chat), []);
        // Colours are the same at any width.
        if (width !== 250) return;
        for (const status of ['connecting', 'offline', 'unauthorized'] as const) {
          const { text = '' } = offline();
          await chat.show({ ...everything, frame: { ...everything.frame, connection: { status, text } } });
          assert.deepEqual(await violations(chat), [], status);
        }
      }).timeout(60_000);
    }
    it(`has no violations in the theme ${theme} while empty, loading, scrolled up or refused`, async () => {
      const chat = await open({ theme, snapshot: snapshot([]) });
      assert.deepEqual(await violations(chat), []);
      await chat.show(snapshot([], { loaded: false }, 2));
      assert.deepEqual(await violations(chat), []);
      chat.onSend = () => Promise.reject(new Error('no'));
      await chat.show(snapshot(everything.entries, { firstUnreadKey: 'id:0' }, 3));
      await chat.composer.fill('text');
      await chat.composer.press('Enter');
      await chat.page.getByRole('alert').waitFor();
      await chat.log.evaluate((log) => {
        log.scrollTop = 0;
      });
      await chat.jump.waitFor();
      const last = everything.entries.at(-1)!.key;
      await chat.change({
        version: 4,
        frame: everything.frame,
        upserts: [{ entry: message(99), after: last }],
        removals: [],
      });
      await chat.jump.locator('.count').waitFor();
      assert.deepEqual(await violations(chat), []);
    }).timeout(60_000);
  }

  for (const theme of themeNames) {
    it(`can be read and written in at 400 % in the theme ${theme}`, async () => {
      // A window of 1280 × 800, all of it the chat's.
      const chat = await open({ theme, width: 320, height: 200, scale: 4, snapshot: everything });
      assert.deepEqual(await violations(chat), []);
      await chat.composer.pressSequentially('one\ntwo\nthree\nfour @al');
      await chat.settle();
      const [log, field, width] = await chat.page.evaluate(() => [
        document.querySelector('.log')!.clientHeight,
        document.querySelector('textarea')!.getBoundingClientRect().bottom,
        document.documentElement.scrollWidth,
      ]);
      assert.ok(log >= 20, `the list is ${log} pixels high`);
      assert.ok(field <= 200, `the composer ends at ${field}`);
      assert.equal(width, 320);
    }).timeout(60_000);
  }

  it('moves nothing by itself', async () => {
    const chat = await open({ snapshot: everything });
    const moving = await chat.page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const { transitionDuration, scrollBehavior, animationTimingFunction, animationName } =
          getComputedStyle(element);
        const isStill = transitionDuration === '0s' && scrollBehavior === 'auto';
        // What appears after a while, at once and in its place, does not move.
        const appears = animationName === 'none' || animationTimingFunction.startsWith('steps(1');
        return isStill && appears ? [] : [`${element.className}: ${animationName} ${animationTimingFunction}`];
      }),
    );
    assert.deepEqual(moving, []);
  });

  it('has no violation before the host has given it a room', async () => {
    const chat = await open();
    assert.deepEqual(await violations(chat), []);
  });

  it('is walked through by Tab: list, buttons of its messages, composer, send', async () => {
    const chat = await open({
      snapshot: snapshot([
        message(0, { text: '```\ncode\n```' }),
        outgoing('a', { state: 'failed' }),
        ...Array.from({ length: 40 }, (_, index) => message(index + 1)),
      ]),
      state: { drafts: { general: 'draft' }, places: { general: { key: 'id:0', offset: 0 } } },
    });
    const walked: string[] = [];
    await chat.page.evaluate(() => document.body.focus());
    for (let step = 0; step < 11; step++) {
      await chat.page.keyboard.press('Tab');
      walked.push(
        await chat.page.evaluate(() => {
          const element = document.activeElement!;
          return element.getAttribute('role') ?? element.getAttribute('aria-label') ?? element.textContent;
        }),
      );
    }
    assert.deepEqual(walked, [
      ...['log', 'Insert at Cursor', 'Open in Editor', 'Copy', 'group', 'Retry', 'Discard'],
      ...['Jump to latest', 'Attach the selected code', 'Message General', 'Send'],
    ]);
  });

  it('shows where the keyboard is, in every theme', async () => {
    for (const theme of themeNames) {
      const chat = await open({
        theme,
        snapshot: snapshot([message(0, { text: 'https://example.com\n```\ncode\n```' })]),
      });
      await chat.composer.fill('text');
      for (const name of ['.log', '.text a', '.quiet', 'pre', '.send']) {
        const element = chat.page.locator(name).first();
        // A key press before it makes the browser show the focus as it does for the keyboard.
        await chat.page.keyboard.press('Shift');
        await element.focus();
        const outline = await element.evaluate((focused) => {
          const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused);
          return { outlineStyle, outlineWidth, outlineColor };
        });
        assert.equal(outline.outlineStyle, 'solid', name);
        assert.notEqual(outline.outlineWidth, '0px', name);
      }
      const box = chat.page.locator('.composer-box');
      const border = (): Promise<string> => box.evaluate((element) => getComputedStyle(element).borderColor);
      await chat.log.focus();
      const unfocused = await border();
      await chat.composer.focus();
      assert.notEqual(await border(), unfocused, theme);
    }
  });
});

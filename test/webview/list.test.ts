import assert from 'node:assert/strict';
import { frame, message, messages, NOON, offline, snapshot, strings } from './support/builders';
import { chatPages } from './support/chatPages';

const MINUTE = 60_000;

describe('The message list', () => {
  const open = chatPages();

  it('is a log with the room in its name, and its entries are articles, oldest first', async () => {
    const chat = await open({ snapshot: snapshot(messages(3)) });
    assert.equal(await chat.page.getByRole('log', { name: 'Messages in General', exact: true }).count(), 1);
    assert.equal(await chat.log.getAttribute('aria-live'), 'polite');
    assert.deepEqual(await chat.articles.locator('.text').allTextContents(), [
      'message number 0',
      'message number 1',
      'message number 2',
    ]);
  });

  it('names an entry by its author and time, and gives the id of the service and the state', async () => {
    const chat = await open({ snapshot: snapshot([message(7, { authorName: 'Ben Okafor' })]) });
    const entry = chat.page.getByRole('article', { name: /^Ben Okafor, 1:10\sPM$/ });
    assert.equal(await entry.getAttribute('data-message-id'), '7');
    assert.equal(await entry.getAttribute('data-state'), 'received');
  });

  it('writes the local time, the full date as a title, and the moment for machines', async () => {
    const chat = await open({ snapshot: snapshot([message(0)]) });
    const time = chat.articles.locator('time');
    assert.match((await time.textContent()) ?? '', /^12:00\sPM$/);
    assert.match((await time.getAttribute('title')) ?? '', /^Wednesday, July 8, 2020 at 12:00:00\sPM$/);
    assert.equal(await time.getAttribute('datetime'), '2020-07-08T12:00:00.000Z');
  });

  it("writes dates in the person's language, and in some language for a tag that is none", async () => {
    const german = await open({ locale: 'de-DE', snapshot: snapshot([message(0)]) });
    assert.equal(await german.articles.locator('time').textContent(), '12:00');
    assert.equal(await german.page.locator('.day').textContent(), 'Mittwoch, 8. Juli 2020');
    const unknown = await open({ locale: 'no such tag', snapshot: snapshot([message(0)]) });
    assert.equal(await unknown.articles.count(), 1);
  });

  it('shows entries with a time that is no date', async () => {
    const chat = await open({ snapshot: snapshot([message(0, { time: 1e300 }), message(1, { time: NaN })]) });
    assert.equal(await chat.articles.count(), 2);
  });

  it('shows the header of an author once within five minutes of it, and every entry as an article', async () => {
    const at = (index: number, minutes: number, authorName: string) =>
      message(index, { time: NOON + minutes * MINUTE, authorName });
    const chat = await open({
      snapshot: snapshot([
        at(0, 0, 'Alice Fox'),
        at(1, 4, 'Alice Fox'),
        at(2, 8, 'Alice Fox'),
        at(3, 13, 'Alice Fox'),
        at(4, 14, 'Ben Okafor'),
      ]),
    });
    assert.equal(await chat.articles.count(), 5);
    const headers = await chat.articles.locator('header').evaluateAll((found) =>
      // What css hides from the eye is clipped to nothing.
      found.map((header) => getComputedStyle(header).clipPath === 'none'),
    );
    assert.deepEqual(headers, [true, false, true, true, true]);
    assert.match((await chat.articles.nth(1).getAttribute('aria-label')) ?? '', /^Alice Fox, 12:04/);
  });

  it('begins every day with its date', async () => {
    const day = 24 * 60 * MINUTE;
    const chat = await open({
      snapshot: snapshot([
        message(0),
        message(1),
        message(2, { time: NOON + day }),
        message(3, { time: NOON + 3 * day }),
      ]),
    });
    assert.deepEqual(await chat.page.locator('.day').allTextContents(), [
      'Wednesday, July 8, 2020',
      'Thursday, July 9, 2020',
      'Saturday, July 11, 2020',
    ]);
  });

  it('says "You" over own messages, whatever name the service gives their author', async () => {
    const chat = await open({
      snapshot: snapshot([message(0, { authorName: 'Chapi' }), message(1, { own: true, authorName: 'Chapi' })]),
    });
    assert.deepEqual(await chat.articles.locator('.author').allTextContents(), ['Chapi', 'You']);
    assert.match((await chat.articles.nth(1).getAttribute('aria-label')) ?? '', /^You, /);
  });

  it('draws the line of the unread messages above the first of them', async () => {
    const chat = await open({ snapshot: snapshot(messages(4), { firstUnreadKey: 'id:2' }) });
    assert.equal(await chat.page.getByRole('separator', { name: 'New messages', exact: true }).count(), 1);
    const following = chat.page.locator('[role=separator] + article');
    assert.equal(await following.getAttribute('data-message-id'), '2');
    await chat.change({ version: 2, frame: frame(), upserts: [], removals: [] });
    assert.equal(await chat.page.getByRole('separator').count(), 0);
  });

  it('tells loading from empty', async () => {
    const chat = await open();
    assert.equal(await chat.page.locator('main').textContent(), 'Loading messages…');
    await chat.show(snapshot([], { loaded: false }));
    assert.equal(await chat.log.textContent(), 'Loading messages…');
    assert.equal(await chat.log.getAttribute('aria-busy'), 'true');
    await chat.show(snapshot([], {}, 2));
    assert.equal(await chat.log.textContent(), 'Nothing has been said here yet.');
    assert.equal(await chat.log.getAttribute('aria-busy'), 'false');
  });

  it('gives way to the sentence of the HTML when the host cannot start the page', async () => {
    const chat = await open({ failure: 'The storage is locked.' });
    const alert = chat.page.getByRole('alert');
    await alert.waitFor();
    assert.equal(await alert.textContent(), 'Kein Chat: The storage is locked. Neu "öffnen".');
  });

  it('shows the exact time of every message to whoever points at it, or goes there by keyboard', async () => {
    for (const showAvatars of [true, false]) {
      const entries = [message(0), message(1, { time: NOON + 60_000 }), message(2, { time: NOON + 120_000 })];
      const chat = await open({ snapshot: snapshot(entries, { showAvatars }) });
      const time = chat.articles.nth(1).locator('time');
      const isSeen = (): Promise<boolean> =>
        time.evaluate((element) => {
          const { left, top, width, height } = element.getBoundingClientRect();
          return document.elementFromPoint(left + width / 2, top + height / 2) === element;
        });
      assert.equal(await isSeen(), false);
      await chat.articles.nth(1).hover();
      assert.equal(await isSeen(), true);
      assert.match((await time.getAttribute('title')) ?? '', /2020.*12:01:00/);
      await chat.page.mouse.move(0, 0);
      await chat.log.focus();
      await chat.page.keyboard.press('ArrowUp');
      await chat.page.keyboard.press('ArrowUp');
      assert.equal(await isSeen(), true);
      // It stands where no words are, or at their end.
      const [shown, words] = [
        (await time.boundingBox())!,
        (await chat.articles.nth(1).locator('.text').boundingBox())!,
      ];
      if (showAvatars) {
        assert.ok(shown.x >= 0 && shown.x + shown.width <= words.x, `${shown.x} ${shown.width} ${words.x}`);
      }
    }
  });

  it('has a status above it that is there also while it says nothing', async () => {
    const chat = await open({ snapshot: snapshot(messages(1)) });
    const status = chat.page.getByRole('status');
    assert.equal(await status.textContent(), '');
    const element = await status.elementHandle();
    await chat.change({ version: 2, frame: frame({ connection: offline() }), upserts: [], removals: [] });
    assert.equal(await status.textContent(), 'No connection. Trying again…');
    assert.equal(await status.getAttribute('data-status'), 'offline');
    assert.ok(await status.evaluate((now, before) => now === before, element));
    const [banner, log] = [await status.boundingBox(), await chat.log.boundingBox()];
    assert.ok(banner!.height > 10 && banner!.y + banner!.height <= log!.y);
  });

  it('shows names and titles with what is invisible in them made visible', async () => {
    const chat = await open({
      snapshot: snapshot([message(0, { authorName: 'Alice\u202Exof' })], { title: 'Gen\u0000eral' }),
    });
    assert.equal(await chat.page.getByRole('log', { name: 'Messages in Gen␀eral' }).count(), 1);
    assert.equal(await chat.page.getByRole('textbox', { name: 'Message Gen␀eral' }).count(), 1);
    assert.equal(await chat.articles.locator('.author').textContent(), 'Alice[U+202E]xof');
  });

  it("cuts a name that is nobody's", async () => {
    const chat = await open({ snapshot: snapshot([message(0, { authorName: 'x'.repeat(1_000_000) })]) });
    assert.equal(await chat.articles.locator('.author').textContent(), `${'x'.repeat(100)}…`);
    assert.ok(((await chat.articles.getAttribute('aria-label')) ?? '').length < 200);
  });

  it('takes a room title as it is, also one that looks like a template', async () => {
    const chat = await open({ snapshot: snapshot([], { title: "R&D #1/2 {0} $& $' 🚀" }) });
    assert.equal(await chat.log.getAttribute('aria-label'), "Messages in R&D #1/2 {0} $& $' 🚀");
  });

  it('invites to write where nothing was said, and not where the room is refused', async () => {
    const chat = await open({ snapshot: snapshot([]) });
    await chat.page.getByText(strings.nothingYet).waitFor();
    await chat.show(snapshot([], { isRefused: true, connection: offline('You may not.') }, 2));
    assert.equal(await chat.page.getByText(strings.nothingYet).count(), 0);
  });

  it('keeps lines short enough to be read on a wide page', async () => {
    const chat = await open({ width: 1_600, snapshot: snapshot([message(0, { text: 'word '.repeat(400) })]) });
    const [text, box] = [
      (await chat.page.locator('.text').boundingBox())!,
      (await chat.page.locator('.composer-box').boundingBox())!,
    ];
    for (const { x, width } of [text, box]) {
      assert.ok(width <= 900, `${width} wide`);
      assert.ok(Math.abs(x + width / 2 - 800) < 40, `${x + width / 2} in the middle`);
    }
  });

  it('is never wider than the page', async () => {
    const long = 'x'.repeat(5_000);
    const chat = await open({
      width: 200,
      snapshot: snapshot(
        [
          message(0, { text: long, authorName: long }),
          message(1, { text: `https://chat.test/${long}` }),
          message(2, { text: `\`\`\`${'y'.repeat(100)}\n${long}\n\`\`\`` }),
          message(3, { state: 'failed', own: true, key: 'local:1', problem: long }),
        ],
        { title: long, connection: offline(long.slice(0, 400)) },
      ),
    });
    const widths = await chat.page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('main, .log, .composer, article')].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    );
    assert.deepEqual(new Set(widths), new Set([0]));
    const code = chat.page.locator('pre');
    assert.ok(await code.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth));
  });
});

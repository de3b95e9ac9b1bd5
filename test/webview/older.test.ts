import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { frame, message, messages, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

const top = (chat: ChatPage, key: string): Promise<number> =>
  chat.page.locator(`[data-key="${key}"]`).evaluate((article) => article.getBoundingClientRect().top);

/** Entries that come before entry `before`, as the host sends them. */
const upsertsBefore = (from: number, before: number) =>
  messages(before - from, from).map((entry, index) =>
    index === 0 ? { entry } : { entry, after: `id:${from + index - 1}` },
  );

describe('Older messages', () => {
  const open = chatPages();
  const button = (chat: ChatPage): Locator =>
    chat.page.getByRole('button', { name: 'Load older messages', exact: true });

  it('are asked for on the way up, once', async () => {
    const chat = await open({ snapshot: snapshot(messages(50, 50), { older: 'more' }) });
    await chat.settle();
    assert.deepEqual(chat.heard('loadOlder'), []);
    for (const position of [300, 200, 100, 0]) {
      await chat.log.evaluate((log, to) => {
        log.scrollTop = to;
      }, position);
      await chat.settle();
    }
    assert.deepEqual(chat.heard('loadOlder'), [{ room: 'general' }]);
    // They could not be had: not asked for again and again, but when the person comes back.
    await chat.change({ version: 2, frame: frame({ older: 'loading' }), upserts: [], removals: [] });
    await chat.change({ version: 3, frame: frame({ older: 'more' }), upserts: [], removals: [] });
    assert.equal(chat.heard('loadOlder').length, 1);
    for (const position of [5_000, 0]) {
      await chat.log.evaluate((log, to) => {
        log.scrollTop = to;
      }, position);
      await chat.settle();
    }
    assert.equal(chat.heard('loadOlder').length, 2);
  });

  it('are not asked for by a list that is shorter than the page', async () => {
    const chat = await open({ snapshot: snapshot(messages(3), { older: 'more' }) });
    await chat.settle();
    assert.deepEqual(chat.heard('loadOlder'), []);
  });

  it('are asked for by a button above the first message, once until they are there', async () => {
    const chat = await open({ snapshot: snapshot(messages(2), { older: 'more' }) });
    await button(chat).click();
    await chat.settle();
    assert.deepEqual(chat.heard('loadOlder'), [{ room: 'general' }]);
    await chat.change({ version: 2, frame: frame({ older: 'loading' }), upserts: [], removals: [] });
    assert.equal(await button(chat).getAttribute('aria-disabled'), 'true');
    await button(chat).click({ force: true });
    await chat.settle();
    assert.equal(chat.heard('loadOlder').length, 1);
    await chat.change({ version: 3, frame: frame({ older: 'more' }), upserts: [], removals: [] });
    await button(chat).click();
    await chat.settle();
    assert.equal(chat.heard('loadOlder').length, 2);
    const [edge, first] = [await button(chat).boundingBox(), await chat.articles.first().boundingBox()];
    assert.ok(edge!.y + edge!.height <= first!.y);
  });

  it('come in above, and what is read stays on its pixel', async () => {
    const chat = await open({ snapshot: snapshot(messages(50, 50), { older: 'more' }) });
    await button(chat).scrollIntoViewIfNeeded();
    await button(chat).click();
    await chat.settle();
    const before = await top(chat, 'id:50');
    await chat.change({
      version: 2,
      frame: frame({ older: 'more' }),
      upserts: [...upsertsBefore(0, 50), { entry: message(50), after: 'id:49' }],
      removals: [],
    });
    assert.ok((await chat.articles.count()) > 50);
    const moved = (await top(chat, 'id:50')) - before;
    assert.ok(Math.abs(moved) < 1, `moved by ${moved}`);
  });

  it('that there are none of is said, and the keyboard stays in the list', async () => {
    const chat = await open({ snapshot: snapshot(messages(50, 50), { older: 'more' }) });
    await button(chat).focus();
    await chat.settle();
    const askedBefore = chat.heard('loadOlder').length;
    await chat.page.keyboard.press('Enter');
    await chat.settle();
    assert.equal(chat.heard('loadOlder').length, askedBefore + 1);
    await chat.change({ version: 2, frame: frame({ older: 'end' }), upserts: [], removals: [] });
    assert.equal(await button(chat).count(), 0);
    assert.equal(await chat.page.getByText('The room begins here.', { exact: true }).count(), 1);
    assert.ok(await chat.log.evaluate((log) => document.activeElement === log));
    await chat.change({ version: 3, frame: frame({ older: 'unreachable' }), upserts: [], removals: [] });
    assert.equal(await chat.page.getByText('The service gives no older messages than these.').count(), 1);
  });

  it('are not spoken of where nobody knows what there is', async () => {
    const chat = await open({ snapshot: snapshot([message(0)], { older: 'unknown' }) });
    assert.equal(await button(chat).count(), 0);
    assert.equal(await chat.page.locator('.edge').count(), 0);
  });

  it('are not spoken of in an empty room', async () => {
    const chat = await open({ snapshot: snapshot([], { older: 'more' }) });
    assert.equal(await button(chat).count(), 0);
  });
});

describe('A gap', () => {
  const open = chatPages();
  const button = (chat: ChatPage): Locator =>
    chat.page.getByRole('button', { name: 'Load missing messages', exact: true });
  const withGap = (gap: 'open' | 'loading') => [
    message(0),
    // Near enough to stand under one header, if nothing were between them.
    message(9, { time: message(0).time + 1, gap }),
    message(10),
  ];

  it('is a button in its place, which asks for what is missing', async () => {
    const chat = await open({ snapshot: snapshot(withGap('open')) });
    const order = await chat.page
      .locator('article, .gap')
      .evaluateAll((found) => found.map((element) => element.getAttribute('data-key') ?? 'gap'));
    assert.deepEqual(order, ['id:0', 'gap', 'id:9', 'id:10']);
    const header = chat.articles.nth(1).locator('header');
    assert.equal(await header.evaluate((element) => getComputedStyle(element).clipPath), 'none');
    await button(chat).click();
    await chat.settle();
    assert.deepEqual(chat.heard('loadMissing'), [{ room: 'general' }]);
  });

  it('cannot be asked for twice, and is gone when it is filled', async () => {
    const chat = await open({ snapshot: snapshot(withGap('loading')) });
    await button(chat).focus();
    await chat.page.keyboard.press('Enter');
    await chat.settle();
    assert.deepEqual(chat.heard('loadMissing'), []);
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: [
        { entry: message(1), after: 'id:0' },
        { entry: message(9, { time: message(0).time + 1 }), after: 'id:1' },
      ],
      removals: [],
    });
    assert.equal(await button(chat).count(), 0);
    assert.equal(await chat.articles.count(), 4);
    assert.ok(await chat.log.evaluate((log) => document.activeElement === log));
  });

  it('that is filled moves nothing that is read below it', async () => {
    const chat = await open({
      height: 300,
      snapshot: snapshot([message(0), message(50, { gap: 'open' }), ...messages(50, 51)]),
    });
    await chat.page.locator('[data-key="id:60"]').evaluate((article) => article.scrollIntoView({ block: 'start' }));
    await chat.settle();
    const before = await top(chat, 'id:61');
    const [first, ...rest] = upsertsBefore(1, 50);
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: [{ ...first!, after: 'id:0' }, ...rest, { entry: message(50), after: 'id:49' }],
      removals: [],
    });
    assert.ok(Math.abs((await top(chat, 'id:61')) - before) < 1);
  });
});

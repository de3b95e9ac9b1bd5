import assert from 'node:assert/strict';
import { expectSoon } from '../support/expectSoon';
import { frame, message, messages, offline, outgoing, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

describe('Scrolling', () => {
  const open = chatPages();

  const toEnd = (chat: ChatPage): Promise<number> =>
    chat.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
  const isAtEnd = async (chat: ChatPage): Promise<boolean> => (await toEnd(chat)) <= 2;
  const top = (chat: ChatPage, key: string): Promise<number> =>
    chat.page.locator(`[data-key="${key}"]`).evaluate((article) => article.getBoundingClientRect().top);
  const scrollTo = async (chat: ChatPage, position: number): Promise<void> => {
    await chat.log.evaluate((log, to) => {
      log.scrollTop = to;
    }, position);
    await chat.settle();
  };

  it('begins at the end', async () => {
    const chat = await open({ snapshot: snapshot(messages(100)) });
    assert.ok(await isAtEnd(chat));
    assert.equal(await chat.jump.count(), 0);
  });

  it('begins at the end also when the messages come later than the room', async () => {
    const chat = await open({ snapshot: snapshot([], { loaded: false }) });
    await chat.show(snapshot(messages(100), {}, 2));
    assert.ok(await isAtEnd(chat));
  });

  it('begins at the line of the unread messages when they are more than fit', async () => {
    const chat = await open({ snapshot: snapshot(messages(100), { firstUnreadKey: 'id:50' }) });
    const line = await chat.page.getByRole('separator').boundingBox();
    const log = await chat.log.boundingBox();
    assert.ok(line!.y >= log!.y && line!.y < log!.y + 30);
    const few = await open({ snapshot: snapshot(messages(100), { firstUnreadKey: 'id:98' }) });
    assert.ok(await isAtEnd(few));
  });

  it('stays at the end when entries come, change and go', async () => {
    const chat = await open({ snapshot: snapshot(messages(50)) });
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(50), after: 'id:49' }], removals: [] });
    assert.ok(await isAtEnd(chat));
    const failed = outgoing('a', { state: 'failed', problem: 'why' });
    await chat.change({ version: 3, frame: frame(), upserts: [{ entry: failed, after: 'id:50' }], removals: [] });
    assert.ok(await isAtEnd(chat));
    await chat.change({ version: 4, frame: frame(), upserts: [], removals: ['local:a', 'id:0', 'id:1'] });
    assert.ok(await isAtEnd(chat));
    assert.equal(await chat.jump.count(), 0);
  });

  it('stays at the end when the page is resized, the composer grows or the banner comes', async () => {
    const chat = await open({ snapshot: snapshot(messages(50)) });
    for (const size of [
      { width: 200, height: 600 },
      { width: 700, height: 300 },
      { width: 320, height: 800 },
    ]) {
      await chat.page.setViewportSize(size);
      await chat.settle();
      assert.ok(await isAtEnd(chat), `at ${size.width} × ${size.height}`);
    }
    await chat.composer.fill('1\n2\n3\n4\n5\n6');
    await chat.settle();
    assert.ok(await isAtEnd(chat), 'with a grown composer');
    await chat.change({ version: 2, frame: frame({ connection: offline() }), upserts: [], removals: [] });
    assert.ok(await isAtEnd(chat), 'with a banner');
  });

  it('stays on the pixel elsewhere when entries come and go, above and below', async () => {
    const chat = await open({ snapshot: snapshot(messages(100)) });
    await scrollTo(chat, 2_001);
    const before = await top(chat, 'id:45');
    const holds = async (what: string): Promise<void> => {
      const distance = (await top(chat, 'id:45')) - before;
      assert.ok(Math.abs(distance) < 1, `${what}: moved by ${distance}`);
    };
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(100), after: 'id:99' }], removals: [] });
    await holds('below');
    const late = message(1_000, { text: 'a late one\nof two lines' });
    await chat.change({ version: 3, frame: frame(), upserts: [{ entry: late, after: 'id:3' }], removals: [] });
    await holds('above');
    await chat.change({ version: 4, frame: frame(), upserts: [], removals: ['id:0', 'id:1', 'id:2'] });
    await holds('removed above');
    const edited = message(10, { text: 'edited\nto\nbe\nlonger' });
    await chat.change({ version: 5, frame: frame(), upserts: [{ entry: edited, after: 'id:9' }], removals: [] });
    await holds('edited above');
    await chat.change({ version: 6, frame: frame({ firstUnreadKey: 'id:20' }), upserts: [], removals: [] });
    await holds('a line above');
    await chat.change({ version: 7, frame: frame({ connection: offline() }), upserts: [], removals: [] });
    await holds('a banner');
    await chat.composer.fill('1\n2\n3\n4');
    await chat.settle();
    await holds('a grown composer');
    await chat.show(snapshot([...messages(90, 10), message(100), message(101)], {}, 20));
    await holds('everything anew');
  });

  it('stays on the pixel when the entry at the edge itself goes', async () => {
    const chat = await open({ snapshot: snapshot(messages(100)) });
    await scrollTo(chat, 2_001);
    const first = await chat.articles.evaluateAll((found) =>
      found.findIndex((article) => article.getBoundingClientRect().bottom > 0),
    );
    const next = `id:${first + 2}`;
    const before = await top(chat, next);
    await chat.change({ version: 2, frame: frame(), upserts: [], removals: [`id:${first}`] });
    assert.ok(Math.abs((await top(chat, next)) - before) < 1);
  });

  it('keeps the first visible entry when the page gets narrower', async () => {
    const long = messages(60).map((entry) => ({ ...entry, text: `${entry.text} `.repeat(6) }));
    const chat = await open({ width: 500, snapshot: snapshot(long) });
    await scrollTo(chat, 1_500);
    const first = await chat.articles.evaluateAll((found) =>
      found.findIndex((article) => article.getBoundingClientRect().top >= 0),
    );
    await chat.page.setViewportSize({ width: 250, height: 600 });
    await chat.settle();
    const now = await top(chat, `id:${first}`);
    assert.ok(now > -60 && now < 200, `it is at ${now}`);
  });

  it('offers a way to the end when it is elsewhere, which leaves the keyboard in the list', async () => {
    const chat = await open({ snapshot: snapshot(messages(100)) });
    await scrollTo(chat, 1_000);
    assert.equal(await chat.page.getByRole('button', { name: 'Jump to latest', exact: true }).count(), 1);
    await chat.jump.click();
    await chat.settle();
    assert.ok(await isAtEnd(chat));
    assert.equal(await chat.jump.count(), 0);
    assert.ok(await chat.log.evaluate((log) => document.activeElement === log));
  });

  it('leaves the list where it is when a long text is unfolded, and the button under the pointer when folded', async () => {
    const text = Array.from({ length: 300 }, (_, index) => `line ${index}`).join('\n');
    const chat = await open({ snapshot: snapshot([...messages(20), message(20, { text })]) });
    assert.ok(await isAtEnd(chat));
    const before = await top(chat, 'id:20');
    await chat.page.getByRole('button', { name: 'Show all' }).click();
    await chat.settle();
    assert.ok(Math.abs((await top(chat, 'id:20')) - before) < 1);
    assert.equal(await chat.jump.count(), 1);
    const less = chat.page.getByRole('button', { name: 'Show less' });
    await less.scrollIntoViewIfNeeded();
    await chat.settle();
    const button = (await less.boundingBox())!;
    await less.click();
    await chat.settle();
    const after = (await chat.page.getByRole('button', { name: 'Show all' }).boundingBox())!;
    assert.ok(Math.abs(after.y - button.y) < 40, `from ${button.y} to ${after.y}`);
  });

  it('is done by the keyboard too: from message to message, by pages, and to both ends', async () => {
    const chat = await open({ snapshot: snapshot(messages(500)) });
    const focused = (): Promise<string | undefined> =>
      chat.page.evaluate(() => (document.activeElement as HTMLElement).dataset['key']);
    const press = async (key: string): Promise<string | undefined> => {
      await chat.page.keyboard.press(key);
      await chat.settle();
      return focused();
    };
    await chat.log.focus();
    assert.equal(await press('ArrowUp'), 'id:499');
    assert.equal(await press('ArrowUp'), 'id:498');
    assert.equal(await press('ArrowDown'), 'id:499');
    for (let index = 0; index < 30; index++) await press('ArrowUp');
    assert.equal(await focused(), 'id:469');
    const inView = await chat.page.evaluate(() => {
      const [place, list] = [document.activeElement!, document.querySelector('.log')!].map((element) =>
        element.getBoundingClientRect(),
      );
      return place!.top >= list!.top - 1 && place!.bottom <= list!.bottom + 1;
    });
    assert.ok(inView);
    assert.equal(await press('Home'), 'id:0');
    assert.equal(await press('ArrowUp'), 'id:0');
    assert.equal(await press('ArrowDown'), 'id:1');
    const position = (): Promise<number> => chat.log.evaluate((log) => log.scrollTop);
    const before = await position();
    await chat.page.keyboard.press('PageDown');
    await chat.page.waitForFunction((then) => document.querySelector('.log')!.scrollTop > then, before);
    assert.equal(await press('End'), 'id:499');
    assert.ok(await isAtEnd(chat));
    await press('Escape');
    assert.ok(await chat.composer.evaluate((composer) => document.activeElement === composer));
  });

  it('goes on by arrow keys from what is seen, not from what had the keyboard long ago', async () => {
    const chat = await open({ snapshot: snapshot(messages(300)) });
    await chat.log.focus();
    await chat.page.keyboard.press('ArrowUp');
    await chat.log.evaluate((log) => {
      log.scrollTop -= 1_500;
    });
    await chat.settle();
    const before = await chat.log.evaluate((log) => log.scrollTop);
    await chat.page.keyboard.press('ArrowUp');
    await chat.settle();
    assert.ok(Math.abs((await chat.log.evaluate((log) => log.scrollTop)) - before) < 100);
    const place = await chat.page.evaluate(() => document.activeElement!.getBoundingClientRect().top);
    const list = (await chat.log.boundingBox())!;
    assert.ok(place > list.y && place < list.y + list.height);
  });

  it('leaves the keyboard in the list when the button that had it goes', async () => {
    const chat = await open({ snapshot: snapshot(messages(100)) });
    await chat.log.evaluate((log) => {
      log.scrollTop -= 500;
    });
    await chat.settle();
    await chat.jump.focus();
    await chat.log.evaluate((log) => {
      log.scrollTop = log.scrollHeight;
    });
    await chat.settle();
    assert.equal(await chat.jump.count(), 0);
    assert.equal(await chat.page.evaluate(() => document.activeElement?.getAttribute('role')), 'log');
  });

  it('reads a message that is taller than the page to its end before it goes on', async () => {
    const text = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n');
    const chat = await open({ snapshot: snapshot([message(0), message(1, { text }), message(2)]) });
    const focused = (): Promise<string | undefined> =>
      chat.page.evaluate(() => (document.activeElement as HTMLElement).dataset['key']);
    await chat.log.focus();
    await chat.page.keyboard.press('Home');
    await chat.settle();
    const seen: (string | undefined)[] = [];
    for (let index = 0; index < 5; index++) {
      await chat.page.keyboard.press('ArrowDown');
      await chat.settle();
      seen.push(await focused());
    }
    assert.deepEqual(seen, ['id:1', 'id:1', 'id:2', 'id:2', 'id:2']);
  });
});

describe('Seen', () => {
  const open = chatPages();
  const seen = (chat: ChatPage): unknown[] => chat.heard('seen');

  it('is told once when the newest entry is in view', async () => {
    const chat = await open({ snapshot: snapshot(messages(50)) });
    await chat.settle();
    assert.deepEqual(seen(chat), [{ room: 'general', upTo: '49' }]);
    await chat.log.evaluate((log) => {
      log.scrollTop = 0;
    });
    await chat.settle();
    await chat.jump.click();
    await chat.setVisible(false);
    await chat.setVisible(true);
    await chat.show(snapshot(messages(50), {}, 7));
    assert.deepEqual(seen(chat), [{ room: 'general', upTo: '49' }]);
  });

  it('is told again for every newer entry, and for one that comes late with an older time', async () => {
    const chat = await open({ snapshot: snapshot(messages(50)) });
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(50), after: 'id:49' }], removals: [] });
    assert.equal(seen(chat).length, 2);
    await chat.change({
      version: 3,
      frame: frame(),
      upserts: [{ entry: message(9_999), after: 'id:30' }],
      removals: [],
    });
    assert.equal(seen(chat).length, 3);
    await chat.change({ version: 4, frame: frame(), upserts: [], removals: ['id:0'] });
    assert.equal(seen(chat).length, 3);
    await chat.show(snapshot(messages(3), { room: 'other' }, 5));
    assert.deepEqual(seen(chat).at(-1), { room: 'other', upTo: '2' });
  });

  it('waits until the end is in view', async () => {
    const chat = await open({ snapshot: snapshot(messages(100), { firstUnreadKey: 'id:10' }) });
    assert.deepEqual(seen(chat), []);
    await chat.jump.click();
    await chat.settle();
    assert.equal(seen(chat).length, 1);
  });

  it('is told on the way there too, while something is unread', async () => {
    const chat = await open({ snapshot: snapshot(messages(100), { firstUnreadKey: 'id:10', unreadCount: 90 }) });
    const lastInView = (): Promise<string | undefined> =>
      chat.log.evaluate((log) => {
        const { bottom } = log.getBoundingClientRect();
        const shown = [...log.querySelectorAll('article')].filter(
          (article) => article.getBoundingClientRect().bottom <= bottom + 1,
        );
        return shown.at(-1)?.dataset['messageId'];
      });
    const told = (count: number): Promise<unknown[]> =>
      expectSoon(
        () => Promise.resolve(seen(chat)),
        (all) => all.length === count,
        `${count} notices`,
      );
    assert.deepEqual(await told(1), [{ room: 'general', upTo: await lastInView() }]);
    const scrollBy = async (distance: number): Promise<void> => {
      await chat.log.evaluate((log, by) => {
        log.scrollTop += by;
      }, distance);
      await chat.settle();
    };
    for (let step = 0; step < 5; step++) await scrollBy(60);
    await told(2);
    await scrollBy(-200);
    await scrollBy(200);
    await chat.jump.click();
    await chat.settle();
    assert.deepEqual(seen(chat).at(-1), { room: 'general', upTo: '99' });
    for (const { upTo = '100' } of seen(chat).slice(0, -1) as { upTo?: string }[]) assert.ok(Number(upTo) < 99);
  });

  it('is told again for a message that comes in above what was in view last', async () => {
    const chat = await open({ snapshot: snapshot(messages(100), { firstUnreadKey: 'id:50', unreadCount: 50 }) });
    await expectSoon(
      () => Promise.resolve(seen(chat)),
      (all) => all.length === 1,
      'a notice',
    );
    await chat.change({
      version: 2,
      frame: frame({ firstUnreadKey: 'id:50', unreadCount: 51 }),
      upserts: [{ entry: message(9_999, { time: message(51).time - 1 }), after: 'id:50' }],
      removals: [],
    });
    await expectSoon(
      () => Promise.resolve(seen(chat)),
      (all) => all.length === 2,
      'another notice',
    );
  });

  it('is told down to the last message that the service has a name for', async () => {
    const gone = messages(100).map((entry, index) => {
      const { id, ...unnamed } = entry;
      return index < 52 || index > 90 ? { ...unnamed, id: id! } : { ...unnamed, text: '', deleted: true as const };
    });
    const chat = await open({ snapshot: snapshot(gone, { firstUnreadKey: 'id:50', unreadCount: 11 }) });
    await expectSoon(
      () => Promise.resolve(seen(chat)),
      (all) => all.length === 1,
      'a notice',
    );
    assert.deepEqual(seen(chat), [{ room: 'general', upTo: '51' }]);
  });

  it('is told of a room that is left a moment later', async () => {
    const chat = await open({ snapshot: snapshot(messages(100), { firstUnreadKey: 'id:10', unreadCount: 90 }) });
    await chat.show(snapshot(messages(3), { room: 'other' }, 2));
    const [first, second] = seen(chat) as { room: string; upTo: string }[];
    assert.ok(first?.room === 'general' && Number(first.upTo) > 10);
    assert.deepEqual(second, { room: 'other', upTo: '2' });
  });

  it('waits until the page is visible', async () => {
    const chat = await open({ snapshot: snapshot(messages(50)) });
    await chat.setVisible(false);
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(50), after: 'id:49' }], removals: [] });
    assert.equal(seen(chat).length, 1);
    await chat.setVisible(true);
    assert.equal(seen(chat).length, 2);
  });

  it('is not told of an empty room', async () => {
    const chat = await open({ snapshot: snapshot([]) });
    await chat.settle();
    assert.deepEqual(seen(chat), []);
  });
});

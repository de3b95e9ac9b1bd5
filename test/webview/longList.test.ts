import assert from 'node:assert/strict';
import { expectSoon } from '../support/expectSoon';
import { frame, message, messages, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

/** As many as a person scrolls through in a day. */
const MANY = 2_000;

describe('A room with thousands of messages', () => {
  const open = chatPages();
  const keys = (chat: ChatPage): Promise<string[]> =>
    chat.articles.evaluateAll((found) => found.map((article) => (article as HTMLElement).dataset['key'] ?? ''));
  const scrollBy = async (chat: ChatPage, distance: number): Promise<void> => {
    await chat.log.evaluate((log, by) => {
      log.scrollTop += by;
    }, distance);
    await chat.settle();
  };
  const firstInView = (chat: ChatPage): Promise<{ key: string; top: number }> =>
    chat.log.evaluate((log) => {
      const { top } = log.getBoundingClientRect();
      const article = [...log.getElementsByTagName('article')].find((each) => each.getBoundingClientRect().top >= top)!;
      return { key: article.dataset['key']!, top: article.getBoundingClientRect().top };
    });
  const topOf = (chat: ChatPage, key: string): Promise<number> =>
    chat.page.locator(`[data-key="${key}"]`).evaluate((article) => article.getBoundingClientRect().top);

  it('draws some of them, and the others as they come near, from one end to the other and back', async () => {
    const chat = await open({ snapshot: snapshot(messages(MANY)) });
    assert.ok((await chat.articles.count()) <= 150);
    const seen = new Set(await keys(chat));
    let most = 0;
    for (let steps = 0; steps < 400 && !seen.has('id:0'); steps++) {
      await scrollBy(chat, -1_200);
      const drawn = await keys(chat);
      most = Math.max(most, drawn.length);
      for (const key of drawn) seen.add(key);
    }
    assert.equal(seen.size, MANY);
    assert.ok(most <= 300, `${most} at once`);
    // In one run, without holes.
    const numbers = (await keys(chat)).map((key) => Number(key.slice('id:'.length)));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => numbers[0]! + index),
    );
    let last = numbers.at(-1)!;
    for (let steps = 0; steps < 400 && last < MANY - 1; steps++) {
      await scrollBy(chat, 1_200);
      last = Number((await keys(chat)).at(-1)!.slice('id:'.length));
    }
    assert.equal(last, MANY - 1);
    await chat.page.keyboard.press('Tab');
    await scrollBy(chat, 5_000);
    assert.equal(await chat.jump.count(), 0);
  }).timeout(120_000);

  it('moves nothing that is in view while more is drawn or taken away', async () => {
    const varied = messages(600).map((entry, index) => ({ ...entry, text: `${entry.text} `.repeat(1 + (index % 30)) }));
    const chat = await open({ snapshot: snapshot(varied) });
    for (const distance of [...Array<number>(25).fill(-700), ...Array<number>(15).fill(700)]) {
      // Where the first message in view would be when nothing but the scrolling moved it.
      const { moved } = await chat.log.evaluate(async (log, by) => {
        const { top } = log.getBoundingClientRect();
        const article = [...log.getElementsByTagName('article')].find((e) => e.getBoundingClientRect().top >= top)!;
        const before = article.getBoundingClientRect().top;
        const from = log.scrollTop;
        log.scrollTop += by;
        const scrolled = log.scrollTop - from;
        const frames = (count: number): Promise<void> =>
          new Promise((resolve) => {
            requestAnimationFrame(() => {
              if (count === 0) resolve();
              else void frames(count - 1).then(resolve);
            });
          });
        await frames(3);
        return { moved: article.isConnected ? article.getBoundingClientRect().top - before + scrolled : 0 };
      }, distance);
      assert.ok(Math.abs(moved) < 1, `moved by ${moved}`);
    }
  }).timeout(60_000);

  it('stays on the pixel when messages come, are loaded above, and go', async () => {
    const chat = await open({ snapshot: snapshot(messages(400, 200)) });
    await scrollBy(chat, -2_000);
    const { key, top } = await firstInView(chat);
    const holds = async (what: string): Promise<void> => {
      const distance = (await topOf(chat, key)) - top;
      assert.ok(Math.abs(distance) < 1, `${what}: moved by ${distance}`);
    };
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: messages(100, 600).map((entry, index) => ({ entry, after: `id:${599 + index}` })),
      removals: [],
    });
    await holds('a hundred new ones');
    await chat.change({
      version: 3,
      frame: frame(),
      upserts: messages(200).map((entry, index) => (index === 0 ? { entry } : { entry, after: `id:${index - 1}` })),
      removals: [],
    });
    await holds('older ones');
    await chat.change({ version: 4, frame: frame(), upserts: [], removals: messages(300).map((entry) => entry.key) });
    await holds('the oldest gone');
    await chat.show(snapshot(messages(500, 250), {}, 9));
    await holds('everything anew');
  });

  it('counts what comes meanwhile on the way back to the end, and not what is older or own', async () => {
    const chat = await open({ snapshot: snapshot(messages(300, 300)) });
    await scrollBy(chat, -3_000);
    const count = chat.jump.locator('.count');
    assert.equal(await count.count(), 0);
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: [
        { entry: message(299) },
        { entry: message(600), after: 'id:599' },
        { entry: message(601, { own: true }), after: 'id:600' },
        { entry: message(602), after: 'id:601' },
      ],
      removals: [],
    });
    assert.equal(await count.textContent(), '2');
    assert.equal(await chat.jump.getAttribute('aria-description'), '2 new messages');
    assert.equal(await chat.page.getByRole('button', { name: 'Jump to latest', exact: true }).count(), 1);
    await chat.change({ version: 3, frame: frame({ unreadCount: 19 }), upserts: [], removals: [] });
    assert.equal(await count.textContent(), '19', 'what is unread');
    await chat.change({ version: 4, frame: frame(), upserts: [], removals: [] });
    await chat.jump.click();
    await chat.settle();
    assert.equal((await keys(chat)).at(-1), 'id:602');
    assert.equal(await chat.jump.count(), 0);
    await scrollBy(chat, -3_000);
    assert.equal(await count.count(), 0);
  });

  it('comes back to the message that was being read, however far up it is', async () => {
    const first = await open({ snapshot: snapshot(messages(MANY)) });
    await first.log.focus();
    await first.page.keyboard.press('Home');
    await first.settle();
    await scrollBy(first, 5_000);
    const { key, top } = await firstInView(first);
    await first.setVisible(false);
    const state = await first.state();
    assert.ok((state!.places['general']?.depth ?? 0) > 1_000);
    const again = await open({ snapshot: snapshot(messages(MANY)), state });
    assert.ok(Math.abs((await topOf(again, key)) - top) < 2);
    assert.deepEqual(
      again.wants.map(({ places }) => places.map(({ room, key: at, depth }) => [room, at, depth])),
      [[['general', state!.places['general']?.key, state!.places['general']?.depth]]],
    );
  });

  describe('of which the part that was being read is still on its way', () => {
    const state = { drafts: {}, places: { general: { key: 'id:40', offset: -7, depth: 460 } } };
    const rest = (chat: ChatPage, from: number, to: number, version: number, older: 'more' | 'end'): Promise<void> =>
      chat.change({
        version,
        frame: frame({ older, seeksPlace: older === 'more' }),
        upserts: messages(to - from, from).map((entry, index) =>
          index === 0 ? { entry } : { entry, after: `id:${from + index - 1}` },
        ),
        removals: [],
      });
    const topInList = async (chat: ChatPage, key: string): Promise<number> =>
      (await topOf(chat, key)) - (await chat.log.boundingBox())!.y;

    it('goes there once it is there, and takes nothing for seen or for the place before', async () => {
      const chat = await open({ snapshot: snapshot(messages(30, 470), { older: 'more', seeksPlace: true }), state });
      assert.equal((await keys(chat)).at(-1), 'id:499');
      await rest(chat, 200, 470, 2, 'more');
      assert.deepEqual(chat.heard('seen'), []);
      await rest(chat, 0, 200, 3, 'end');
      await chat.settle();
      assert.ok(Math.abs((await topInList(chat, 'id:40')) + 7) < 1);
      await chat.setVisible(false);
      assert.equal((await chat.state())?.places['general']?.key ?? 'id:40', 'id:40');
    });

    it('stays where the person takes the list in hand', async () => {
      const chat = await open({ snapshot: snapshot(messages(30, 470), { older: 'more', seeksPlace: true }), state });
      await chat.log.focus();
      await chat.page.keyboard.press('ArrowUp');
      await rest(chat, 0, 470, 2, 'end');
      await chat.settle();
      assert.ok((await keys(chat)).includes('id:499'));
      assert.equal(chat.heard('seen').length, 1);
    });

    it('stays where it is when the host does not look for it any more', async () => {
      const chat = await open({ snapshot: snapshot(messages(30, 470), { older: 'more', seeksPlace: true }), state });
      assert.deepEqual(chat.heard('seen'), []);
      await chat.change({ version: 2, frame: frame({ older: 'more' }), upserts: [], removals: [] });
      assert.deepEqual(chat.heard('seen'), [{ room: 'general', upTo: '499' }]);
    });

    it('stays where it is when the message is not to be had', async () => {
      const chat = await open({ snapshot: snapshot(messages(30, 470), { older: 'more', seeksPlace: true }), state });
      await rest(chat, 300, 470, 2, 'end');
      await chat.settle();
      assert.ok((await keys(chat)).includes('id:499'));
      assert.equal(chat.heard('seen').length, 1);
    });
  });

  it('brings a message into view that the host names, also in a room that is about to be shown', async () => {
    const chat = await open({ snapshot: snapshot(messages(MANY)) });
    const isInView = async (key: string): Promise<boolean> => {
      const [top, list] = [await topOf(chat, key), (await chat.log.boundingBox())!];
      return top >= list.y && top < list.y + 100;
    };
    await chat.raw({ type: 'notice', method: 'reveal', params: { room: 'general', key: 'id:700' } });
    assert.ok(await isInView('id:700'));
    await chat.raw({ type: 'notice', method: 'reveal', params: { room: 'general', key: 'id:701' } });
    assert.ok(await isInView('id:700'), 'what is in view stays where it is');
    await chat.raw({ type: 'notice', method: 'reveal', params: { room: 'other', key: 'id:100' } });
    assert.ok(await isInView('id:700'));
    await chat.show(snapshot(messages(300), { room: 'other' }, 5));
    assert.ok(await isInView('id:100'));
  });

  it('forgets what it was before: a thousand changes leave no trace', async () => {
    const chat = await open({ snapshot: snapshot(messages(MANY)) });
    const cdp = await chat.page.context().newCDPSession(chat.page);
    const heap = async (): Promise<number> => {
      await cdp.send('HeapProfiler.collectGarbage');
      return (await cdp.send('Runtime.getHeapUsage')).usedSize;
    };
    const say = async (from: number, count: number, version: number): Promise<void> => {
      await chat.page.evaluate(
        ({ entries, first, frame }) => {
          for (const [index, entry] of entries.entries()) {
            const upserts = [{ entry, after: `id:${Number(entry.id) - 1}` }];
            const params = { version: first + index, frame, upserts, removals: [] };
            setTimeout(() => {
              window.postMessage({ type: 'notice', method: 'delta', params }, window.origin);
            }, index * 2);
          }
        },
        { entries: messages(count, from), first: version, frame: frame() },
      );
      await chat.page.locator(`[data-key="id:${from + count - 1}"]`).waitFor();
    };
    await say(MANY, 100, 2);
    const before = await heap();
    await say(MANY + 100, 900, 102);
    const grown = (await heap()) - before;
    // 900 messages of a few hundred bytes; a model of the list that stays behind is larger than ten of them.
    assert.ok(grown < 3e6, `grown by ${(grown / 1e6).toFixed(1)} MB`);
  }).timeout(60_000);

  it('opens at the first unread message, and finds the end', async () => {
    const chat = await open({ snapshot: snapshot(messages(MANY), { firstUnreadKey: 'id:700' }) });
    const line = await chat.page.getByRole('separator').boundingBox();
    const log = await chat.log.boundingBox();
    assert.ok(line!.y >= log!.y && line!.y < log!.y + 30);
    assert.deepEqual(chat.heard('seen'), []);
    assert.equal(await chat.jump.count(), 1);
    await chat.jump.click();
    await chat.settle();
    assert.equal(chat.heard('seen').length, 1);
  });
});

describe('New messages, for those who listen', () => {
  const open = chatPages();
  /** What the list adds that is to be said: additions to it that do not say of themselves that they are not. */
  const said = (chat: ChatPage): Promise<string[]> =>
    chat.page
      .locator('[role=log][aria-live=polite] article:not([aria-live])')
      .evaluateAll((found) => found.map((article) => (article as HTMLElement).dataset['key'] ?? ''));

  it('are said once: not what was there, what is own, older, or only drawn', async () => {
    const chat = await open({ snapshot: snapshot(messages(400, 100)) });
    assert.deepEqual(await said(chat), []);
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: [
        { entry: message(99) },
        { entry: message(500, { text: 'Lunch?' }), after: 'id:499' },
        { entry: message(501, { own: true }), after: 'id:500' },
      ],
      removals: [],
    });
    assert.deepEqual(await said(chat), ['id:500']);
    await chat.show(snapshot([...messages(401, 100), message(501, { own: true })], {}, 5));
    // What comes later in it, an edit or the colours of code, is not said any more.
    await expectSoon(
      () => said(chat),
      (keys) => keys.length === 0,
      'the message to have been said',
    );
    // Away from it and back again: it is drawn anew, and has been said.
    await chat.log.focus();
    await chat.page.keyboard.press('Home');
    await chat.settle();
    assert.equal(await chat.page.locator('[data-key="id:500"]').count(), 0);
    await chat.page.keyboard.press('End');
    await chat.settle();
    assert.equal(await chat.page.locator('[data-key="id:500"]').count(), 1);
    assert.deepEqual(await said(chat), []);
  });

  it('are all said when several come at once, and in a room where nothing was', async () => {
    const chat = await open({ snapshot: snapshot([]) });
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: [{ entry: message(0) }, { entry: message(1), after: 'id:0' }],
      removals: [],
    });
    assert.deepEqual(await said(chat), ['id:0', 'id:1']);
    await chat.show(snapshot(messages(3), { room: 'other' }, 4));
    assert.deepEqual(await said(chat), []);
  });

  it('are all that the list says: no day, no line, no edge', async () => {
    const chat = await open({ snapshot: snapshot(messages(400), { older: 'more', firstUnreadKey: 'id:390' }) });
    const saidBeside = (): Promise<string[]> =>
      chat.log.evaluate((log) =>
        [...log.querySelectorAll('.content > *')]
          .filter((element) => element.getAttribute('aria-live') !== 'off')
          .map((element) => element.outerHTML),
      );
    assert.deepEqual(await saidBeside(), []);
    await chat.log.focus();
    await chat.page.keyboard.press('Home');
    await chat.settle();
    assert.deepEqual(await saidBeside(), []);
    await chat.change({ version: 2, frame: frame({ older: 'end' }), upserts: [], removals: ['id:0'] });
    assert.deepEqual(await saidBeside(), []);
  });

  it('are not said where another page says them, or quiet is wanted', async () => {
    const chat = await open({ snapshot: snapshot(messages(1), { announces: false }) });
    await chat.change({
      version: 2,
      frame: frame({ announces: false }),
      upserts: [{ entry: message(1), after: 'id:0' }],
      removals: [],
    });
    assert.equal(await chat.log.getAttribute('aria-live'), 'off');
    assert.deepEqual(await said(chat), []);
  });
});

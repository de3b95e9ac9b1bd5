import assert from 'node:assert/strict';
import { frame, message, messages, outgoing, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';

describe('Changes of the list', () => {
  const open = chatPages();

  it('keep the elements of what stays', async () => {
    const chat = await open({ snapshot: snapshot(messages(3)) });
    const before = await chat.articles.elementHandles();
    await chat.change({
      version: 2,
      frame: frame(),
      upserts: [{ entry: message(1, { text: 'edited' }) }, { entry: message(3), after: 'id:2' }],
      removals: ['id:0'],
    });
    assert.deepEqual(await chat.articles.locator('.text').allTextContents(), [
      'edited',
      'message number 2',
      'message number 3',
    ]);
    const kept = async (index: number, old: number) =>
      chat.articles.nth(index).evaluate((now, then) => now === then, before[old]);
    assert.deepEqual([await kept(0, 1), await kept(1, 2)], [true, true]);
  });

  it('keep the elements when everything comes anew', async () => {
    const chat = await open({ snapshot: snapshot(messages(3)) });
    const before = await chat.articles.elementHandles();
    await chat.show(snapshot(messages(5, 1), {}, 9));
    assert.equal(await chat.articles.count(), 5);
    assert.ok(await chat.articles.first().evaluate((now, then) => now === then, before[1]));
  });

  it('put a late message where it belongs', async () => {
    const chat = await open({ snapshot: snapshot([message(0), message(2)]) });
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(1), after: 'id:0' }], removals: [] });
    await chat.change({ version: 3, frame: frame(), upserts: [{ entry: message(-1) }], removals: [] });
    const ids = await chat.articles.evaluateAll((found) => found.map(({ dataset }) => dataset['messageId']));
    assert.deepEqual(ids, ['-1', '0', '1', '2']);
  });

  it('keep the element of an own message when the service gives it an id', async () => {
    const chat = await open({ snapshot: snapshot([message(0), outgoing('a')]) });
    const before = await chat.articles.nth(1).elementHandle();
    assert.equal(await chat.articles.nth(1).getAttribute('data-message-id'), null);
    const entry = outgoing('a', { id: 'given', state: 'received' });
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry, after: 'id:0' }], removals: [] });
    assert.equal(await chat.articles.nth(1).getAttribute('data-message-id'), 'given');
    assert.equal(await chat.articles.nth(1).getAttribute('data-state'), 'received');
    assert.ok(await chat.articles.nth(1).evaluate((now, then) => now === then, before));
  });

  it('ask for everything once when a version was missed, and go on from there', async () => {
    const chat = await open({ snapshot: snapshot(messages(1)) });
    chat.snapshot = snapshot(messages(3), {}, 4);
    await Promise.all([
      chat.change({ version: 3, frame: frame(), upserts: [{ entry: message(1), after: 'id:0' }], removals: [] }),
      chat.change({ version: 4, frame: frame(), upserts: [{ entry: message(2), after: 'id:1' }], removals: [] }),
    ]);
    await chat.settle();
    assert.deepEqual(chat.requests, ['ready', 'snapshot']);
    assert.equal(await chat.articles.count(), 3);
    await chat.change({ version: 5, frame: frame(), upserts: [{ entry: message(3), after: 'id:2' }], removals: [] });
    assert.equal(await chat.articles.count(), 4);
    assert.deepEqual(chat.requests, ['ready', 'snapshot']);
  });

  it('ask for everything when a change does not fit, and ignore one that is older than what is shown', async () => {
    const chat = await open({ snapshot: snapshot(messages(2), {}, 5) });
    await chat.change({ version: 5, frame: frame(), upserts: [], removals: ['id:0'] });
    assert.equal(await chat.articles.count(), 2);
    assert.deepEqual(chat.requests, ['ready']);
    await chat.change({ version: 6, frame: frame(), upserts: [{ entry: message(9), after: 'nobody' }], removals: [] });
    assert.deepEqual(chat.requests, ['ready', 'snapshot']);
    await chat.change({ version: 6, frame: frame({ room: 'other' }), upserts: [], removals: [] });
    assert.deepEqual(chat.requests, ['ready', 'snapshot', 'snapshot']);
  });

  it('survive whatever comes that is no change', async () => {
    const chat = await open({ snapshot: snapshot(messages(2)) });
    const hostile: unknown[] = [
      null,
      'text',
      { type: 'notice', method: 'snapshot', params: null },
      { type: 'notice', method: 'snapshot', params: { version: 'x', frame: {}, entries: [] } },
      { type: 'notice', method: 'delta', params: { version: 2, frame: frame(), upserts: [null], removals: [] } },
      { type: 'notice', method: 'constructor', params: {} },
      { type: 'result', id: 99, result: {} },
    ];
    for (const one of hostile) await chat.raw(one);
    assert.equal(await chat.articles.count(), 2);
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(2), after: 'id:1' }], removals: [] });
    assert.equal(await chat.articles.count(), 3);
  });

  it('announce only what is new: nothing is added for a message whose header reappears', async () => {
    const near = (index: number) => message(index, { time: message(0).time + index });
    const chat = await open({ snapshot: snapshot([near(0), near(1)]) });
    await chat.articles.nth(1).evaluate((article) => {
      const seen = window as unknown as { added: number };
      seen.added = 0;
      new MutationObserver((records) => {
        for (const { addedNodes } of records) seen.added += addedNodes.length;
      }).observe(article, { childList: true, subtree: true });
    });
    await chat.change({ version: 2, frame: frame(), upserts: [], removals: ['id:0'] });
    const header = chat.articles.first().locator('header');
    assert.equal(await header.evaluate((element) => getComputedStyle(element).clipPath), 'none');
    assert.equal(await chat.page.evaluate(() => (window as unknown as { added: number }).added), 0);
  });
});

import assert from 'node:assert/strict';
import { expectSoon } from '../support/expectSoon';
import { message, messages, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';

const other = snapshot(messages(40), { room: 'other', title: 'Other' }, 2);
const general = snapshot(messages(40), {}, 3);

describe('What the page keeps', () => {
  const open = chatPages();

  it('is a draft for every room', async () => {
    const chat = await open({ snapshot: general });
    await chat.composer.fill('for general');
    await chat.show(other);
    assert.equal(await chat.composer.inputValue(), '');
    await chat.composer.fill('for other');
    await chat.show(general);
    assert.equal(await chat.composer.inputValue(), 'for general');
    assert.ok(await chat.sendButton.isEnabled());
    await chat.show(other);
    assert.equal(await chat.composer.inputValue(), 'for other');
  });

  it('comes back after a reload', async () => {
    const chat = await open({ snapshot: general });
    await chat.composer.fill('not yet sent');
    // Right away: the page goes before a delayed saving would have come.
    await chat.page.reload();
    await chat.composer.waitFor();
    assert.equal(await chat.composer.inputValue(), 'not yet sent');
    assert.deepEqual(chat.requests, ['ready', 'ready']);
  });

  it('is handed over when the page is hidden, and a while after typing', async () => {
    const chat = await open({ snapshot: general });
    await chat.composer.fill('one');
    await chat.setVisible(false);
    assert.deepEqual((await chat.state())?.drafts, { general: 'one' });
    await chat.composer.fill('two');
    await expectSoon(
      () => chat.state(),
      (state) => state?.drafts['general'] === 'two',
      'the draft to be saved without further ado',
    );
  });

  it('is told to the other windows a while after typing, once', async () => {
    const chat = await open({ snapshot: general });
    await chat.composer.pressSequentially('half a word');
    await expectSoon(
      () => chat.drafts,
      (drafts) => drafts.at(-1)?.text === 'half a word',
      'the draft to be told',
    );
    assert.ok(chat.drafts.length < 'half a word'.length, 'not with every key');
    await chat.composer.press('Enter');
    await expectSoon(
      () => chat.drafts,
      (drafts) => drafts.at(-1)?.text === '',
      'the others to hear that nothing is left of it',
    );
    assert.ok(chat.drafts.every(({ room }) => room === 'general'));
  });

  it('is what was typed last in another window, unless somebody is typing here', async () => {
    const chat = await open({
      snapshot: general,
      state: { drafts: { general: 'old here' } },
      drafts: [{ room: 'general', text: 'newer elsewhere' }],
    });
    assert.equal(await chat.composer.inputValue(), 'newer elsewhere');
    await chat.tellDraft({ room: 'general', text: 'newest elsewhere' });
    await chat.tellDraft({ room: 'other', text: 'for the other' });
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), 'newest elsewhere');
    assert.ok(await chat.sendButton.isEnabled());
    await chat.composer.fill('typed here');
    await chat.tellDraft({ room: 'general', text: '' });
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), 'typed here');
    await chat.show(other);
    assert.equal(await chat.composer.inputValue(), 'for the other');
    await chat.setVisible(false);
    assert.deepEqual(
      chat.drafts.filter(({ text }) => text.includes('elsewhere') || text.includes('other')),
      [],
      'what was heard is not told again',
    );
  });

  it('is not replaced by an older one that others have, when it is too long to be told', async () => {
    const long = 'a line of text\n'.repeat(70_000);
    const chat = await open({
      snapshot: other,
      state: { drafts: { general: long } },
      drafts: [{ room: 'general', text: 'older' }],
    });
    await chat.tellDraft({ room: 'general', text: 'older still' });
    await chat.composer.fill('something to save');
    await chat.setVisible(false);
    assert.equal((await chat.state())?.drafts['general'], long);
    assert.deepEqual(
      chat.drafts.map(({ room }) => room),
      ['other'],
    );
  });

  it('does not hold what was sent', async () => {
    const chat = await open({ snapshot: general });
    await chat.composer.fill('to be sent');
    await chat.composer.press('Enter');
    await chat.settle();
    await chat.setVisible(false);
    assert.deepEqual((await chat.state())?.drafts ?? {}, {});
    await chat.page.reload();
    await chat.composer.waitFor();
    assert.equal(await chat.composer.inputValue(), '');
  });

  it('clears the draft of the room that the message was sent from, also when another room is shown by then', async () => {
    const chat = await open({ snapshot: general });
    let keep: () => void = () => undefined;
    chat.onSend = () => new Promise((resolve) => (keep = resolve));
    await chat.composer.fill('for general');
    await chat.composer.press('Enter');
    await chat.settle();
    await chat.show(other);
    await chat.composer.fill('for other');
    keep();
    await chat.settle();
    assert.equal(await chat.composer.inputValue(), 'for other');
    await chat.show(general);
    assert.equal(await chat.composer.inputValue(), '');
  });

  it('works for rooms with the names of properties', async () => {
    const chat = await open({ snapshot: snapshot([], { room: '__proto__', title: 'x' }) });
    await chat.composer.fill('draft');
    await chat.page.reload();
    await chat.composer.waitFor();
    assert.equal(await chat.composer.inputValue(), 'draft');
    await chat.show(snapshot([], { room: 'constructor', title: 'y' }, 2));
    assert.equal(await chat.composer.inputValue(), '');
  });

  it('is where the person was reading, to the pixel', async () => {
    const chat = await open({ snapshot: general });
    await chat.log.evaluate((log) => {
      log.scrollTop = 333;
    });
    await chat.settle();
    const top = (): Promise<number> =>
      chat.page.locator('[data-key="id:10"]').evaluate((article) => article.getBoundingClientRect().top);
    const before = await top();
    await chat.show(other);
    await chat.show(general);
    assert.ok(Math.abs((await top()) - before) < 1);
    await chat.page.reload();
    await chat.composer.waitFor();
    await chat.settle();
    assert.ok(Math.abs((await top()) - before) < 1);
    assert.equal(await chat.jump.count(), 1);
  });

  it('gives way to what was typed later elsewhere, and to nothing older', async () => {
    const state = { drafts: { general: 'say this once' }, draftTimes: { general: 1_000 } };
    // The page was hidden when its text was sent from another one, and no window has run since.
    const sent = await open({ snapshot: general, state, drafts: [{ room: 'general', text: '', time: 2_000 }] });
    assert.equal(await sent.composer.inputValue(), '');
    const newer = await open({ snapshot: general, state, drafts: [{ room: 'general', text: 'say', time: 500 }] });
    assert.equal(await newer.composer.inputValue(), 'say this once');
    await newer.composer.press('End');
    await newer.composer.pressSequentially('!');
    await newer.setVisible(false);
    assert.ok((newer.drafts.at(-1)?.time ?? 0) > 1_000);
  });

  it('is what was unfolded, and the place in it, over other rooms and reloads', async () => {
    const text = Array.from({ length: 300 }, (_, index) => `line ${index}`).join('\n');
    const code = `\`\`\`ts\n${text}\n\`\`\``;
    const long = snapshot([...messages(20), message(20, { text }), message(21, { text: code }), ...messages(20, 22)]);
    const chat = await open({ snapshot: long });
    for (const name of ['Show all', 'Show all 300 lines']) {
      await chat.page.getByRole('button', { name, exact: true }).click();
    }
    await chat.page.locator('[data-key="id:20"]').evaluate((article) => article.scrollIntoView());
    await chat.log.evaluate((log) => log.scrollBy({ top: 2_000 }));
    await chat.settle();
    const top = (): Promise<number> =>
      chat.page.locator('[data-key="id:20"]').evaluate((article) => article.getBoundingClientRect().top);
    const before = await top();
    assert.ok(before < -1_900);
    const isKept = async (what: string): Promise<void> => {
      assert.equal(await chat.page.getByRole('button', { name: 'Show less' }).count(), 2, what);
      assert.ok(Math.abs((await top()) - before) < 2, what);
    };
    await chat.show(other);
    await chat.show({ ...long, version: 4 });
    await isKept('another room');
    await chat.page.reload();
    await chat.composer.waitFor();
    await chat.settle();
    await isKept('a reload');
  });

  it('may have been left in any shape by an older page', async () => {
    const shapes: unknown[] = [
      null,
      7,
      'text',
      [],
      { drafts: null },
      { drafts: { general: 7 }, places: { general: {} } },
      { draftTimes: { general: 'now' }, unfolded: { 0: 1 } },
    ];
    for (const state of shapes) {
      const chat = await open({ snapshot: general, state });
      assert.equal(await chat.composer.inputValue(), '');
      assert.equal(await chat.articles.count(), 40);
    }
    const chat = await open({ snapshot: general, state: { drafts: { general: 'kept' } } });
    assert.equal(await chat.composer.inputValue(), 'kept');
  });

  it('is never a message', async () => {
    const chat = await open({ snapshot: general });
    await chat.log.evaluate((log) => {
      log.scrollTop = 100;
    });
    await chat.composer.fill('draft');
    await chat.setVisible(false);
    const state = await chat.state();
    assert.deepEqual(Object.keys(state ?? {}).sort(), ['draftTimes', 'drafts', 'places', 'unfolded']);
    assert.doesNotMatch(JSON.stringify(state), /message number|Alice/);
  });
});

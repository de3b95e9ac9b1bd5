import assert from 'node:assert/strict';
import { message, outgoing, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';

describe('Own messages on their way', () => {
  const open = chatPages();

  it('say how they stand, in words and in their name', async () => {
    const states = ['queued', 'sending', 'unconfirmed', 'sent', 'failed'] as const;
    const chat = await open({ snapshot: snapshot(states.map((state) => outgoing(state, { state }))) });
    const names = await chat.articles.evaluateAll((found) =>
      found.map((article) => article.getAttribute('aria-label')),
    );
    assert.deepEqual(
      names.map((name) => name?.split(', ').at(-1)),
      ['Waiting to be sent', 'Sending…', 'Not confirmed', 'Sent', 'Not sent'],
    );
    const shown = await Promise.all(
      states.map(async (_, index) => (await chat.articles.nth(index).locator('.state').allInnerTexts()).join()),
    );
    assert.match(shown[0]!, /^Waiting to be sent/);
    assert.match(shown[1]!, /^Sending…/);
    assert.match(shown[2]!, /^Not confirmed/);
    assert.equal(shown[3], '');
    assert.match(shown[4]!, /^Not sent/);
    const dataStates = await chat.articles.evaluateAll((found) => found.map(({ dataset }) => dataset['state']));
    assert.deepEqual(dataStates, states);
  });

  it('say why they failed', async () => {
    const problem = 'The room is private. Ask its owner to let the API user in.';
    const chat = await open({ snapshot: snapshot([outgoing('a', { state: 'failed', problem })]) });
    assert.equal(await chat.page.getByText(`Not sent: ${problem}`, { exact: true }).count(), 1);
  });

  it('are heard to have failed, and not to be on their way', async () => {
    const chat = await open({ snapshot: snapshot([outgoing('a', { state: 'sending' })]) });
    const state = chat.page.locator('.state');
    const element = await state.elementHandle();
    assert.equal(await state.getAttribute('aria-live'), 'off');
    await chat.show(snapshot([outgoing('a', { state: 'failed', problem: 'There is no such room.' })], {}, 2));
    assert.equal(await state.getAttribute('aria-live'), 'polite');
    assert.match(await state.innerText(), /^Not sent: There is no such room\./);
    // A region is heard when something changes in it, not when it comes.
    assert.ok(await state.evaluate((now, before) => now === before, element));
  });

  it('can be retried and discarded while they are not under way, and only then', async () => {
    const chat = await open({
      snapshot: snapshot([
        message(0),
        outgoing('a', { state: 'failed' }),
        outgoing('b', { state: 'unconfirmed' }),
        outgoing('c', { state: 'queued' }),
        outgoing('d', { state: 'sending' }),
        outgoing('e', { state: 'sent' }),
      ]),
    });
    const button = (index: number, name: string) => chat.articles.nth(index).getByRole('button', { name, exact: true });
    assert.equal(await chat.page.getByRole('button', { name: /Retry|Discard/ }).count(), 6);
    await button(1, 'Retry').click();
    await button(2, 'Retry').click();
    await button(1, 'Discard').click();
    await button(2, 'Discard').click();
    await chat.settle();
    assert.deepEqual(chat.heard('retry'), [{ localId: 'a' }, { localId: 'b' }]);
    assert.deepEqual(chat.heard('discard'), [{ localId: 'a' }, { localId: 'b' }]);
  });

  it('show a slow sending after a while, and take no room for a quick one', async () => {
    const chat = await open({ snapshot: snapshot([outgoing('a')]) });
    // The animation that holds the words back is looked at, not waited for.
    const held = await chat.page.locator('.state').evaluate((element) =>
      element.getAnimations().map((animation) => {
        animation.pause();
        animation.currentTime = 0;
        return element.getBoundingClientRect().height;
      }),
    );
    assert.deepEqual(held, [0]);
    const after = await chat.page.locator('.state').evaluate((element) => {
      for (const animation of element.getAnimations()) animation.finish();
      return element.getBoundingClientRect().height;
    });
    assert.ok(after > 10);
  });
});

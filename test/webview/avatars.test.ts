import assert from 'node:assert/strict';
import { message, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';

const PICTURE = 'https://pictures.test/alice.png';

describe('Avatars', () => {
  const open = chatPages();

  it('are the pictures of the authors, fetched once and without a referrer', async () => {
    const chat = await open({
      pictures: [PICTURE],
      snapshot: snapshot([message(0, { avatarUrl: PICTURE }), message(1, { avatarUrl: PICTURE })], {
        showAvatars: true,
      }),
    });
    const pictures = chat.page.locator('.avatar img');
    await chat.page.waitForFunction(() => document.querySelector<HTMLImageElement>('.avatar img')!.naturalWidth > 0);
    assert.equal(await pictures.count(), 2);
    assert.deepEqual(
      chat.fetchedPictures.map(({ url, referrer }) => [url, referrer]),
      [[PICTURE, undefined]],
    );
    assert.equal(await pictures.first().getAttribute('referrerpolicy'), 'no-referrer');
  });

  it('are initials where there is no picture, or none can be had', async () => {
    const chat = await open({
      pictures: [PICTURE],
      snapshot: snapshot(
        [
          message(0),
          message(1, { authorName: 'ben' }),
          message(2, { authorName: 'Élodie de la Tour', avatarUrl: 'https://pictures.test/gone.png' }),
          message(3, { authorName: '🤖' }),
          message(4, { own: true, authorName: 'Chapi' }),
        ],
        { showAvatars: true },
      ),
    });
    await chat.page.waitForFunction(() => document.querySelector('.avatar img') === null);
    assert.deepEqual(await chat.page.locator('.avatar').allTextContents(), ['AF', 'B', 'ÉT', '', '']);
    assert.equal(await chat.page.locator('.avatar svg').count(), 2);
    assert.equal(await chat.page.locator('.avatar:not([aria-hidden=true])').count(), 0);
  });

  it('stand once above what an author said in a row', async () => {
    const { time } = message(0);
    const chat = await open({
      snapshot: snapshot([message(0), message(1, { time: time + 1_000 }), message(2)], { showAvatars: true }),
    });
    assert.equal(await chat.page.locator('.avatar').count(), 2);
    const lefts = await chat.page
      .locator('.body')
      .evaluateAll((found) => found.map((each) => each.getBoundingClientRect().left));
    assert.equal(new Set(lefts).size, 1);
  });

  it('are not there when they are not wanted, and nothing is fetched', async () => {
    const chat = await open({ snapshot: snapshot([message(0, { avatarUrl: PICTURE })]) });
    await chat.settle();
    assert.equal(await chat.page.locator('.avatar, img').count(), 0);
    assert.deepEqual(chat.fetchedPictures, []);
  });

  it('leave a narrow page to the words', async () => {
    const chat = await open({ width: 200, snapshot: snapshot([message(0)], { showAvatars: true }) });
    assert.equal(await chat.page.locator('.avatar').isVisible(), false);
  });
});

describe('A deleted message', () => {
  const open = chatPages();

  it('is told in words, and has no text and no id any more', async () => {
    const chat = await open({ snapshot: snapshot([message(0), message(1), message(2)]) });
    const gone = { ...message(1, { text: '', deleted: true }) };
    delete (gone as { id?: string }).id;
    await chat.change({
      version: 2,
      frame: snapshot([]).frame,
      upserts: [{ entry: gone, after: 'id:0' }],
      removals: [],
    });
    const entry = chat.page.getByRole('article', { name: /^Alice Fox, 12:10\sPM, This message was deleted\.$/ });
    assert.equal(await entry.locator('.deleted').textContent(), 'This message was deleted.');
    assert.equal(await entry.getAttribute('data-message-id'), null);
    assert.equal(await entry.getAttribute('data-state'), null);
    assert.equal(await chat.page.locator('[data-message-id]').count(), 2);
    assert.equal(await chat.page.getByText('message number 1').count(), 0);
  });
});

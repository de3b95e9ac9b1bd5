import assert from 'node:assert/strict';
import { message, NOON, snapshot } from './support/builders';
import { chatPages } from './support/chatPages';

const code = '```ts\nconst answer: number = 42; // "why"\n```';

describe('Markup', () => {
  const open = chatPages();
  const shown = async (text: string, mentionNames: readonly string[] = []) => {
    const page = snapshot([message(0, { text }), message(1, { authorName: 'Ben Okafor' })]);
    const chat = await open({ snapshot: { ...page, frame: { ...page.frame, mentionNames } } });
    return { chat, first: chat.articles.first() };
  };

  it('becomes elements, and nothing else does', async () => {
    const { first } = await shown('*bold* _italic_ ~gone~ `code` <b>no</b> *<img src=x>*');
    assert.equal(await first.locator('strong').first().innerText(), 'bold');
    assert.equal(await first.locator('em').innerText(), 'italic');
    assert.equal(await first.locator('s').innerText(), 'gone');
    assert.equal(await first.locator('code.span').innerText(), 'code');
    assert.equal(await first.locator('strong').last().innerText(), '<img src=x>');
    assert.equal(await first.locator('b, img').count(), 0);
  });

  it('shows quotes and lists, nested and numbered', async () => {
    const { first } = await shown('> *quoted*\n- one\n- two\n  - deeper\n3. three\n7. seven');
    assert.equal(await first.locator('blockquote strong').innerText(), 'quoted');
    assert.equal(await first.locator('ul ul li').innerText(), 'deeper');
    const numbers = await first
      .locator('ol > li')
      .evaluateAll((all) => all.map((item) => (item as HTMLLIElement).value));
    assert.deepEqual(numbers, [3, 7]);
    assert.equal(await first.locator('ul > li[value]').count(), 0);
  });

  it('shows where words lead that stand in the place of an address', async () => {
    const { first } = await shown('[your bank](https://evil.example/login) [x](javascript:alert(1)) ann@a.example');
    const links = await first.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    assert.deepEqual(links, ['https://evil.example/login', 'mailto:ann@a.example']);
    assert.match(await first.innerText(), /your bank \(evil\.example\) \[x\]\(javascript:alert\(1\)\) ann@a\.example/);
  });

  it('marks people who are known, and this person above all', async () => {
    const { first } = await shown('@Ben Okafor and @Ann Lee and @Nobody', ['Ann Lee']);
    assert.deepEqual(await first.locator('.mention').allInnerTexts(), ['@Ben Okafor', '@Ann Lee']);
    assert.deepEqual(await first.locator('.mention.me').allInnerTexts(), ['@Ann Lee']);
  });

  it('loads the names of emoji with the first word between colons, and says them to those who listen', async () => {
    const { chat, first } = await shown('done :tada: at 12:30:45, :nope:');
    await first.getByRole('img', { name: ':tada:' }).waitFor();
    assert.match(await first.innerText(), /done 🎉 at 12:30:45, :nope:/);
    assert.deepEqual(chat.scripts, ['page.js', 'emoji.js']);
  });

  it('colours code with the first block of code in a language, and never before', async () => {
    const { chat, first } = await shown(code);
    await first.locator('.hljs-keyword').waitFor();
    assert.equal(await first.locator('.hljs-keyword').innerText(), 'const');
    assert.equal(await first.locator('pre').innerText(), 'const answer: number = 42; // "why"');
    assert.deepEqual(chat.scripts, ['page.js', 'highlight.js']);
    const { chat: plain } = await shown('```\nno language\n```\n`code`');
    assert.deepEqual(plain.scripts, ['page.js']);
  });

  it('shows code in the item of a list that it belongs to, and copies it without the indent of its fence', async () => {
    const { chat, first } = await shown('- see: ```\n  a\n    b```\n- next');
    assert.equal(await first.locator('ul').count(), 1);
    assert.equal(await first.locator('li').first().locator('pre').innerText(), 'a\n  b');
    await first.getByRole('button', { name: 'Insert at Cursor' }).click();
    await chat.settle();
    assert.deepEqual(
      chat.notices.filter(({ method }) => method === 'insertCode'),
      [{ method: 'insertCode', params: { text: 'a\n  b' } }],
    );
  });

  it('leaves code of an unknown language, and hostile code, as text', async () => {
    const { first } = await shown('```klingon\n<b>x</b>\n```\n```html\n<script>alert(1)</script>\u202E\n```');
    await first.locator('.hljs-tag').first().waitFor();
    assert.deepEqual(await first.locator('pre').allInnerTexts(), ['<b>x</b>', '<script>alert(1)</script>[U+202E]']);
    assert.equal(await first.locator('script, b').count(), 0);
  });

  it('inserts code at the cursor and opens it in an editor, as it was sent', async () => {
    const { chat, first } = await shown('```ts\na\u0007b\n```');
    await first.getByRole('button', { name: 'Insert at Cursor' }).click();
    await first.getByRole('button', { name: 'Open in Editor' }).click();
    await chat.settle();
    assert.deepEqual(
      chat.notices.filter(({ method }) => method.endsWith('Code')),
      [
        { method: 'insertCode', params: { text: 'a\u0007b' } },
        { method: 'openCode', params: { text: 'a\u0007b', language: 'ts' } },
      ],
    );
  });

  it('says in words that a message was edited', async () => {
    const chat = await open({ snapshot: snapshot([message(0, { edited: true })]) });
    assert.match((await chat.articles.first().getAttribute('aria-label')) ?? '', /, edited$/);
    await chat.articles.first().getByText('edited', { exact: true }).waitFor();
  });

  it('says in words that a name is what the message says, and groups it apart', async () => {
    const chat = await open({
      snapshot: snapshot([
        message(0, { authorName: 'Ann Lee' }),
        message(1, { authorName: 'Ann Lee', signedVia: 'Shared Key', time: NOON + 1000 }),
      ]),
    });
    assert.match((await chat.articles.last().getAttribute('aria-label')) ?? '', /^Ann Lee, signed, /);
    assert.equal(
      await chat.articles.last().locator('header').getByText('signed').getAttribute('title'),
      'The service names Shared Key as the author. The name is what the message says.',
    );
    assert.ok(await chat.articles.last().locator('header .author').isVisible());
    assert.ok(!((await chat.articles.last().getAttribute('class')) ?? '').includes('continued'));
  });

  it('does not freeze under floods of marks', async () => {
    for (const flood of ['*a* '.repeat(25_000), '> '.repeat(50_000), '- a\n'.repeat(25_000), '*_~['.repeat(4_900)]) {
      const { chat, first } = await shown(flood);
      await chat.composer.fill('still here');
      assert.ok((await first.locator('*').count()) < 3_000);
    }
  });
});

import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
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

  it('shows code and styles in the words of a link, its title, and pictures as links', async () => {
    const { first } = await shown(
      '[the `code` *here*](https://a.example/x "A title") ![a picture](https://b.example/p.png) <https://c.example/>',
    );
    const links = await first
      .locator('a')
      .evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('title'), link.innerHTML]));
    assert.deepEqual(links, [
      [
        'https://a.example/x',
        'https://a.example/x\nA title',
        'the <code class="span" dir="ltr">code</code> <strong>here</strong>',
      ],
      ['https://b.example/p.png', 'https://b.example/p.png', 'a picture'],
      ['https://c.example/', 'https://c.example/', 'https://c.example/'],
    ]);
    assert.match(
      await first.innerText(),
      /the code here \(a\.example\) a picture \(b\.example\) https:\/\/c\.example\/$/,
    );
    assert.equal(await first.locator('.text img').count(), 0);
  });

  it('keeps the room between items that a list was written with', async () => {
    const { first } = await shown('- one\n- two\n\ntext\n\n1. one\n\n2. two');
    const [tight, loose] = await Promise.all(
      ['ul', 'ol'].map((list) =>
        first
          .locator(`${list} > li`)
          .evaluateAll(([one, two]) => two!.getBoundingClientRect().top - one!.getBoundingClientRect().bottom),
      ),
    );
    assert.ok(loose! > tight! + 3, `${tight} and ${loose}`);
  });

  it('says what the author said of code beside its language, and colours it by that', async () => {
    const { first } = await shown('```rust,ignore\nfn a() {}\n```\n~~~{.python .numberLines}\ndef a():\n~~~');
    await first.locator('.hljs-keyword').nth(1).waitFor();
    assert.deepEqual(await first.locator('.code-language').allInnerTexts(), ['rust', 'python']);
    assert.deepEqual(await first.locator('.code-name').allInnerTexts(), ['rust ignore', 'python .numberLines']);
    assert.deepEqual(await first.locator('pre').allInnerTexts(), ['fn a() {}', 'def a():']);
  });

  it('makes one emoji of one and its skin tone', async () => {
    const { first } = await shown(':+1::skin-tone-3: :tada::skin-tone-3:');
    await first.getByRole('img', { name: ':+1::skin-tone-3:' }).waitFor();
    assert.match(await first.innerText(), /👍🏼 🎉:skin-tone-3:$/u);
  });

  /** The left edges of the first places where the words stand, in an element. */
  const lefts = (element: Locator, words: readonly string[]): Promise<number[]> =>
    element.evaluate((whole, all) => {
      const nodes: Text[] = [];
      const walker = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
      while (walker.nextNode() !== null) nodes.push(walker.currentNode as Text);
      return all.map((word) => {
        const node = nodes.find(({ data }) => data.includes(word));
        if (node === undefined) return Number.NaN;
        const range = document.createRange();
        range.setStart(node, node.data.indexOf(word));
        range.setEnd(node, node.data.indexOf(word) + word.length);
        return range.getBoundingClientRect().left;
      });
    }, words);
  const assertRising = (places: readonly number[]): void => {
    places.forEach((place, index) => {
      assert.ok(index === 0 || place > places[index - 1]!, places.join(' '));
    });
  };

  for (const language of ['', 'js']) {
    it(`reads code in a block from left to right, whatever letters it begins with${language && `: ${language}`}`, async () => {
      const { first } = await shown(`\`\`\`${language}\nשלום = 1;\nf(אבג, דהו);\n// אחד שניים\n\`\`\``);
      const block = first.locator('pre');
      if (language !== '') await first.locator('.hljs-comment').waitFor();
      assertRising(await lefts(block, ['שלום', '=', '1', ';']));
      assertRising(await lefts(block, ['f', '(', 'אבג', ',', 'דהו', ')']));
      // Words in a row are read as they are written, and letters too.
      assertRising(await lefts(block, ['//', 'שניים', 'אחד']));
      assertRising(await lefts(block, ['ם', 'ו', 'ל', 'ש']));
      const [left = Number.NaN] = await lefts(block, ['שלום']);
      const inner = await block.evaluate((element) => element.getBoundingClientRect().left);
      assert.ok(left - inner < 12, `${left - inner} px from the left`);
      assert.equal(await block.textContent(), 'שלום = 1;\nf(אבג, דהו);\n// אחד שניים');
    });
  }

  it('reads code in prose from left to right, and the prose as its own letters say', async () => {
    const { first } = await shown('ראו את `שלום = f(1, -2)` כאן\n\n`ערך + 1` is new, `--watch` too');
    const codes = first.locator('code.span');
    assertRising(await lefts(codes.nth(0), ['שלום', '=', 'f', '(1', ',', '-2', ')']));
    assertRising(await lefts(codes.nth(1), ['ערך', '+', '1']));
    const text = first.locator('.text').first();
    assertRising(await lefts(text, ['כאן', 'שלום', 'את', 'ראו']));
    assertRising(await lefts(text, ['ערך', 'is new', '--watch', 'too']));
    const { first: hebrew } = await shown('`--watch` הוא דגל');
    assertRising(await lefts(hebrew.locator('.text').first(), ['דגל', 'הוא', '--', 'watch']));
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

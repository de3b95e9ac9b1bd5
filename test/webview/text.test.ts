import assert from 'node:assert/strict';
import { frame, message, messages, snapshot } from './support/builders';
import type { ChatPage } from './support/chatPage';
import { chatPages } from './support/chatPages';

describe('The text of a message', () => {
  const open = chatPages();
  const openWith = (text: string): Promise<ChatPage> => open({ snapshot: snapshot([message(0, { text })]) });
  const body = (chat: ChatPage) => chat.articles.first().locator('.body');

  const hostile = [
    '<script>window.hacked = true; alert(1)</script>',
    '<img src=x onerror="window.hacked = true">',
    '<style>* { display: none }</style><iframe src="https://evil.test"></iframe>',
    '[click](javascript:window.hacked=true) ](javascript:alert(1)) javascript:alert(1)',
    '![x](javascript:alert(1)) <a href="https://evil.test">x</a>',
    'data:text/html,<script>alert(1)</script> vscode://evil command:workbench.action.quit file:///etc/passwd',
    '&lt;b&gt; &amp; &#x3c; </textarea></article><article>',
    '{{constructor.constructor("return 1")()}} ${alert(1)}',
  ];
  for (const text of hostile) {
    it(`is text: ${text}`, async () => {
      const chat = await openWith(text);
      assert.equal(await body(chat).textContent(), text);
      const made = await body(chat).evaluate((element) =>
        Array.from(element.querySelectorAll('*'), ({ localName }) => localName).filter((name) => name !== 'div'),
      );
      assert.deepEqual(
        made.filter((name) => name !== 'a'),
        [],
      );
      const hrefs = await body(chat)
        .locator('a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
      for (const href of hrefs) assert.match(href ?? '', /^https:\/\/evil\.test/);
      assert.equal(await chat.page.evaluate(() => 'hacked' in window), false);
      assert.equal(await chat.articles.count(), 1);
    });
  }

  it('keeps its lines and spaces, and line ends of all kinds are line ends', async () => {
    const chat = await openWith('one\r\n  two\rthree\n\n\tfour');
    assert.equal(await body(chat).innerText(), 'one\n  two\nthree\n\n\tfour');
  });

  it('shows control characters and overrides instead of obeying them', async () => {
    const chat = await openWith('a\u0000b\u001b[31mc\u007f\u0085 \u202Egnp.exe\u202C \u2066x\u2069');
    assert.equal(await body(chat).textContent(), 'a␀b␛[31mc␡[U+0085] [U+202E]gnp.exe[U+202C] [U+2066]x[U+2069]');
  });

  it('reads right-to-left lines from the right, and leaves what is around them alone', async () => {
    const chat = await open({
      snapshot: snapshot([
        message(0, { text: 'שלום לכולם', authorName: 'אלון (צוות)' }),
        message(1, { text: 'plain' }),
      ]),
    });
    const places = await chat.articles.evaluateAll((found) =>
      found.map((article) => {
        const text = article.querySelector('.text')?.firstChild;
        const range = document.createRange();
        range.selectNodeContents(text!);
        const { left, right } = range.getBoundingClientRect();
        const whole = article.querySelector('.text')!.getBoundingClientRect();
        return { fromLeft: left - whole.left, fromRight: whole.right - right };
      }),
    );
    assert.ok(places[0]!.fromRight < 1 && places[0]!.fromLeft > 50);
    assert.ok(places[1]!.fromLeft < 1 && places[1]!.fromRight > 50);
    const [author, time] = [chat.articles.first().locator('.author'), chat.articles.first().locator('time')];
    assert.ok((await author.boundingBox())!.x < (await time.boundingBox())!.x);
  });

  it('makes links of web addresses only, and a link shows where it leads', async () => {
    const chat = await openWith(
      'see https://example.com/a(b)?c=d#e, (http://example.com) or ftp://example.com, www.example.com; https://bank.example@evil.test/',
    );
    const links = await body(chat)
      .locator('a')
      .evaluateAll((found) => found.map((link) => ({ href: link.getAttribute('href'), text: link.textContent })));
    assert.deepEqual(links, [
      { href: 'https://example.com/a(b)?c=d#e', text: 'https://example.com/a(b)?c=d#e' },
      { href: 'http://example.com', text: 'http://example.com' },
    ]);
  });

  it('shows fenced code as it is, with its language and a button that copies it', async () => {
    const code = 'const a = `<b>`;\n\tif (a) {\n}';
    const chat = await openWith(`Look:\r\n\`\`\`\`ts\r\n${code.replaceAll('\n', '\r\n')}\r\n\`\`\`\`\r\nfine?`);
    const block = chat.page.getByRole('group', { name: 'Code: ts', exact: true });
    assert.equal(await block.textContent(), code);
    assert.equal(
      await block.evaluate((element) => getComputedStyle(element).fontFamily),
      '"Droid Sans Mono", monospace',
    );
    assert.deepEqual(await body(chat).locator('.text').allTextContents(), ['Look:', 'fine?']);
    await chat.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.settle();
    assert.deepEqual(chat.heard('copy'), [{ text: code }]);
    assert.equal(await chat.page.getByRole('button', { name: 'Copied', exact: true }).count(), 1);
  });

  it('shows what is invisible in code, and copies it as it was sent', async () => {
    const chat = await openWith('```\nif (admin\u202E) {\u001b}\n```');
    assert.equal(await chat.page.locator('pre').textContent(), 'if (admin[U+202E]) {␛}');
    await chat.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.settle();
    assert.deepEqual(chat.heard('copy'), [{ text: 'if (admin\u202E) {\u001b}' }]);
  });

  it('is folded when it is long, and unfolds', async () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const chat = await openWith(lines.join('\n'));
    assert.ok((await body(chat).locator('.text').innerText()).split('\n').length < 60);
    const more = chat.page.getByRole('button', { name: 'Show all', exact: true });
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await more.click();
    assert.equal(await body(chat).locator('.text').innerText(), lines.join('\n'));
    await chat.page.getByRole('button', { name: 'Show less', exact: true }).click();
    assert.ok((await body(chat).locator('.text').innerText()).split('\n').length < 60);
  });

  it('folds long code by itself; what is copied, inserted and opened is the whole of it', async () => {
    const code = Array.from({ length: 200 }, (_, index) => `const a${index} = ${index};`).join('\n');
    const chat = await openWith(`*Look*:\n\`\`\`ts\n${code}\n\`\`\`\nand *more* words`);
    const block = chat.page.getByRole('group', { name: 'Code: ts', exact: true });
    assert.ok(((await block.textContent()) ?? '').split('\n').length < 30);
    await body(chat).locator('strong').getByText('more').waitFor();
    await chat.page.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat.page.getByRole('button', { name: 'Insert at Cursor' }).click();
    await chat.page.getByRole('button', { name: 'Open in Editor' }).click();
    await chat.settle();
    assert.deepEqual(chat.heard('copy'), [{ text: code }]);
    assert.deepEqual(chat.heard('insertCode'), [{ text: code }]);
    assert.deepEqual(chat.heard('openCode'), [{ text: code, language: 'ts' }]);
    await chat.page.getByRole('button', { name: 'Show all 200 lines' }).click();
    assert.equal(await block.textContent(), code);
    await chat.page.getByRole('button', { name: 'Show less' }).click();
    assert.ok(((await block.textContent()) ?? '').split('\n').length < 30);
  });

  it('keeps its markup beside code of any length', async () => {
    const chat = await openWith(`*Look*:\n\`\`\`\n${'let a = 1;\n'.repeat(5_000)}\`\`\`\nand *more*`);
    assert.deepEqual(await body(chat).locator('strong').allTextContents(), ['Look', 'more']);
  });

  it('may be a megabyte: little of it is rendered, and the page goes on working', async () => {
    const huge = [
      'x'.repeat(1 << 20),
      'word '.repeat(1 << 18),
      '```\n'.repeat(1 << 18),
      '\u202E'.repeat(1 << 20),
      'https://example.com/ '.repeat(1 << 16),
      `\`\`\`js\n${'let a = 1;\n'.repeat(1 << 17)}`,
    ];
    const chat = await open({ snapshot: snapshot(huge.map((text, index) => message(index, { text }))) });
    const size = await chat.log.evaluate((log) => ({
      characters: log.textContent.length,
      elements: log.querySelectorAll('*').length,
    }));
    assert.ok(size.characters < 200_000, `${size.characters} characters`);
    assert.ok(size.elements < 1_500, `${size.elements} elements`);
    await chat.composer.pressSequentially('still here');
    assert.equal(await chat.composer.inputValue(), 'still here');
    await chat.change({ version: 2, frame: frame(), upserts: [{ entry: message(9), after: 'id:5' }], removals: [] });
    assert.equal(await chat.articles.count(), 7);
  });

  it('unfolds to a megabyte, of which only what is in view is laid out', async () => {
    for (const text of ['x '.repeat(1 << 19), '```\n'.repeat(1 << 18), 'https://example.com/ '.repeat(1 << 16)]) {
      const chat = await open({ snapshot: snapshot([...messages(2), message(2, { text })]) });
      await chat.page.getByRole('button', { name: 'Show all' }).click();
      await chat.settle();
      const last = chat.articles.last();
      const { characters, elements, laidOut } = await last.evaluate((article) => ({
        characters: article.textContent.length,
        elements: article.querySelectorAll('*').length,
        // The css gives a piece out of view this height.
        laidOut: Array.from(article.querySelectorAll('.chunk'), (chunk) => chunk.getBoundingClientRect().height).filter(
          (height) => height !== 3_000,
        ).length,
      }));
      assert.ok(characters > 1_000_000, `${characters} characters`);
      assert.ok(elements < 1_500, `${elements} elements`);
      assert.ok(laidOut > 0 && laidOut < 10, `${laidOut} pieces`);
      await chat.composer.pressSequentially('ok');
      assert.equal(await chat.composer.inputValue(), 'ok');
    }
  });

  it('scrolls long lines of long code inside the block', async () => {
    const chat = await openWith(`\`\`\`\n${`${'wide '.repeat(100)}\n`.repeat(200)}\`\`\``);
    await chat.page.getByRole('button', { name: 'Show all' }).click();
    await chat.settle();
    const block = chat.page.locator('pre');
    assert.ok(await block.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > 5 * clientWidth));
    assert.ok(await chat.log.evaluate(({ scrollWidth, clientWidth }) => scrollWidth === clientWidth));
  });
});

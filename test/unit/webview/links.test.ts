import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAddress, splitLinks } from '../../../src/webview/links';
import { cpuTime } from '../../support/cpuTime';

const linksOf = (text: string, maxLinks = 100): string[] =>
  splitLinks(text, maxLinks)
    .filter(({ isLink }) => isLink)
    .map((piece) => piece.text);

describe('splitLinks', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['https://example.com', ['https://example.com']],
    ['see http://example.com/a?b=c#d.', ['http://example.com/a?b=c#d']],
    ['(https://example.com/a)', ['https://example.com/a']],
    ['https://en.example.org/wiki/A_(b)', ['https://en.example.org/wiki/A_(b)']],
    ['*https://example.com*, "https://example.org"!', ['https://example.com', 'https://example.org']],
    ['<https://example.com>', ['https://example.com']],
    ['https://de.example.org/wiki/Über', ['https://de.example.org/wiki/Über']],
    ['https://localhost:8080/@x', ['https://localhost:8080/@x']],
    ['HTTPS://EXAMPLE.COM', ['HTTPS://EXAMPLE.COM']],
    ['javascript:alert(1) data:text/html,x ftp://example.com file:///etc mailto:a@b.c command:x', []],
    ['xhttps://example.com', []],
    ['https://', []],
    ['https:///evil.example https://?x https://#x', []],
    ['https://user@evil.example/ https://bank.example:pw@evil.example', []],
    ['https://example.com[U+202E]moc.live', ['https://example.com']],
    ['https://example.com/\u200bhidden', ['https://example.com/']],
    ['https://example.com/x[U+202E]moc.live', ['https://example.com/x']],
    ['https://example.com/?a[[U+202E]]=moc', ['https://example.com/?a']],
    ['https://example.com|evil.example https://example.org[a]', ['https://example.com', 'https://example.org']],
    [
      "https://bank.example'@evil.example https://bank.example|@evil.example",
      ['https://bank.example', 'https://bank.example'],
    ],
    ['https://example.com/?f[a]=1&f[b][c]=2', ['https://example.com/?f[a]=1&f[b][c]=2']],
    ['https://example.com/issues?label_name[]=x.', ['https://example.com/issues?label_name[]=x']],
    ["https://example.com/it's https://example.com/a|b", ["https://example.com/it's", 'https://example.com/a|b']],
    [
      'https://example.com/search?q=* https://example.com/?q=*:*',
      ['https://example.com/search?q=*', 'https://example.com/?q=*:*'],
    ],
    ["https://example.com/?name='a'", ["https://example.com/?name='a'"]],
    ["'https://example.com/x' ‘https://example.com/y’", ['https://example.com/x', 'https://example.com/y']],
    ["fetch('https://example.com/x').then(a)", ['https://example.com/x']],
    ['[https://example.com/x] [see https://example.com/y[1]]', ['https://example.com/x', 'https://example.com/y[1]']],
    ['https://example.com/x]y https://example.com/x[y', ['https://example.com/x', 'https://example.com/x']],
    ['[https://example.com/x](https://example.com/y)', ['https://example.com/x', 'https://example.com/y']],
    ['|https://example.com/x|https://example.com/y|', ['https://example.com/x', 'https://example.com/y']],
    ['https://example.com/x|https://example.com/y', ['https://example.com/x', 'https://example.com/y']],
    ['<https://example.com/x|words> [words|https://example.com/y]', ['https://example.com/x', 'https://example.com/y']],
    ['请看https://example.com/x。', ['https://example.com/x']],
    ...Array.from('。，、；：？！）」』】》〉〕］｝\u3000').map((stop): readonly [string, readonly string[]] => [
      `これはhttps://example.com/x${stop}です`,
      ['https://example.com/x'],
    ]),
    ['https://例え.example/日本語/パス', ['https://例え.example/日本語/パス']],
    ['https://bank.example。evil.example', ['https://bank.example']],
    ['аhttps://example.com 1https://example.com', []],
    ['http://[::1]:8080/x. http://[::1]', ['http://[::1]:8080/x', 'http://[::1]']],
    ['https://[2001:db8::7]/?a[b]=1#c', ['https://[2001:db8::7]/?a[b]=1#c']],
    ['http://[::1]x http://[::g]/ http://[]/ http://[1.2.3.4]/ http://u@[::1]/', []],
    [
      'https://example.com/a. https://example.com/b_ https://example.com/c! https://example.com/d? (https://example.com/e)',
      ['a', 'b', 'c', 'd', 'e'].map((path) => `https://example.com/${path}`),
    ],
  ];
  for (const [text, links] of cases) {
    it(`finds ${links.length} in ${JSON.stringify(text)}`, () => assert.deepEqual(linksOf(text), links));
  }

  it('loses and adds nothing, and links are addresses of the web', () => {
    const unit = fc.constantFrom(
      'https://',
      'http://',
      'a.b',
      '/',
      '@',
      '(',
      ')',
      ' ',
      '.',
      '?',
      '[',
      'x',
      ']',
      '|',
      "'",
      '*',
      '[U+202E]',
      '\n',
      '🙂',
      ':',
      'javascript:',
    );
    fc.assert(
      fc.property(
        fc.array(unit).map((parts) => parts.join('')),
        (text) => {
          const pieces = splitLinks(text, 3);
          assert.equal(pieces.map((piece) => piece.text).join(''), text);
          for (const { text: address, isLink } of pieces) {
            if (!isLink) continue;
            assert.match(address, /^https?:\/\/[^\s@/?]+([/?]\S*)?$/i);
            assert.doesNotMatch(address, /U\+202E/);
          }
          assert.ok(pieces.filter(({ isLink }) => isLink).length <= 3);
        },
      ),
    );
  });

  it('says of an address that stands for itself whether it may be opened, to its last character', () => {
    for (const end of ['', '.', '_', '!', '?', ')', '*', "'", '。', '|x', '[a]', '%20x']) {
      assert.equal(isAddress(`https://example.com/x${end}`), true, end);
    }
    for (const address of ['http://[::1]:8080/x', 'mailto:a@b.example', 'HTTPS://EXAMPLE.COM']) {
      assert.equal(isAddress(address), true, address);
    }
    for (const address of [
      'https://me@evil.example/',
      'https://bank.example。evil.example/',
      'https://bank.example\\@evil.example/',
      'https:///evil.example/',
      'https://example.com/a b',
      'https://example.com/\u200bx',
      'https://example.com/[U+202E]x',
      ' https://example.com/',
      'https://example.com/\n',
      'javascript:alert(1)',
      'data:text/html,x',
      'mailto:a@b.example?cc=c@d.example',
      '//example.com/',
      '/x',
      '',
    ]) {
      assert.equal(isAddress(address), false, address);
    }
  });

  it('stops at the number of links that is wanted', () => {
    assert.equal(linksOf('https://a.example '.repeat(10), 4).length, 4);
    assert.deepEqual(splitLinks('https://a.example', 0), [{ text: 'https://a.example', isLink: false }]);
  });

  it('takes time linear in the text, whatever is repeated', function () {
    this.timeout(60_000);
    const time = (text: string): number => cpuTime(() => splitLinks(text, 100_000));
    for (const piece of [
      'https://a/[',
      'https://a/|',
      "'https://a/",
      'https://a/[a]',
      '|https://a/',
      "https://a/'",
      '[a',
      'http://[::1]',
      'http://[',
      '请https://a/。',
    ]) {
      const of = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
      time(of(20_000));
      const [short, long] = [time(of(50_000)), time(of(200_000))];
      assert.ok(long <= 9 * short + 5, `${JSON.stringify(piece)}: ${short.toFixed(2)} and ${long.toFixed(2)} ms`);
    }
  });
});

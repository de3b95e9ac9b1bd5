import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { markupOf } from '../../../src/chat/blockMarkup';
import type { Block, Inline, MarkupContext } from '../../../src/chat/markup';
import { knownNames } from '../../../src/chat/mentions';
import { isAddress, splitLinks } from '../../../src/webview/links';
import { visibleText } from '../../../src/chat/visibleText';
import { checkoutFolder } from '../../support/checkout';
import { blockNotation, plainText } from '../../support/markupNotation';
import { cpuTime } from '../../support/cpuTime';

const emoji = new Map([
  ['tada', '🎉'],
  ['+1', '👍'],
  ['v', '✌️'],
  ['technologist', '🧑‍💻'],
  ['family', '👨‍👩‍👧'],
]);
const context: MarkupContext = {
  splitLinks,
  isAddress,
  mentionAt: knownNames(['Ann', 'Ann Lee', 'Ben Okafor', 'Zoë', '安娜', 'İlker Işık', 'Jörg Groß'], ['ann lee']),
  emojiOf: (shortcode) => emoji.get(shortcode),
};
const notation = (text: string): string => blockNotation(markupOf(text, context));

/** Seconds that the fuzz takes; `CHAPI_FUZZ_SECONDS=300` for minutes. */
const FUZZ_MS = Number(process.env['CHAPI_FUZZ_SECONDS'] ?? '3') * 1000;

function corpus(name: string): readonly (readonly [text: string, tree: string])[] {
  return readFileSync(path.join(checkoutFolder, 'test', 'unit', 'chat', 'markup', `${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line.includes(' → '))
    .map((line) => {
      const [text = '', tree = ''] = line.split(' → ');
      return [text.replaceAll('⏎', '\n').replaceAll('⇥', '\t'), tree.replaceAll('‥', '  ').replaceAll('⇥', '\t')];
    });
}

function depth(nodes: readonly (Block | Inline)[]): number {
  return nodes.reduce((most, node) => {
    const inner: readonly (readonly (Block | Inline)[])[] =
      node.kind === 'list' ? node.items.map(({ children }) => children) : 'children' in node ? [node.children] : [];
    return Math.max(most, 1 + Math.max(0, ...inner.map(depth)));
  }, 0);
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at);
    if (at < 0) return false;
    at += character.length;
  }
  return true;
}

describe('markup', () => {
  for (const name of ['inline', 'blocks']) {
    const cases = corpus(name);
    it(`reads ${cases.length} cases: ${name}`, () => {
      assert.ok(cases.length > 40);
      const wrong = cases.filter(([text, tree]) => notation(text) !== tree);
      assert.deepEqual(
        wrong.map(([text]) => [text, notation(text)]),
        wrong,
      );
    });
  }

  const pieces = [
    ...[
      '*',
      '**',
      '_',
      '~',
      '~~',
      '`',
      '``',
      '```',
      '\n',
      '\t',
      '\n```',
      '```\n',
      '+ ',
      "'",
      ' ',
      '  ',
      '>',
      '> ',
      '- ',
      '1. ',
      '• ',
      '[',
      ']',
      '(',
      ')',
    ],
    ...[
      'a',
      'b ',
      ' c',
      'é',
      '日',
      '😀',
      '@',
      '@Ann',
      '@Ann Lee',
      ':',
      ':tada:',
      '\\',
      '<b>',
      '&amp;',
      '\u202E',
      '\u0000',
    ],
    ...['<https://a.example/>', '![x](https://a.example/ "info")', '~~~', '\n~~~', '~~~ info\n', '<', '"', '](', '](<'],
    ...['https://a.example/', '[x](https://a.example/)', '[x](javascript:a)', 'x@a.example', '![', '|', '#', '\ud800'],
  ];
  const anyText = fc.oneof(
    fc.string({ unit: fc.constantFrom(...pieces), maxLength: 60 }),
    fc.string({ unit: 'grapheme' }),
  );

  it('throws at nothing, loses no character but marks, makes none up, and stays flat, whatever the text', function () {
    this.timeout(FUZZ_MS + 20_000);
    fc.assert(
      fc.property(anyText, (text) => {
        const blocks = markupOf(text, context);
        assert.ok(depth(blocks) <= 16, `${depth(blocks)} deep`);
        const shown = plainText(blocks);
        // Of a tab that is partly an indent, blanks are left; a line end within a code span is one.
        const withBlanks = (all: string): string => visibleText(all).replaceAll('\t', '    ').replaceAll('\n', ' ');
        assert.ok(isSubsequence(withBlanks(shown), withBlanks(text)), JSON.stringify({ text, shown }));
        const withoutMarks = (all: string): string => all.replace(/[^\p{L}\p{N}😀&;\\|#<]/gu, '');
        const addresses = /\]\(|<https|@a\.example|~~~/;
        if (!addresses.test(text) && !text.includes('`') && !/\d[.)]/.test(text)) {
          assert.equal(withoutMarks(visibleText(shown)), withoutMarks(visibleText(text)));
        }
      }),
      { numRuns: 100_000_000, interruptAfterTimeLimit: FUZZ_MS, markInterruptAsFailure: false },
    );
  });

  it('takes time linear in the text, whatever is repeated', function () {
    this.timeout(180_000);
    const time = (text: string): number => cpuTime(() => markupOf(text, context));
    const nasty = [
      ...pieces,
      '*_~[',
      '*a ',
      '_a*',
      '`a``',
      '[a](',
      '> > ',
      ' - ',
      '@Ann ',
      ':a',
      'a@',
      '*a\n',
      '(https://',
      'a ```\n',
      'a```\n',
      '- ```\n',
      '- a\n\t```\n',
      '+ a\n- b\n',
      '*"',
      '.*',
      'a`b`c',
      '![![![',
      '[[[[](https://a.example/)',
      '<<<<',
      '<https://',
      '<a@',
      '](',
      '[a](<',
      '[a](<b',
      '[a](b "',
      '[a](b (c',
      `[a](b 'x [a](b "x `,
      '[](',
      '[](()',
      '![a](https://a.example/ "',
      '~~~ a ~~~\n',
      '```ts a,b{c} d=e\n',
      '- a\n\n',
      '- a\n\n  ',
      '-\n- a\n',
      '@ann/',
      '@a\u0301',
      '请https://a/。',
      ':+1::skin-tone-3:',
    ];
    const repeated = nasty.map((piece) => ({
      piece,
      of: (length: number): string => piece.repeat(Math.ceil(length / piece.length)),
    }));
    const rising = (unit: string, of: (runs: string) => string): ((length: number) => string) => {
      const runs = (length: number): string =>
        Array.from({ length: Math.floor(Math.sqrt(2 * length)) }, (_, index) => unit.repeat(index + 1)).join(' ');
      return (length) => of(runs(length));
    };
    const once: readonly { readonly piece: string; readonly of: (length: number) => string }[] = [
      { piece: 'backticks of all lengths', of: rising('`', (runs) => runs) },
      { piece: 'tildes of all lengths', of: rising('~', (runs) => runs.replaceAll(' ', ' x\n')) },
      { piece: 'a long info', of: (length) => `\`\`\`ts ${'a,b '.repeat(length / 4)}\nx` },
      { piece: 'a long info in braces', of: (length) => `\`\`\`{r, ${'a=b, '.repeat(length / 5)}}\nx` },
      { piece: 'a long info of tildes', of: (length) => `~~~ ${'a~~~~ '.repeat(length / 6)}\nx` },
      {
        piece: 'pictures in pictures',
        of: (length) => '!['.repeat(length / 26) + '](https://a.example/x.png)'.repeat(length / 26),
      },
      { piece: 'brackets in brackets', of: (length) => '['.repeat(length / 2) + ']'.repeat(length / 2) },
    ];
    for (const { piece, of } of [...repeated, ...once]) {
      time(of(20_000));
      const tries: string[] = [];
      const isLinear = (): boolean => {
        const [short, long] = [time(of(50_000)), time(of(200_000))];
        tries.push(`${short.toFixed(2)} and ${long.toFixed(2)} ms`);
        // Four times the text: linear is 4, quadratic 16. Half a millisecond more or less is the clock's.
        return long <= 9 * short + 5;
      };
      // A collection of garbage may come into one measurement; what is quadratic is so every time.
      assert.ok(isLinear() || isLinear() || isLinear(), `${JSON.stringify(piece)}: ${tries.join(', ')}`);
    }
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { selectionMessage } from '../../../src/chat/codeSelection';
import { fencePlaces, splitFences, type Segment } from '../../../src/chat/fences';
import { cpuTime } from '../../support/cpuTime';

const text = (said: string): Segment => ({ kind: 'text', text: said });
const code = (written: string, language?: string, info?: string): Segment => {
  const named = language === undefined ? {} : { language };
  return { kind: 'code', ...named, ...(info === undefined ? {} : { info }), text: written };
};

describe('splitFences', () => {
  const cases: readonly (readonly [string, string, readonly Segment[]])[] = [
    ['a message without fences', 'hello\nworld', [text('hello\nworld')]],
    ['nothing', '', []],
    ['text, code and text', 'a\n```ts\nb\nc\n```\nd', [text('a'), code('b\nc', 'ts'), text('d')]],
    ['code only', '```\nx\n```', [code('x')]],
    ['line ends of bots', 'a\r\n```ts\r\nb\r\n```\r\nc', [text('a'), code('b', 'ts'), text('c')]],
    ['a longer fence around a shorter one', '````md\n```\nx\n```\n````', [code('```\nx\n```', 'md')]],
    ['a closing fence that is longer', '```\nx\n`````\ny', [code('x'), text('y')]],
    ['an unclosed fence', 'a\n```js\nb\nc', [text('a'), code('b\nc', 'js')]],
    ['an unclosed fence with a line end', '```\nb\n', [code('b')]],
    ['a fence that is all', '```', [code('')]],
    ['an empty block', '```\n```\nx', [code(''), text('x')]],
    ['a block of one empty line', '```\n\n```', [code('')]],
    ['a block of two empty lines', '```\n\n\n```', [code('\n')]],
    ['two blocks in a row', '```\na\n```\n```\nb\n```', [code('a'), code('b')]],
    ['blank lines around', 'a\n\n```\nb\n```\n\nc', [text('a\n'), code('b'), text('\nc')]],
    ['fences indented by up to three spaces', '   ```ts\n    x\n  ```', [code(' x', 'ts')]],
    ['lines that are indented less than their fence', '  ```\n  x\n    y\n z\n  ```', [code('x\n  y\nz')]],
    ['a fence in an item of a list', '- a:\n     ```\n     x\n     ```', [text('- a:'), code('x')]],
    ['four spaces behind a list', '- a\nb\n    ```\nx', [text('- a\nb\n    ```\nx')]],
    ['a tab in an item of a list', '- a:\n\t```\n\tx\n\t\ty\n\t```', [text('- a:'), code('x\n\ty')]],
    ['code that begins behind the fence', '```SELECT *\nFROM a\n```', [code('SELECT *\nFROM a')]],
    ['code of one word behind the fence', '```f();\ng();\n```', [code('f();\ng();')]],
    ['marked lines of code', '```js {1,3}\nx\n```', [code('x', 'js', '{1,3}')]],
    ['a fence behind words', 'see: ```\nx\n```\ny', [text('see:'), code('x'), text('y')]],
    ['a fence with a language behind words', 'see:```ts \nx\n```', [text('see:'), code('x', 'ts')]],
    ['a fence behind a code span', 'run `a`: ```\nx\n```', [text('run `a`:'), code('x')]],
    ['a closing fence behind code', '```\nx```\ny', [code('x'), text('y')]],
    ['both behind something', 'see ```\nx\ny```\nz', [text('see'), code('x\ny'), text('z')]],
    ['blocks that are closed behind code', '```\na```\nb\n```\nc```', [code('a'), text('b'), code('c')]],
    ['one closed behind code, and one below', '```\na```\nb\n```\nc\n```', [code('a'), text('b'), code('c')]],
    ['a fence that makes sense to CommonMark', '```\nx```\ny\n```\nz', [code('x```\ny'), text('z')]],
    [
      'fences that make sense to CommonMark',
      '```\na```\nb\n```\nc\n```\nd\n```',
      [code('a```\nb'), text('c'), code('d')],
    ],
    ['words behind a closing fence', '```\nx\n``` and y\n``z', [code('x'), text('and y\n``z')]],
    ['words behind both fences', 'a ```js\nx\n``` b', [text('a'), code('x', 'js'), text('b')]],
    ['an unclosed fence behind words', 'see ```\nx', [text('see ```\nx')]],
    ['a fence within a sentence', 'a ``` b c\nx\n', [text('a ``` b c\nx\n')]],
    ['a word behind a fence within a sentence', 'put ``` there\n```\nx\n```', [text('put ``` there'), code('x')]],
    ['an unclosed fence before another', 'see ```\nx\n```js\ny\n```', [text('see ```\nx'), code('y', 'js')]],
    ['nothing in a fence behind words', 'a ```\n```\nx\n```', [text('a ```'), code('x')]],
    ['inline code before a fence', 'a ```b``` c\n```\nx\n```', [text('a ```b``` c'), code('x')]],
    ['quoted fences', '> a ```\n> x\n> ```', [text('> a ```\n> x\n> ```')]],
    ['four spaces', '    ```\nx', [text('    ```\nx')]],
    ['words after the language', '```ts  title=a.ts\nx\n```', [code('x', 'ts', 'title=a.ts')]],
    ['words after the language of tildes', '~~~ts title=a.ts\nx\n~~~', [code('x', 'ts', 'title=a.ts')]],
    ['tildes', 'a\n~~~\nx\n```\n~~~~\nb', [text('a'), code('x\n```'), text('b')]],
    ['tildes around backticks, and the other way round', '~~~\n```\n~~~\n```\n~~~\n```', [code('```'), code('~~~')]],
    ['tildes that nothing closes', 'a\n~~~ts\nx', [text('a'), code('x', 'ts')]],
    ['tildes that are too few', '~~~~\nx\n~~~\ny', [code('x\n~~~\ny')]],
    ['tildes behind words', 'see ~~~\nx\n~~~', [text('see ~~~\nx'), code('')]],
    ['a headline', '~~~ a ~~~\nx\n~~~ b ~~~', [text('~~~ a ~~~\nx\n~~~ b ~~~')]],
    ['tildes before backticks in a line', 'a ~~~ b ```\nx\n```', [text('a ~~~ b'), code('x')]],
    ['inline code that begins a line', '```x``` and more', [text('```x``` and more')]],
    ['two backticks', '``\nx\n``', [text('``\nx\n``')]],
    ['a closing fence with words', '```\nx\n``` y\n```', [code('x\n``` y')]],
    ['a lone \\r', '```\rx\r```\ry', [code('x'), text('y')]],
  ];
  for (const [what, message, segments] of cases) {
    it(`splits ${what}`, () => assert.deepEqual(splitFences(message), segments));
  }

  const pieces = fc.array(fc.constantFrom('```', '````', '`', '~~~', '~~~~', 'ts', ' ', '\n', '\r\n', 'text', '\t'), {
    maxLength: 40,
  });

  it('loses nothing but fences and line ends beside them', () => {
    const words = (said: string): string => said.replace(/[\s`~]/g, '');
    fc.assert(
      fc.property(pieces, (parts) => {
        const segments = splitFences(parts.join(''));
        const shown = segments.map((one) =>
          one.kind === 'code' ? (one.language ?? '') + (one.info ?? '') + one.text : one.text,
        );
        assert.equal(words(shown.join('')), words(parts.join('')));
        for (const one of segments) {
          assert.doesNotMatch(one.text, /\r/);
          if (one.kind === 'text') assert.notEqual(one.text, '');
        }
      }),
    );
  });

  it('knows whether a fence is closed', () => {
    const isClosed = (said: string): boolean | undefined => fencePlaces(said).at(-1)?.isClosed;
    for (const open of ['```', '```ts twoslash\nx', '~~~', '~~~\nx\n```', '- a\n  ~~~\n  x']) {
      assert.equal(isClosed(open), false, open);
    }
    for (const closed of ['```\n```', '~~~\nx\n~~~', '- a\n  ~~~\n  x\n  ~~~\n- b']) {
      assert.equal(isClosed(closed), true, closed);
    }
    for (const none of ['a ~~~', '~~', '~~~ a ~~~']) assert.equal(isClosed(none), undefined, none);
  });

  it('gives back code that was fenced to be sent, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((parts) => parts.join('')),
        ),
        (written) => {
          const message = selectionMessage({
            text: written,
            languageId: 'ts',
            path: '~~~a.ts',
            startLine: 1,
            endLine: 2,
          });
          const found = splitFences(message).find(({ kind }) => kind === 'code');
          const expected = written.replaceAll('\r\n', '\n').replace(/\n$/, '').replaceAll('\r', '\n');
          assert.deepEqual(found, code(expected, 'ts'));
        },
      ),
    );
  });

  it('takes time linear in the text, whatever is repeated', function () {
    this.timeout(60_000);
    const time = (said: string): number => cpuTime(() => splitFences(said));
    const decreasing = (length: number): string =>
      Array.from({ length }, (_, line) => `a ${'`'.repeat(3 + ((length - line) % 6))}js\n`).join('');
    const floods = [
      '```\n',
      'a ```\n',
      'a ```js\n',
      'a ```js\nb ``` c d\n',
      '```\na```\nb\n',
      '- ```\n',
      '- a\n      ```\n',
      '~~~\n',
      '~~~ a ~~~\n',
      '~~~~ a ~~~\n~~~ b ~~~~\n',
      '```{a,b c=d}\n',
      '```ts a,b c=d /e/ "f"\n',
      'a ```ts a,b c=d /e/ "f"\n',
    ];
    for (const of of [...floods.map((flood) => (length: number) => flood.repeat(length)), decreasing]) {
      time(of(2_500));
      const tries: string[] = [];
      const isLinear = (): boolean => {
        const [short, long] = [time(of(2_500)), time(of(10_000))];
        tries.push(`${short.toFixed(2)} and ${long.toFixed(2)} ms`);
        return long <= 9 * short + 5;
      };
      // A collection of garbage may come into one measurement; what is quadratic is so every time.
      assert.ok(isLinear() || isLinear() || isLinear(), `${JSON.stringify(of(2))}: ${tries.join(', ')}`);
    }
  });

  it('looks through the blanks behind an opening fence once', () => {
    for (const line of [
      `\`\`\`${' '.repeat(200_000)}(`,
      `\`\`\`ts${'\t'.repeat(200_000)}title`,
      `~~~ ${'a~~~~'.repeat(40_000)}`,
    ]) {
      assert.equal(splitFences(line).length, 1);
    }
  });

  it('comes to an end with a megabyte of anything', () => {
    const floods = ['`', '```\n', '\n', '` ', '   ```', '``` `\n', '\r', 'a ```\n', 'a ```js\n', 'a```js\nb ``` c d\n'];
    const lists = ['- ```\n', '- a\n      ```\n', '\t```\n', '```\na```\nb\n', 'a `````\nb ```` c\nd ```\n'];
    for (const flood of [...floods, ...lists]) {
      const segments = splitFences(flood.repeat(Math.ceil(2 ** 20 / flood.length)));
      assert.ok(segments.length >= 1);
    }
  });
});

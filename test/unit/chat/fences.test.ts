import assert from 'node:assert/strict';
import fc from 'fast-check';
import { selectionMessage } from '../../../src/chat/codeSelection';
import { splitFences, type Segment } from '../../../src/chat/fences';

const text = (said: string): Segment => ({ kind: 'text', text: said });
const code = (written: string, language?: string): Segment =>
  language === undefined ? { kind: 'code', text: written } : { kind: 'code', language, text: written };

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
    ['fences indented by up to three spaces', '   ```ts\n    x\n  ```', [code('    x', 'ts')]],
    ['four spaces', '    ```\nx', [text('    ```\nx')]],
    ['words after the language', '```ts  title=a.ts\nx\n```', [code('x', 'ts')]],
    ['inline code that begins a line', '```x``` and more', [text('```x``` and more')]],
    ['two backticks', '``\nx\n``', [text('``\nx\n``')]],
    ['a closing fence with words', '```\nx\n``` y\n```', [code('x\n``` y')]],
    ['a lone \\r', '```\rx\r```\ry', [code('x'), text('y')]],
  ];
  for (const [what, message, segments] of cases) {
    it(`splits ${what}`, () => assert.deepEqual(splitFences(message), segments));
  }

  const pieces = fc.array(fc.constantFrom('```', '````', '`', 'ts', ' ', '\n', '\r\n', 'text', '\t'), {
    maxLength: 40,
  });

  it('loses nothing but fences and line ends beside them', () => {
    const words = (said: string): string => said.replace(/[\s`]/g, '');
    fc.assert(
      fc.property(pieces, (parts) => {
        const segments = splitFences(parts.join(''));
        const shown = segments.map((one) => (one.kind === 'code' ? (one.language ?? '') + one.text : one.text));
        // Words after the language are the only ones that are not shown.
        assert.ok(words(parts.join('')).length >= words(shown.join('')).length);
        for (const one of segments) {
          assert.doesNotMatch(one.text, /\r/);
          if (one.kind === 'text') assert.notEqual(one.text, '');
        }
      }),
    );
  });

  it('gives back code that was fenced to be sent, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((parts) => parts.join('')),
        ),
        (written) => {
          const message = selectionMessage({ text: written, languageId: 'ts', path: 'a.ts', startLine: 1, endLine: 2 });
          const found = splitFences(message).find(({ kind }) => kind === 'code');
          const expected = written.replaceAll('\r\n', '\n').replace(/\n$/, '').replaceAll('\r', '\n');
          assert.deepEqual(found, code(expected, 'ts'));
        },
      ),
    );
  });

  it('comes to an end with a megabyte of anything', () => {
    for (const flood of ['`', '```\n', '\n', '` ', '   ```', '``` `\n', '\r']) {
      const segments = splitFences(flood.repeat(Math.ceil(2 ** 20 / flood.length)));
      assert.ok(segments.length >= 1);
    }
  });
});

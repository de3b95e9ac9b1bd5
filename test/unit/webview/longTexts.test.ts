import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitFences } from '../../../src/chat/fences';
import { splitChunks } from '../../../src/webview/chunks';
import { foldedCode, foldedText, MAX_CHARACTERS, MAX_CODE_LINES, MAX_LINES } from '../../../src/webview/fold';

const halfCharacter = /\p{Surrogate}/u;

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}`).join('\n');

describe('foldedText', () => {
  it('leaves texts up to the limits alone', () => {
    assert.equal(foldedText(''), undefined);
    assert.equal(foldedText('x'.repeat(MAX_CHARACTERS)), undefined);
    assert.equal(foldedText(lines(MAX_LINES)), undefined);
  });

  it('gives the beginning of longer ones, clearly shorter', () => {
    for (const text of ['x'.repeat(MAX_CHARACTERS + 1), lines(MAX_LINES + 1), '\n'.repeat(1 << 20)]) {
      const folded = foldedText(text);
      assert.ok(folded !== undefined && folded.length * 2 < text.length);
      assert.ok(text.startsWith(folded));
    }
  });

  it('does not cut a character in two', () => {
    for (const text of ['🙂'.repeat(MAX_CHARACTERS), `x${'🙂'.repeat(MAX_CHARACTERS)}`]) {
      assert.doesNotMatch(foldedText(text) ?? '', halfCharacter);
    }
  });

  const fence = (count: number): string => `\`\`\`ts\n${lines(count)}\n\`\`\``;

  it('leaves code to fold itself, and counts what is shown of it', () => {
    assert.equal(foldedText(fence(1_000)), undefined);
    assert.equal(foldedText(`${lines(10)}\n${fence(1_000)}\n${lines(10)}`), undefined);
    assert.notEqual(foldedText(`${fence(50)}\n`.repeat(4)), undefined);
  });

  it('cuts before a block of code or behind it, never in it', () => {
    const before = lines(10);
    assert.equal(foldedText(`${before}\n${fence(100)}\n${lines(60)}`), `${before}\n${fence(100)}`);
    assert.equal(foldedText(`${lines(70)}\n${fence(100)}`), lines(24));
    const pieces = fc.array(
      fc.tuple(fc.constantFrom('words', '> quoted', '> ```\n> code', '```', '````', '\r\n'), fc.nat(40)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.map(([line, times]) => `${line}\n`.repeat(times)).join('');
        const folded = foldedText(text);
        if (folded === undefined) return;
        const whole = splitFences(text);
        const shown = splitFences(folded);
        shown.forEach((segment, index) => {
          if (segment.kind === 'code') assert.deepEqual(segment, whole[index]);
        });
      }),
    );
  });

  it('shows a quote to its end or not at all, for the code that may be in it', () => {
    const quote = `> ${'as was said\n> '.repeat(40)}last`;
    assert.equal(foldedText(`${lines(20)}\n${quote}\n${lines(60)}`), `${lines(20)}\n${quote}`);
  });

  it('does not cut an address in two', () => {
    const address = `https://a.example/${'path/'.repeat(30)}`;
    const folded = foldedText(`${address} `.repeat(200)) ?? '';
    assert.ok(folded.length > 2_000);
    assert.deepEqual(new Set(folded.split(' ')), new Set([address]));
  });

  it('takes linear time', () => {
    for (const flood of ['\n', '```\n', '> \n', '`````', '   ```x', 'x']) {
      foldedText(flood.repeat(Math.ceil(2 ** 21 / flood.length)));
    }
  });
});

describe('foldedCode', () => {
  it('gives the beginning of code that is long', () => {
    assert.equal(foldedCode(lines(MAX_CODE_LINES)), undefined);
    assert.equal(foldedCode(lines(MAX_CODE_LINES + 1)), lines(18));
    assert.equal(foldedCode('x'.repeat(MAX_CHARACTERS + 1))?.length, 4_000);
  });
});

describe('splitChunks', () => {
  it('leaves short texts whole', () => {
    assert.deepEqual(splitChunks(''), ['']);
    assert.deepEqual(splitChunks('a\nb'), ['a\nb']);
  });

  it('cuts at line ends, else behind spaces, else between characters', () => {
    const byLines = splitChunks(lines(5_000));
    assert.ok(byLines.length > 1);
    assert.equal(byLines.join('\n'), lines(5_000));
    const byWords = splitChunks('word '.repeat(5_000));
    assert.ok(byWords.every((chunk) => chunk.startsWith('word') && chunk.endsWith(' ')));
    for (const text of ['🙂'.repeat(20_000), `x${'🙂'.repeat(20_000)}`]) {
      const chunks = splitChunks(text);
      for (const chunk of chunks) assert.doesNotMatch(chunk, halfCharacter);
      assert.equal(chunks.join(''), text);
    }
  });

  it('loses nothing but the line ends it cuts at', () => {
    const flood = fc
      .array(fc.tuple(fc.constantFrom('x', ' ', '\n', '🙂', 'long '), fc.integer({ min: 1, max: 9_000 })), {
        maxLength: 6,
      })
      .map((parts) => parts.map(([unit, times]) => unit.repeat(times)).join(''));
    fc.assert(
      fc.property(flood, (text) => {
        const chunks = splitChunks(text);
        const bare = (one: string): string => one.replaceAll('\n', '');
        assert.equal(bare(chunks.join('')), bare(text));
        for (const chunk of chunks) assert.ok(chunk.length <= 8_000);
      }),
      { numRuns: 50 },
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitChunks } from '../../../src/webview/chunks';
import { foldedText, MAX_CHARACTERS, MAX_LINES } from '../../../src/webview/fold';

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

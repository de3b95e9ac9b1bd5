import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unixLineEnds, visibleText } from '../../../src/chat/visibleText';

const controls = /[^\P{Cc}\t\n]/u;
const embeddings = /[\u202A-\u202E\u2066-\u2069]/;

/** Texts in which what matters is frequent. */
const hostile = fc.string({
  unit: fc.constantFrom(
    ...'ab\u0000\u0007\u001b\t\n\r\u007f\u0080\u0085\u009f\u200e\u200f\u202a\u202e\u2066\u2069🙂א'.split(''),
  ),
});

describe('visibleText', () => {
  it('leaves ordinary text as it is', () => {
    const text = 'Grüße,\n\tשלום 田中 👩‍👩‍👧 – a\u00a0b\u200eא\u200f';
    assert.equal(visibleText(text), text);
  });

  it('shows controls as their pictures or labels', () => {
    assert.equal(visibleText('\u0000\u0007\u0008\u000b\u001b\u001f\u007f'), '␀␇␈␋␛␟␡');
    assert.equal(visibleText('\u0080\u0085\u009f'), '[U+0080][U+0085][U+009F]');
  });

  it('shows embeddings, overrides and isolates as labels, and leaves the marks', () => {
    assert.equal(visibleText('a\u202Ecod.exe'), 'a[U+202E]cod.exe');
    for (const code of [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]) {
      assert.equal(visibleText(String.fromCharCode(code)), `[U+${code.toString(16).toUpperCase()}]`);
    }
    assert.equal(visibleText('\u200e\u200f\u061c'), '\u200e\u200f\u061c');
  });

  it('makes line ends of all kinds \\n', () => {
    assert.equal(visibleText('a\r\nb\rc\nd\r\r\ne'), 'a\nb\nc\nd\n\ne');
    assert.equal(unixLineEnds('a\r\nb\rc\n'), 'a\nb\nc\n');
  });

  it('leaves nothing invisible, and nothing to do twice', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = visibleText(text);
        assert.doesNotMatch(shown, controls);
        assert.doesNotMatch(shown, embeddings);
        assert.equal(visibleText(shown), shown);
      }),
    );
  });

  it('keeps the number of lines and every visible character in its order', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = unixLineEnds(text).split('\n');
        assert.equal(visibleText(text).split('\n').length, lines.length);
        const ordinary = (shown: string): string =>
          Array.from(shown)
            .filter((one) => 'ab🙂א'.includes(one))
            .join('');
        assert.equal(ordinary(visibleText(text)), ordinary(text));
      }),
    );
  });
});

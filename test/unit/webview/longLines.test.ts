import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hasLongLine } from '../../../src/webview/longLines';

describe('hasLongLine', () => {
  it('is about one line, not about the text', () => {
    assert.equal(hasLongLine(''), false);
    assert.equal(hasLongLine('a line of code;\n'.repeat(60_000)), false);
    assert.equal(hasLongLine('x'.repeat(50_000)), false);
    assert.equal(hasLongLine('x'.repeat(50_001)), true);
    assert.equal(hasLongLine(`${'x'.repeat(50_000)}\n${'x'.repeat(50_000)}`), false);
    assert.equal(hasLongLine(`short\n${'x'.repeat(50_001)}\nshort`), true);
  });

  it('finds it wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { maxLength: 8 }), (lengths) => {
        const text = lengths.map((length) => 'x'.repeat(length)).join('\n');
        assert.equal(
          hasLongLine(text),
          lengths.some((length) => length > 50_000),
        );
      }),
    );
  });
});

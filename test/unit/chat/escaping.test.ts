import assert from 'node:assert/strict';
import fc from 'fast-check';
import { showsEscaping, unescapeOnce } from '../../../src/chat/escaping';

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

describe('escaping', () => {
  it('is undone once', () => {
    assert.equal(unescapeOnce('a &lt; b &amp;&amp; c'), 'a < b && c');
    assert.equal(unescapeOnce('&amp;lt;'), '&lt;');
    assert.equal(unescapeOnce('&nbsp; & &constructor;'), '&nbsp; & &constructor;');
    const piece = fc.constantFrom('&', '<', '>', '"', "'", 'amp;', 'lt;', 'a');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        assert.equal(unescapeOnce(escaped(text)), text);
      }),
    );
  });

  it('is known by a text that went out and came back', () => {
    assert.equal(showsEscaping('a < b', 'a &lt; b'), true);
    assert.equal(showsEscaping('a < b', 'a < b'), false);
    assert.equal(showsEscaping('a & b', 'a & b'), undefined);
    assert.equal(showsEscaping('a < b', 'something else'), undefined);
  });
});

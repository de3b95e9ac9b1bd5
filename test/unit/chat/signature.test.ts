import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readSignature, sign, signatureOf } from '../../../src/chat/signature';

describe('signature', () => {
  it('stands before the text, or above what only counts at the beginning of a line', () => {
    assert.equal(sign('hello', 'Ann Lee'), '*Ann Lee* ✍ hello');
    for (const block of ['```ts\nx\n```', '> quoted', '- item', '1. item']) {
      assert.equal(sign(block, 'Ann Lee'), `*Ann Lee* ✍\n${block}`);
    }
  });

  it('is none without a name', () => {
    for (const name of ['', '  ', '**', '\n']) assert.equal(sign('hello', name), 'hello');
  });

  it('is not read where nobody signed', () => {
    for (const text of ['*Note:* x', '*Ann* said', '✍ x', '*Ann* ✍', 'x *Ann* ✍ y', '** ✍ x', '* * ✍ x']) {
      assert.equal(readSignature(text), undefined, text);
    }
  });

  it('gives name and text back, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, text) => {
        const signature = signatureOf(name);
        const message = sign(text, name);
        assert.ok(message.endsWith(text));
        assert.deepEqual(readSignature(message), signature === '' ? readSignature(text) : { name: signature, text });
      }),
    );
  });
});

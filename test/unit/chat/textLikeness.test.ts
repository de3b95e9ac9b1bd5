import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isDistinctive, isSameText, isSimilarText, isUnchangedText } from '../../../src/chat/textLikeness';
import { hostileTexts, textChanges } from '../../support/textChanges';

/** Two texts, of which the second is none that a service makes of the first. */
const others: readonly (readonly [sent: string, shown: string])[] = [
  ['ok', 'okay'],
  ['ok', 'no'],
  ['message 1', 'message 12'],
  ['message 12', 'message 1'],
  ['at 10:30:15', 'at 10:45:15'],
  ['deploy to staging', 'deploy to production'],
  ['👍', '👎 no'],
  ['Привет, мир', 'Как дела?'],
  ['+1', '-2'],
  ['the tests are red', 'the tests are green'],
  ['see https://example.com/1', 'see https://example.com/2'],
];

describe('likeness of texts', () => {
  for (const { name, sent, shown, isRecognised } of textChanges) {
    it(`${name}: ${isRecognised ? 'the same' : 'similar'}`, () => {
      assert.notEqual(sent, shown);
      assert.equal(isSameText(sent, shown), isRecognised);
      assert.equal(isSimilarText(sent, shown), true);
    });
  }

  for (const [sent, shown] of others) {
    it(`"${sent}" does not become "${shown}"`, () => {
      assert.equal(isSameText(sent, shown), false);
      assert.equal(isSimilarText(sent, shown), false);
    });
  }

  it('an emoji is not another emoji, nor is a name another name, but each name may be any emoji', () => {
    assert.equal(isSameText('👍', '👎'), false);
    assert.equal(isSameText(':+1:', ':-1:'), false);
    assert.equal(isSameText('👍🏽 yes', '👍 yes'), true);
    assert.equal(isSameText(':+1::skin-tone-4: yes', '👍🏽 yes'), true);
    assert.equal(isSameText('std::vector::iterator', 'std::list::iterator'), false);
  });

  it('a text is unchanged when only escapes, line ends and outer blanks differ', () => {
    assert.equal(isUnchangedText('a < b\r\n', 'a &lt; b'), true);
    assert.equal(isUnchangedText('a\rb', 'a\nb'), true);
    assert.equal(isUnchangedText('a  b', 'a b'), false);
    assert.equal(isUnchangedText('see https://example.com', 'see <https://example.com>'), false);
    assert.equal(isUnchangedText('fine 👍', 'fine :+1:'), false);
  });

  it('short texts are anybody’s', () => {
    assert.equal(isDistinctive('ok'), false);
    assert.equal(isDistinctive('looks good'), false);
    assert.equal(isDistinctive('+1'), false);
    assert.equal(isDistinctive('see PR 481'), true);
    assert.equal(isDistinctive('      ok             '), false);
    assert.equal(isDistinctive('the third test is red again'), true);
  });

  it('every text is the same as itself, and as itself with other blanks and escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        assert.ok(isSameText(text, text));
        assert.ok(isSimilarText(text, text));
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        if (!/&[#\w]+;/.test(text)) assert.ok(isSameText(text, escaped), JSON.stringify([text, escaped]));
        assert.ok(isSameText(text, ` ${text.replaceAll(' ', '\u00a0 ')}\r\n`));
      }),
    );
  });

  for (const [name, text] of hostileTexts) {
    it(`takes no longer than a few passes over ${name}`, () => {
      // A pass that is quadratic takes 400 times as long for a text 20 times as long: the test would run out of time.
      for (let times = 0; times < 5; times++) {
        isSimilarText('an innocent text with a <tag>', text);
        isSimilarText(text, `${text}x`);
      }
    });
  }
});

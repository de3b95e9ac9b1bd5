import assert from 'node:assert/strict';
import { SendingTexts } from '../../../src/webview/sendingTexts';

describe('Texts that are being sent', () => {
  it('stand before the draft until they are kept', () => {
    const texts = new SendingTexts();
    const one = texts.begin('room', 'one');
    const two = texts.begin('room', 'two');
    assert.equal(texts.before('room', 'draft'), 'one\ntwo\ndraft');
    assert.equal(texts.before('other', 'draft'), 'draft');
    texts.end('room', one);
    assert.equal(texts.before('room', ''), 'two');
    texts.end('room', two);
    assert.deepEqual([...texts.rooms], []);
  });

  it('come back in order, whichever comes first', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const texts = new SendingTexts();
      const all = ['a', 'b', 'c'].map((text) => texts.begin('room', text));
      let draft = '';
      for (const index of order) {
        draft = texts.giveBack('room', all[index]!, draft);
        for (const { text } of all) assert.ok(texts.before('room', draft).includes(text));
      }
      assert.equal(draft, 'a\nb\nc');
      assert.deepEqual([...texts.rooms], []);
    }
  });

  it('come back before a draft, also one that somebody changed since', () => {
    const texts = new SendingTexts();
    const [one, two] = [texts.begin('room', 'one'), texts.begin('room', 'two')];
    assert.equal(texts.giveBack('room', one, ' typed'), 'one\n typed');
    assert.equal(texts.giveBack('room', two, 'on typed'), 'two\non typed');
  });

  it('are sent twice if they are the same twice', () => {
    const texts = new SendingTexts();
    const first = texts.begin('room', 'same');
    texts.begin('room', 'same');
    texts.end('room', first);
    assert.equal(texts.before('room', ''), 'same');
  });
});

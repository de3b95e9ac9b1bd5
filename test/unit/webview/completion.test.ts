import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionQuery, fileReference, ranked } from '../../../src/webview/completion';

/** The query where `|` stands in the text. */
function at(text: string): readonly [string, string, number] | undefined {
  const caret = text.indexOf('|');
  const found = completionQuery(text.replace('|', ''), caret);
  return found === undefined ? undefined : [found.kind, found.query, found.start];
}

const names = (candidates: readonly string[], query: string) => ranked(candidates, (name) => name, query);

describe('What can be completed', () => {
  it('is a name behind @, with its spaces', () => {
    assert.deepEqual(at('@An|'), ['mention', 'An', 0]);
    assert.deepEqual(at('hi @Ann L|, there'), ['mention', 'Ann L', 3]);
    assert.deepEqual(at('(@É|)'), ['mention', 'É', 1]);
    assert.equal(at('@|'), undefined);
    assert.equal(at('me@example|'), undefined);
  });

  it('is an emoji behind a colon, from two letters on', () => {
    assert.deepEqual(at('so :ta|'), ['emoji', 'ta', 3]);
    for (const text of [':t|', '10:30|', 'note: ta|', 'a:b|', 'http://x|']) assert.equal(at(text), undefined, text);
  });

  it('is an open file behind #', () => {
    assert.deepEqual(at('see #src/cl|'), ['file', 'src/cl', 4]);
    assert.equal(at('# heading|'), undefined);
    assert.equal(at('a#b|'), undefined);
  });

  it('is a language behind the fence that opens a block of code, and nothing within it', () => {
    assert.deepEqual(at('```ty|'), ['language', 'ty', 3]);
    assert.deepEqual(at('text\n````py|\n'), ['language', 'py', 9]);
    for (const text of ['```|', '```ts\n```x|', '```ts\n@An|', '```\n:tada|', '```\n#src|']) {
      assert.equal(at(text), undefined, text);
    }
    assert.deepEqual(at('```ts\nx\n```\n@An|'), ['mention', 'An', 12]);
  });

  it('is within the text before the caret, whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('@', ':', '#', '`', 'a', ' ', '\n', '_', '🎉') }),
        fc.nat(),
        (text, place) => {
          const caret = place % (text.length + 1);
          const found = completionQuery(text, caret);
          if (found === undefined) return;
          assert.ok(found.start >= 0 && found.start < caret);
          assert.ok(text.slice(found.start, caret).endsWith(found.query));
        },
      ),
    );
  });
});

describe('Completions', () => {
  const people = ['Ben Okafor', 'Ann Lee', 'Leanne Fox', 'Lee Ann'];

  it('begin with those that begin so, then those with a word that does', () => {
    assert.deepEqual(names(people, 'le'), ['Leanne Fox', 'Lee Ann', 'Ann Lee']);
    assert.deepEqual(names(people, 'AN'), ['Ann Lee', 'Lee Ann', 'Leanne Fox']);
    assert.deepEqual(names(people, 'x'), ['Leanne Fox']);
    assert.deepEqual(names(people, 'q'), []);
  });

  it('are none where it is written out', () => {
    assert.deepEqual(names(people, 'ann lee'), []);
    assert.deepEqual(names(people, 'Ann Lee '), []);
    assert.deepEqual(names(['Ann', ...people], 'Ann'), []);
  });

  it('are eight at most', () => {
    assert.equal(
      names(
        Array.from({ length: 50 }, (_, index) => `a${index}`),
        'a',
      ).length,
      8,
    );
  });

  it('name a file so that its underscores are not markup, and its name breaks no line', () => {
    assert.equal(fileReference('src/my_file_name.ts'), '`src/my_file_name.ts` ');
    assert.equal(fileReference('a`b\nc'), '`a\uFFFDb\uFFFDc` ');
  });
});

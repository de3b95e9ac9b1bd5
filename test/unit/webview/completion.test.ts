import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LanguageFn } from 'highlight.js';
import highlighter from 'highlight.js/lib/core';
import { nameToEmoji } from 'gemoji';
import {
  isChosenAtOnce,
  completionQuery,
  fileReference,
  rankedEmoji,
  rankedLanguages,
  rankedNames,
  ranked,
} from '../../../src/webview/completion';
import { fenceLanguages, isFenceLanguage } from '../../../src/webview/fenceLanguages';

/** The query where `|` stands in the text. */
function at(text: string): readonly [string, string, number] | undefined {
  const caret = text.indexOf('|');
  const found = completionQuery(text.replace('|', ''), caret);
  return found === undefined ? undefined : [found.kind, found.query, found.start];
}

/** What Enter takes at `|`, of names that are offered there. */
function taken(text: string, first: string): boolean {
  const caret = text.indexOf('|');
  return isChosenAtOnce(completionQuery(text.replace('|', ''), caret)!, first);
}

describe('What can be completed', () => {
  it('is a name behind @, with its spaces', () => {
    assert.deepEqual(at('@An|'), ['mention', 'An', 0]);
    assert.deepEqual(at('hi @Ann L|, there'), ['mention', 'Ann L', 3]);
    assert.deepEqual(at('(@É|)'), ['mention', 'É', 1]);
    assert.deepEqual(at('hi @|'), ['mention', '', 3]);
    assert.equal(at('@Al|ice'), undefined, 'the rest of the word would stay');
    assert.equal(at('me@example|'), undefined);
  });

  it('is an emoji behind a colon, from two letters on', () => {
    assert.deepEqual(at('so :ta|'), ['emoji', 'ta', 3]);
    assert.deepEqual(at(':+1|'), ['emoji', '+1', 0]);
    const others = [
      ':|',
      ':t|',
      '10:30|',
      'at :30|',
      'note: ta|',
      'a:b|',
      'http://x|',
      ':-)|',
      ':-|',
      ':-p|',
      ':-m|',
      ':D|',
      ':-D|',
    ];
    for (const text of others) assert.equal(at(text), undefined, text);
  });

  it('is an open file behind #', () => {
    assert.deepEqual(at('see #src/cl|'), ['file', 'src/cl', 4]);
    assert.deepEqual(at('see #|'), ['file', '', 4]);
    assert.equal(at('# heading|'), undefined);
    assert.equal(at('##|'), undefined);
    assert.equal(at('a#b|'), undefined);
  });

  it('is a language behind the fence that opens a block of code, and nothing within it', () => {
    assert.deepEqual(at('```ty|'), ['language', 'ty', 3]);
    assert.deepEqual(at('text\n````py|\n'), ['language', 'py', 9]);
    assert.deepEqual(at('```|'), ['language', '', 3]);
    for (const text of ['```ts\n```|', '```ts\n```x|', '```ts\n@An|', '```\n:tada|', '```\n#src|']) {
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
          assert.ok(found.start >= 0 && found.start < caret + (found.kind === 'language' ? 1 : 0));
          assert.ok(text.slice(found.start, caret).endsWith(found.query));
        },
      ),
    );
  });
});

describe('Completions', () => {
  const people = ['Ben Okafor', 'Ann Lee', 'Leanne Fox', 'Lee Ann'];

  it('begin with those that begin so, then those with a word that does', () => {
    assert.deepEqual(rankedNames(people, 'le'), ['Leanne Fox', 'Lee Ann', 'Ann Lee']);
    assert.deepEqual(rankedNames(people, 'AN'), ['Ann Lee', 'Lee Ann', 'Leanne Fox']);
    assert.deepEqual(rankedNames(people, 'x'), ['Leanne Fox']);
    assert.deepEqual(rankedNames(people, 'q'), []);
    assert.deepEqual(rankedNames(['Leanne Zed', 'Leanne Ann'], 'ann'), ['Leanne Ann', 'Leanne Zed']);
  });

  it('are the first few where nothing is written', () => {
    assert.deepEqual(rankedNames(people, ''), people);
    assert.equal(rankedLanguages('').length, 8);
  });

  it('are none where it is written out', () => {
    assert.deepEqual(rankedNames(people, 'ann lee'), []);
    assert.deepEqual(rankedNames(people, 'Ann Lee '), []);
    assert.deepEqual(rankedNames(['Ann', ...people], 'Ann'), []);
  });

  it('are languages that begin so, and none where another name of one is written out', () => {
    assert.deepEqual(rankedLanguages('py'), []);
    assert.deepEqual(rankedLanguages('pyt'), ['python']);
    assert.deepEqual(rankedLanguages('jav'), ['javascript', 'java']);
    for (const name of ['js', 'ts', 'TS', 'sh', 'rs', 'cs', 'rb', 'md', 'yml', 'kt', 'c++', 'script', 'own']) {
      assert.deepEqual(rankedLanguages(name), [], name);
    }
  });

  it('are emoji of whose name a part begins so, also where it is written out', () => {
    const named = (query: string): string[] => rankedEmoji(nameToEmoji, query).map(([name]) => name);
    assert.equal(named('tad')[0], 'tada');
    assert.equal(named('tada')[0], 'tada');
    assert.equal(named('+1')[0], '+1');
    assert.ok(named('badge').includes('name_badge'));
    assert.ok(!named('ada').includes('tada'));
    for (const query of ['set', 'p', '-p']) {
      assert.ok(named(query).every((name) => name.split(/[_-]/).some((part) => part.startsWith(query))));
    }
  });

  it('are taken by Enter only where somebody began to write a name or a language', () => {
    assert.ok(taken('@an|', 'Ann Lee'));
    assert.ok(taken('@l|', 'Ann Lee'));
    assert.ok(!taken('@|', 'Ann Lee'));
    assert.ok(!taken('@work|', 'Ann Homework'));
    assert.ok(taken('```ty|', 'typescript'));
    assert.ok(!taken('```r|', 'rust'));
    assert.ok(!taken('```|', 'typescript'));
    for (const text of [':tad|', 'note :set|', ':name|', ':class|', '#12|']) assert.ok(!taken(text, 'tada'), text);
  });

  it('are eight at most', () => {
    assert.equal(
      ranked(
        Array.from({ length: 50 }, (_, index) => `a${index}`),
        (name) => name,
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

describe('The languages of a fence', () => {
  it('have all the other names that the highlighter knows', async () => {
    for (const name of fenceLanguages) {
      assert.ok(isFenceLanguage(name));
      const file = { html: 'xml', jsx: 'javascript', tsx: 'typescript', toml: 'ini' }[name as string] ?? name;
      const { default: define } = (await import(`highlight.js/lib/languages/${file}`)) as { default: LanguageFn };
      for (const alias of define(highlighter).aliases ?? []) assert.ok(isFenceLanguage(alias), alias);
    }
  });
});

import assert from 'node:assert/strict';
import { markupOf } from '../../../src/chat/blockMarkup';
import type { MarkupContext } from '../../../src/chat/markup';
import { commonMarkExamples, formOfHtml, formOfTree, type CommonMarkExample } from '../../support/commonMark';

/** The sections of CommonMark's specification that this chat has something of, and how many of their examples hold. */
const sections: readonly (readonly [section: string, holding: number, of: number])[] = [
  ['Code spans', 21, 22],
  ['Fenced code blocks', 26, 29],
  ['Links', 37, 90],
  ['Images', 7, 22],
  ['Autolinks', 13, 19],
  ['List items', 23, 48],
  ['Lists', 21, 26],
  ['Block quotes', 11, 25],
];

/** Where this chat means to say something else than CommonMark, and the examples that show it. */
const differences: Readonly<Record<string, readonly number[]>> = {
  'There are no link reference definitions: `[a]: b` is what somebody wrote.': [
    527, 528, 529, 530, 531, 532, 533, 534, 535, 537, 538, 539, 540, 541, 542, 543, 544, 545, 549, 550, 553, 554, 555,
    556, 557, 558, 559, 560, 561, 562, 563, 564, 565, 566, 568, 569, 570, 571, 573, 576, 577, 582, 583, 584, 585, 586,
    587, 588, 589, 591, 592, 593, 317,
  ],
  'There are no escapes and no entities: a backslash is part of a path, and `&lt;` is shown as it was written.': [
    493, 495, 498, 500, 503, 506, 515, 606,
  ],
  'There is no HTML: what looks like a tag is text.': [344, 524, 536],
  'There are no headings: `#123` and `# of items` are words, and a line of dashes underlines nothing.': [
    141, 228, 229, 230, 300,
  ],
  'There are no thematic breaks: `---` and `***` are lines that somebody drew.': [234, 246],
  'There is no code by indentation: what is pasted is often indented, and stays text with its blanks.': [
    134, 231, 236, 252, 253, 254, 257, 264, 270, 271, 272, 273, 274, 286, 287, 288, 309,
  ],
  'A list may be indented as far as what is pasted is.': [289, 312, 313],
  'A line below a quote or a list, without a mark and not indented, belongs to neither: it is the answer to it.': [
    232, 233, 238, 247, 250, 251, 290, 292, 293,
  ],
  'Two blanks are enough to nest a list in one that counts.': [297],
  'A lone `-` or `*` is a dash or a star, but for one within a list.': [278, 279, 280, 284],
  '`- - -`, `* * * * *` and `24. 11. 2026` are no lists in lists.': [298, 299],
  '`01.` is no item: it would be shown as another number.': [268],
  '`+` begins no item: lines with a plus are those of a change, or `+1`.': [301],
  'A link without words or without an address is text: there would be nothing to click at, or nowhere to go.': [
    484, 485, 486, 487, 567, 581,
  ],
  '`*` and `**` are both bold, and bold is not put in bold.': [516],
  'What is no language may be code that begins behind the fence.': [144],
  'Only addresses of the web and of mail are links.': [596, 598, 599, 601],
  'A bare address of mail is a link.': [612],
};

/** Every address counts here: which ones may be opened is the page's to say. */
const context: MarkupContext = {
  splitLinks: (text) => [{ text, isLink: false }],
  isAddress: () => true,
  mentionAt: () => undefined,
  emojiOf: () => undefined,
};

function holds({ markdown, html }: CommonMarkExample): boolean {
  return formOfTree(markupOf(markdown.replace(/\n$/, ''), context)) === formOfHtml(html);
}

describe("CommonMark's examples", () => {
  const meant = Object.values(differences).flat();
  const examples = commonMarkExamples();

  for (const [section, holding, count] of sections) {
    it(`${section}: ${holding} of ${count} hold, and the others are meant to differ`, () => {
      const own = examples.filter((example) => example.section === section);
      const numbers = (all: readonly CommonMarkExample[]): readonly number[] => all.map(({ number }) => number);
      assert.equal(own.length, count);
      assert.deepEqual(
        numbers(own.filter((example) => !holds(example))),
        numbers(own.filter(({ number }) => meant.includes(number))),
      );
      assert.equal(own.filter(holds).length, holding);
    });
  }

  it('differ for one reason each, and in these sections only', () => {
    const names = sections.map(([section]) => section);
    const known = examples.filter(({ section }) => names.includes(section)).map(({ number }) => number);
    assert.equal(new Set(meant).size, meant.length);
    assert.deepEqual(
      meant.filter((number) => !known.includes(number)),
      [],
    );
  });

  it('are told apart by what they say', () => {
    assert.equal(formOfHtml('<p>a <strong>b</strong>\nc</p>\n'), 'text(a style(b)\nc)');
    assert.equal(
      formOfHtml('<ol start="3">\n<li>a</li>\n<li><p>b</p></li>\n</ol>'),
      'list from 3, loose[text(a); text(b)]',
    );
    assert.notEqual(formOfHtml('<p>a</p>'), formOfHtml('<h1>a</h1>'));
    assert.notEqual(formOfHtml('<p><code>a</code></p>'), formOfHtml('<p>a</p>'));
    assert.notEqual(formOfHtml('<p>a</p><hr />'), formOfHtml('<p>a</p>'));
  });
});

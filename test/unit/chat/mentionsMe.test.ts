import assert from 'node:assert/strict';
import { mentionsMe } from '../../../src/chat/mentionsMe';

const NAMES = ['Ann Lee', 'ann', 'İlker', 'Zoë'];

describe('a mention of the person', () => {
  for (const text of [
    '@Ann Lee look',
    'hey @ann lee, look',
    '(@Ann)',
    'see *@Ann* there',
    '> quoted @Ann',
    '- one\n- @Ann',
    '```\ncode\n```\nand @Ann',
    'right`x`@Ann',
    '@İlker, look',
    '@I\u0307lker, look',
    '@ilker, look',
    '@Zoe\u0308 look',
    '你好@Ann 好',
    'https://chat.example/x。@Ann',
    'install @tools/x, @Ann',
  ]) {
    it(`is one: ${JSON.stringify(text)}`, () => assert.equal(mentionsMe(text, NAMES), true));
  }

  for (const text of [
    'Ann Lee look',
    '@Anna look',
    'mail ann@ann.example',
    'me@Ann',
    '`@Ann`',
    'a ``@Ann ` b`` c',
    '```\n@Ann\n```',
    '```\n@Ann, and never closed',
    '> ```\n> @Ann\n> ```',
    'https://chat.example/@Ann',
    '[@Ann](https://chat.example)',
    '[*@Ann*](https://chat.example "@Ann")',
    '![@Ann](https://chat.example)',
    'npm i @ann/tools',
    '@ann/tools@1.2 is out',
    "import x from '@ann/tools';",
    '@ann-tools/core',
    '@ann.command()',
    '~~~\n@Ann\n~~~',
    '```ts @Ann\nx\n```',
    '`a\n@Ann`',
    '@Zoe look',
  ]) {
    it(`is none: ${JSON.stringify(text)}`, () => assert.equal(mentionsMe(text, NAMES), false));
  }

  it('is none without a name', () => assert.equal(mentionsMe('@Ann @', []), false));
});

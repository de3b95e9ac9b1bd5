import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineReference, selectionMessage, type CodeSelection } from '../../../src/chat/codeSelection';
import { splitFences } from '../../../src/chat/fences';

const selection: CodeSelection = {
  text: 'const a = 1;\nconst b = 2;\n',
  languageId: 'typescript',
  path: 'src/a.ts',
  startLine: 3,
  endLine: 4,
};

describe('code selection', () => {
  it('says where the lines stand and puts them into a fence with their language', () => {
    assert.equal(selectionMessage(selection), 'src/a.ts:3-4\n```typescript\nconst a = 1;\nconst b = 2;\n```');
    assert.equal(lineReference({ ...selection, endLine: 3 }), 'src/a.ts:3');
  });

  it('puts a comment before, and names no language for plain text', () => {
    assert.equal(
      selectionMessage({ ...selection, languageId: 'plaintext', text: 'x' }, ' why? '),
      'why?\nsrc/a.ts:3-4\n```\nx\n```',
    );
  });

  it('keeps any code whole: the fence is longer than any run of backticks inside', () => {
    const code = fc.string({ unit: fc.constantFrom('`', '~', 'a', ' ', '\n'), maxLength: 60 });
    fc.assert(
      fc.property(code, (text) => {
        const parts = splitFences(selectionMessage({ ...selection, text }));
        const blocks = parts.filter(({ kind }) => kind === 'code');
        assert.equal(blocks.length, 1);
        assert.equal(blocks[0]?.text, text.replace(/\n$/, ''));
      }),
    );
  });

  it('does not let a hostile file name begin a line of its own', () => {
    const message = selectionMessage({ ...selection, path: 'a\n```\n@everyone.ts' });
    assert.equal(message.split('\n').length, 5);
  });
});

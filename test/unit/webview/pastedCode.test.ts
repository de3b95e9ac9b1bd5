import assert from 'node:assert/strict';
import { isInFence } from '../../../src/webview/pastedCode';

describe('isInFence', () => {
  it('is so within a block of code that is still open', () => {
    for (const text of ['```', '```ts', '```\na', 'a\n```\nb\n', '```\na\n```\n```b', '````\n```\na']) {
      assert.ok(isInFence(text), JSON.stringify(text));
    }
  });

  it('is not so elsewhere', () => {
    const texts = [
      '',
      'a',
      '```\na\n```',
      '```\na\n```\n',
      '```a```',
      '```a``` and\n',
      'a ```',
      '    ```',
      '```\na```\n',
    ];
    for (const text of texts) assert.ok(!isInFence(text), JSON.stringify(text));
  });
});

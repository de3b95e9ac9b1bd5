import assert from 'node:assert/strict';
import { pageEntries, pictureAddress } from '../../../src/editor/pageEntries';
import type { FeedEntry } from '../../../src/sync/feed';

const author = { id: 'a', name: 'Chapi', email: '', avatarUrl: 'https://pictures.test/a.png' };

function entry(text: string, localId?: string): FeedEntry {
  const message = { id: '1', timestamp: 5_000, author, text };
  return { kind: 'message', message, unread: false, ...(localId === undefined ? {} : { localId }) };
}

const shown = (showAvatars: boolean, ...entries: readonly FeedEntry[]) =>
  pageEntries(entries, () => 'why', showAvatars);

describe('The entries of a page', () => {
  it('bear the picture of their author, if pictures are wanted', () => {
    assert.equal(shown(true, entry('x'))[0]?.avatarUrl, 'https://pictures.test/a.png');
    assert.equal(shown(false, entry('x'))[0]?.avatarUrl, undefined);
  });

  it('bear no picture of the key where somebody else speaks', () => {
    assert.equal(shown(true, entry('*Ann Lee* ✍ hello'))[0]?.avatarUrl, undefined);
    assert.equal(shown(true, entry('x', 'local'))[0]?.avatarUrl, undefined);
  });

  it('keep the place and the author of what was deleted, and no text', () => {
    const message = { id: '1', timestamp: 5_000, author };
    assert.deepEqual(shown(true, { kind: 'deleted', message }), [
      {
        key: 'message:1',
        state: 'received',
        own: false,
        authorName: 'Chapi',
        text: '',
        deleted: true,
        time: 5,
      },
    ]);
    assert.equal(shown(true, { kind: 'deleted', message, localId: 'x' })[0]?.key, 'local:x');
    const [signed] = shown(true, { kind: 'deleted', message, signer: 'Ann Lee' });
    assert.deepEqual([signed?.authorName, signed?.signedVia], ['Ann Lee', message.author.name]);
  });
});

describe('The address of a picture', () => {
  it('is one of https: without a name or a password, and not too long', () => {
    assert.equal(pictureAddress('https://a.test/b.png?c=d'), 'https://a.test/b.png?c=d');
    for (const address of [
      '',
      'nothing',
      '/b.png',
      'http://a.test/b.png',
      'data:image/png;base64,AAAA',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'vscode-resource://x/y',
      'https://name:word@a.test/b.png',
      `https://a.test/${'x'.repeat(2_000)}`,
    ]) {
      assert.equal(pictureAddress(address), undefined, address);
    }
  });
});

import assert from 'node:assert/strict';
import { holdsFilesOnly } from '../../../src/webview/pastedFiles';

describe('holdsFilesOnly', () => {
  it('is true for a picture or a file, and false where there is a text beside it', () => {
    assert.equal(holdsFilesOnly({ types: ['Files'] }), true);
    assert.equal(holdsFilesOnly({ types: ['text/html', 'Files'] }), true);
    assert.equal(holdsFilesOnly({ types: ['text/plain', 'Files'] }), false);
    assert.equal(holdsFilesOnly({ types: ['text/plain'] }), false);
    assert.equal(holdsFilesOnly({ types: [] }), false);
    assert.equal(holdsFilesOnly(null), false);
  });
});

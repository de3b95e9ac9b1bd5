import assert from 'node:assert/strict';
import type { PageMessage } from '../../../src/protocol/messages';
import { earlierTexts, SentHistory } from '../../../src/webview/sentHistory';

function own(text: string, changes: Partial<PageMessage> = {}): PageMessage {
  return { key: text, state: 'sent', own: true, authorName: '', text, time: 0, ...changes };
}

describe('What was sent before', () => {
  it('is what still stands there, the newest first', () => {
    assert.deepEqual(
      earlierTexts([
        own('one'),
        own('two'),
        own('of somebody else', { own: false }),
        own('', { deleted: true }),
        own('two'),
        own(' \n'),
        own('', { deleted: true }),
      ]),
      ['two', 'one'],
    );
  });

  it('is brought back past a deleted one', () => {
    const entries = [own('first'), own('', { deleted: true })];
    assert.equal(
      new SentHistory().back('', () => earlierTexts(entries)),
      'first',
    );
  });
});

import assert from 'node:assert/strict';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import { Learning, nothingLearned, type LearnedFacts } from '../../../src/sync/learned';
import { TaggedPage } from '../../../src/sync/taggedPage';
import { meaningShown, probeTimestamp } from '../../../src/sync/tsMeaning';
import { emptyTimeline } from '../../../src/chat/timeline';
import { mergePage } from '../../../src/chat/timelineMerge';
import { SHARED_KEY_AUTHOR } from '../../sandbox/people';
import { buildMessage } from '../../support/builders';
import { StartedEngine } from '../../support/startEngine';

describe('what is learned', () => {
  it('is handed out as one value that can be written down, and taken in again', async () => {
    const first = new StartedEngine({ trailingSlash: 'with', escapes: true });
    await first.engine.send(DEFAULT_ROOM, 'is a < b, or not?');
    await first.clock.advance(5000);
    const { facts } = first;
    assert.deepEqual(
      { ...facts, pageCap: undefined },
      { largestPage: 1, pageCap: undefined, sendsWithSlash: true, escapes: true, ownAuthorId: SHARED_KEY_AUTHOR.id },
    );
    first.engine.dispose();
    const learned = JSON.parse(JSON.stringify(facts)) as LearnedFacts;
    const second = new StartedEngine({ trailingSlash: 'with', escapes: true }, {}, { learned });
    await second.engine.send(DEFAULT_ROOM, 'again');
    second.say('c > d');
    await second.clock.advance(5000);
    assert.deepEqual(
      second.seen.filter(({ method }) => method === 'POST').map(({ url, status }) => [url.pathname.at(-1), status]),
      [['/', 200]],
    );
    assert.ok(second.texts.includes('c > d'));
    second.engine.dispose();
  });

  it('escapes are undone from the first text that shows them on, in what was there before too', async () => {
    const started = new StartedEngine({ escapes: true });
    started.say('1 < 2 &lt; 3');
    await started.clock.advance(2000);
    assert.deepEqual(started.texts, ['1 &lt; 2 &amp;lt; 3']);
    await started.engine.send(DEFAULT_ROOM, 'x < y');
    await started.clock.advance(5000);
    assert.deepEqual(started.texts, ['1 < 2 &lt; 3', 'x < y']);
    started.engine.dispose();
  });

  it('escapes are forgotten when a text contradicts them', async () => {
    const started = new StartedEngine({ escapes: true });
    await started.engine.send(DEFAULT_ROOM, 'x < y');
    await started.clock.advance(5000);
    assert.equal(started.facts.escapes, true);
    started.service.configure({ escapes: false });
    started.say('<b> is written &lt;b&gt;');
    await started.clock.advance(5000);
    assert.equal(started.facts.escapes, undefined);
    assert.ok(started.texts.includes('<b> is written &lt;b&gt;'));
    started.engine.dispose();
  });

  it('a path that is taken no more is left for the other one', async () => {
    const started = new StartedEngine({ trailingSlash: 'with' }, {}, { learned: { largestPage: 0 } });
    await started.engine.send(DEFAULT_ROOM, 'one');
    await started.clock.advance(2000);
    started.service.configure({ trailingSlash: 'without' });
    await started.engine.send(DEFAULT_ROOM, 'two');
    await started.clock.advance(2000);
    assert.deepEqual(started.truth, ['one', 'two']);
    assert.equal(started.facts.sendsWithSlash, false);
    started.engine.dispose();
  });

  it('a page that has not changed is not sent again, counts as success, and nothing is missed by it', async () => {
    const started = new StartedEngine({ etag: true });
    started.say('one');
    const [edited] = [started.say('two')];
    await started.clock.advance(60_000);
    const statuses = started.seen.map(({ status }) => status);
    assert.ok(statuses.filter((status) => status === 304).length > statuses.length / 2);
    assert.equal(started.engine.state().connection.status, 'online');
    started.service.rooms.edit(edited.id, 'two, edited');
    await started.clock.advance(15_000);
    assert.deepEqual(started.texts, ['one', 'two, edited']);
    for (const { id } of started.messages.slice()) started.service.rooms.remove(id);
    await started.clock.advance(15_000);
    assert.deepEqual(started.texts, []);
    started.engine.dispose();
  });

  it('a tag that stays while the page changes is not believed for long, and then no more', () => {
    const learning = new Learning(nothingLearned, () => undefined);
    const tagged = new TaggedPage(learning);
    const page = { messages: [buildMessage('a', 1)], dropped: 0, etag: 'same', notModified: false };
    tagged.take(page);
    let looks = 0;
    for (; tagged.etag !== undefined && looks < 1000; looks++) {
      const standsFor = tagged.take({ messages: [], dropped: 0, etag: 'same', notModified: true });
      assert.deepEqual(standsFor.messages, page.messages);
    }
    assert.equal(looks, 20);
    tagged.take(page);
    assert.equal(tagged.etag, 'same');
    tagged.take({ ...page, messages: [buildMessage('b', 2)] });
    assert.equal(learning.facts.etagMisleads, true);
    assert.equal(tagged.etag, undefined);
  });

  it('`ts` is asked with a moment that has known messages on both sides', () => {
    const known = (...timestamps: readonly number[]) =>
      mergePage(emptyTimeline, {
        messages: timestamps.map((timestamp, index) => buildMessage(`m${index}`, timestamp)),
        covers: 'room',
      }).timeline;
    assert.equal(probeTimestamp(known(), 30), undefined);
    assert.equal(probeTimestamp(known(1, 2), 30), undefined);
    assert.equal(probeTimestamp(known(7, 7, 7, 7), 30), undefined);
    assert.equal(probeTimestamp(known(1, 2, 3), 30), 2);
    assert.equal(probeTimestamp(known(1, 2, 3, 4, 5, 6), 3), 5);
    assert.equal(meaningShown([buildMessage('a', 1), buildMessage('b', 2)], 2), 'before');
    assert.equal(meaningShown([buildMessage('a', 3), buildMessage('b', 2)], 2), 'since');
    assert.equal(meaningShown([buildMessage('a', 3), buildMessage('b', 1)], 2), 'ignored');
    assert.equal(meaningShown([], 2), undefined);
  });
});

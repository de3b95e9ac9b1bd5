import assert from 'node:assert/strict';
import { DEFAULT_ROOM } from '../../../src/chat/message';
import type { Settings } from '../../sandbox/settings';
import { StartedEngine, sayIn, texts } from '../../support/startEngine';
import type { Way } from '../../support/serviceTransport';

async function startWith(count: number, settings: Partial<Settings> = {}, way: Way = {}): Promise<StartedEngine> {
  const started = new StartedEngine(settings, way, {}, (service) => {
    for (const text of texts(0, count)) sayIn(service, text);
  });
  await started.clock.advance(500);
  return started;
}

/** Presses the button as long as it is there. */
async function loadAll(started: StartedEngine): Promise<void> {
  for (let press = 0; started.summary.older === 'more' && press < 40; press++) await started.loadOlder();
}

/** Time without looks, in which this much is said. */
async function sleepWhile(started: StartedEngine, from: number, to: number): Promise<void> {
  started.sayMany(from, to);
  await started.clock.advance(15_000);
}

describe('older messages', () => {
  it('come to the very first, whatever `ts` means, and the room is known to begin there', async () => {
    for (const tsMeaning of ['before', 'since', 'ignored'] as const) {
      for (const order of ['newestFirst', 'oldestFirst'] as const) {
        const started = await startWith(500, { tsMeaning, order });
        assert.equal(started.summary.older, 'more');
        assert.equal(started.texts.length, 30);
        await loadAll(started);
        assert.deepEqual(started.texts, texts(0, 500), tsMeaning);
        assert.equal(started.facts.tsMeaning, tsMeaning);
        assert.equal(started.summary.unreadCount, 0);
        assert.deepEqual(started.announced, []);
        assert.notEqual(started.summary.older, 'more');
        if (tsMeaning === 'before') assert.equal(started.summary.older, 'end');
        started.engine.dispose();
      }
    }
  });

  it('are asked for only when they are wanted, and what `ts` means is asked once', async () => {
    const started = await startWith(500, { tsMeaning: 'ignored' });
    await started.clock.advance(30_000);
    const isPlain = ({ url }: { readonly url: URL }): boolean => url.search === '?pageSize=30';
    assert.ok(started.seen.every(isPlain));
    await loadAll(started);
    const asked = started.seen.filter((request) => !isPlain(request)).map(({ url }) => url.searchParams);
    assert.equal(asked.filter((query) => query.has('ts')).length, 1);
    assert.deepEqual(
      asked.filter((query) => !query.has('ts')).map((query) => query.get('pageSize')),
      ['60', '120', '240', '480', '960'],
    );
    started.engine.dispose();
  });

  it('end at the cap of a service that knows no `ts`, which is said; with `ts` they go on behind it', async () => {
    for (const pageCap of [30, 50]) {
      const capped = await startWith(200, { pageCap });
      await loadAll(capped);
      assert.equal(capped.summary.older, 'unreachable');
      assert.deepEqual(capped.texts, texts(200 - pageCap, 200));
      const requests = capped.seen.length;
      await capped.loadOlder();
      assert.ok(capped.seen.length - requests <= 3);
      capped.engine.dispose();
      const open = await startWith(200, { pageCap, tsMeaning: 'before' });
      await loadAll(open);
      assert.equal(open.summary.older, 'end');
      assert.deepEqual(open.texts, texts(0, 200));
      open.engine.dispose();
    }
  });

  it('of a small room are none, as soon as several polls agree: no request is made for it', async () => {
    const started = await startWith(5);
    assert.equal(started.summary.older, 'more');
    await started.clock.advance(30_000);
    assert.equal(started.summary.older, 'end');
    const requests = started.seen.length;
    await started.loadOlder();
    assert.equal(started.seen.length, requests);
    const sizes = started.seen.map(({ url }) => url.searchParams.get('pageSize'));
    assert.deepEqual(sizes.slice(0, 4), ['30', '960', '5', '30']);
    assert.ok(sizes.slice(3).every((size) => size === '30'));
    started.engine.dispose();
  });

  it('can be wanted again after a failure, and the looks go on meanwhile', async () => {
    let broken = true;
    const started = await startWith(
      100,
      {},
      { instead: ({ url }) => (broken && !url.endsWith('pageSize=30') ? { status: 503, body: '' } : undefined) },
    );
    const loading = started.engine.loadOlder(DEFAULT_ROOM);
    assert.equal(started.summary.older, 'loading');
    await started.clock.advance(2000);
    await loading;
    assert.equal(started.summary.older, 'more');
    assert.equal(started.engine.state().connection.status, 'online');
    broken = false;
    await loadAll(started);
    assert.deepEqual(started.texts, texts(0, 100));
    started.engine.dispose();
  });

  it('are had from a service that refuses large pages, or `ts`, as far as it lets', async () => {
    const refuses =
      (what: (url: URL) => boolean): NonNullable<Way['instead']> =>
      ({ url }) =>
        what(new URL(url)) ? { status: 400, body: '{}' } : undefined;
    const large = await startWith(
      100,
      {},
      { instead: refuses((url) => Number(url.searchParams.get('pageSize')) > 60) },
    );
    await loadAll(large);
    assert.equal(large.summary.older, 'unreachable');
    assert.deepEqual(large.texts, texts(40, 100));
    large.engine.dispose();
    const ts = await startWith(100, {}, { instead: refuses((url) => url.searchParams.has('ts')) });
    await loadAll(ts);
    assert.equal(ts.facts.tsMeaning, 'ignored');
    assert.deepEqual(ts.texts, texts(0, 100));
    ts.engine.dispose();
  });

  it('do not take back what came or changed while they were on their way', async () => {
    const started = await startWith(100, {}, { latencyMs: ({ url }) => (url.endsWith('pageSize=30') ? 20 : 4000) });
    const [edited] = [started.messages[90]!];
    void started.engine.loadOlder(DEFAULT_ROOM);
    const shown: (readonly string[])[] = [];
    for (let step = 0; step < 100; step++) {
      await started.clock.advance(100);
      // Each answer is made after two seconds, and arrives after four.
      if (step === 22 || step === 62) started.say(`said at ${step}`);
      if (step === 30) started.service.rooms.edit(edited.id, 'edited');
      shown.push(started.texts);
    }
    for (const what of ['said at 22', 'said at 62']) {
      const since = shown.findIndex((texts) => texts.includes(what));
      assert.ok(since > 0 && shown.slice(since).every((texts) => texts.includes(what)), what);
    }
    await started.clock.advance(60_000);
    assert.deepEqual(started.texts, started.truth.slice(-started.texts.length));
    assert.ok(started.texts.length >= 60);
    started.engine.dispose();
  });

  it('are asked otherwise when `ts` turns out to mean something else', async () => {
    const started = await startWith(400, { tsMeaning: 'before', pageCap: 60 });
    await started.loadOlder();
    assert.equal(started.facts.tsMeaning, 'before');
    const known = started.texts.length;
    started.service.configure({ tsMeaning: 'ignored', pageCap: 'none' });
    await loadAll(started);
    assert.equal(started.facts.tsMeaning, 'ignored');
    assert.ok(started.texts.length > known);
    assert.deepEqual(started.texts, texts(400 - started.texts.length, 400));
    started.engine.dispose();
  });
});

describe('gaps', () => {
  it('are filled by larger pages, or by `ts`, and everything in them is announced once', async () => {
    for (const settings of [{}, { tsMeaning: 'before', pageCap: 30 }, { tsMeaning: 'before', pageCap: 50 }] as const) {
      const started = await startWith(40, settings);
      await sleepWhile(started, 40, 300);
      assert.deepEqual(started.texts.slice(-290), texts(10, 300), JSON.stringify(settings));
      assert.deepEqual(
        [...started.announced].sort(),
        started.messages
          .slice(40)
          .map(({ id }) => id)
          .sort(),
      );
      assert.equal(started.summary.unreadCount, 260);
      started.engine.dispose();
    }
  });

  it('that the service does not let fill are shown, and tried again when somebody wants it', async () => {
    const started = await startWith(40, { pageCap: 50 });
    await sleepWhile(started, 40, 300);
    assert.deepEqual(started.texts, [...texts(10, 40), '…', ...texts(250, 300)]);
    const before = started.seen.length;
    await started.clock.advance(60_000);
    assert.ok(started.seen.slice(before).every(({ url }) => url.search === '?pageSize=30'));
    started.service.configure({ pageCap: 'none' });
    void started.engine.loadMissing(DEFAULT_ROOM);
    assert.ok(started.entries.some((entry) => entry.kind === 'message' && entry.gap === 'loading'));
    await started.clock.advance(10_000);
    assert.deepEqual(started.texts.slice(-290), texts(10, 300));
    assert.equal(started.announced.length, 260);
    started.engine.dispose();
  });

  it('that a failure left open are filled after the next look', async () => {
    let broken = true;
    const started = await startWith(
      40,
      {},
      { instead: ({ url }) => (broken && !url.endsWith('pageSize=30') ? { status: 503, body: '' } : undefined) },
    );
    await sleepWhile(started, 40, 300);
    assert.deepEqual(started.texts, [...texts(10, 40), '…', ...texts(270, 300)]);
    broken = false;
    await started.clock.advance(15_000);
    assert.deepEqual(started.texts.slice(-290), texts(10, 300));
    started.engine.dispose();
  });
});

import assert from 'node:assert/strict';
import { requestGuards } from '../../../src/sync/windows/windowGuards';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectSoon } from '../../support/expectSoon';
import { WindowsHere, type TestWindow } from '../../support/hostedWindow';
import { reigns, WindowProcess } from '../../support/windows';
import { PROTOCOL } from '../../../src/sync/windows/windowMessages';

describe('windows that share an engine', () => {
  let here: WindowsHere;
  beforeEach(async () => (here = await WindowsHere.start(4)));
  afterEach(() => here.close());

  const say = (text: string): void => void here.sandbox.control.say({ author: 'Alice Fox', text });
  const status = (window: TestWindow): string => window.feed.state().connection.status;
  const unread = (window: TestWindow): number | undefined => window.feed.state().rooms[0]?.unreadCount;

  async function becomes<Seen>(look: () => Seen, wanted: Seen, what: string): Promise<void> {
    await expectSoon(look, (seen) => JSON.stringify(seen) === JSON.stringify(wanted), what);
  }

  it('have one, also when all begin at once and go one after the other', async () => {
    const windows = Array.from({ length: 12 }, () => here.open());
    say('hello');
    await Promise.all(windows.map((window) => here.shows(window, 'hello')));
    for (let left = windows; left.length > 1;) {
      const [host] = here.hosts;
      assert.equal(here.hosts.length, 1);
      host!.feed.dispose();
      left = left.filter((window) => window !== host);
      const text = `while ${left.length} are left`;
      say(text);
      await Promise.all(left.map((window) => here.shows(window, text)));
    }
    assert.equal(here.mostHosts, 1);
    const files = await readdir(here.claimsFolder);
    assert.deepEqual(files, ['host-12'], 'one claim is left');
  });

  it('lose nothing from the screen when the host goes, not even for a moment', async () => {
    here.sandbox.control.seed({ count: 120 });
    here.sandbox.configure({ tsMeaning: 'before' });
    const host = here.open();
    await expectSoon(
      () => host.texts().length,
      (length) => length >= 30,
      'the first page',
    );
    const other = here.open();
    await other.feed.refresh();
    while (other.texts().length < 100) {
      const known = other.texts().length;
      await other.feed.loadOlder('');
      await expectSoon(
        () => other.texts().length,
        (length) => length > known,
        'older messages',
      );
    }
    other.feed.setDraft('', 'half a sentence');
    await becomes(() => host.feed.drafts().get(''), 'half a sentence', 'the draft in the other window');
    const before = other.texts();
    const seen: (readonly string[])[] = [];
    const states: string[] = [];
    other.feed.subscribe(() => {
      seen.push(other.texts());
      states.push(status(other));
    });
    host.feed.dispose();
    assert.deepEqual(other.texts(), before);
    await expectSoon(
      () => other.hosts(),
      (hosts) => hosts,
      'the other window to host',
    );
    await here.goesOn(other);
    for (const texts of seen) assert.deepEqual(texts.slice(0, before.length), before);
    assert.deepEqual([...new Set(states)], ['online']);
    assert.equal(other.feed.drafts().get(''), 'half a sentence');
  });

  it('hold read marks, drafts and the news of another key in common', async () => {
    const [first, second] = [here.open(), here.open()];
    const loaded = (window: TestWindow): boolean | undefined => window.feed.state().rooms[0]?.loaded;
    await becomes(() => [loaded(first), loaded(second)], [true, true], 'both to know the room');
    say('one');
    say('two');
    await becomes(() => [unread(first), unread(second)], [2, 2], 'two unread messages in both');
    second.feed.markRead('');
    await becomes(() => [unread(first), unread(second)], [0, 0], 'nothing unread in both');
    second.feed.setDraft('', 'half');
    await becomes(() => first.feed.drafts().get(''), 'half', 'the draft');
    first.feed.setDraft('', '');
    await becomes(() => second.feed.drafts().get(''), '', 'no draft');
    const heard = (window: TestWindow): number => window.events.filter(({ type }) => type === 'keyChanged').length;
    second.feed.noteKeyChanged();
    await becomes(() => [heard(first), heard(second)], [1, 0], 'the news in the other window');
    first.feed.noteKeyChanged();
    await becomes(() => [heard(first), heard(second)], [1, 1], 'the news in the first window');
  });

  it('lose no connection over a wish that no host would let in', async () => {
    const [host, other] = [here.open(), here.open()];
    await here.goesOn(host);
    await here.goesOn(other);
    const mirror = host.hosts() ? other : host;
    mirror.feed.discard('no/id');
    await assert.rejects(mirror.feed.send('', 'x'.repeat(1_100_000)), /at most/);
    // The longest text that a page may send, signed.
    const signed = { type: 'send', room: '', text: 'x'.repeat(1_000_100), localId: 'id', again: false };
    assert.deepEqual(requestGuards.intend(signed), signed);
    await here.goesOn(mirror);
    assert.deepEqual(
      [...host.log, ...other.log].filter((line) => line.includes('wrong message')),
      [],
    );
  });

  it('each see their own rooms, and any may be in sight', async () => {
    for (const room of ['Design', 'Backend']) {
      here.sandbox.control.say({ room, author: 'Alice Fox', text: `in ${room}` });
    }
    const [first, second] = [here.open({ rooms: ['Design'] }), here.open({ rooms: ['Backend', 'Design'] })];
    await Promise.all([here.shows(first, 'in Design'), here.shows(second, 'in Backend')]);
    const rooms = (window: TestWindow): readonly string[] => window.feed.state().rooms.map(({ room }) => room);
    assert.deepEqual(rooms(first), ['Design']);
    assert.deepEqual(rooms(second), ['Backend', 'Design']);
    await second.feed.send('Backend', 'from the second');
    await expectSoon(
      () => here.sandbox.control.listMessages('Backend').map(({ text }) => text),
      (texts) => texts.includes('from the second'),
      'the message in its room',
    );
    assert.deepEqual(rooms(first), ['Design']);
  });

  it('give way to a newer version, and are well again when that is gone', async () => {
    const [first, second] = [here.open(), here.open()];
    await Promise.all([here.goesOn(first), here.goesOn(second)]);
    first.feed.setDraft('', 'kept by the page');
    const newer = here.open({ protocol: PROTOCOL + 1 });
    await here.goesOn(newer);
    await becomes(() => [status(first), status(second)], ['outdated', 'outdated'], 'the older ones to say so');
    assert.deepEqual(here.hosts, [newer]);
    assert.ok(first.texts().length > 0, 'what was shown stays');
    await assert.rejects(second.feed.send('', 'not from here'), /older version/);
    const late = here.open();
    await becomes(() => status(late), 'outdated', 'one that comes later to say so too');
    late.feed.dispose();
    newer.feed.dispose();
    await Promise.all([here.goesOn(first), here.goesOn(second)]);
    assert.deepEqual([status(first), status(second)], ['online', 'online']);
    assert.equal(here.mostHosts, 2, 'the older engine ends when its window hears of the newer one');
    await second.feed.send('', 'from here again');
    await here.shows(first, 'from here again');
  });

  it('go on from whatever a crash has left', async () => {
    await mkdir(here.claimsFolder, { recursive: true });
    await writeFile(path.join(here.claimsFolder, 'host-41'), 'half of a cla');
    const dead = { protocol: PROTOCOL, version: '0', address: path.join(here.folder, 'gone', 's'), token: 'x', pid: 1 };
    await writeFile(path.join(here.claimsFolder, 'host-40'), JSON.stringify(dead));
    const window = here.open();
    await here.goesOn(window);
    assert.deepEqual(await readdir(here.claimsFolder), ['host-42']);
  });

  it('ask for themselves where nothing can be written', async function () {
    this.timeout(60_000);
    await mkdir(path.dirname(here.claimsFolder), { recursive: true });
    await writeFile(here.claimsFolder, 'a file where the folder should be');
    const window = here.open();
    await here.goesOn(window);
    assert.ok(window.log.some((line) => line.includes('for itself alone')));
    assert.ok(window.log.some((line) => /could not agree.*(ENOTDIR|EEXIST)/.test(line)));
  });

  it('supersede a host that is paused, which does not ask once more when it goes on', async function () {
    // Nothing is paused there.
    if (process.platform === 'win32') this.skip();
    this.timeout(60_000);
    const { baseUrl, key } = here.sandbox;
    const open = (name: string): WindowProcess =>
      new WindowProcess({ baseUrl, key, folder: here.folder, name, speed: 4 });
    const first = open('first');
    await first.ready();
    const others = [open('second'), open('third')];
    await Promise.all(others.map((window) => window.ready()));
    first.tell({ send: 'typed before the pause' });
    await expectSoon(
      () => others.every(({ texts }) => texts.includes('typed before the pause')),
      (all) => all,
      'the message',
    );
    first.signal('SIGSTOP');
    say('said in the pause');
    await expectSoon(
      () => others.every(({ texts }) => texts.includes('said in the pause')),
      (all) => all,
      'the message of the pause',
      30_000,
    );
    first.signal('SIGCONT');
    first.tell({ send: 'typed after the pause' });
    await expectSoon(
      () =>
        [first, ...others].every(
          ({ texts, pending }) => texts.includes('typed after the pause') && pending.length === 0,
        ),
      (all) => all,
      'the message after the pause',
      30_000,
    );
    const names = reigns(here.sandbox.control.requests());
    assert.equal(names.length, 2, names.join(', '));
    assert.equal(names[0], 'first');
    const texts = here.sandbox.control.listMessages().map(({ text }) => text);
    assert.deepEqual(texts, ['typed before the pause', 'said in the pause', 'typed after the pause']);
    await Promise.all([first, ...others].map((window) => window.end()));
  });
});

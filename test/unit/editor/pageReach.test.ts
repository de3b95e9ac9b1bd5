import assert from 'node:assert/strict';
import { PageReach } from '../../../src/editor/pageReach';
import type { FeedEntry, RoomSummary } from '../../../src/sync/feed';
import { buildMessage } from '../../support/builders';

const ROOM = 'Backend';

/** A feed that knows the newest `known` of `all` messages, and is given so many more by each request. */
class History {
  known: number;
  requests = 0;
  loaded = true;
  readonly #all: FeedEntry[];
  readonly #portion: number;

  constructor(all: number, known: number, portion = 120) {
    this.#all = Array.from({ length: all }, (_, index) => ({
      kind: 'message',
      message: buildMessage(String(index), index),
      unread: false,
    }));
    this.known = known;
    this.#portion = portion;
  }

  say(count: number): void {
    for (let index = 0; index < count; index++) {
      const number = this.#all.length;
      this.#all.push({ kind: 'message', message: buildMessage(String(number), number), unread: true });
      this.known++;
    }
  }

  entries(_room: string, count: number): readonly FeedEntry[] {
    return this.#all.slice(-Math.min(count, this.known));
  }

  loadOlder(): Promise<void> {
    this.requests++;
    this.known = Math.min(this.#all.length, this.known + this.#portion);
    return Promise.resolve();
  }

  state(): { readonly connection: { readonly status: 'online' }; readonly rooms: readonly RoomSummary[] } {
    const older = this.known < this.#all.length ? 'more' : 'end';
    const room: RoomSummary = { room: ROOM, unreadCount: 0, unsentCount: 0, loaded: this.loaded, older };
    return { connection: { status: 'online' }, rooms: [room] };
  }
}

const key = (index: number): string => `message:${index}`;
const first = (entries: readonly FeedEntry[]): string | undefined => {
  const [entry] = entries;
  return entry?.kind === 'message' ? entry.message.id : undefined;
};
const always = (): boolean => true;
const nothing = (): void => undefined;

describe('what a page is given', () => {
  it('are the newest messages, and more when it wants more', () => {
    const reach = new PageReach(() => new History(1_000, 1_000));
    assert.equal(first(reach.entries(ROOM, 0, undefined)), '800');
    assert.ok(reach.hidesOlder);
    reach.more(ROOM);
    assert.equal(first(reach.entries(ROOM, 0, undefined)), '600');
    assert.equal(first(reach.entries('other', 0, undefined)), '800');
  });

  it('reaches up to the first unread message', () => {
    const reach = new PageReach(() => new History(1_000, 1_000));
    assert.ok(Number(first(reach.entries(ROOM, 500, undefined))) < 500);
  });

  it('loses nothing at its upper end while others speak', () => {
    const history = new History(150, 150);
    const reach = new PageReach(() => history);
    for (let said = 0; said < 500; said += 30) {
      assert.equal(first(reach.entries(ROOM, 0, key(0))), '0');
      history.say(30);
    }
    // A first message that is gone is not looked for for ever.
    const before = reach.entries(ROOM, 0, undefined).length;
    assert.ok(reach.entries(ROOM, 0, 'gone').length <= before + 200);
  });

  it('grows by what comes, and by no more', () => {
    const history = new History(10_000, 10_000);
    const reach = new PageReach(() => history);
    let given = reach.entries(ROOM, 0, undefined);
    for (let said = 0; said < 300; said++) {
      const oldest = given[0];
      assert.ok(oldest?.kind === 'message');
      history.say(1);
      given = reach.entries(ROOM, 0, `message:${oldest.message.id}`);
      assert.equal(given.length, 201 + said);
      assert.ok(reach.hidesOlder);
    }
  });

  describe('when it goes on where it was', () => {
    const begun = (history: History, place: number, depth: number): PageReach => {
      const reach = new PageReach(() => history);
      reach.begin({ places: [{ room: ROOM, key: key(place), depth }] });
      return reach;
    };

    it('is fetched up to there, though others have spoken meanwhile', async () => {
      const history = new History(2_000, 30);
      const reach = begun(history, 1_400, 500);
      let told = 0;
      await reach.reachBack(ROOM, () => told++, always);
      assert.ok(history.requests <= 6 && told === history.requests + 1);
      const given = reach.entries(ROOM, 0, undefined);
      assert.ok(Number(first(given)) < 1_400, first(given));
      assert.equal(reach.isSeeking(ROOM), false);
      await reach.reachBack(ROOM, nothing, always);
      assert.equal(history.requests, told - 1);
    });

    it('asks for nothing when it is known already, when nothing was wanted, or before the room was looked at', async () => {
      const history = new History(2_000, 700);
      await begun(history, 1_400, 600).reachBack(ROOM, nothing, always);
      await new PageReach(() => history).reachBack(ROOM, nothing, always);
      await begun(history, 10, 1_990).reachBack('other', nothing, always);
      assert.equal(history.requests, 0);
      const young = new History(2_000, 30);
      young.loaded = false;
      const reach = begun(young, 1_900, 100);
      await reach.reachBack(ROOM, nothing, always);
      assert.equal(young.requests, 0);
      young.loaded = true;
      await reach.reachBack(ROOM, nothing, always);
      assert.equal(young.requests, 1);
    });

    it('ends where the room begins, where nothing more comes, a little beyond the place, and when nobody looks', async () => {
      const short = new History(300, 30);
      await begun(short, 5_000, 500).reachBack(ROOM, nothing, always);
      assert.equal(short.known, 300);
      const stuck = new History(2_000, 30, 0);
      await begun(stuck, 1_400, 600).reachBack(ROOM, nothing, always);
      assert.equal(stuck.requests, 1);
      const endless = new History(100_000, 30);
      const tired = begun(endless, 1, 600);
      assert.ok(tired.isSeeking(ROOM));
      await tired.reachBack(ROOM, nothing, always);
      assert.equal(tired.isSeeking(ROOM), false);
      assert.ok(endless.known < 1_200, String(endless.known));
      const left = new History(2_000, 30);
      await begun(left, 1, 1_999).reachBack(ROOM, nothing, () => left.requests < 3);
      assert.equal(left.requests, 3);
    });
  });
});

import assert from 'node:assert/strict';
import type { FeedEntry } from '../../../src/sync/feed';
import { unescapeOnce } from '../../../src/chat/escaping';
import { takeAnnouncement } from '../../support/life/lifeArrivals';
import { drawLife } from '../../support/life/drawLife';
import { RoomHistoryOfMachine, type SentText, type Violation } from '../../support/life/lifeHistory';
import {
  findLostAndDoubled,
  findWrongList,
  findWrongMarks,
  type RoomTruth,
  type RoomView,
} from '../../support/life/lifeOracle';
import { RequestWatch } from '../../support/life/lifeRequests';
import { KEY_AUTHOR, type KeptMessage } from '../../support/life/lifeRoom';
import { collectRejections, liveALife } from '../../support/life/lifeRun';
import { parseScript, printScript, type ServiceTraits } from '../../support/life/lifeScript';
import { RoomWatch } from '../../support/life/lifeWatch';

const START_US = 1_600_000_000_000_000;

type ShownMessage = Extract<FeedEntry, { kind: 'message' }>;

/** A life of one machine in one room, at its end, in which all is well until a test changes it. */
class Ending {
  all: KeptMessage[] = Array.from({ length: 40 }, (_, index) => kept(index, 'colleague'));
  readonly history = new RoomHistoryOfMachine();
  sent: SentText[] = [];
  traits: ServiceTraits = {};
  entries: FeedEntry[];
  unreadCount = 0;
  loaded = true;
  escapes: boolean | undefined;
  pageFrom = 10;

  constructor() {
    this.write('mine');
    this.history.receive(10, this.all.slice(0, 40).map(asReceived));
    this.history.receive(1000, this.all.slice(10).map(asReceived));
    this.entries = this.all.map((message) => shown(message));
  }

  /** The machine's user writes a text, and it arrives. */
  write(text: string): void {
    const message = { ...kept(this.all.length, 0), raw: text, authorId: KEY_AUTHOR, texts: [{ at: 500, text }] };
    this.all = [...this.all, message];
    this.sent.push(sentText(text));
  }

  show(index: number, change: Partial<Omit<ShownMessage, 'kind'>>): void {
    this.entries = this.entries.map((entry, at) => (at === index ? { ...(entry as ShownMessage), ...change } : entry));
  }

  showDeleted(index: number): void {
    this.entries = this.entries.map((entry, at) =>
      at === index ? { kind: 'deleted', message: (entry as ShownMessage).message } : entry,
    );
  }

  keep(index: number, change: Partial<KeptMessage>): void {
    this.all = this.all.map((message, at) => (at === index ? { ...message, ...change } : message));
  }

  findings(): readonly string[] {
    const truth: RoomTruth = {
      room: '',
      all: this.all,
      page: this.all.slice(this.pageFrom).filter(({ deletedAt }) => deletedAt === undefined),
    };
    const view: RoomView = {
      ...{ machine: 0, entries: this.entries, unreadCount: this.unreadCount, loaded: this.loaded },
      ...{ history: this.history, escapes: this.escapes, ownAuthorId: KEY_AUTHOR, isCertain: () => true },
    };
    const violations = [
      ...findLostAndDoubled(this.sent, [truth], new Map([['', [view]]])),
      ...findWrongList(truth, view, this.traits, unescapeOnce),
      ...findWrongMarks(truth, view, this.sent, 0),
    ];
    return [...new Set(violations.map(({ kind }) => kind))];
  }
}

function kept(index: number, writer: KeptMessage['writer']): KeptMessage {
  const raw = `text ${index} <b>`;
  return {
    ...{ room: '', id: `m${String(index).padStart(3, '0')}`, sequence: index, writer, raw, buried: false, late: false },
    storedAt: index < 40 ? -1000 + index : 500,
    timestamp: START_US + index,
    authorId: 'author-1',
    texts: [{ at: 0, text: raw }],
    deletedAt: undefined,
  };
}

function asReceived({ id, texts }: KeptMessage): { readonly id: string; readonly text: string } {
  return { id, text: texts[0]?.text ?? '' };
}

function shown({ id, timestamp, authorId, raw, writer }: KeptMessage): FeedEntry {
  return {
    kind: 'message',
    message: { id, timestamp, text: raw, author: { id: authorId, name: '', email: '', avatarUrl: '' } },
    unread: false,
    ...(writer === 0 ? { localId: `local ${raw}` } : {}),
  };
}

function sentText(text: string): SentText {
  return { ...{ machine: 0, room: '', text, at: 400, localId: text, kept: 'yes' }, retries: 0, discardedAt: undefined };
}

function outgoing(text: string): FeedEntry {
  return { kind: 'outgoing', outgoing: { localId: text, room: '', text, createdAt: 0, state: 'unconfirmed' } };
}

const OWN = 40;

/** What goes wrong, and what the oracle has to call it. */
const cases: readonly (readonly [string, readonly string[], (ending: Ending) => void])[] = [
  ['nothing', [], () => undefined],
  [
    'a text in doubt',
    [],
    (ending) => {
      ending.sent.push(sentText('in doubt'));
      ending.entries.push(outgoing('in doubt'));
    },
  ],
  ['a text that is nowhere', ['lost'], (ending) => ending.sent.push(sentText('gone'))],
  ['one of two equal texts that is nowhere', ['lost'], (ending) => ending.sent.push(sentText('mine'))],
  [
    'a text that somebody with the same author wrote too',
    ['lostUnprovable'],
    (ending) => {
      ending.sent.push(sentText('same'));
      ending.keep(39, { raw: 'same', authorId: KEY_AUTHOR, storedAt: 450, texts: [{ at: 450, text: 'same' }] });
      ending.history.read.set('m039', 450);
      ending.show(39, { message: { ...(ending.entries[39] as ShownMessage).message, text: 'same' } });
    },
  ],
  [
    'a text that is there twice',
    ['doubled'],
    (ending) => {
      ending.write('mine');
      ending.sent.pop();
      ending.entries.push(shown(ending.all[41] ?? kept(41, 0)));
    },
  ],
  [
    'a text that is there twice, as its user wished',
    [],
    (ending) => {
      ending.write('mine');
      ending.sent.pop();
      Object.assign(ending.sent[0] ?? {}, { retries: 1 });
      ending.entries.push(shown(ending.all[41] ?? kept(41, 0)));
    },
  ],
  [
    'a text that was deleted before anybody saw it, and sent again',
    ['doubledUnprovable'],
    (ending) => {
      ending.write('mine');
      ending.sent.pop();
      ending.keep(41, { deletedAt: 600 });
    },
  ],
  ['a message that is not shown', ['missing'], (ending) => void ending.entries.splice(30, 1)],
  [
    'older messages that are not shown, without a mark',
    ['missingWithoutGap'],
    (ending) => void ending.entries.splice(3, 2),
  ],
  [
    'older messages that are not shown, with a mark',
    [],
    (ending) => {
      ending.entries.splice(3, 2);
      ending.show(3, { gap: 'open' });
    },
  ],
  [
    'a message that is shown twice',
    ['shownTwice'],
    (ending) => ending.entries.splice(5, 0, ...ending.entries.slice(5, 6)),
  ],
  [
    'two messages in the wrong order',
    ['outOfOrder'],
    (ending) => ending.entries.splice(5, 0, ...ending.entries.splice(6, 1)),
  ],
  ['a message that nobody wrote', ['invented'], (ending) => ending.entries.push(shown(kept(77, 'colleague')))],
  [
    'another text',
    ['wrongText'],
    (ending) => ending.show(20, { message: { ...(ending.entries[20] as ShownMessage).message, text: 'x' } }),
  ],
  [
    'an escaped text',
    ['escapedText'],
    (ending) => {
      ending.traits = { escapes: true };
      ending.escapes = true;
      for (const [index, { raw }] of ending.all.entries()) {
        ending.keep(index, { texts: [{ at: 0, text: raw.replaceAll('<', '&lt;').replaceAll('>', '&gt;') }] });
      }
      ending.history.receive(1000, ending.all.map(asReceived));
      ending.show(20, { message: { ...(ending.entries[20] as ShownMessage).message, text: 'text 20 &lt;b&gt;' } });
    },
  ],
  ['a message that is there and shown as deleted', ['falseDeletion'], (ending) => ending.showDeleted(20)],
  ['a message that is deleted and shown', ['deletionUnnoticed'], (ending) => ending.keep(20, { deletedAt: 600 })],
  [
    'the oldest message of a small room, deleted and shown',
    ['deletionUnnoticedAtStart'],
    (ending) => {
      ending.all = ending.all.slice(30);
      ending.entries = ending.entries.slice(30);
      ending.pageFrom = 0;
      ending.keep(0, { deletedAt: 600 });
    },
  ],
  ['a message that was never edited and is called so', ['falseEdit'], (ending) => ending.show(20, { edited: true })],
  [
    'a message that was edited and is not called so',
    ['editForgotten'],
    (ending) => {
      ending.history.show('m020', 'before');
      ending.keep(20, {
        texts: [
          { at: 0, text: 'before' },
          { at: 300, text: 'text 20 <b>' },
        ],
      });
    },
  ],
  [
    'an own message that is unread',
    ['ownUnread'],
    (ending) => {
      ending.show(OWN, { unread: true });
      ending.unreadCount = 1;
    },
  ],
  [
    'an own message without its local id',
    ['ownAsStranger'],
    (ending) => {
      const { localId, ...entry } = ending.entries[OWN] as ShownMessage;
      ending.entries[OWN] = entry;
    },
  ],
  ["a stranger's message with a local id", ['strangerAsOwn'], (ending) => ending.show(20, { localId: 'x' })],
  [
    'an old message that is unread',
    ['readAsUnread'],
    (ending) => {
      ending.show(20, { unread: true });
      ending.unreadCount = 1;
    },
  ],
  ['a new message that counts as read', ['unreadAsRead'], (ending) => ending.keep(39, { storedAt: 700 })],
  [
    'a new message that was read',
    [],
    (ending) => {
      ending.keep(39, { storedAt: 700 });
      ending.history.markRead(
        800,
        ['m039'],
        ending.all.map(({ id }) => id),
      );
    },
  ],
  [
    'unread messages that are neither shown nor counted',
    ['unreadDropped'],
    (ending) => {
      ending.keep(0, { storedAt: 700 });
      ending.entries.splice(0, 1);
    },
  ],
  [
    'unread messages that are not shown and counted',
    [],
    (ending) => {
      ending.keep(0, { storedAt: 700 });
      ending.entries.splice(0, 1);
      ending.unreadCount = 1;
    },
  ],
  ['a wrong count', ['unreadCount'], (ending) => (ending.unreadCount = 3)],
  ['a room that never comes', ['neverLoaded'], (ending) => (ending.loaded = false)],
];

describe('the oracle of random lives', () => {
  for (const [what, kinds, change] of cases) {
    it(`finds ${kinds.join(', ') || 'no fault'} for ${what}`, () => {
      const ending = new Ending();
      change(ending);
      assert.deepEqual(ending.findings(), kinds);
    });
  }

  describe('while a life is lived', () => {
    const watch = () => {
      const found: Violation[] = [];
      const history = new RoomHistoryOfMachine();
      const room = new RoomWatch(0, '', history, (violation) => found.push(violation));
      return { found, history, room, kinds: () => found.map(({ kind }) => kind) };
    };
    const truth = [kept(0, 'colleague'), kept(1, 'colleague')];
    const sample = (at: number, entries: readonly FeedEntry[], older: 'more' | 'end' = 'more') => ({
      ...{ at, entries, truth, summary: { older, loaded: true } },
      reachable: () => new Set(truth),
    });
    const deleted = (message: KeptMessage): FeedEntry => ({
      kind: 'deleted',
      message: (shown(message) as ShownMessage).message,
    });

    it('forgives a wrong deletion for two answers, and no more', () => {
      const { history, room, kinds } = watch();
      const wrong = [deleted(kept(0, 'colleague')), shown(kept(1, 'colleague'))];
      for (const polls of [1, 2, 3]) {
        history.polls = polls;
        room.take(sample(polls * 1000, wrong));
      }
      assert.deepEqual(kinds(), []);
      history.polls = 4;
      room.take(sample(4000, wrong));
      room.take(sample(5000, wrong));
      assert.deepEqual(kinds(), ['flicker']);
    });

    it('finds a room that is said to begin too late', () => {
      const { history, room, kinds } = watch();
      room.take(sample(20_000, [shown(kept(1, 'colleague'))], 'end'));
      history.lastAnswerAt = 20_000;
      room.take(sample(20_000, [shown(kept(1, 'colleague'))]));
      assert.deepEqual(kinds(), []);
      room.take(sample(21_000, [shown(kept(1, 'colleague'))], 'end'));
      room.take(sample(22_000, [shown(kept(1, 'colleague'))], 'end'));
      assert.deepEqual(kinds(), ['falseStart']);
      room.take(sample(23_000, truth.map(shown), 'end'));
      assert.deepEqual(kinds(), ['falseStart']);
    });

    it('finds messages that are announced twice, late or to their own writer', () => {
      const { all, history, sent } = new Ending();
      const announce = (id: string) =>
        takeAnnouncement({ id, machine: 0, at: 1000, truth: all, history, sent, lagMs: 0 });
      history.firstAnswerAt = 2000;
      assert.deepEqual(announce('m020'), ['announcedOld']);
      history.firstAnswerAt = 10;
      assert.deepEqual(announce('m021'), []);
      assert.deepEqual(announce('m021'), ['announcedTwice']);
      assert.deepEqual(announce('m040'), ['announcedOwn']);
      history.processEnded(9000, true, undefined);
      assert.deepEqual(announce('m021'), ['announcedTwice']);
      history.processEnded(1500, true, undefined);
      assert.deepEqual(announce('m021'), []);
    });

    it('finds requests that do not wait as long as they were asked to', () => {
      const found: string[] = [];
      const requests = new RequestWatch(0, [], (kind) => found.push(kind));
      requests.askedToWait(1, 0, 10_000);
      requests.leaves(1, 10_000, { method: 'GET' });
      assert.deepEqual(found, []);
      requests.askedToWait(1, 20_000, 10_000);
      requests.leaves(1, 25_000, { method: 'GET' });
      requests.askedToWait(1, 40_000, 10_000);
      requests.leaves(2, 45_000, { method: 'GET' });
      assert.deepEqual(found, ['retryAfterIgnored', 'retryAfterForgotten']);
      requests.askedToWait(2, 60_000, 10_000);
      requests.killed(60_500);
      requests.leaves(3, 61_000, { method: 'GET' });
      assert.equal(found.length, 2);
    });

    it('finds a message that is sent although it was discarded', () => {
      const found: string[] = [];
      const sent = sentText('no more');
      const requests = new RequestWatch(0, [sent], (kind) => found.push(kind));
      const post = { method: 'POST', body: JSON.stringify({ messageRaw: 'no more' }) } as const;
      requests.leaves(1, 1000, post);
      sent.discardedAt = 2000;
      requests.leaves(1, 1500, post);
      assert.deepEqual(found, []);
      requests.leaves(1, 3000, post);
      assert.deepEqual(found, ['sentAfterDiscard']);
      sent.mayComeBack = true;
      requests.leaves(1, 3000, post);
      assert.equal(found.length, 1);
    });

    it('hears of promises that reject without a handler', async () => {
      const heard: unknown[] = [];
      const stop = collectRejections((reason) => heard.push(reason));
      const error = new Error('made for a test');
      void Promise.reject(error);
      await stop();
      assert.deepEqual(heard, [error]);
    });
  });

  it('lives the same life from the same script', async () => {
    const script = drawLife(11);
    const [first, second] = [await liveALife(script), await liveALife(parseScript(printScript(script)))];
    assert.deepEqual(second.violations, first.violations);
    assert.deepEqual(second.service.messages.in(''), first.service.messages.in(''));
  });
});

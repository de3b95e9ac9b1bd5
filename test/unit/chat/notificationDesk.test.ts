import assert from 'node:assert/strict';
import type { Message } from '../../../src/chat/message';
import { ASK_AGAIN_MS, NotificationDesk, TYPING_MS, type Surroundings } from '../../../src/chat/notificationDesk';
import { GATHER_MS, ON_SCREEN_MS } from '../../../src/chat/notificationQueue';

const HOUR_MS = 3_600_000;

/** What a test changes as it goes. */
type Changeable = {
  -readonly [Key in Exclude<keyof Surroundings, 'isMuted' | 'isWatched' | 'isUnread'>]: Surroundings[Key];
} & { muted: string[]; watched: string; read: string[] };

describe('notification desk', () => {
  let around: Changeable;
  let desk: NotificationDesk;
  let count: number;

  const message = (text: string, name = 'Ben'): Message => ({
    id: `m${++count}`,
    timestamp: count,
    author: { id: name, name, email: '', avatarUrl: '' },
    text,
  });
  const say = (text: string, room = 'Backend', name?: string): void => desk.arrived(room, [message(text, name)]);
  const tells = (nowMs: number, rooms: readonly string[], howMany = 1): void => {
    const told = desk.take(nowMs);
    assert.deepEqual([told?.rooms, told?.count], [rooms, howMany]);
  };
  const tellsNothing = (nowMs: number): void => assert.equal(desk.take(nowMs), undefined);
  /** After it, a message that may be told is: the silence before was not that of a desk that says nothing at all. */
  const goesOn = (nowMs: number): void => {
    say('@Ann still there', 'Control');
    tells(nowMs, ['Control']);
  };

  beforeEach(() => {
    count = 0;
    around = {
      wanted: 'mentions',
      myNames: ['Ann'],
      mySignature: '',
      isPaused: false,
      typedAt: -Infinity,
      isBusy: false,
      isFocused: true,
      muted: [],
      watched: '',
      read: [],
    };
    desk = new NotificationDesk(
      Object.assign(around, {
        isMuted: (room: string) => around.muted.includes(room),
        isWatched: (room: string) => around.watched === room,
        isUnread: (_room: string, id: string) => !around.read.includes(id),
      }),
    );
  });

  it('tells of mentions, and of nothing else', () => {
    say('for nobody');
    tellsNothing(0);
    say('@Ann look');
    tells(0, ['Backend']);
  });

  it('tells of all messages', () => {
    around.wanted = 'all';
    say('for nobody');
    tells(0, ['Backend']);
  });

  it('tells of none', () => {
    around.wanted = 'none';
    say('@Ann look');
    tellsNothing(0);
    around.wanted = 'mentions';
    goesOn(0);
  });

  it('tells of no mention in code', () => {
    say('`@Ann`');
    tellsNothing(0);
    goesOn(0);
  });

  it('tells of nothing that the person signed, on whichever machine', () => {
    around.wanted = 'all';
    around.mySignature = ' Ann  *Lee* ';
    say('*Ann Lee* ✍ from my laptop');
    tellsNothing(0);
    say('*Ben Okafor* ✍ hello', 'Backend', 'Shared key');
    assert.deepEqual(desk.take(0)?.authors, ['Ben Okafor']);
  });

  it('takes the name that signs a message for no mention', () => {
    say('*@Ann* ✍ hello');
    tellsNothing(0);
    goesOn(0);
  });

  it('tells of no room that is muted, nor of the one before the eyes', () => {
    around.muted = ['Backend'];
    around.watched = 'Design';
    say('@Ann look');
    say('@Ann look', 'Design');
    tellsNothing(0);
    goesOn(0);
  });

  it('tells of nothing that comes in a pause, and goes on after it', () => {
    around.isPaused = true;
    say('@Ann look');
    tellsNothing(0);
    around.isPaused = false;
    tellsNothing(HOUR_MS);
    goesOn(HOUR_MS);
  });

  it('waits while the person types', () => {
    around.typedAt = 1000;
    say('@Ann look');
    tellsNothing(1000 + TYPING_MS - 1);
    assert.equal(desk.nextAt(1000), 1000 + ASK_AGAIN_MS);
    tells(1000 + TYPING_MS, ['Backend']);
  });

  it('waits while the person debugs, or answers', () => {
    around.isBusy = true;
    say('@Ann look');
    tellsNothing(HOUR_MS);
    around.isBusy = false;
    tells(HOUR_MS, ['Backend']);
  });

  const changes: readonly (readonly [name: string, change: () => void])[] = [
    ['none is wanted', () => (around.wanted = 'none')],
    ['only mentions are wanted', () => (around.wanted = 'mentions')],
    ['there is a pause', () => (around.isPaused = true)],
    ['the room is muted', () => (around.muted = ['Backend'])],
    ['the room is before the eyes', () => (around.watched = 'Backend')],
    ['the message was read, or its room was taken off the list', () => (around.read = ['m2'])],
    ['the chat is over', () => desk.clear()],
  ];
  for (const [name, change] of changes) {
    it(`looks again before it tells: ${name}`, () => {
      around.wanted = 'all';
      say('first', 'Control');
      tells(0, ['Control']);
      say('second');
      tellsNothing(1);
      change();
      tellsNothing(ON_SCREEN_MS);
      assert.equal(desk.nextAt(ON_SCREEN_MS), undefined);
      [around.wanted, around.isPaused, around.muted, around.watched] = ['all', false, [], ''];
      goesOn(ON_SCREEN_MS);
    });
  }

  it('tells of what was not read, though something else was', () => {
    say('@Ann one');
    say('@Ann two');
    around.read = ['m1'];
    tells(0, ['Backend'], 1);
  });

  it('gathers what comes within ten seconds, the rooms with a mention first', () => {
    around.wanted = 'all';
    say('one');
    const first = desk.take(0);
    desk.closed(first!);
    for (const text of ['two', 'three', 'four']) say(text);
    say('@Ann five', 'Design', 'Eve');
    tellsNothing(GATHER_MS - 1);
    assert.equal(desk.nextAt(1), GATHER_MS);
    assert.deepEqual(desk.take(GATHER_MS), {
      count: 4,
      rooms: ['Design', 'Backend'],
      mentionedBy: ['Eve'],
      authors: ['Ben', 'Eve'],
    });
  });

  it('goes on after a notification that nobody touched', () => {
    say('@Ann one');
    tells(0, ['Backend']);
    say('@Ann two');
    tellsNothing(ON_SCREEN_MS - 1);
    tells(ON_SCREEN_MS, ['Backend']);
  });

  it('lets the next one wait while one stands in a window without the keyboard', () => {
    around.isFocused = false;
    say('@Ann one');
    tells(0, ['Backend']);
    say('@Ann two');
    tellsNothing(HOUR_MS);
    assert.equal(desk.nextAt(HOUR_MS), undefined);
    around.isFocused = true;
    tellsNothing(HOUR_MS);
    tellsNothing(HOUR_MS + ON_SCREEN_MS - 1);
    tells(HOUR_MS + ON_SCREEN_MS, ['Backend']);
  });

  it('lets the next one come when the one that stood there was closed', () => {
    around.isFocused = false;
    say('@Ann one');
    const first = desk.take(0);
    say('@Ann two');
    desk.closed(first!);
    tells(GATHER_MS, ['Backend']);
  });
});

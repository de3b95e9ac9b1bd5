import type { Attention, PollingSettings } from '../feed';
import type { RoomState } from '../roomState';
import { decodeRoomState } from '../roomStateCodec';
import type { Hello, HostNotices, Intent, MemberNotices, MemberRequests, Presence, Want } from './windowMessages';

/** Checks and narrows what came from another window, or throws. */
export type Guards<Table> = { readonly [Method in keyof Table]: (value: unknown) => Table[Method] };

/** The longest text that a window may hand over, in UTF-16 code units: what a page may hand over, and a signature. */
const MAX_TEXT_LENGTH = 1_001_000;
const MAX_NAME_LENGTH = 1000;
const MAX_ITEMS = 10_000;

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('expected an object');
  return value as Record<string, unknown>;
}

function text(value: unknown, maxLength = MAX_TEXT_LENGTH): string {
  if (typeof value !== 'string') throw new Error('expected a text');
  if (value.length > maxLength) throw new Error(`expected at most ${maxLength} characters`);
  return value;
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('expected yes or no');
  return value;
}

function amount(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) {
    throw new Error('expected a number');
  }
  return value;
}

function list<Item>(value: unknown, item: (value: unknown) => Item): readonly Item[] {
  if (!Array.isArray(value) || value.length > MAX_ITEMS) throw new Error('expected a list');
  return value.map(item);
}

const name = (value: unknown): string => text(value, MAX_NAME_LENGTH);
/** The id of a message and the name of its room, with a blank between them. */
const announcedName = (value: unknown): string => text(value, 2 * MAX_NAME_LENGTH + 1);
const nothing = (): null => null;

/** A local id becomes the name of a file. */
function localId(value: unknown): string {
  const id = text(value, 100);
  if (!/^[\w-]+$/.test(id)) throw new Error('expected a local id');
  return id;
}

function attention(value: unknown): Attention {
  const { openRoom, visible, focused } = record(value);
  const seen = { visible: flag(visible), focused: flag(focused) };
  return openRoom === undefined ? seen : { ...seen, openRoom: name(openRoom) };
}

function polling(value: unknown): PollingSettings {
  const { activeSeconds, backgroundSeconds } = record(value);
  const settings = { activeSeconds: amount(activeSeconds), backgroundSeconds: amount(backgroundSeconds) };
  if (settings.activeSeconds === 0 || settings.backgroundSeconds === 0) throw new Error('expected some seconds');
  return settings;
}

function presence(value: unknown): Presence {
  const { rooms, ...rest } = record(value);
  return {
    rooms: list(rooms, name),
    attention: attention(rest['attention']),
    polling: polling(rest['polling']),
  };
}

function want(value: unknown): Want {
  const { room, count } = record(value);
  return { room: name(room), count: amount(count) };
}

function draft(value: unknown): readonly [string, string] {
  const [room, typed] = list(value, (item) => text(item));
  return [name(room), text(typed)];
}

/** What one window knows of a room goes into the state of all: it is read as carefully as what stands on disk. */
function roomState(value: unknown): RoomState {
  const state = decodeRoomState(value);
  if (state === undefined) throw new Error('expected the state of a room');
  if (state.entries.length > MAX_ITEMS) throw new Error('expected fewer messages');
  for (const { localId: id } of state.entries) if (id !== undefined) localId(id);
  return state;
}

function intent(value: unknown): Intent {
  const { type, room, text: typed, localId: id, again } = record(value);
  switch (type) {
    case 'send':
      return { type, room: name(room), text: text(typed), localId: localId(id), again: flag(again) };
    case 'retry':
    case 'discard':
      return { type, localId: localId(id) };
    case 'retryAll':
    case 'refresh':
    case 'keyChanged':
      return { type };
    case 'markRead': {
      const { upTo } = record(value);
      return upTo === undefined ? { type, room: name(room) } : { type, room: name(room), upTo: text(upTo) };
    }
    case 'loadOlder':
    case 'loadMissing':
      return { type, room: name(room) };
    case 'draft':
      return { type, room: name(room), text: text(typed) };
    case 'handOver':
      return { type, room: name(room), state: roomState(record(value)['state']) };
    default:
      throw new Error('expected an intent');
  }
}

function hello(value: unknown): Hello {
  const { wants, drafts, announced, ...rest } = record(value);
  return {
    presence: presence(rest['presence']),
    wants: list(wants, want),
    drafts: list(drafts, draft),
    announced: list(announced, announcedName),
  };
}

/** A window's requests, as the host lets them in. */
export const requestGuards: Guards<{ [Method in keyof MemberRequests]: MemberRequests[Method]['params'] }> = {
  hello,
  intend: intent,
  details: nothing,
  ping: nothing,
};

/** A window's notices, as the host lets them in. */
export const memberNoticeGuards: Guards<MemberNotices> = { present: presence, want };

/**
 * The host's notices, as a window lets them in. The host has proved who it is and speaks the same version of this: the
 * shape is checked and the content is taken.
 */
export const hostNoticeGuards: Guards<HostNotices> = {
  state: (value) => {
    const { state, windows } = record(value);
    list(record(state)['rooms'], record);
    record(record(state)['connection']);
    amount(windows);
    return value as HostNotices['state'];
  },
  entries: (value) => {
    const { room, patch, arrivals, escapes, facts } = record(value);
    name(room);
    if (!Array.isArray(patch) || !Array.isArray(arrivals)) throw new Error('expected a list');
    flag(escapes);
    if (facts !== undefined) record(record(facts)['mark']);
    return value as HostNotices['entries'];
  },
  notify: (value) => {
    const { room, arrivals } = record(value);
    name(room);
    list(arrivals, record);
    return value as HostNotices['notify'];
  },
  draft: (value) => {
    const { room, text: typed } = record(value);
    return { room: name(room), text: text(typed) };
  },
  keyChanged: nothing,
};

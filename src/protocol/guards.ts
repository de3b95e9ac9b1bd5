import type { Guards } from './channel';
import type { Draft, HostNotices, PageNotices, PageRequests, PageWants } from './messages';

/** The longest text that the page may hand over, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 1_000_000;

/** The longest piece of a message that the page may hand over for the clipboard: no answer of the service is longer. */
export const MAX_COPY_LENGTH = 8 * 1024 * 1024;

/** The longest name of a language that the page may hand over. */
export const MAX_LANGUAGE_LENGTH = 40;

/** Nobody's room and no id is longer, in UTF-16 code units. */
const MAX_ROOM_LENGTH = 1_000;
const MAX_ID_LENGTH = 100;

/** As many rooms may ask for more than the newest messages, and each for as many entries. */
const MAX_PLACES = 50;
const MAX_DEPTH = 20_000;

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('expected an object');
  return value as Record<string, unknown>;
}

function text(value: unknown, maxLength = MAX_TEXT_LENGTH): string {
  if (typeof value !== 'string') throw new Error('expected a text');
  if (value.length > maxLength) throw new Error(`expected at most ${maxLength} characters`);
  return value;
}

const nothing = (): undefined => undefined;

function list(value: unknown): asserts value is unknown[] {
  if (!Array.isArray(value)) throw new Error('expected a list');
}

function place(value: unknown): PageWants['places'][number] {
  const { room: name, key, depth } = record(value);
  if (!Number.isSafeInteger(depth)) throw new Error('expected a number of entries');
  return { room: room(name), key: text(key), depth: Math.min(Math.max(0, Number(depth)), MAX_DEPTH) };
}

/** The name of a room, as the host would ask other windows about it. */
function room(value: unknown): string {
  return text(value, MAX_ROOM_LENGTH);
}

function localId(value: unknown): string {
  const id = text(value, MAX_ID_LENGTH);
  if (!/^[\w-]+$/.test(id)) throw new Error('expected a local id');
  return id;
}

function draft(value: unknown): Draft {
  const { room: name, text: typed, time } = record(value);
  const known = { room: room(name), text: text(typed) };
  return typeof time === 'number' && Number.isFinite(time) ? { ...known, time } : known;
}

/** What the page relies on to tell one room, and one state of it, from another. */
function versioned(value: unknown): Record<string, unknown> {
  const state = record(value);
  if (!Number.isSafeInteger(state['version'])) throw new Error('expected a version');
  const frame = record(state['frame']);
  text(frame['room']);
  text(frame['title']);
  record(frame['connection']);
  return state;
}

/** The page's requests, as the host lets them in. */
export const pageRequestGuards: Guards<{ [Method in keyof PageRequests]: PageRequests[Method]['params'] }> = {
  ready: (value) => {
    const { places } = record(value);
    list(places);
    return { places: places.slice(0, MAX_PLACES).map(place) };
  },
  snapshot: nothing,
  selection: nothing,
  openFiles: nothing,
  send: (value) => {
    const { room: name, text: typed } = record(value);
    return { room: room(name), text: text(typed) };
  },
};

/** The page's notices, as the host lets them in. */
export const pageNoticeGuards: Guards<PageNotices> = {
  retry: (value) => ({ localId: localId(record(value)['localId']) }),
  discard: (value) => ({ localId: localId(record(value)['localId']) }),
  seen: (value) => {
    const { room: name, upTo } = record(value);
    return upTo === undefined ? { room: room(name) } : { room: room(name), upTo: text(upTo, MAX_ROOM_LENGTH) };
  },
  loadOlder: (value) => ({ room: room(record(value)['room']) }),
  loadMissing: (value) => ({ room: room(record(value)['room']) }),
  draft,
  copy: (value) => ({ text: text(record(value)['text'], MAX_COPY_LENGTH) }),
  insertCode: (value) => ({ text: text(record(value)['text'], MAX_COPY_LENGTH) }),
  openCode: (value) => {
    const { text: code, language } = record(value);
    const known = { text: text(code, MAX_COPY_LENGTH) };
    return language === undefined ? known : { ...known, language: text(language, MAX_LANGUAGE_LENGTH) };
  },
};

/**
 * The host's notices, as the page lets them in. The host is the page's own maker and the page's window hears nobody
 * else, so that the shape is checked and the content is taken.
 */
export const hostNoticeGuards: Guards<HostNotices> = {
  snapshot: (value) => {
    const snapshot = versioned(value);
    list(snapshot['entries']);
    return snapshot as unknown as HostNotices['snapshot'];
  },
  delta: (value) => {
    const delta = versioned(value);
    list(delta['upserts']);
    list(delta['removals']);
    return delta as unknown as HostNotices['delta'];
  },
  draft,
  focusComposer: nothing,
  reveal: (value) => {
    const { room: name, key } = record(value);
    return { room: text(name), key: text(key) };
  },
};

import { decodeMessage } from '../chapi/decoder';
import type { Author, Position, RoomName } from '../chat/message';
import type { ReadMark } from '../chat/readMark';
import { readSignature, sign } from '../chat/signature';
import type { TimelineEntry } from '../chat/timeline';
import type { RoomEvidence } from './coverage';
import type { RoomState } from './roomState';

/** How long a late answer may still show the text from before an edit, in milliseconds. */
const BEFORE_KEPT_MS = 60_000;

/** The name under which a room's state is stored. */
export function roomStateName(room: RoomName): string {
  return `room:${room}`;
}

/**
 * The state in the form that is written to disk and sent to other windows. Each author is written once. Of a deleted
 * message, only who signed it is written.
 */
export function encodeRoomState(state: RoomState): unknown {
  const authors: Author[] = [];
  const places = new Map<string, number>();
  const authorPlace = (author: Author): number => {
    const name = JSON.stringify([author.id, author.name, author.email, author.avatarUrl]);
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, authors.length);
    return authors.push(author) - 1;
  };
  const entries = state.entries.map(({ message, textDropped, before, ...seen }) => {
    const { id, timestamp, text, author } = message;
    const isKept = !seen.deleted && textDropped === undefined;
    const isRecent = isKept && before !== undefined && (state.answeredAt ?? Infinity) - before.at < BEFORE_KEPT_MS;
    return {
      ...{ id, timestamp, author: authorPlace(author) },
      ...(isKept ? { text } : signerOf(text)),
      ...(isRecent ? { before } : {}),
      ...flags(seen),
    };
  });
  const { revision, gaps, startReached, startCount, mark, evidence, answeredAt } = state;
  return { revision, gaps, startReached, startCount, mark, evidence, answeredAt, authors, entries };
}

/** Reads a state and leaves out entries that cannot be read. `undefined` when the value is no state at all. */
export function decodeRoomState(value: unknown): RoomState | undefined {
  if (!isRecord(value)) return undefined;
  const mark = decodeMark(value['mark']);
  if (mark === undefined) return undefined;
  const { answeredAt } = value;
  const isOld = Array.isArray(value['messages']);
  const entries = isOld ? decodeOldMessages(value['messages']) : decodeEntries(value['entries'], value['authors']);
  if (entries === undefined) return undefined;
  return {
    revision: isCount(value['revision']) ? value['revision'] : 0,
    entries,
    gaps: decodePositions(value['gaps']),
    startReached: value['startReached'] === true,
    startCount: isCount(value['startCount']) ? value['startCount'] : 0,
    mark,
    evidence: decodeEvidence(value['evidence']),
    ...(isTime(answeredAt) ? { answeredAt } : {}),
  };
}

type Flags = Omit<TimelineEntry, 'message' | 'textDropped' | 'before'>;

/** Writes only what differs from the usual, so that most entries stay short. */
function flags({ late, edited, deleted, ...rest }: Flags): Partial<Flags> {
  return {
    ...(late ? { late } : {}),
    ...(edited ? { edited } : {}),
    ...(deleted ? { deleted } : {}),
    ...rest,
  };
}

function signerOf(text: string): { readonly signer?: string } {
  const signer = readSignature(text)?.name;
  return signer === undefined ? {} : { signer };
}

function decodeEntries(value: unknown, authors: unknown): readonly TimelineEntry[] | undefined {
  if (!Array.isArray(value) || !Array.isArray(authors)) return undefined;
  const known = new Set<string>();
  return value.flatMap((item: unknown) => {
    const entry = isRecord(item) ? decodeEntry(item, authors[Number(item['author'])]) : undefined;
    if (entry === undefined || known.has(entry.message.id)) return [];
    known.add(entry.message.id);
    return [entry];
  });
}

function decodeEntry(item: Readonly<Record<string, unknown>>, author: unknown): TimelineEntry | undefined {
  const { text, signer, localId, arrivedAt, missedAt, deletedAt, before } = item;
  const isTextKept = typeof text === 'string';
  const shown = isTextKept ? text : typeof signer === 'string' ? sign('', signer) : '';
  // In the service's form, so that one decoder reads both.
  const message = decodeMessage({ ...item, authorUser: author, parsed: shown });
  if (message === undefined) return undefined;
  const previous = isRecord(before) ? before : {};
  const { text: textBefore, at } = previous;
  return {
    message,
    ...(typeof localId === 'string' ? { localId } : {}),
    late: item['late'] === true,
    edited: item['edited'] === true,
    deleted: item['deleted'] === true,
    ...(isTime(arrivedAt) ? { arrivedAt } : {}),
    ...(isTime(missedAt) ? { missedAt } : {}),
    ...(isTime(deletedAt) ? { deletedAt } : {}),
    ...(typeof textBefore === 'string' && isTime(at) ? { before: { text: textBefore, at } } : {}),
    ...(item['ahead'] === true ? { ahead: true as const } : {}),
    ...(item['deletedUnspanned'] === true ? { deletedUnspanned: true as const } : {}),
    ...(item['unconfirmed'] === true ? { unconfirmed: true as const } : {}),
    ...(isTextKept ? {} : { textDropped: true as const }),
  };
}

/** Reads the form of an earlier version: the newest messages, without what was seen of them. */
function decodeOldMessages(value: unknown): readonly TimelineEntry[] {
  const messages = Array.isArray(value) ? value.map(decodeMessage).filter((message) => message !== undefined) : [];
  const distinct = new Map(messages.map((message) => [message.id, message]));
  return [...distinct.values()].map((message) => ({ message, late: false, edited: false, deleted: false }));
}

function decodeMark(value: unknown): ReadMark | undefined {
  if (!isRecord(value)) return undefined;
  const { through, lateIds } = value;
  const ids = Array.isArray(lateIds) ? lateIds.filter((id): id is string => typeof id === 'string') : [];
  if (!isRecord(through)) return { lateIds: ids };
  const position = decodePosition(through);
  return position === undefined ? undefined : { through: position, lateIds: ids };
}

function decodePositions(value: unknown): readonly Position[] {
  return Array.isArray(value) ? value.map(decodePosition).filter((position) => position !== undefined) : [];
}

function decodePosition(value: unknown): Position | undefined {
  if (!isRecord(value)) return undefined;
  const { timestamp, id } = value;
  return isTime(timestamp) && typeof id === 'string' ? { timestamp, id } : undefined;
}

function decodeEvidence(value: unknown): RoomEvidence {
  if (!isRecord(value)) return {};
  const { start, cap, lastCount } = value;
  return {
    ...decodeStart(start),
    ...(isRecord(cap) && isCount(cap['count']) && isCount(cap['times']) && isCount(cap['asked'])
      ? { cap: { count: cap['count'], times: cap['times'], asked: cap['asked'] } }
      : {}),
    ...(isCount(lastCount) ? { lastCount } : {}),
  };
}

function decodeStart(value: unknown): Pick<RoomEvidence, 'start'> {
  if (!isRecord(value)) return {};
  const { oldestId, answers, largestAsked, isProbed } = value;
  if (typeof oldestId !== 'string' || !isCount(answers) || !isCount(largestAsked)) return {};
  return { start: { oldestId, answers, largestAsked, isProbed: isProbed === true } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

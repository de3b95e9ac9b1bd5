import type { FeedEntry } from '../../../src/sync/feed';
import { isKnowableOwn, type RoomHistoryOfMachine, type SentText, type Violation } from './lifeHistory';
import { KEY_AUTHOR, textNow, type KeptMessage } from './lifeRoom';
import type { ServiceTraits } from './lifeScript';

/** What the service has of a room at the end of a life. */
export interface RoomTruth {
  readonly room: string;
  /** All that were ever stored, deleted ones included. */
  readonly all: readonly KeptMessage[];
  /** What every undisturbed answer to the usual question holds: nothing that is there only when a tie is broken so. */
  readonly page: readonly KeptMessage[];
}

/** What a machine shows of a room at the end of a life, and what it has seen of it before. */
export interface RoomView {
  readonly machine: number;
  readonly entries: readonly FeedEntry[];
  readonly unreadCount: number;
  readonly loaded: boolean;
  readonly history: RoomHistoryOfMachine;
  /** What the engine says that it has learned. */
  readonly escapes: boolean | undefined;
  readonly ownAuthorId: string | undefined;
  /** What arrived while the room was on the list: what came otherwise may be read or unread. */
  readonly isCertain: (message: KeptMessage) => boolean;
}

const NOT_DONE: readonly string[] = ['queued', 'sending', 'unconfirmed', 'failed'];

/** How many messages with an older place, in the same answer, prove that a message would be in it if it were there. */
const ENOUGH_OLDER = 3;

/**
 * Texts that are neither in their room nor shown to their user as not done, and texts that are there too often.
 *
 * Where nothing can be proven, the finding is called so:
 * - lost: somebody with the same author wrote the same text later, so that his message looks like the echo;
 * - doubled: a copy was edited, deleted or too deep in the room before any answer showed it to its writer.
 */
export function findLostAndDoubled(
  sent: readonly SentText[],
  rooms: readonly RoomTruth[],
  views: ReadonlyMap<string, readonly RoomView[]>,
): readonly Violation[] {
  const violations: Violation[] = [];
  const groups = new Map<string, SentText[]>();
  for (const one of sent) {
    const name = JSON.stringify([one.machine, one.room, one.text]);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { machine, room, text } = first;
    const truth = rooms.find((candidate) => candidate.room === room)?.all ?? [];
    const view = (views.get(room) ?? []).find((candidate) => candidate.machine === machine);
    const copies = truth.filter(({ writer, raw }) => writer === machine && raw === text);
    const waiting = (view?.entries ?? []).filter(
      (entry) => entry.kind === 'outgoing' && entry.outgoing.text === text && NOT_DONE.includes(entry.outgoing.state),
    );
    const wanted = group.filter(({ kept, discardedAt }) => kept === 'yes' && discardedAt === undefined).length;
    const what = `"${text}" in "${room}": ${copies.length} stored, ${waiting.length} waiting, ${wanted} wanted`;
    if (copies.length + waiting.length < wanted) {
      const isMistakable = truth.some(
        ({ raw, writer, storedAt, authorId }) =>
          raw === text && writer !== machine && storedAt >= first.at && authorId === KEY_AUTHOR,
      );
      violations.push({ kind: isMistakable ? 'lostUnprovable' : 'lost', machine, what });
    }
    const most = group.reduce((sum, { kept, retries }) => sum + (kept === 'no' ? 0 : 1) + retries, 0);
    if (copies.length > most) {
      const isProvable = copies.every(({ buried, deletedAt, texts, id }) => {
        const wasSeen = view?.history.received.get(id)?.has(texts[0]?.text ?? '') === true;
        return !buried && (wasSeen || (deletedAt === undefined && texts.length === 1));
      });
      const kind = isProvable ? 'doubled' : 'doubledUnprovable';
      violations.push({ kind, machine, what: `${what}, ${most} at most` });
    }
  }
  return violations;
}

/** What is wrong with the list of messages that is shown, against what the service has. */
export function findWrongList(
  truth: RoomTruth,
  view: RoomView,
  traits: ServiceTraits,
  unescape: (text: string) => string,
): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (kind: Violation['kind'], what: string): void =>
    void violations.push({ kind, machine: view.machine, what: `${what} in "${truth.room}"` });
  if (!view.loaded) {
    report('neverLoaded', 'no answer was taken in');
    return violations;
  }
  const byId = new Map(truth.all.map((message) => [message.id, message]));
  const shown = view.entries.filter((entry) => entry.kind !== 'outgoing');
  const live = new Map(shown.flatMap((entry) => (entry.kind === 'message' ? [[entry.message.id, entry]] : [])));
  const ids = new Set<string>();
  for (const [index, entry] of shown.entries()) {
    const { id, timestamp } = entry.message;
    if (ids.has(id)) report('shownTwice', id);
    ids.add(id);
    if (timestamp < (shown[index - 1]?.message.timestamp ?? 0)) report('outOfOrder', id);
    const message = byId.get(id);
    if (message === undefined) {
      report('invented', id);
    } else if (entry.kind === 'deleted') {
      if (message.deletedAt === undefined) report('falseDeletion', `${id} "${message.raw}"`);
    } else if (message.deletedAt === undefined) {
      const now = textNow(message);
      const texts = traits.escapes === true || traits.textChange === 'entities' ? [now, unescape(now)] : [now];
      if (!texts.includes(entry.message.text)) {
        if (isWithinReach(message, truth)) report('wrongText', `${id}: "${entry.message.text}" for "${now}"`);
      } else if (traits.escapes === true && view.escapes === true && entry.message.text !== unescape(now)) {
        report('escapedText', `${id}: "${entry.message.text}"`);
      }
      const wasShown = view.history.shown.get(id) ?? new Set();
      if (entry.edited === true && message.texts.length === 1) report('falseEdit', `${id}: "${entry.message.text}"`);
      const wasOther = [...wasShown].some(
        (text) => text !== entry.message.text && unescape(text) !== entry.message.text,
      );
      // When it was shown is not known: some time after it was edited.
      const isRecent = view.history.mayForget(message.texts.at(-1)?.at ?? 0, true);
      if (entry.edited !== true && wasOther && message.texts.length > 1 && !isRecent && !isBackAgain(message)) {
        report('editForgotten', `${id}: "${entry.message.text}"`);
      }
    } else if (isWithinReach(message, truth)) {
      report('deletionUnnoticed', `${id} "${message.raw}"`);
    } else if (traits.limitBeforeFilter !== true && truth.page.length < 30 && message.deletedAt > 0) {
      report('deletionUnnoticedAtStart', `${id} "${message.raw}"`);
    }
  }
  violations.push(...findMissing(truth, view, live, traits));
  return violations;
}

/** The last edit gave it the text again that it had once. */
function isBackAgain({ texts }: KeptMessage): boolean {
  return texts.slice(0, -1).some(({ text }) => text === texts.at(-1)?.text);
}

/** Whether every usual answer shows whether the message is there, and with which text. */
function isWithinReach(message: KeptMessage, { page }: RoomTruth): boolean {
  const { timestamp, sequence } = message;
  const older = page.filter((other) => other.timestamp < timestamp && other.sequence < sequence);
  return page.includes(message) || older.length >= ENOUGH_OLDER;
}

function findMissing(
  truth: RoomTruth,
  view: RoomView,
  live: ReadonlyMap<string, Extract<FeedEntry, { kind: 'message' }>>,
  traits: ServiceTraits,
): readonly Violation[] {
  const violations: Violation[] = [];
  const shown = [...live.values()];
  const [oldest] = shown;
  const ids = new Set(view.entries.flatMap((entry) => (entry.kind === 'outgoing' ? [] : [entry.message.id])));
  const isShown = ({ id }: KeptMessage): boolean => ids.has(id);
  const page = new Set(truth.page);
  for (const message of truth.page) {
    if (isShown(message)) continue;
    const what = `${message.id} "${message.raw}" in "${truth.room}", which every answer holds`;
    violations.push({ kind: 'missing', machine: view.machine, what });
  }
  const hasGap = shown.some(({ gap }) => gap !== undefined);
  const missing = truth.all.filter((message) => {
    if (message.deletedAt !== undefined || message.buried || isShown(message) || page.has(message)) {
      return false;
    }
    // Who never saw a late message can't know that it came to a place where all was known.
    if (message.late && !view.history.received.has(message.id)) return false;
    if (oldest === undefined || message.timestamp <= oldest.message.timestamp) return false;
    const next = shown.find((entry) => entry.message.timestamp > message.timestamp);
    // Equal timestamps leave open on which side of the mark it belongs.
    const near = shown.filter((entry) => entry.message.timestamp === message.timestamp);
    if ([next, ...near].some((entry) => entry?.gap !== undefined)) return false;
    // Cut by arrival, a page does not tell by timestamps where something is missing.
    return !(hasGap && traits.byArrival === true);
  });
  const [first] = missing;
  if (first !== undefined) {
    const what = `${missing.length} messages, such as ${first.id} "${first.raw}" in "${truth.room}"`;
    violations.push({ kind: 'missingWithoutGap', machine: view.machine, what });
  }
  return violations;
}

/** Own messages that are not taken for own ones, others' that are, and what is unread and should not be or the reverse. */
export function findWrongMarks(
  truth: RoomTruth,
  view: RoomView,
  sent: readonly SentText[],
  lagMs: number,
): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (kind: Violation['kind'], { id, raw }: KeptMessage): void =>
    void violations.push({ kind, machine: view.machine, what: `${id} "${raw}" in "${truth.room}"` });
  const byId = new Map(truth.all.map((message) => [message.id, message]));
  let unread = 0;
  for (const entry of view.entries) {
    if (entry.kind !== 'message') continue;
    if (entry.unread) unread++;
    const message = byId.get(entry.message.id);
    if (message === undefined) continue;
    const isOwn = entry.localId !== undefined;
    if (isKnowableOwn(message, view.machine, view.history, truth.all, sent)) {
      if (!isOwn) report('ownAsStranger', message);
      if (entry.unread) report('ownUnread', message);
      continue;
    }
    if (message.writer !== view.machine && isOwn && isProvablyOthers(message, view, sent)) {
      report('strangerAsOwn', message);
    }
    if (message.writer === view.machine || isOwn || !view.isCertain(message)) continue;
    const must = view.history.mustBeUnread(message, lagMs);
    if (must === true && !entry.unread) report('unreadAsRead', message);
    if (must === false && entry.unread) report('readAsUnread', message);
  }
  const shown = new Set(view.entries.flatMap((entry) => (entry.kind === 'outgoing' ? [] : [entry.message.id])));
  const hidden = truth.all.filter(
    (message) => message.writer !== view.machine && view.history.received.has(message.id) && !shown.has(message.id),
  );
  const isUnread = (message: KeptMessage): boolean =>
    message.deletedAt === undefined && view.isCertain(message) && view.history.mustBeUnread(message, lagMs) === true;
  const least = hidden.filter(isUnread).length;
  const what = `${view.unreadCount} counted, ${unread} shown, ${least} more known in "${truth.room}"`;
  if (view.unreadCount < unread || view.unreadCount > unread + hidden.length) {
    violations.push({ kind: 'unreadCount', machine: view.machine, what });
  } else if (view.unreadCount < unread + least) {
    violations.push({ kind: 'unreadDropped', machine: view.machine, what });
  }
  return violations;
}

/**
 * Whether somebody else's message can't be taken for an own one: nothing like it was sent before it was first seen, or
 * it bears another author than the machine's own messages.
 */
function isProvablyOthers(message: KeptMessage, view: RoomView, sent: readonly SentText[]): boolean {
  const seenAt = view.history.receivedAt.get(message.id) ?? Infinity;
  const isLike = ({ machine, room, text, at }: SentText): boolean =>
    machine === view.machine && room === message.room && text === message.raw && at <= seenAt;
  if (!sent.some(isLike)) return true;
  return view.ownAuthorId !== undefined && message.authorId !== KEY_AUTHOR;
}

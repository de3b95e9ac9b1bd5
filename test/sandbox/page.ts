import type { Author } from './people';
import type { StoredMessage } from './rooms';
import { shuffle, type Random } from './seededRandom';
import type { Settings } from './settings';

/** A message field by field, in the order of the documented payloads. */
export type WireMessage = {
  readonly authorUser: Author;
  readonly id: string;
  readonly timestamp: number;
} & ({ readonly parsed: string } | { readonly messageParsed: string });

/** The documented default of `pageSize`. */
export const DEFAULT_PAGE_SIZE = 30;

/** What a request asks of a room. */
export interface PageRequest {
  readonly pageSize: number;
  /** Microseconds since 1970; 0, the documented default, asks for nothing in particular. */
  readonly ts: number;
}

/** A text as the service gives it back. */
export function parsedText(text: string, { escapes }: Settings): string {
  if (!escapes) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function toWire({ author, text, id, timestamp }: StoredMessage, settings: Settings): WireMessage {
  const { avatarUrl, email, id: authorId, name } = author;
  const authorUser = { avatarUrl, email, id: authorId, name };
  const parsed = parsedText(text, settings);
  return settings.textField === 'parsed'
    ? { authorUser, parsed, id, timestamp }
    : { authorUser, messageParsed: parsed, id, timestamp };
}

/** The documentation leaves open whether a bound is part of its range: here "since" has it and "before" has not. */
function withinRange(
  messages: readonly StoredMessage[],
  ts: number,
  { tsMeaning }: Settings,
): readonly StoredMessage[] {
  if (ts === 0 || tsMeaning === 'ignored') return messages;
  return messages.filter(({ timestamp }) => (tsMeaning === 'since' ? timestamp >= ts : timestamp < ts));
}

/** The body of a page: the newest messages of what was asked for, in the order that the settings say. */
export function pageBody(
  messages: readonly StoredMessage[],
  { pageSize, ts }: PageRequest,
  settings: Settings,
  random: Random,
): string {
  const size = settings.pageCap === 'none' ? pageSize : Math.min(pageSize, settings.pageCap);
  const newest = withinRange(messages, ts, settings).slice(-size);
  const ordered = {
    newestFirst: () => newest.toReversed(),
    oldestFirst: () => newest,
    shuffled: () => shuffle(newest, random),
  }[settings.order]();
  const page = ordered.map((message) => toWire(message, settings));
  return JSON.stringify(settings.singleObject && page.length === 1 ? page[0] : page);
}

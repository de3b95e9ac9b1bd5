import type { Author, Message } from '../chat/message';

/** What could be read of an answer. */
export interface DecodedPage {
  /** In the order of the answer. */
  readonly messages: readonly Message[];
  /** Records that could not be read. */
  readonly dropped: number;
}

/**
 * Reads an answer to "fetch messages". Keeps every record it can and counts the others. A single object counts as an
 * array of one, and the text may be called `messageParsed`: the OpenAPI file's example has both.
 * @returns nothing when the answer is no list of records at all
 */
export function decodePage(json: unknown): DecodedPage | undefined {
  const records: unknown = Array.isArray(json) ? json : isRecord(json) && 'id' in json ? [json] : undefined;
  if (!Array.isArray(records)) return undefined;
  const messages: Message[] = [];
  for (const record of records) {
    const message = decodeMessage(record);
    if (message !== undefined) messages.push(message);
  }
  return { messages, dropped: records.length - messages.length };
}

/** Reads one record. A message without an id, a place in time or a text is none; anything else can be missing. */
export function decodeMessage(record: unknown): Message | undefined {
  if (!isRecord(record)) return undefined;
  const { id } = record;
  const timestamp = decodeTimestamp(record['timestamp']);
  const text = record['parsed'] ?? record['messageParsed'];
  if (typeof id !== 'string' || id === '' || timestamp === undefined || typeof text !== 'string') return undefined;
  return { id, timestamp, author: decodeAuthor(record['authorUser']), text };
}

/** Reads an answer to "send a message": the text as the service keeps it, if the answer tells it. */
export function decodeSent(json: unknown): { readonly parsed: string | undefined } | undefined {
  if (!isRecord(json)) return undefined;
  const parsed = json['parsed'] ?? json['messageParsed'];
  return { parsed: typeof parsed === 'string' ? parsed : undefined };
}

function decodeTimestamp(value: unknown): number | undefined {
  const timestamp = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof timestamp === 'number' && Number.isSafeInteger(timestamp) && timestamp >= 0 ? timestamp : undefined;
}

function decodeAuthor(value: unknown): Author {
  const record = isRecord(value) ? value : {};
  const text = (name: string): string => {
    const field = record[name];
    return typeof field === 'string' ? field : '';
  };
  return { id: text('id'), name: text('name'), email: text('email'), avatarUrl: text('avatarUrl') };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

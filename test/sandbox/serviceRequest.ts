import { BadInput, readRecord, readText } from './checks';
import { DEFAULT_ROOM_NAME } from './rooms';

/** One request as the service sees it, whole. */
export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly key: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: Buffer | 'tooLarge';
}

/** The body of a message to send. */
export interface SendBody {
  readonly messageRaw: string;
  readonly room?: string;
}

/** Reads the documented body of a POST, or throws {@link BadInput}. */
export function readSendBody(body: Buffer): SendBody {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new BadInput('The body must be JSON in UTF-8.');
  }
  const { messageRaw, room } = readRecord(value, 'The body');
  if (readText(messageRaw, 'messageRaw').trim() === '') throw new BadInput('messageRaw must not be empty.');
  return room === undefined
    ? { messageRaw: messageRaw as string }
    : { messageRaw: messageRaw as string, room: readText(room, 'room') };
}

/** The room that a request names, or nothing when it names none or cannot be read. */
export function namedRoom({ method, query, body }: ServiceRequest): string | undefined {
  if (method !== 'POST') return query.get('room') ?? undefined;
  if (body === 'tooLarge') return undefined;
  try {
    return readSendBody(body).room;
  } catch {
    return undefined;
  }
}

/** The room's name where nothing and an empty name both mean the default room. */
export function roomOrDefault(name: string | undefined): string {
  return name === undefined || name === '' ? DEFAULT_ROOM_NAME : name;
}

/** A whole number of the query, its default when absent, or throws {@link BadInput}. */
export function readQueryNumber(
  query: URLSearchParams,
  name: string,
  range: { readonly least: number; readonly most: number; readonly default: number },
): number {
  const text = query.get(name);
  if (text === null) return range.default;
  const number = /^-?\d{1,19}$/.test(text) ? Number(text) : NaN;
  if (!(number >= range.least && number <= range.most)) {
    throw new BadInput(`${name} must be a whole number from ${range.least} to ${range.most}.`);
  }
  return number;
}

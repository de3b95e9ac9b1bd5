import type { IncomingMessage } from 'node:http';
import type { OpenRecord } from './requestLog';

/** The largest body that is taken. The service's own limit is not documented. */
export const LARGEST_BODY_BYTES = 2 * 1024 * 1024;

/** From here on the sender is cut off instead of being told. */
const MOST_BYTES_READ = 64 * LARGEST_BODY_BYTES;

/**
 * Reads a request's whole body. One that is too large is read to its end without being kept, because an answer
 * before that is often lost: the client is still writing when the connection closes.
 * Rejects when the connection ends before the body does.
 */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer | 'tooLarge'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > MOST_BYTES_READ) throw new Error('The body does not end.');
  }
  return bytes > LARGEST_BODY_BYTES ? 'tooLarge' : Buffer.concat(chunks);
}

/** The address of a request. One that cannot be read stands for an address where there is nothing. */
export function readAddress({ url = '/' }: IncomingMessage): URL {
  const origin = 'http://127.0.0.1';
  return URL.canParse(url, origin) ? new URL(url, origin) : new URL('/unreadable', origin);
}

/** The key as the client sent it. */
export function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers['x-api-key'];
  return Array.isArray(key) ? key.join(', ') : key;
}

/** What can be written down of a request before its body is there. */
export function openRecord(
  request: IncomingMessage,
  { pathname, searchParams }: URL,
  seen: { readonly keys: readonly string[]; readonly nowMs: number; readonly connection: number },
): OpenRecord {
  const key = keyOf(request);
  const index = key === undefined ? -1 : seen.keys.indexOf(key);
  const label = index >= 0 ? `key ${index + 1}` : 'wrong key';
  const pageSize = searchParams.get('pageSize');
  const ts = searchParams.get('ts');
  return {
    time: seen.nowMs,
    method: request.method ?? 'GET',
    path: pathname,
    ...(pageSize === null ? {} : { pageSize: Number(pageSize) }),
    ...(ts === null ? {} : { ts: Number(ts) }),
    refusedByLimiter: false,
    key: key === undefined ? 'no key' : label,
    headerNames: request.rawHeaders.filter((_text, place) => place % 2 === 0),
    connection: seen.connection,
  };
}

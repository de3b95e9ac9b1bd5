import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * Where things are stored, below the folder that belongs to this program alone. Addresses and keys appear as hashes.
 *
 *     SCHEMA/ADDRESS/KEY/outbox/OWNER/MESSAGE.json   unsent messages, one owner per engine
 *     SCHEMA/ADDRESS/KEY/outbox/OWNER/MESSAGE.dropped  the message was dropped, even if its file is still there
 *     SCHEMA/ADDRESS/KEY/dropped/MESSAGE             empty: the message was dropped not long ago
 *     SCHEMA/ADDRESS/KEY/damaged/NAME                damaged files, set aside
 *     SCHEMA/ADDRESS/KEY/values/MACHINE/NAME.json    what is known about rooms and the service
 *
 * From before each key had its own folder: SCHEMA/ADDRESS/outbox/OWNER/MESSAGE.json and SCHEMA/ADDRESS/KEY/NAME.json.
 */
export interface Layout {
  readonly key: string;
  /** The folder of all keys of the address. */
  readonly address: string;
  readonly outboxes: string;
  readonly dropped: string;
  readonly damaged: string;
  readonly values: string;
  readonly olderOutboxes: string;
  readonly olderValues: string;
}

/** Changes when the format on disk becomes incompatible. */
export const SCHEMA = 'v1';

/** The folders of one key at one address. */
export function layoutOf(folder: string, baseUrl: string, apiKey: string): Layout {
  return layoutOfKey(path.join(folder, SCHEMA, hash(baseUrl)), engineName(baseUrl, apiKey));
}

/** The folders of a key, given its hash. */
export function layoutOfKey(address: string, key: string): Layout {
  const ofKey = path.join(address, key);
  return {
    key,
    address,
    outboxes: path.join(ofKey, 'outbox'),
    dropped: path.join(ofKey, 'dropped'),
    damaged: path.join(ofKey, 'damaged'),
    values: path.join(ofKey, 'values'),
    olderOutboxes: path.join(address, 'outbox'),
    olderValues: ofKey,
  };
}

/** A name for the engine of a key at an address. It reveals neither. */
export function engineName(baseUrl: string, apiKey: string): string {
  return hash(`${baseUrl}\n${apiKey}`);
}

/** Whether a name in the folder of an address is a key's. */
export function isKeyName(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}

/** A file name for any text. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

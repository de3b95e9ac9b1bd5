import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * Where things are, below the folder that belongs to this program alone. Address and key stand there by their hashes.
 *
 *     SCHEMA/ADDRESS/KEY/outbox/OWNER/MESSAGE.json   what is not sent, one owner per engine
 *     SCHEMA/ADDRESS/KEY/outbox/OWNER/MESSAGE.dropped  it was done with, should the message itself still be there
 *     SCHEMA/ADDRESS/KEY/dropped/MESSAGE             empty: it was done with not long ago
 *     SCHEMA/ADDRESS/KEY/damaged/NAME                what could not be read, set aside
 *     SCHEMA/ADDRESS/KEY/values/MACHINE/NAME.json    what is known of rooms and of the service
 *
 * Before keys were kept apart: SCHEMA/ADDRESS/outbox/OWNER/MESSAGE.json and SCHEMA/ADDRESS/KEY/NAME.json.
 */
export interface Layout {
  readonly key: string;
  /** Folder of all keys of the address. */
  readonly address: string;
  readonly outboxes: string;
  readonly dropped: string;
  readonly damaged: string;
  readonly values: string;
  readonly olderOutboxes: string;
  readonly olderValues: string;
}

/** Changes when what is on disk can no longer be read as it is. */
export const SCHEMA = 'v1';

/** The folders of one key at one address. */
export function layoutOf(folder: string, baseUrl: string, apiKey: string): Layout {
  return layoutOfKey(path.join(folder, SCHEMA, hash(baseUrl)), engineName(baseUrl, apiKey));
}

/** The folders of a key that is known by its hash. */
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

/** A name for the engine of a key at an address, that tells neither. */
export function engineName(baseUrl: string, apiKey: string): string {
  return hash(`${baseUrl}\n${apiKey}`);
}

/** Whether a name in the folder of an address is that of a key. */
export function isKeyName(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}

/** A name of a file for any text. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

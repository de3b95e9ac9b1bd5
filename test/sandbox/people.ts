import { createHash } from 'node:crypto';
import exampleMessage from '../support/payloads/openapi-example-message.json';

/** Who wrote a message, field by field as the service says it. */
export interface Author {
  readonly avatarUrl: string;
  readonly email: string;
  readonly id: string;
  readonly name: string;
}

/** The author that messages sent with a shared key bear in the OpenAPI example. */
export const SHARED_KEY_AUTHOR: Author = exampleMessage.authorUser;

/**
 * Somebody by that name, always with the same id and address.
 * Without a picture, so that whatever shows the message has nothing to fetch from the internet.
 */
export function person(name: string): Author {
  const id = createHash('sha256').update(name).digest('base64url');
  const words = name.toLowerCase().match(/[a-z0-9]+/g);
  return { avatarUrl: '', email: `${words?.join('.') ?? id.slice(0, 8)}@example.com`, id, name };
}

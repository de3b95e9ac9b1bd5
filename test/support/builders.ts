import type { Author, Message } from '../../src/chat/message';

/** An author for tests. */
export function buildAuthor(name = 'Alice Fox'): Author {
  return { id: `author-${name}`, name, email: 'someone@example.com', avatarUrl: '' };
}

/** A message for tests; `timestamp` in microseconds. */
export function buildMessage(id: string, timestamp: number, text = `text of ${id}`): Message {
  return { id, timestamp, text, author: buildAuthor() };
}

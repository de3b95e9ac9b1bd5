import { readSignature } from '../chat/signature';
import type { Fault } from '../chat/fault';
import { outgoingKey, type PageMessage } from '../protocol/messages';
import type { FeedEntry } from '../sync/feed';

/** The feed's entries as the page shows them. */
export function pageEntries(
  entries: readonly FeedEntry[],
  problemText: (fault: Fault) => string,
): readonly PageMessage[] {
  return entries.map((entry) => {
    if (entry.kind === 'outgoing') {
      const { localId, state, text, createdAt, fault } = entry.outgoing;
      return {
        key: outgoingKey(localId),
        state,
        own: true,
        authorName: '',
        text: readSignature(text)?.text ?? text,
        time: createdAt,
        ...(fault === undefined ? {} : { problem: problemText(fault) }),
      };
    }
    const { message, localId, gap, edited } = entry;
    const signature = readSignature(message.text);
    return {
      key: localId === undefined ? `message:${message.id}` : outgoingKey(localId),
      id: message.id,
      state: localId === undefined ? 'received' : 'sent',
      own: localId !== undefined,
      authorName: signature?.name ?? message.author.name,
      text: signature?.text ?? message.text,
      ...(signature === undefined ? {} : { signedVia: message.author.name }),
      time: message.timestamp / 1000,
      ...(edited === undefined ? {} : { edited }),
      ...(gap === undefined ? {} : { gap }),
    };
  });
}

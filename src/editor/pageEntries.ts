import { readSignature } from '../chat/signature';
import type { Fault } from '../chat/fault';
import { outgoingKey, type PageMessage } from '../protocol/messages';
import type { FeedEntry } from '../sync/feed';

/** Longer addresses are no addresses of pictures, but pictures or worse. */
const MAX_ADDRESS = 2_000;

/** The address of a picture that the page may fetch, or nothing. */
export function pictureAddress(address: string): string | undefined {
  if (address.length > MAX_ADDRESS || !URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  return protocol === 'https:' && username === '' && password === '' ? href : undefined;
}

function messageKey(id: string, localId: string | undefined): string {
  return localId === undefined ? `message:${id}` : outgoingKey(localId);
}

/** The key of an entry in the page. */
export function pageKeyOf(entry: FeedEntry): string {
  return entry.kind === 'outgoing' ? outgoingKey(entry.outgoing.localId) : messageKey(entry.message.id, entry.localId);
}

/** The feed's entries as the page shows them. */
export function pageEntries(
  entries: readonly FeedEntry[],
  problemText: (fault: Fault) => string,
  showAvatars: boolean,
): readonly PageMessage[] {
  return entries.map((entry) => {
    if (entry.kind === 'deleted') {
      const { message, localId, signer } = entry;
      return {
        key: pageKeyOf(entry),
        state: 'received',
        own: localId !== undefined,
        authorName: signer ?? message.author.name,
        ...(signer === undefined ? {} : { signedVia: message.author.name }),
        text: '',
        deleted: true,
        time: message.timestamp / 1000,
      };
    }
    if (entry.kind === 'outgoing') {
      const { state, text, createdAt, fault } = entry.outgoing;
      return {
        key: pageKeyOf(entry),
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
    // A signed message's author is somebody else than the signer, and an own one's is the key's.
    const avatar = showAvatars && signature === undefined && localId === undefined;
    const avatarUrl = avatar ? pictureAddress(message.author.avatarUrl) : undefined;
    return {
      key: pageKeyOf(entry),
      id: message.id,
      state: localId === undefined ? 'received' : 'sent',
      own: localId !== undefined,
      authorName: signature?.name ?? message.author.name,
      text: signature?.text ?? message.text,
      ...(avatarUrl === undefined ? {} : { avatarUrl }),
      ...(signature === undefined ? {} : { signedVia: message.author.name }),
      time: message.timestamp / 1000,
      ...(edited === undefined ? {} : { edited }),
      ...(gap === undefined ? {} : { gap }),
    };
  });
}

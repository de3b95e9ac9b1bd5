/**
 * Everything that two windows need to talk with each other, as one bundle that is loaded only once there are two.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../chapi/clock';
import { HostLostError } from './backing';
import { FramedSocket } from './framedSocket';
import { HANDSHAKE_FRAME_BYTES, introduce, receive } from './handshake';
import { MemberService, type MemberServiceOptions } from './memberService';
import { Mirror, type MirrorOptions } from './mirror';
import { ANSWER_MS } from './socketPlace';
import type { Introduction } from './windowMessages';

/** What both sides of a connection need to know. */
export interface LinkOptions {
  readonly clock: Clock;
  readonly token: Buffer;
  readonly own: Introduction;
}

/** What a host needs beside that. */
export interface ReceiveOptions extends LinkOptions, MemberServiceOptions {
  /** Says why a connection was closed. Holds nothing that was said on it. */
  readonly log: (line: string) => void;
  /** A window of the user is there that speaks another version. */
  readonly onStranger: (member: Introduction) => void;
}

/** How a host answered. */
export type Joined =
  | { readonly kind: 'mirror'; readonly mirror: Mirror; readonly closed: Promise<string> }
  /** It speaks another version. The connection says how long it lives. */
  | { readonly kind: 'stranger'; readonly closed: Promise<string>; readonly close: () => void };

/** A host that does not say hello back for so long is taken for dead, in milliseconds: it may only just have begun. */
const SILENT_HOST_MS = 5000;

/** No window has more to say at once than a message's text. */
const MEMBER_FRAME_BYTES = 8 * 1024 * 1024;

/** The host tells at most what one answer of the service brought, which is 8 MiB, once as shown and once as new. */
const HOST_FRAME_BYTES = 32 * 1024 * 1024;

/** Takes in whoever connects, if it belongs to the user. Never rejects. Gives what ends the connection. */
export function receiveMember(stream: Socket, options: ReceiveOptions): () => void {
  const { clock, token, own, log, onStranger } = options;
  const socket = new FramedSocket(stream, HANDSHAKE_FRAME_BYTES);
  const timer = clock.setTimer(ANSWER_MS, () => socket.close('no proof in time'));
  let isIn = false;
  socket.onClosed((why) => {
    timer.dispose();
    if (!isIn || (why !== LEFT && why !== ENDED)) log(`The connection of a window was closed: ${why}.`);
  });
  void receive(socket, token, own).then(
    (member) => {
      timer.dispose();
      isIn = socket.closedWhy === undefined;
      if (member.protocol !== own.protocol) {
        // It stays, silently, to see when this one ends.
        socket.setHearer(() => socket.close('a stranger speaks'));
        onStranger(member);
        return;
      }
      socket.setLimit(MEMBER_FRAME_BYTES);
      new MemberService(socket, options);
    },
    (error: unknown) => socket.close(error instanceof Error ? error.message : 'an error'),
  );
  return () => {
    void socket.drained().then(() => socket.close(ENDED));
  };
}

/** Comes to a host as one more window. Rejects with a `HostLostError` when there is none that answers. */
export async function join(stream: Socket, options: LinkOptions & MirrorOptions): Promise<Joined> {
  const { clock, token, own } = options;
  const socket = new FramedSocket(stream, HANDSHAKE_FRAME_BYTES);
  const closed = new Promise<string>((resolve) => socket.onClosed(resolve));
  const giveUp = (): void => socket.close(NO_ANSWER);
  let timer = clock.setTimer(ANSWER_MS, giveUp);
  try {
    const host = await introduce(socket, token, own);
    timer.dispose();
    if (host.protocol !== own.protocol) {
      socket.setHearer(() => socket.close('a stranger speaks'));
      return { kind: 'stranger', closed, close: () => socket.close('this window leaves') };
    }
    timer = clock.setTimer(SILENT_HOST_MS, giveUp);
    socket.setLimit(HOST_FRAME_BYTES);
    const mirror = await Mirror.open(socket, options);
    return { kind: 'mirror', mirror, closed };
  } catch (error) {
    socket.close(error instanceof Error ? error.message : 'an error');
    throw new HostLostError(socket.closedWhy);
  } finally {
    timer.dispose();
  }
}

const NO_ANSWER = 'no answer in time';
const LEFT = 'the other side left';
const ENDED = 'this window no longer hosts';

import type { Fault } from '../chat/fault';
import type { Connection } from './feed';

/**
 * The connection after a call to the service ended.
 * A room that is refused or missing is no matter of the connection: the service answered.
 * @param fault absent when the call succeeded
 */
export function connectionAfter(before: Connection, fault: Fault | undefined): Connection {
  switch (fault?.kind) {
    case undefined:
    case 'forbidden':
    case 'noSuchRoom':
      return before.status === 'online' ? before : { status: 'online' };
    case 'unauthorized':
      return before.status === 'unauthorized' ? before : { status: 'unauthorized' };
    case 'throttled':
      return before.status === 'throttled' ? before : { status: 'throttled' };
    case 'server':
    case 'network':
    case 'timeout':
    case 'badAnswer':
    case 'tooLarge':
      return { status: 'offline', fault };
  }
}

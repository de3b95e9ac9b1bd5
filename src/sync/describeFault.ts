import type { Fault } from '../chat/fault';

/** The fault in words for the log, in English as the rest of it. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'server':
      return `server ${fault.status}`;
    case 'network':
      return `network ${fault.code}`;
    case 'badAnswer':
      return `bad answer (${fault.detail})`;
    case 'tooLarge':
      return `answer over ${fault.limitBytes} bytes`;
    case 'unauthorized':
    case 'forbidden':
    case 'noSuchRoom':
    case 'throttled':
    case 'timeout':
      return fault.kind;
  }
}

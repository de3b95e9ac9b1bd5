import type { Fault } from './fault';

/** System error codes of connections that never came to be. Certificates are refused before a request is written. */
const UNREACHED: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** The service failed and said so: it stores nothing any more, but replicas may lag behind what it stored. */
const ANSWERED_SETTLE_MS = 10_000;

/** Nobody knows what became of the request: one was stored two minutes after its sender had given it up. */
export const UNANSWERED_SETTLE_MS = 150_000;

/** Statuses of gateways that gave up on the service while it may still be at work; those from 520 on are a CDN's. */
const GATEWAY_STATUSES: readonly number[] = [408, 502, 504];
const FIRST_CDN_STATUS = 520;

/** Whether a send that ended in this fault may have reached the room all the same. */
export function mayHaveArrived(fault: Fault): boolean {
  switch (fault.kind) {
    case 'unauthorized':
    case 'forbidden':
    case 'noSuchRoom':
    case 'throttled':
      return false;
    case 'server':
      return fault.status >= 500 || fault.status === 408;
    case 'network':
      return !neverLeft(fault);
    case 'timeout':
    case 'badAnswer':
    case 'tooLarge':
      return true;
  }
}

/** Whether the request cannot have reached the service, because there was no connection to carry it. */
export function neverLeft(fault: Fault): boolean {
  return fault.kind === 'network' && (UNREACHED.includes(fault.code) || /CERT|SELF_SIGNED|UNABLE_TO/.test(fault.code));
}

/**
 * For how long after a send that ended in this fault a poll can't tell that the message is absent, in milliseconds: it
 * may be stored late, and may be listed late.
 */
export function settleMsAfter(fault: Fault): number {
  if (fault.kind !== 'server') return UNANSWERED_SETTLE_MS;
  const isGateway = GATEWAY_STATUSES.includes(fault.status) || fault.status >= FIRST_CDN_STATUS;
  return isGateway ? UNANSWERED_SETTLE_MS : ANSWERED_SETTLE_MS;
}

/** For how long the absence of a message has to be seen anew by a process that takes it over, in milliseconds. */
export const PROVEN_SETTLE_MS = ANSWERED_SETTLE_MS;

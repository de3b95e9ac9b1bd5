import { roomOrDefault } from './serviceRequest';
import type { RetryAfter } from './settings';

/** Stands in the way of the service: what it answers, the service has never seen; nothing is stored or counted. */
export type Obstacle =
  /** Any answer: a gateway's 502 with HTML, a 503, a 408, a 413, a 401. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** One request too many: 429 unless told, or the spike-arrest 500. */
  | { readonly kind: 'throttled'; readonly status?: 429 | 500; readonly retryAfter?: RetryAfter }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** The connection is reset before any byte of an answer; with `afterStore` a POST has been taken. */
  | { readonly kind: 'resetBefore'; readonly afterStore?: false }
  /** A 200 with plain text that is no JSON. */
  | { readonly kind: 'notJson'; readonly text?: string }
  /** A 200 with a page, as a captive portal gives. */
  | { readonly kind: 'html'; readonly html?: string }
  /** A 200 with exactly so many bytes of an array of messages. */
  | { readonly kind: 'huge'; readonly bytes: number; readonly declareLength?: boolean }
  /** A 200 with any text as JSON. */
  | { readonly kind: 'raw'; readonly json: string };

/** Damages an answer of the service: the request was accepted and done. Refusals pass undamaged. */
export type Damage =
  /** The answer is given so many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A POST is taken and never answered. */
  | { readonly kind: 'hangAfterAccept' }
  | { readonly kind: 'resetBefore'; readonly afterStore: true }
  /** The connection is reset in the middle of the body. */
  | { readonly kind: 'resetDuringBody' }
  /** The connection is closed in the middle of the body, short of its `content-length`. */
  | { readonly kind: 'cutMidBody' }
  /** The connection is reset once the whole body is out. */
  | { readonly kind: 'resetAfterBody' }
  /** The body comes in so small pieces, so many milliseconds apart. */
  | { readonly kind: 'slowDrip'; readonly bytes: number; readonly ms: number };

/** Which requests a fault is meant for, and how often it is played. */
export interface FaultTarget {
  /** Any method and any room when absent. An empty room is the default room. */
  readonly match?: { readonly method?: 'GET' | 'POST'; readonly room?: string };
  /** 1 when absent. `always` is for JSON, which has no `Infinity`. */
  readonly times?: number | 'always';
}

/** Something that goes wrong between a client and the service. */
export type Fault = FaultTarget & (Obstacle | Damage);
export type FaultKind = Fault['kind'];

/** What a fault is matched against. */
export interface FaultSubject {
  readonly method: string;
  readonly room: string | undefined;
}

type PendingFault = { readonly fault: Fault; left: number };

function isDamage(fault: Obstacle | Damage): fault is Damage {
  switch (fault.kind) {
    case 'delay':
    case 'hangAfterAccept':
    case 'resetDuringBody':
    case 'cutMidBody':
    case 'resetAfterBody':
    case 'slowDrip':
      return true;
    case 'resetBefore':
      return fault.afterStore === true;
    case 'status':
    case 'throttled':
    case 'hang':
    case 'notJson':
    case 'html':
    case 'huge':
    case 'raw':
      return false;
  }
}

/** Faults that speak of a message that was taken have nothing to do with a GET. */
function onlyForPost(fault: Obstacle | Damage): boolean {
  return fault.kind === 'hangAfterAccept' || (fault.kind === 'resetBefore' && fault.afterStore === true);
}

function matches(fault: Fault, { method, room }: FaultSubject): boolean {
  if (onlyForPost(fault) && method !== 'POST') return false;
  if (fault.match?.method !== undefined && fault.match.method !== method) return false;
  return fault.match?.room === undefined || roomOrDefault(fault.match.room) === roomOrDefault(room);
}

/** The faults that wait for their requests; of several that match, the one that was added first is played. */
export class FaultQueue {
  #pending: PendingFault[] = [];

  add(fault: Fault): void {
    const times = fault.times ?? 1;
    this.#pending.push({ fault, left: times === 'always' ? Infinity : times });
  }

  clear(): void {
    this.#pending = [];
  }

  /** Uses up one turn of the first fault that stands in this request's way. */
  takeObstacle(subject: FaultSubject): Obstacle | undefined {
    return this.#take((fault): fault is Fault & Obstacle => !isDamage(fault), subject);
  }

  /** Uses up one turn of the first fault that damages the answer to this request. */
  takeDamage(subject: FaultSubject): Damage | undefined {
    return this.#take((fault): fault is Fault & Damage => isDamage(fault), subject);
  }

  #take<Kind extends Fault>(isKind: (fault: Fault) => fault is Kind, subject: FaultSubject): Kind | undefined {
    for (const pending of this.#pending) {
      const { fault } = pending;
      if (!isKind(fault) || !matches(fault, subject)) continue;
      pending.left--;
      this.#pending = this.#pending.filter(({ left }) => left > 0);
      return fault;
    }
    return undefined;
  }
}

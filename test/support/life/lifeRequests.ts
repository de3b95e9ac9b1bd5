import type { HttpRequest } from '../../../src/chapi/transport';
import type { SentText, ViolationKind } from './lifeHistory';

/** A request may leave so much before the end of a wait that was asked for, in milliseconds. */
const WAIT_TOLERANCE_MS = 100;

/** What a process hears so shortly before it is killed it can't hand on, in milliseconds. */
const LAST_MOMENTS_MS = 2000;

/** Watches what leaves one machine: nothing before the end of a wait, and nothing that was discarded. */
export class RequestWatch {
  readonly #machine: number;
  readonly #sent: readonly SentText[];
  readonly #report: (kind: ViolationKind, what: string) => void;
  /** The wait that was asked for, and which process was told. */
  #wait = { from: -Infinity, until: -Infinity, process: 0, killedAt: Infinity };

  constructor(machine: number, sent: readonly SentText[], report: (kind: ViolationKind, what: string) => void) {
    this.#machine = machine;
    this.#sent = sent;
    this.#report = report;
  }

  /** The service asked a process to wait. */
  askedToWait(process: number, at: number, milliseconds: number): void {
    this.#wait = { from: at, until: at + milliseconds, process, killedAt: Infinity };
  }

  killed(at: number): void {
    this.#wait.killedAt = Math.min(this.#wait.killedAt, at);
  }

  leaves(process: number, at: number, request: Pick<HttpRequest, 'method' | 'body'>): void {
    const { from, until, process: told, killedAt } = this.#wait;
    if (at > from && at < until - WAIT_TOLERANCE_MS && (told === process || killedAt - from > LAST_MOMENTS_MS)) {
      const kind = told === process ? 'retryAfterIgnored' : 'retryAfterForgotten';
      this.#report(kind, `${Math.round(until - at)} ms too early`);
      // Said once for each wait.
      this.#wait.until = -Infinity;
    }
    if (request.method === 'POST') this.#posts(at, request.body ?? '{}');
  }

  #posts(now: number, body: string): void {
    const { messageRaw, room = '' } = JSON.parse(body) as { messageRaw: string; room?: string };
    const same = this.#sent.filter(
      (sent) => sent.machine === this.#machine && sent.text === messageRaw && sent.room === room,
    );
    const isGone = ({ discardedAt, mayComeBack }: SentText): boolean =>
      discardedAt !== undefined && discardedAt < now && mayComeBack !== true;
    if (same.length > 0 && same.every(isGone)) {
      this.#report('sentAfterDiscard', `"${messageRaw}" in "${room}"`);
    }
  }
}

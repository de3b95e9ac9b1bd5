import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { invalidKey, refuse, throttled, type Answer } from './answers';
import type { Damage, Obstacle } from './faults';
import { person } from './people';

const CAPTIVE_PORTAL =
  '<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head>' +
  '<body><h1>Please sign in</h1><form action="/login"><button>Accept</button></form></body></html>';

/** How many bytes are made at a time of a body that must never be in memory as a whole. */
const CHUNK_BYTES = 64 * 1024;

/** How long the first half of a body travels before its connection is reset: a reset overtakes bytes not yet read. */
const HEAD_START_MS = 20;

/** Where a fault is played. */
export interface Stage {
  readonly response: ServerResponse;
  /** Writes the status and the headers, and keeps the status in the record of the request. */
  readonly writeHead: (status: number, headers: Readonly<Record<string, string | number>>) => void;
  /** Aborted when the sandbox closes. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Gives an answer as it is. */
export function sendAnswer({ response, writeHead }: Stage, { status, headers, body }: Answer): void {
  writeHead(status, status === 304 ? headers : { ...headers, 'content-length': body.length });
  response.end(body);
}

/** Plays what stands in the service's place. Resolves when nothing more will be written. */
export async function playObstacle(stage: Stage, obstacle: Obstacle): Promise<void> {
  const { response } = stage;
  switch (obstacle.kind) {
    case 'status':
      sendAnswer(stage, statusAnswer(obstacle));
      return;
    case 'throttled': {
      const { status = 429, retryAfter = 'none' } = obstacle;
      sendAnswer(stage, throttled({ status, reason: 'spike', retryAfter, nowMs: stage.nowMs }));
      return;
    }
    case 'hang':
      return;
    case 'resetBefore':
      response.socket?.resetAndDestroy();
      return;
    case 'notJson':
      sendText(stage, 'text/plain', obstacle.text ?? 'upstream connect error or disconnect/reset before headers');
      return;
    case 'html':
      sendText(stage, 'text/html; charset=utf-8', obstacle.html ?? CAPTIVE_PORTAL);
      return;
    case 'huge':
      stage.writeHead(200, {
        'content-type': 'application/json',
        ...(obstacle.declareLength === true ? { 'content-length': obstacle.bytes } : {}),
      });
      await pipeline(hugePage(obstacle.bytes), response, { signal: stage.signal });
      return;
    case 'raw':
      sendText(stage, 'application/json', obstacle.json);
      return;
  }
}

/** Gives an answer with the damage done to it. Resolves when nothing more will be written. */
export async function playDamage(stage: Stage, damage: Damage, answer: Answer): Promise<void> {
  const { response, signal } = stage;
  switch (damage.kind) {
    case 'delay':
      await pause(damage.ms, undefined, { signal });
      sendAnswer(stage, answer);
      return;
    case 'hangAfterAccept':
      return;
    case 'resetBefore':
      response.socket?.resetAndDestroy();
      return;
    case 'resetDuringBody':
      await sendHalf(stage, answer);
      await pause(HEAD_START_MS, undefined, { signal });
      response.socket?.resetAndDestroy();
      return;
    case 'cutMidBody':
      await sendHalf(stage, answer);
      response.socket?.destroySoon();
      return;
    case 'resetAfterBody': {
      const { socket } = response;
      const finished = new Promise<void>((resolve) => response.once('close', resolve));
      sendAnswer(stage, answer);
      await finished;
      await pause(HEAD_START_MS, undefined, { signal });
      socket?.resetAndDestroy();
      return;
    }
    case 'slowDrip':
      stage.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
      await pipeline(drip(answer.body, damage, signal), response, { signal });
      return;
  }
}

function statusAnswer({ status, body, contentType, headers }: Obstacle & { readonly kind: 'status' }): Answer {
  const usual = status === 401 ? invalidKey() : refuse(status, `The sandbox was told to answer ${status}.`);
  return {
    ...usual,
    headers: { ...usual.headers, ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers },
    body: body === undefined ? usual.body : Buffer.from(body),
  };
}

function sendText({ response, writeHead }: Stage, contentType: string, body: string): void {
  writeHead(200, { 'content-type': contentType });
  response.end(body);
}

/** Promises the whole body and writes the first half of it. */
async function sendHalf({ response, writeHead }: Stage, { status, headers, body }: Answer): Promise<void> {
  writeHead(status, { ...headers, 'content-length': body.length });
  const half = body.subarray(0, Math.floor(body.length / 2));
  // Called when the bytes are out, and also when the connection is gone.
  await new Promise<void>((resolve) => response.write(half, () => resolve()));
}

async function* drip(
  body: Buffer,
  { bytes, ms }: { readonly bytes: number; readonly ms: number },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let start = 0; start < body.length; start += bytes) {
    if (start > 0) await pause(ms, undefined, { signal });
    yield body.subarray(start, start + bytes);
  }
}

/** Exactly so many bytes of a page: as many messages as fit, then blanks up to the closing bracket. */
function* hugePage(bytes: number): Generator<string> {
  const authorUser = person('Alice Fox');
  const parsed = 'All work and no play makes a very long page. '.repeat(20);
  let left = bytes - 1;
  let chunk = '[';
  for (let number = 0; ; number++) {
    const id = `huge${String(number).padStart(39, '0')}`;
    const message = { authorUser, parsed, id, timestamp: 1594169027435321 - number };
    const next = (number === 0 ? '' : ',') + JSON.stringify(message);
    if (next.length > left - 1) break;
    left -= next.length;
    chunk += next;
    if (chunk.length < CHUNK_BYTES) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
  for (; left > 1; left -= Math.min(left - 1, CHUNK_BYTES)) yield ' '.repeat(Math.min(left - 1, CHUNK_BYTES));
  yield ']';
}

import { createHash } from 'node:crypto';
import type { HttpRequest } from '../../../src/chapi/transport';
import { createLimiter, type Limiter } from '../../sandbox/limiter';
import { seededRandom, type Random } from '../../sandbox/seededRandom';
import type { VirtualClock } from '../virtualClock';
import { KEY_AUTHOR, KeptMessages, textAt, type KeptMessage, type Writer } from './lifeRoom';
import { LATE_MS, type LifeScript, type ServiceTraits } from './lifeScript';
import { keptText } from './lifeTexts';

/** An answer of the service. */
export interface LifeAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The messages that a page holds, and their texts. */
  readonly page?: readonly { readonly id: string; readonly text: string }[];
}

/** The documented default of `pageSize`. */
export const USUAL_PAGE = 30;

/** How many colleagues there are. */
export const COLLEAGUES = 3;

const HOUR_MS = 3_600_000;

/** A timestamp that is older than this is late, in milliseconds. */
const LATE_FROM_MS = 100;

/** How far apart the messages are that were there at the beginning. */
const HISTORY_STEP_MS = 20_000;

const SPIKE = '{"fault":{"detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}';

/** A virtual Chapi that is as odd as the documentation allows. What is odd by chance ceases when it is told to be calm. */
export class LifeService {
  readonly messages: KeptMessages;
  readonly #clock: VirtualClock;
  readonly #traits: ServiceTraits;
  readonly #random: Random;
  readonly #limiter: Limiter;
  readonly #counts = new Map<string, number>();
  #sequence = 0;
  #isCalm = false;

  constructor(clock: VirtualClock, { traits, seed, rooms }: Pick<LifeScript, 'traits' | 'seed' | 'rooms'>) {
    this.#clock = clock;
    this.#traits = traits;
    this.messages = new KeptMessages(traits);
    this.#random = seededRandom(seed ^ 0x5e41ce);
    this.#limiter = createLimiter(traits.limiter ?? 'none');
    for (let number = Math.max(...rooms.map(({ history }) => history)); number > 0; number--) {
      const timestamp = (clock.now() - number * HISTORY_STEP_MS) * 1000;
      for (const { room, history } of rooms) {
        if (number > history) continue;
        const author = `author-${number % COLLEAGUES}`;
        this.#store(room, `history ${number}`, 'colleague', author, { timestamp, storedAt: -number * HISTORY_STEP_MS });
      }
    }
  }

  /** Nothing goes wrong by chance any more. How the service is stays as it is. */
  calm(): void {
    this.#isCalm = true;
  }

  /** The chance of something that ceases in calm. */
  happens(rate: number | undefined): boolean {
    return rate !== undefined && !this.#isCalm && this.#random() < rate;
  }

  say(room: string, text: string, who: number): KeptMessage {
    return this.#store(room, text, 'colleague', `author-${who}`);
  }

  /** @param place from the newest, 0; the oldest when there are fewer */
  edit(room: string, place: number, text: string): void {
    const message = this.#at(room, place);
    if (message === undefined) return;
    message.texts = [...message.texts, { at: this.#clock.monotonic(), text: keptText(this.#traits, text) }];
  }

  delete(room: string, place: number, count: number): void {
    for (let left = count; left > 0; left--) {
      const message = this.#at(room, place);
      if (message !== undefined) message.deletedAt = this.#clock.monotonic();
    }
  }

  /** What an undisturbed, up-to-date service would answer to the usual question now. */
  honestPage(room: string, pageSize = USUAL_PAGE): readonly KeptMessage[] {
    return this.messages.page({ room, limit: this.#limit(pageSize), ts: 0, at: Infinity });
  }

  /** What every undisturbed answer to the usual question holds, however ties at its edge are broken. */
  surePage(room: string): readonly KeptMessage[] {
    const page = this.honestPage(room);
    const { coarseMs, byArrival, limitBeforeFilter } = this.#traits;
    const isCut = limitBeforeFilter === true || page.length >= this.#limit(USUAL_PAGE);
    if (coarseMs === undefined || byArrival === true || !isCut) return page;
    return page.filter(({ timestamp }) => timestamp !== page.at(-1)?.timestamp);
  }

  /** Takes in a request of a machine; `reply` may be called much later. */
  take(request: HttpRequest, machine: number, reply: (answer: LifeAnswer) => void): void {
    const { retryAfterSeconds, refusesWith500, busy } = this.#traits;
    if (!this.#limiter.accept(this.#clock.monotonic())) {
      const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      reply({ status: refusesWith500 === true ? 500 : 429, body: SPIKE, headers: wait });
    } else if (this.happens(busy)) {
      reply({ status: 503, body: '', headers: { 'retry-after': String(1 + Math.floor(this.#random() * 30)) } });
    } else if (request.method === 'GET') {
      reply(this.#read(request));
    } else {
      this.#write(request, machine, reply);
    }
  }

  #read(request: HttpRequest): LifeAnswer {
    const { replicaLagMs, oldestFirst, etag } = this.#traits;
    const query = new URL(request.url).searchParams;
    const lagMs = replicaLagMs === undefined ? 0 : this.#random() < 0.5 ? replicaLagMs : replicaLagMs * 0.1;
    const at = this.#clock.monotonic() - lagMs;
    const found = this.messages.page({
      room: query.get('room') ?? '',
      limit: this.#limit(Number(query.get('pageSize') ?? USUAL_PAGE)),
      ts: Number(query.get('ts') ?? 0),
      at,
      random: this.#random,
    });
    const shown = this.happens(this.#traits.garbage) ? this.#garble(found) : found;
    const page = shown.map((message) => ({ id: message.id, text: textAt(message, at) }));
    const records = shown.map(({ id, timestamp, authorId }, index) => ({
      authorUser: { id: authorId, name: authorId, email: '', avatarUrl: '' },
      ...{ id, timestamp, parsed: page[index]?.text },
    }));
    const body = JSON.stringify(oldestFirst === true ? records.reverse() : records);
    if (etag !== true) return { status: 200, body, headers: {}, page };
    const tag = `"${createHash('sha1').update(body).digest('hex')}"`;
    const isSame = request.headers['if-none-match'] === tag;
    return { status: isSame ? 304 : 200, body: isSame ? '' : body, headers: { etag: tag }, page };
  }

  /** Too short an answer, or an empty one. */
  #garble(page: readonly KeptMessage[]): readonly KeptMessage[] {
    return this.#random() < 0.5 ? [] : page.slice(0, Math.floor(this.#random() * page.length));
  }

  #write(request: HttpRequest, machine: number, reply: (answer: LifeAnswer) => void): void {
    const { slowPosts, slowPostMs = 0, answersEarly } = this.#traits;
    const { messageRaw, room = '' } = JSON.parse(request.body ?? '{}') as { messageRaw: string; room?: string };
    const parsed = keptText(this.#traits, messageRaw);
    const answer = (): void => reply({ status: 200, body: JSON.stringify({ parsed }), headers: {} });
    const store = (): void => void this.#store(room, messageRaw, machine, KEY_AUTHOR);
    if (!this.happens(slowPosts)) {
      store();
      answer();
      return;
    }
    if (answersEarly === true) answer();
    this.#clock.setTimer(Math.floor(this.#random() * slowPostMs), () => {
      store();
      if (answersEarly !== true) answer();
    });
  }

  #store(
    room: string,
    raw: string,
    writer: Writer,
    authorId: string,
    { timestamp, storedAt } = { timestamp: this.#stamp(), storedAt: this.#clock.monotonic() },
  ): KeptMessage {
    const { idsPerRoom, oneAuthor, coarseMs = 0 } = this.#traits;
    const counter = idsPerRoom === true ? room : 'all';
    const count = (this.#counts.get(counter) ?? 0) + 1;
    this.#counts.set(counter, count);
    const message: KeptMessage = {
      ...{ room, raw, writer, timestamp, storedAt, deletedAt: undefined, buried: false },
      id: idsPerRoom === true ? String(count) : `m${String(count).padStart(6, '0')}`,
      sequence: this.#sequence++,
      authorId: oneAuthor === true ? KEY_AUTHOR : authorId,
      texts: [{ at: storedAt, text: keptText(this.#traits, raw) }],
      late: storedAt >= 0 && timestamp < (this.#clock.now() - coarseMs - LATE_FROM_MS) * 1000,
    };
    this.messages.add(message);
    message.buried = !this.honestPage(room).includes(message);
    return message;
  }

  #stamp(): number {
    const { coarseMs = 0, lateStamps, futureStamps } = this.#traits;
    let nowMs = this.#clock.now();
    if (this.happens(lateStamps)) nowMs -= this.#random() * LATE_MS;
    else if (this.happens(futureStamps)) nowMs += HOUR_MS;
    if (coarseMs > 0) return Math.floor(nowMs / coarseMs) * coarseMs * 1000;
    // Two of one millisecond are told apart by their microseconds.
    return Math.floor(nowMs) * 1000 + (this.#sequence % 1000);
  }

  #limit(pageSize: number): number {
    return Math.min(pageSize, this.#traits.pageCap ?? Infinity);
  }

  #at(room: string, place: number): KeptMessage | undefined {
    const live = this.messages.live(room);
    return live[Math.max(0, live.length - 1 - place)];
  }
}

import { createHash } from 'node:crypto';
import { acceptedAnswer, invalidKey, notModified, refuse, throttled, type Answer } from './answers';
import { BadInput } from './checks';
import { createLimiter, type Limiter } from './limiter';
import { DEFAULT_PAGE_SIZE, pageBody, parsedText } from './page';
import { person, SHARED_KEY_AUTHOR, type Author } from './people';
import { Rooms, type StoredMessage } from './rooms';
import { seededRandom } from './seededRandom';
import { readQueryNumber, readSendBody, roomOrDefault, type ServiceRequest } from './serviceRequest';
import type { Settings } from './settings';

/** Where the documented calls live on their host. */
export const BASE_PATH = '/chat/api/chat/v1';

const MESSAGES_PATH = `${BASE_PATH}/messages`;
const ALLOWED_METHODS = { allow: 'GET, POST' };

/** The documented types of the query: `int32` and `int64`. */
const LARGEST_PAGE_SIZE = 2 ** 31 - 1;
const LARGEST_TS = 2 ** 63;

/** Keys like this one have a room that need not be named. */
const TEST_KEY_PREFIX = 'test_key';

/** A message that came in with a key. */
export interface SentMessage {
  readonly room: string;
  readonly message: StoredMessage;
}

/** Chapi without its wire: every request is answered at once, by what is in the rooms at that moment. */
export class Service {
  readonly rooms: Rooms;
  /** Called with each message that came in with a key. */
  onSent: (sent: SentMessage) => void = () => undefined;
  readonly #now: () => number;
  readonly #random = seededRandom(1);
  readonly #limiters = new Map<string, Limiter>();
  #settings: Settings;

  /** @param now milliseconds since 1970. */
  constructor(settings: Settings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.rooms = new Rooms(now);
    this.configure(settings);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Holds from the next request on. Another kind of limiter starts without a past. */
  configure(partial: Partial<Settings>): void {
    const before = this.#settings.limiter;
    this.#settings = { ...this.#settings, ...partial };
    if (this.#settings.limiter !== before) this.#limiters.clear();
    const { historyLimit } = this.#settings;
    this.rooms.historyLimit = historyLimit === 'none' ? Infinity : historyLimit;
  }

  /** Never throws for anything that a client may send. */
  answer(request: ServiceRequest): Answer {
    if (!request.path.startsWith(`${BASE_PATH}/`)) return refuse(404, 'There is nothing at this address.');
    const { key } = request;
    if (key === undefined || !this.#settings.keys.includes(key)) return invalidKey();
    if (!this.#limiterOf(key).accept(this.#now())) return this.#throttle();
    try {
      return this.#route(request, key);
    } catch (error) {
      if (error instanceof BadInput) return refuse(400, error.message);
      throw error;
    }
  }

  #limiterOf(key: string): Limiter {
    let limiter = this.#limiters.get(key);
    if (limiter === undefined) {
      limiter = createLimiter(this.#settings.limiter);
      this.#limiters.set(key, limiter);
    }
    return limiter;
  }

  #throttle(): Answer {
    const { limiter, refusalStatus, retryAfter } = this.#settings;
    const reason = limiter === 'window' ? 'quota' : 'spike';
    const answer = throttled({ status: refusalStatus, reason, retryAfter, nowMs: this.#now() });
    return { ...answer, refusedByLimiter: true };
  }

  #route(request: ServiceRequest, key: string): Answer {
    const { method, path } = request;
    const slash = path === `${MESSAGES_PATH}/`;
    if (path !== MESSAGES_PATH && !slash) return refuse(404, 'There is nothing at this address.');
    if (method === 'POST') {
      const { trailingSlash, slashRefusal } = this.#settings;
      if (trailingSlash === 'both' || slash === (trailingSlash === 'with')) return this.#send(request, key);
      return refuse(
        slashRefusal,
        'Nothing takes a POST at this address.',
        slashRefusal === 405 ? { allow: 'GET' } : {},
      );
    }
    if (method !== 'GET') return refuse(405, 'Only GET and POST are known here.', ALLOWED_METHODS);
    if (slash) return refuse(404, 'There is nothing at this address.');
    return this.#list(request, key);
  }

  #list({ query, ifNoneMatch }: ServiceRequest, key: string): Answer {
    const pageSize = readQueryNumber(query, 'pageSize', {
      least: 1,
      most: LARGEST_PAGE_SIZE,
      default: DEFAULT_PAGE_SIZE,
    });
    const ts = readQueryNumber(query, 'ts', { least: 0, most: LARGEST_TS, default: 0 });
    const name = this.#roomName(query.get('room') ?? undefined, key);
    const room = name === undefined ? undefined : this.rooms.find(name);
    if (room === undefined) return refuse(404, 'There is no such room.');
    if (!room.isOpen) return refuse(403, 'This room is private, and the API user is not invited.');
    const body = pageBody(room.messages, { pageSize, ts }, this.#settings, this.#random);
    if (!this.#settings.etag) return acceptedAnswer(200, body);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    return hasTag(ifNoneMatch, etag) ? notModified(etag) : acceptedAnswer(200, body, { etag });
  }

  #send({ body }: ServiceRequest, key: string): Answer {
    if (body === 'tooLarge') return refuse(413, 'The body is too large.');
    const { messageRaw, room: asked } = readSendBody(body);
    const name = this.#roomName(asked, key);
    if (name === undefined) return refuse(404, 'There is no such room.');
    const room = this.rooms.findOrMake(name);
    if (!room.isOpen) return refuse(403, 'This room is private, and the API user is not invited.');
    const message = this.rooms.add(room, {
      author: this.#authorOf(key),
      text: messageRaw,
      ...(this.#settings.lateTimestamps ? { timestamp: 'late' } : {}),
    });
    this.onSent({ room: room.name, message });
    const parsed = parsedText(messageRaw, this.#settings);
    return acceptedAnswer(this.#settings.sendStatus, JSON.stringify({ parsed }));
  }

  /** Only test keys are documented to have a default room; 404 is the nearest documented refusal for others. */
  #roomName(asked: string | undefined, key: string): string | undefined {
    if (asked !== undefined && asked !== '') return asked;
    return key.startsWith(TEST_KEY_PREFIX) ? roomOrDefault(asked) : undefined;
  }

  #authorOf(key: string): Author {
    if (this.#settings.oneAuthor) return SHARED_KEY_AUTHOR;
    return person(`Key Owner ${this.#settings.keys.indexOf(key) + 1}`);
  }
}

function hasTag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

import threeMessages from '../support/payloads/three-messages.json';
import { BadInput } from './checks';
import type { Fault, FaultQueue } from './faults';
import { person, type Author } from './people';
import type { RequestLog, RequestRecord } from './requestLog';
import type { Room, StoredMessage } from './rooms';
import type { SentMessage, Service } from './service';
import { roomOrDefault } from './serviceRequest';
import type { Settings } from './settings';

/** Something that somebody else says. */
export interface Saying {
  /** The default room when absent or empty; made when there is none by that name. */
  readonly room?: string;
  /** A name, or somebody in full. */
  readonly author: string | Author;
  readonly text: string;
  /** Microseconds since 1970; now when absent. The next free microsecond is taken. */
  readonly timestamp?: number;
}

/** Authors of seeded messages. */
const SEED_AUTHORS = ['Alice Fox', 'Ben Okafor', 'Chiara Rossi'].map(person);

/** Between two seeded messages, in microseconds. */
const SEED_SPACING = 60_000_000;

/** The side of the sandbox that no client of the service sees: the other people, the truth, and what goes wrong. */
export class SandboxControl {
  readonly #service: Service;
  readonly #faults: FaultQueue;
  readonly #log: RequestLog;
  readonly #now: () => number;
  readonly #listeners = new Set<(sent: SentMessage) => void>();

  constructor(service: Service, faults: FaultQueue, log: RequestLog, now: () => number) {
    this.#service = service;
    this.#faults = faults;
    this.#log = log;
    this.#now = now;
    service.onSent = (sent) => {
      for (const listener of this.#listeners) listener(sent);
    };
  }

  /** Speaks as somebody else, in private rooms too. */
  say({ room, author, text, timestamp }: Saying): StoredMessage {
    return this.#service.rooms.add(this.#service.rooms.findOrMake(roomOrDefault(room)), {
      author: typeof author === 'string' ? person(author) : author,
      text,
      ...(timestamp === undefined ? {} : { timestamp }),
    });
  }

  /** Changes a message's text. Throws {@link BadInput} when there is no such message. */
  edit(id: string, text: string): StoredMessage {
    return this.#service.rooms.edit(id, text);
  }

  /** Deletes a message. Throws {@link BadInput} when there is no such message. */
  remove(id: string): void {
    this.#service.rooms.remove(id);
  }

  /** Throws {@link BadInput} when there is such a room already. */
  makeRoom({ name, private: isPrivate = false }: { readonly name: string; readonly private?: boolean }): void {
    this.#service.rooms.make(name, isPrivate);
  }

  /** Lets the API user into a private room. Throws {@link BadInput} when there is no such room. */
  invite(room: string): void {
    this.#room(room).invited = true;
  }

  /** Puts the three messages of the documentation into the default room, once. */
  seedDocumentedExample(): void {
    const { rooms } = this.#service;
    const room = rooms.findOrMake(roomOrDefault(undefined));
    for (const { id, timestamp, authorUser, parsed } of threeMessages) {
      if (!rooms.has(id)) rooms.add(room, { id, timestamp, author: authorUser, text: parsed });
    }
  }

  /** Puts "Message 1" … "Message N" into a room, a minute apart, the last one a minute ago. */
  seed({ room, count }: { readonly room?: string; readonly count: number }): void {
    const { rooms } = this.#service;
    const target = rooms.findOrMake(roomOrDefault(room));
    const end = Math.floor(this.#now() * 1000);
    for (let number = 1; number <= count; number++) {
      rooms.add(target, {
        author: SEED_AUTHORS[number % SEED_AUTHORS.length]!,
        text: `Message ${number}`,
        timestamp: end - (count + 1 - number) * SEED_SPACING,
      });
    }
  }

  /** The truth about a room, oldest first. Throws {@link BadInput} when there is no such room. */
  listMessages(room?: string): readonly StoredMessage[] {
    return [...this.#room(room).messages];
  }

  /** Changes how the service behaves, from the next request on. */
  configure(partial: Partial<Settings>): void {
    this.#service.configure(partial);
  }

  /** Every request so far, in the order of arrival. */
  requests(): readonly RequestRecord[] {
    return this.#log.list();
  }

  clearRequests(): void {
    this.#log.clear();
  }

  /** Lets something go wrong with the next requests that match. */
  addFault(fault: Fault): void {
    this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Hears of each message that comes in with a key. Gives back what ends it. */
  onSent(listener: (sent: SentMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #room(name: string | undefined): Room {
    const room = this.#service.rooms.find(roomOrDefault(name));
    if (room === undefined) throw new BadInput(`There is no room "${roomOrDefault(name)}".`);
    return room;
  }
}

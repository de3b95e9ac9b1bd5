import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock, Disposable } from '../../chapi/clock';
import type { ChatEngine } from '../chatEngine';
import type { Disk } from '../disk';
import type { RoomStates } from '../roomState';
import type { Carried } from './backing';
import type { Claims } from './claims';
import { Hub } from './hub';
import { LocalMember } from './localMember';
import { openDoor, removeSocket, type OpenDoor } from './socketPlace';
import type { Introduction, Presence } from './windowMessages';
import type * as WindowLink from './windowLink';

/** An engine, and what has to be released when it ends. */
export interface OpenEngine {
  readonly engine: ChatEngine;
  /** Releases what is on disk to the next engine. Called after the engine is disposed. */
  readonly release: () => void;
}

/** What every window needs to take its turn as host. */
export interface ReignOptions {
  readonly clock: Clock;
  readonly own: Introduction;
  readonly disk: Disk;
  readonly claims: Claims;
  /**
   * Makes the engine.
   * @param mayAsk called before each request: whether this window still hosts
   */
  readonly openEngine: (states: RoomStates, mayAsk: () => boolean, isHost: boolean) => OpenEngine;
  /** Loads what two windows need to talk, once there are two. */
  readonly loadLink: () => Promise<typeof WindowLink>;
  readonly log: (line: string) => void;
}

/** How a reign begins. */
export interface Succession {
  readonly generation: number;
  readonly presence: Presence;
  readonly states: RoomStates;
  readonly carried: Carried;
  /** Called when this window has won, before it begins to host. */
  readonly onClaimed?: () => void;
}

const TOKEN_BYTES = 32;

/** How long the windows of an earlier host have to join before messages are announced, in milliseconds. */
const GATHERING_MS = 300;

/** How often a host checks whether it was superseded, even when it makes no requests, in milliseconds. */
const WATCH_MS = 5000;

/**
 * How long a host carries on after its last successful check while the claims cannot be read, in milliseconds. It is two
 * seconds more than a check may be old. A window that was frozen, and may have been superseded, made its last check before.
 */
const TRUSTED_MS = WATCH_MS + 2000;

/** A host ends when it could not check its claim for this long, in milliseconds. */
const DOUBT_ENDS_MS = 30_000;

/**
 * How long a host waits for unsent messages from disk before it begins without them, in milliseconds. It takes them in
 * when they come. The wait is shorter than other windows wait for the host's hello, but as long as that allows: until the
 * host knows the user's own messages, it announces them as somebody else's.
 */
const RESTORE_MS = 4000;

/** The time during which this window hosts the engine for all windows. */
export class Reign {
  readonly #options: ReignOptions;
  readonly #generation: number;
  readonly #token = randomBytes(TOKEN_BYTES);
  readonly #links = new Set<() => void>();
  #hellos = 0;
  #onHello: () => void = () => undefined;
  #sayBegun: (hub: Hub) => void = () => undefined;
  readonly #begun = new Promise<Hub>((resolve) => (this.#sayBegun = resolve));
  #sayEnded: () => void = () => undefined;
  /** Resolves when the reign ends, for whatever reason. */
  readonly ended = new Promise<void>((resolve) => (this.#sayEnded = resolve));
  #isOver = false;
  #door: OpenDoor | undefined;
  #engine: OpenEngine | undefined;
  #hub: Hub | undefined;
  #member: LocalMember | undefined;
  #watch: Disposable | undefined;
  /** When this window was last known to host, in monotonic milliseconds. */
  #confirmedAt = -Infinity;
  #isInDoubt = false;

  private constructor(options: ReignOptions, generation: number) {
    this.#options = options;
    this.#generation = generation;
  }

  /**
   * Tries to become the host of this generation. Listens first, so that a window that sees the claim can connect at once.
   * @returns `undefined` when another window was faster
   * @throws when this process can't write the claim or can't listen
   */
  static async begin(options: ReignOptions, succession: Succession): Promise<Reign | undefined> {
    const { claims, own, disk, clock } = options;
    const reign = new Reign(options, succession.generation);
    const door = await openDoor(disk, (stream) => void reign.#receive(stream));
    reign.#door = door;
    const claim = { ...own, address: door.address, token: reign.#token.toString('base64'), pid: process.pid };
    try {
      if (!(await claims.claim(succession.generation, claim))) {
        reign.end();
        return undefined;
      }
      reign.#confirmedAt = clock.monotonic();
      succession.onClaimed?.();
      await reign.#start(succession);
      return reign;
    } catch (error) {
      reign.end();
      throw error;
    }
  }

  /** Hosts for this window alone, where windows cannot find each other. */
  static async alone(options: ReignOptions, { presence, states, carried }: Succession): Promise<Reign> {
    const reign = new Reign(options, 0);
    reign.#engine = options.openEngine(states, () => !reign.#isOver, false);
    await reign.#sit(reign.#engine.engine, presence, carried);
    return reign;
  }

  /** This window. */
  get member(): LocalMember {
    if (this.#member === undefined) throw new Error('The reign has not begun.');
    return this.#member;
  }

  /** Ends it at once. There are no more requests, and another window takes over. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watch?.dispose();
    this.#member?.dispose();
    this.#hub?.dispose();
    this.#engine?.engine.dispose();
    this.#engine?.release();
    for (const close of this.#links) close();
    this.#door?.close();
    this.#sayEnded();
  }

  async #start({ generation, presence, states, carried }: Succession): Promise<void> {
    const { claims, clock, disk, openEngine } = this.#options;
    const gathered = generation === 1 ? Promise.resolve() : this.#gather(carried.windows);
    this.#engine = openEngine(states, () => this.#mayAsk(), true);
    await this.#sit(this.#engine.engine, presence, carried, gathered);
    this.#keepWatch();
    for (const { address } of await claims.sweep(generation, clock.now())) removeSocket(disk, address);
  }

  async #sit(
    engine: ChatEngine,
    presence: Presence,
    carried: Carried,
    gathered: Promise<void> = Promise.resolve(),
  ): Promise<void> {
    await this.#restored(engine);
    this.#hub = new Hub(engine, this.#options.clock, carried, gathered);
    this.#member = new LocalMember(this.#hub, presence);
    this.#sayBegun(this.#hub);
  }

  async #restored(engine: ChatEngine): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(RESTORE_MS, resolve);
      void engine.restore().then(() => {
        timer.dispose();
        resolve();
      });
    });
  }

  /** Waits a short time for the windows of the last host. */
  async #gather(windows: number): Promise<void> {
    // Without the last host and this window. A window that has just started knows of no others.
    const others = windows < 2 ? Infinity : windows - 2;
    if (others === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(GATHERING_MS, resolve);
      this.#onHello = () => {
        if (++this.#hellos < others) return;
        timer.dispose();
        resolve();
      };
    });
  }

  #mayAsk(): boolean {
    if (this.#isOver) return false;
    const { claims, clock, log } = this.#options;
    const isHighest = claims.isHighest(this.#generation);
    const now = clock.monotonic();
    if (isHighest === undefined) return this.#mayAskInDoubt(now - this.#confirmedAt);
    this.#isInDoubt = false;
    if (isHighest) {
      this.#confirmedAt = now;
      return true;
    }
    log('Another window has taken over: this one was thought dead.');
    this.end();
    return false;
  }

  /** When the claims cannot be read, there may or may not be a higher one. */
  #mayAskInDoubt(sinceMs: number): boolean {
    if (!this.#isInDoubt) this.#options.log('Whether this window still talks for all could not be read. Trying again.');
    this.#isInDoubt = true;
    if (sinceMs >= DOUBT_ENDS_MS) this.end();
    return sinceMs < TRUSTED_MS;
  }

  #keepWatch(): void {
    this.#watch = this.#options.clock.setTimer(WATCH_MS, () => {
      this.#mayAsk();
      if (!this.#isOver) this.#keepWatch();
    });
  }

  async #receive(stream: Socket): Promise<void> {
    // An error without a listener would end the process.
    stream.on('error', () => undefined);
    const { clock, own, log } = this.#options;
    const { receiveMember } = await this.#options.loadLink();
    if (this.#isOver) {
      stream.destroy();
      return;
    }
    const close = receiveMember(stream, {
      clock,
      own,
      log,
      token: this.#token,
      begun: this.#begun,
      onSeated: () => this.#onHello(),
      // A newer version claims before it connects.
      onStranger: () => this.#mayAsk(),
    });
    this.#links.add(close);
    stream.on('close', () => this.#links.delete(close));
  }
}

import type { Socket } from 'node:net';
import type { RoomStates } from '../roomState';
import { SILENT, type Backing, type Carried } from './backing';
import type { Claim, NumberedClaim } from './claims';
import { Reign, type ReignOptions } from './reign';
import { ANSWER_MS, connect, openDoor } from './socketPlace';
import type { Joined } from './windowLink';
import type { Presence, Want } from './windowMessages';

/** What a window contributes and learns when the host changes. */
export interface Elector {
  /** What it wants and shows now. */
  readonly situation: () => {
    readonly presence: Presence;
    readonly states: RoomStates;
    readonly wants: readonly Want[];
    readonly carried: Carried;
  };
  readonly onBacking: (backing: Backing) => void;
  /** The window's host is gone. */
  readonly onLost: () => void;
  /** The host is a newer version, which this one cannot talk to. */
  readonly onOutdated: () => void;
}

/** The first and the longest wait after an unexpected error, in milliseconds. The wait grows with each error in a row. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** When to read a claim again that may be half-written, or to try a host again that may be flooded, in milliseconds. */
const SECOND_LOOK_MS = 250;

/** When a window that hosts for itself alone tries again to share, in milliseconds. The wait doubles each time. */
const FIRST_REUNION_MS = 10_000;
const LONGEST_REUNION_MS = 300_000;

/** How long it takes after a change of the key until it is known whether this window goes on, in milliseconds. */
const KEY_PAUSE_MS = 2000;

/** Error codes of a problem of this process, not of the host. */
const OWN_TROUBLES = ['EMFILE', 'ENFILE', 'ENOMEM'];

/** Decides again and again who hosts: joins the present host, or hosts when none answers. */
export class Election {
  readonly #options: ReignOptions;
  readonly #elector: Elector;
  #reign: Reign | undefined;
  #close: (() => void) | undefined;
  /** A generation that does not answer. It is not tried again. */
  #silent: number | undefined;
  /** A generation that failed to answer once. One failure proves little. */
  #doubted: number | undefined;
  #reunionMs = FIRST_REUNION_MS;
  #pausedUntil = -Infinity;
  readonly #ending = new AbortController();
  #wake: () => void = () => undefined;

  constructor(options: ReignOptions, elector: Elector) {
    this.#options = options;
    this.#elector = elector;
  }

  /** Runs until it is disposed. Never rejects. */
  async run(): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!this.#isOver()) {
      try {
        await this.#round();
        wait = FIRST_WAIT_MS;
      } catch (error) {
        if (this.#isOver()) return;
        this.#options.log(`The windows could not agree on who talks to the service: ${codeOf(error)}.`);
        if (wait >= LONGEST_WAIT_MS && (await this.#hostAlone())) wait = FIRST_WAIT_MS;
        else {
          await this.#sleep(wait);
          wait = Math.min(LONGEST_WAIT_MS, wait * 4);
        }
      }
    }
  }

  /** Keeps this window from becoming host for a moment. */
  pause(): void {
    this.#pausedUntil = this.#options.clock.monotonic() + KEY_PAUSE_MS;
  }

  dispose(): void {
    this.#ending.abort();
    this.#wake();
    this.#close?.();
    this.#reign?.end();
  }

  #isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  async #round(): Promise<void> {
    const { claims, own, clock } = this.#options;
    const pause = this.#pausedUntil - clock.monotonic();
    if (pause > 0) await this.#sleep(pause);
    const found = await claims.highest();
    if (this.#isOver()) return;
    const { claim, generation = 0 } = found ?? {};
    if (found !== undefined && claim === undefined && (await this.#looksAgain(generation))) return;
    if (claim !== undefined && claim.protocol >= own.protocol && generation !== this.#silent) {
      const stream = await this.#reach(claim);
      if (stream !== undefined) {
        const startedAt = clock.monotonic();
        if (await this.#join(stream, claim, generation)) return;
        // A host that closes the connection at once may only be flooded.
        const isFrozen = clock.monotonic() - startedAt >= ANSWER_MS / 2;
        if (isFrozen || !(await this.#looksAgain(generation))) this.#silent = generation;
        // The claims are read again, because much may have changed meanwhile.
        return;
      }
    }
    if (!this.#isOver()) await this.#host(found);
  }

  /** Waits a moment when a generation fails for the first time. @returns whether it was the first time */
  async #looksAgain(generation: number): Promise<boolean> {
    if (this.#doubted === generation) return false;
    this.#doubted = generation;
    await this.#sleep(SECOND_LOOK_MS);
    return true;
  }

  /** Resolves when the connection has ended. @returns whether a host answered */
  async #join(stream: Socket, claim: Claim, generation: number): Promise<boolean> {
    const { clock, own, loadLink } = this.#options;
    stream.on('error', () => undefined);
    const { join } = await loadLink();
    const situation = this.#elector.situation();
    const token = Buffer.from(claim.token, 'base64');
    let joined: Joined;
    this.#close = () => stream.destroy();
    try {
      joined = await join(stream, { ...situation, clock, own, token });
    } catch (error) {
      this.#options.log(`A window that should host does not: ${error instanceof Error ? error.message : 'unknown'}.`);
      return false;
    } finally {
      this.#close = undefined;
    }
    if (joined.kind === 'stranger') {
      this.#close = joined.close;
      if (claim.protocol > own.protocol) this.#elector.onOutdated();
    } else {
      const { mirror } = joined;
      this.#close = () => mirror.dispose();
      if (!this.#isOver()) this.#elector.onBacking(mirror);
    }
    if (this.#isOver()) this.#close();
    const why = await joined.closed;
    this.#close = undefined;
    this.#elector.onLost();
    if (why === SILENT) this.#silent = generation;
    return true;
  }

  async #host(found: NumberedClaim | undefined): Promise<void> {
    const { presence, states, carried } = this.#elector.situation();
    const generation = (found?.generation ?? 0) + 1;
    const older = await this.#reachOlder(found?.claim);
    const reign = await Reign.begin(this.#options, {
      generation,
      presence,
      states,
      carried,
      onClaimed: () => older?.tell(),
    });
    if (reign === undefined) {
      older?.leave();
      return;
    }
    this.#reunionMs = FIRST_REUNION_MS;
    await this.#reignUntilEnd(reign);
  }

  /** Resolves when it no longer hosts. @returns whether it could host */
  async #hostAlone(): Promise<boolean> {
    const { presence, states, carried } = this.#elector.situation();
    this.#options.log('This window talks to the service for itself alone.');
    try {
      const reign = await Reign.alone(this.#options, { generation: 0, presence, states, carried });
      this.#reuniteLater(reign);
      await this.#reignUntilEnd(reign);
      return true;
    } catch (error) {
      this.#options.log(`Nor could this window talk to the service alone: ${codeOf(error)}.`);
      return false;
    }
  }

  /** Ends hosting alone once windows can find each other again. */
  #reuniteLater(reign: Reign): void {
    const { claims, clock, disk, log } = this.#options;
    const timer = clock.setTimer(this.#reunionMs, () => {
      this.#reunionMs = Math.min(LONGEST_REUNION_MS, this.#reunionMs * 2);
      void claims
        .probe()
        .then(() => openDoor(disk, (stream) => stream.destroy()))
        .then(
          (door) => {
            door.close();
            log('Windows can find each other again.');
            reign.end();
          },
          () => this.#reuniteLater(reign),
        );
    });
    void reign.ended.then(() => timer.dispose());
  }

  async #reignUntilEnd(reign: Reign): Promise<void> {
    this.#reign = reign;
    if (this.#isOver()) reign.end();
    else this.#elector.onBacking(reign.member);
    await reign.ended;
    this.#reign = undefined;
    this.#elector.onLost();
  }

  /** A host of an older version reads the claims when a window connects, and then sees that it no longer hosts. */
  async #reachOlder(claim: Claim | undefined): Promise<{ tell(): void; leave(): void } | undefined> {
    if (claim === undefined || claim.protocol >= this.#options.own.protocol) return undefined;
    const stream = await this.#reach(claim);
    stream?.on('error', () => undefined);
    return stream && { tell: () => void this.#tellOlder(stream, claim), leave: () => stream.destroy() };
  }

  async #tellOlder(stream: Socket, claim: Claim): Promise<void> {
    const { clock, own, loadLink } = this.#options;
    const situation = this.#elector.situation();
    const token = Buffer.from(claim.token, 'base64');
    try {
      const { join } = await loadLink();
      const joined = await join(stream, { ...situation, clock, own, token });
      if (joined.kind === 'stranger') joined.close();
      else joined.mirror.dispose();
    } catch {
      // It is gone, or will find out before its next request.
    }
  }

  /** Connects to the claimed host. `undefined` when nobody listens there or accepts the connection. */
  async #reach({ address }: Claim): Promise<Socket | undefined> {
    try {
      return await connect(address, this.#options.clock);
    } catch (error) {
      if (OWN_TROUBLES.includes(codeOf(error))) throw error;
      return undefined;
    }
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.setTimer(milliseconds, () => resolve());
      this.#wake = () => {
        timer.dispose();
        resolve();
      };
    });
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : 'unknown error';
}

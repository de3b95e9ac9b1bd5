import { seededRandom, type Random } from '../../sandbox/seededRandom';
import type { FeedEntry } from '../../../src/sync/feed';
import type { VirtualClock } from '../virtualClock';
import { takeAnnouncement } from './lifeArrivals';
import { LifeClock } from './lifeClock';
import { LifeDisk } from './lifeDisk';
import { MachineHistory, type SentText, type Violation, type ViolationKind } from './lifeHistory';
import { MachineProcess, type HandedOver } from './lifeMachine';
import { lifeTransport, type Line } from './lifeNetwork';
import { RequestWatch } from './lifeRequests';
import type { LifeScript, MachineEvent } from './lifeScript';
import type { LifeService } from './lifeService';

/** What all machines of a life share. */
export interface LifeWorld {
  readonly clock: VirtualClock;
  readonly service: LifeService;
  readonly script: LifeScript;
  readonly sent: SentText[];
  readonly violations: Violation[];
}

/** States in which a message waits for its user. */
const STUCK: readonly string[] = ['unconfirmed', 'failed'];

/** A machine with its user. It has one process at a time, or none; its disk, clock and network outlive them. */
export class LifeUser {
  readonly history = new MachineHistory();
  readonly disk: LifeDisk;
  readonly #world: LifeWorld;
  readonly #index: number;
  readonly #clock: LifeClock;
  readonly #line: Line = { isOffline: false };
  readonly #random: Random;
  readonly #requests: RequestWatch;
  readonly #asked = new Set<SentText>();
  #rooms: readonly string[];
  #open: string | undefined;
  #process: { readonly engine: MachineProcess; isAlive: boolean } | undefined;
  #processes = 0;
  #lastLocalId = 0;
  #calmPolling: readonly [number, number] | undefined;

  constructor(world: LifeWorld, index: number) {
    this.#world = world;
    this.#index = index;
    this.#clock = new LifeClock(world.clock, world.script.machines[index]?.skewMs ?? 0);
    this.#random = seededRandom((world.script.seed * 31 + index) ^ 0x11fe);
    this.disk = new LifeDisk(() => world.clock.monotonic());
    this.#rooms = world.script.rooms.map(({ room }) => room);
    this.#open = this.#rooms[0];
    this.#requests = new RequestWatch(index, world.sent, (kind, what) => this.#report(kind, what));
    this.#boot();
  }

  /** The process, unless the machine is down or asleep. */
  get engine(): MachineProcess | undefined {
    return this.#clock.isAsleep ? undefined : this.#process?.engine;
  }

  get rooms(): readonly string[] {
    return this.#rooms;
  }

  /** Does what the script says. What a user can't do now, as on a machine that is asleep, is left out. */
  do(event: MachineEvent): void {
    const { engine } = this;
    if (event.do === 'diskFault') {
      const now = this.#world.clock.monotonic();
      this.disk.failFor(event.op, event.code, event.ms);
      if (event.op === 'write') this.history.noteDiskFault(now, now + event.ms);
      return;
    }
    if (engine === undefined) return;
    switch (event.do) {
      case 'send': {
        this.#send(event.room, event.text);
        return;
      }
      case 'retry': {
        this.#retry(engine);
        return;
      }
      case 'discard': {
        this.#discard(engine);
        return;
      }
      case 'markRead': {
        this.#markRead(engine, event.room, event.upTo);
        return;
      }
      case 'loadOlder':
        return void engine.loadOlder(event.room);
      case 'loadMissing': {
        this.#rooms.forEach((room) => void engine.loadMissing(room));
        return;
      }
      case 'open':
        this.#open = event.room;
        {
          engine.open(this.#open);
          return;
        }
      case 'addRoom':
      case 'removeRoom':
        this.#rooms = this.#rooms.filter((room) => room !== event.room);
        if (event.do === 'addRoom') this.#rooms = [...this.#rooms, event.room];
        {
          engine.setRooms();
          return;
        }
      case 'restart':
        this.#end(event.kill);
        this.#asked.clear();
        {
          this.#bootIn(event.downMs);
          return;
        }
      case 'takeOver': {
        const left = engine.handOver();
        this.#end(event.kill);
        this.#bootIn(event.downMs, left);
        return;
      }
      case 'sleep':
        this.#clock.sleep(event.clockStops);
        this.#world.clock.setTimer(event.ms, () => this.#clock.wake());
        return;
      case 'offline':
        this.#line.isOffline = true;
        this.#world.clock.setTimer(event.ms, () => (this.#line.isOffline = false));
    }
  }

  /** All is well from here on, and the user only looks. */
  calm(activeSeconds: number, backgroundSeconds: number): void {
    this.disk.heal();
    this.#line.isOffline = false;
    this.#clock.wake();
    this.#calmPolling = [activeSeconds, backgroundSeconds];
    const missing = this.#world.script.rooms.map(({ room }) => room).filter((room) => !this.#rooms.includes(room));
    this.#rooms = [...this.#rooms, ...missing];
    if (this.#process === undefined) this.#boot();
    this.#process?.engine.setRooms();
    this.#process?.engine.setPolling(activeSeconds, backgroundSeconds);
  }

  open(room: string): void {
    this.#open = room;
    this.engine?.open(room);
  }

  /** The machine is switched off at the end of a life. */
  switchOff(): void {
    this.#end(false);
    if (this.#process !== undefined) this.#process.isAlive = false;
  }

  /** What is shown of a room; nothing while the machine is down or asleep. */
  entries(room: string): readonly FeedEntry[] {
    return this.engine?.entries(room) ?? [];
  }

  #boot(handedOver?: HandedOver): void {
    const number = ++this.#processes;
    const life = { isAlive: true };
    const isAlive = (): boolean => life.isAlive;
    const { clock: world, service, script } = this.#world;
    const clock = this.#clock.forProcess(isAlive);
    const transport = lifeTransport({
      ...{ world, service, clock, isAlive, traits: script.traits, machine: this.#index, line: this.#line },
      random: this.#random,
      isAsleep: () => this.#clock.isAsleep,
      listener: {
        onLeave: (request) => this.#requests.leaves(number, world.monotonic(), request),
        onPage: (room, page) => this.history.room(room).receive(world.monotonic(), page),
        onAskedToWait: (milliseconds) => this.#requests.askedToWait(number, world.monotonic(), milliseconds),
      },
    });
    const engine = new MachineProcess(
      {
        ...{ clock, transport, disk: this.disk },
        random: seededRandom(script.seed * 1009 + this.#index * 101 + number),
        newLocalId: () => this.#newLocalId(),
        log: () => undefined,
        onEntries: (room, arrivals) => {
          this.history.room(room).changes++;
          for (const id of arrivals) this.#noteArrival(room, id);
        },
        ...(handedOver === undefined ? {} : { handedOver }),
      },
      () => this.#rooms,
    );
    this.#process = Object.assign(life, { engine });
    engine.open(this.#open);
    engine.setRooms();
    if (this.#calmPolling !== undefined) engine.setPolling(...this.#calmPolling);
    // Another window asks the new engine for what the old one has not answered.
    if (handedOver !== undefined) for (const sent of this.#asked) void this.#askAgain(engine, sent);
  }

  #bootIn(milliseconds: number, handedOver?: HandedOver): void {
    this.#world.clock.setTimer(milliseconds, () => {
      if (this.#process === undefined) this.#boot(handedOver);
    });
  }

  #end(kill: boolean): void {
    const process = this.#process;
    if (process === undefined) return;
    if (kill) {
      process.isAlive = false;
      process.engine.kill();
      this.#requests.killed(this.#world.clock.monotonic());
    } else {
      process.engine.dispose();
    }
    this.#process = undefined;
    const own = this.#world.sent.filter(({ machine }) => machine === this.#index);
    this.history.processEnded(this.#world.clock.monotonic(), kill, own);
    for (const sent of this.#asked) if (kill) sent.kept = 'maybe';
  }

  #newLocalId(): string {
    return `local-${this.#index}-${++this.#lastLocalId}`;
  }

  #send(room: string, text: string): void {
    const process = this.#process;
    if (process === undefined) return;
    const sent: SentText = {
      ...{ machine: this.#index, room, text, at: this.#world.clock.monotonic() },
      ...{ localId: this.#newLocalId(), kept: 'maybe', retries: 0, discardedAt: undefined },
    };
    this.#world.sent.push(sent);
    void this.#ask(process.engine, sent);
  }

  async #ask(engine: MachineProcess, sent: SentText): Promise<void> {
    this.#asked.add(sent);
    try {
      await engine.send(sent.room, sent.text, sent.localId);
      sent.kept = 'yes';
    } catch {
      sent.kept = 'no';
    }
    this.#asked.delete(sent);
  }

  async #askAgain(engine: MachineProcess, sent: SentText): Promise<void> {
    const knows = await engine.knows(sent.localId).catch(() => true);
    if (knows) this.#asked.delete(sent);
    else await this.#ask(engine, sent);
  }

  #stuck(engine: MachineProcess, states: readonly string[]): readonly string[] {
    return this.#rooms.flatMap((room) =>
      engine.entries(room).flatMap((entry) => {
        if (entry.kind !== 'outgoing' || !states.includes(entry.outgoing.state)) return [];
        return [entry.outgoing.localId];
      }),
    );
  }

  #retry(engine: MachineProcess): void {
    for (const localId of this.#stuck(engine, STUCK)) {
      const sent = this.#world.sent.find((candidate) => candidate.localId === localId);
      if (sent !== undefined) sent.retries++;
      engine.retry(localId);
    }
  }

  #discard(engine: MachineProcess): void {
    const [localId] = this.#stuck(engine, [...STUCK, 'queued']);
    const sent = this.#world.sent.find((candidate) => candidate.localId === localId);
    if (localId === undefined || sent === undefined) return;
    sent.discardedAt = this.#world.clock.monotonic();
    engine.discard(localId);
  }

  #markRead(engine: MachineProcess, room: string, place: number | undefined): void {
    const shown = engine.entries(room).flatMap((entry) => (entry.kind === 'message' ? [entry.message.id] : []));
    const end = place === undefined ? shown.length : Math.max(0, shown.length - place);
    const upTo = place === undefined ? undefined : shown[end - 1];
    if (place !== undefined && upTo === undefined) return;
    this.history.room(room).markRead(this.#world.clock.monotonic(), shown.slice(0, end), shown);
    engine.markRead(room, upTo);
  }

  #noteArrival(room: string, id: string): void {
    const { service, sent, script, clock } = this.#world;
    const kinds = takeAnnouncement({
      ...{ id, sent, machine: this.#index, at: clock.monotonic(), truth: service.messages.in(room) },
      history: this.history.room(room),
      lagMs: script.traits.replicaLagMs ?? 0,
    });
    for (const kind of kinds) this.#report(kind, `${id} in "${room}"`);
  }

  #report(kind: ViolationKind, what: string): void {
    this.#world.violations.push({ kind, at: this.#world.clock.monotonic(), machine: this.#index, what });
  }
}

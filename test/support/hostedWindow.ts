import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../src/chapi/clock';
import { systemClock } from '../../src/chapi/clock';
import { FileStateStore } from '../../src/store/fileStateStore';
import { engineName } from '../../src/store/layout';
import type { Place } from '../../src/store/place';
import { EngineMaker } from '../../src/sync/engine';
import type { Disk } from '../../src/sync/disk';
import type { FeedEvent } from '../../src/sync/feed';
import type { Claim } from '../../src/sync/windows/claims';
import type { SharedFeed } from '../../src/sync/windows/sharedFeed';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from './expectSoon';
import { fastClock } from './fastClock';
import { HERE, quickFolder, testDisk } from './testDisk';

/** A window in this process, and what a test sees of it. */
export interface TestWindow {
  readonly feed: SharedFeed;
  readonly events: readonly FeedEvent[];
  readonly log: readonly string[];
  /** It has the engine. */
  readonly hosts: () => boolean;
  /** Texts that it shows, those on their way too. */
  readonly texts: () => readonly string[];
}

/** A sandbox, a folder, and windows in this process that share both over real sockets. */
export class WindowsHere {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly #clock: Clock;
  readonly #windows: TestWindow[] = [];
  /** The most windows that ever had an engine at once. */
  mostHosts = 0;

  private constructor(sandbox: Sandbox, folder: string, clock: Clock) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.#clock = clock;
  }

  static async start(speed = 1): Promise<WindowsHere> {
    const folder = await mkdtemp(path.join(quickFolder, 'chapi-windows-'));
    // What is inside protects itself.
    await chmod(folder, 0o755);
    return new WindowsHere(await Sandbox.start(), folder, fastClock(speed));
  }

  get claimsFolder(): string {
    return this.claimsOf(HERE);
  }

  claimsOf({ place }: Place): string {
    return path.join(this.folder, 'hosts', engineName(this.sandbox.baseUrl, this.sandbox.key), place);
  }

  /** Opens a window that shows some rooms. It is focused if told so. */
  open(
    options: {
      readonly focused?: boolean;
      readonly protocol?: number;
      readonly rooms?: readonly string[];
      readonly disk?: Disk;
      readonly place?: Place;
    } = {},
  ): TestWindow {
    const { baseUrl, key } = this.sandbox;
    const { focused = false, protocol, rooms = [''], disk = testDisk, place = HERE } = options;
    const log: string[] = [];
    const events: FeedEvent[] = [];
    let engines = 0;
    const feed = new EngineMaker(this.#clock).share({
      baseUrl,
      apiKey: key,
      random: () => 0.5,
      newLocalId: randomUUID,
      polling: { activeSeconds: 1, backgroundSeconds: 15 },
      openStore: (isHost) => {
        engines++;
        this.mostHosts = Math.max(this.mostHosts, this.hosts.length);
        const store = new FileStateStore({
          ...{ folder: this.folder, baseUrl, apiKey: key, disk, clock: systemClock, place, isHost },
          log: (line) => log.push(line),
        });
        const release = store.release.bind(store);
        store.release = () => {
          engines--;
          release();
        };
        return store;
      },
      claimsFolder: this.claimsOf(place),
      disk,
      version: `0.${protocol ?? 1}.0`,
      log: (line) => log.push(line),
      ...(protocol === undefined ? {} : { protocol }),
    });
    feed.subscribe((event) => events.push(event));
    feed.setAttention({ openRoom: rooms[0] ?? '', visible: true, focused });
    feed.setRooms(rooms);
    const texts = (): readonly string[] =>
      feed
        .entries(rooms[0] ?? '', 1000)
        .flatMap((entry) =>
          entry.kind === 'deleted' ? [] : [entry.kind === 'message' ? entry.message.text : entry.outgoing.text],
        );
    const window = { feed, events, log, texts, hosts: () => engines > 0 };
    this.#windows.push(window);
    return window;
  }

  /** Resolves when the window shows what the service has. */
  async shows(window: TestWindow, text: string): Promise<void> {
    await expectSoon(window.texts, (texts) => texts.includes(text), `the window to show "${text.slice(0, 100)}"`);
  }

  /** Somebody says something, and the window shows it. */
  async goesOn(window: TestWindow): Promise<void> {
    const text = `said at ${randomUUID()}`;
    this.sandbox.control.say({ author: 'Alice Fox', text });
    await this.shows(window, text);
  }

  /** The windows that have an engine. */
  get hosts(): readonly TestWindow[] {
    return this.#windows.filter(({ hosts }) => hosts());
  }

  /** What whoever hosts has written down. */
  async claim(): Promise<Claim> {
    const files = await expectSoon(
      () => readdir(this.claimsFolder).catch(() => []),
      (names) => names.some((name) => name.startsWith('host-')),
      'a claim',
    );
    const numbers = files.filter((name) => name.startsWith('host-')).map((name) => Number(name.slice('host-'.length)));
    const text = await readFile(path.join(this.claimsFolder, `host-${Math.max(...numbers)}`), 'utf8');
    return JSON.parse(text) as Claim;
  }

  async close(): Promise<void> {
    for (const { feed } of this.#windows) feed.dispose();
    await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

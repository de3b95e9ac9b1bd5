import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { BaseUrlCheck } from '../chapi/baseUrl';
import type { Fault } from '../chat/fault';
import { DEFAULT_ROOM, type RoomName } from '../chat/message';
import { isTestKey, roomNameOf } from '../chat/roomNames';
import type { Draft } from '../protocol/messages';
import type { EngineMaker } from '../sync/engine';
import type { ChatFeed, Connection, FeedEvent, RoomSummary } from '../sync/feed';
import type { ApiKeyStore, StoredKey } from './apiKeyStore';
import { Drafts } from './drafts';
import { Pins } from './pins';
import { Quiet } from './quiet';
import { troubleOf, type Trouble } from './trouble';
import { readBaseUrl, readPolling, readRooms } from './settings';
import { StateFolder, type Account } from './stateFolder';
import { UnsentOfOtherKeys } from './unsentOfOtherKeys';
import { baseUrlText, connectionText, diskText, keyUnreadableText, noKeyText, roomTitle } from './words';

const OPEN_ROOM = 'openRoom';

/** What could not be removed from disk, and keeps the chat from starting, is tried again so much later, in milliseconds. */
const REMOVE_AGAIN_MS = 30_000;

/** The chat of this window: the feed behind the current key and address, and what is open. */
export class ChatSession implements vscode.Disposable {
  readonly #keys: ApiKeyStore;
  readonly #memory: vscode.Memento;
  readonly #state: StateFolder;
  readonly #version: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables: { dispose(): unknown }[] = [];
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #feedEvents = new vscode.EventEmitter<FeedEvent>();
  readonly #draftEvents = new vscode.EventEmitter<Draft & { readonly from?: object }>();
  readonly #visiblePages = new Set<object>();
  readonly #drafts: Drafts;
  /** What the person does not want to hear of. */
  readonly quiet: Quiet;
  readonly pins: Pins;
  readonly unsentOfOtherKeys: UnsentOfOtherKeys;
  #maker: EngineMaker | undefined;
  #feed: ChatFeed | undefined;
  #account: Account | undefined;
  #key: StoredKey | undefined;
  #keyState: 'reading' | 'none' | 'known' | 'unreadable' = 'reading';
  #baseUrl: BaseUrlCheck = readBaseUrl();
  #rooms: readonly RoomName[] = readRooms(false);
  #reloading: Promise<void> = Promise.resolve();
  #disposed = false;

  /** The key, the rooms, the open room, the connection or a count changed. */
  readonly onDidChange = this.#changed.event;
  readonly onFeedEvent = this.#feedEvents.event;
  /** Somebody typed, in another window or in the page `from`. */
  readonly onDraft = this.#draftEvents.event;

  constructor(keys: ApiKeyStore, context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#keys = keys;
    this.#memory = context.workspaceState;
    this.#drafts = new Drafts(context.workspaceState);
    this.quiet = new Quiet(context.globalState);
    this.pins = new Pins(context.globalState);
    this.#version = (context.extension.packageJSON as { readonly version: string }).version;
    this.#log = log;
    this.#state = new StateFolder(
      context.globalStorageUri.fsPath,
      (line) => log.warn(line),
      () => this.#changed.fire(undefined),
    );
    this.unsentOfOtherKeys = new UnsentOfOtherKeys(this.#state, (line) => log.warn(line));
    this.#disposables.push(
      this.quiet,
      this.quiet.onDidChange(() => this.#changed.fire(undefined)),
      this.pins,
      this.pins.onDidChange(() => this.#changed.fire(undefined)),
      this.#changed,
      this.#feedEvents,
      this.#draftEvents,
      keys.onDidChange(() => void this.reload()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('chapi')) this.#settingsChanged();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#settingsChanged()),
      vscode.window.onDidChangeWindowState(() => this.#attend()),
    );
  }

  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  /** The key is one of the service's sandbox: the default room has a name that is documented. */
  get hasTestKey(): boolean {
    return this.#key !== undefined && isTestKey(this.#key.apiKey);
  }

  /** Whom the chat runs for. */
  get account(): Account | undefined {
    return this.#account;
  }

  get keyIsFromEnvironment(): boolean {
    return this.#key?.from === 'environment';
  }

  get feed(): ChatFeed | undefined {
    return this.#feed;
  }

  get connection(): Connection {
    return this.#feed?.state().connection ?? { status: 'connecting' };
  }

  /** What the person should know of the connection; nothing while all is well. */
  get problem(): string | undefined {
    if (this.#keyState === 'unreadable') return keyUnreadableText();
    if (this.#keyState === 'none') return noKeyText();
    return baseUrlText(this.#baseUrl) ?? diskText(this.#state.trouble) ?? connectionText(this.connection);
  }

  /** Why nothing works until the person does something about it; empty when that is not so. */
  get trouble(): Trouble {
    return troubleOf(this.#keyState === 'unreadable', this.hasKey, this.#baseUrl.ok, this.connection.status);
  }

  get rooms(): readonly RoomSummary[] {
    return this.pins.sorted(this.#feed?.state().rooms ?? []);
  }

  /** Of the rooms that are not muted. */
  get unreadCount(): number {
    return this.rooms.reduce((sum, { room, unreadCount }) => (this.quiet.isMuted(room) ? sum : sum + unreadCount), 0);
  }

  get unsentCount(): number {
    return this.rooms.reduce((sum, { unsentCount }) => sum + unsentCount, 0);
  }

  get openRoom(): RoomName {
    const remembered = this.#memory.get<unknown>(OPEN_ROOM);
    const known = [...this.#rooms, ...this.rooms.map(({ room }) => room)];
    const name = typeof remembered === 'string' ? roomNameOf(remembered, this.hasTestKey) : undefined;
    const open = known.find((room) => room === name);
    return open ?? this.#rooms[0] ?? DEFAULT_ROOM;
  }

  /** The room is on the list, or something unsent waits in it. */
  isKnown(room: RoomName): boolean {
    return this.#rooms.includes(room) || this.rooms.some((summary) => summary.room === room);
  }

  title(room: RoomName): string {
    return roomTitle(room, this.hasTestKey);
  }

  async setOpenRoom(room: RoomName): Promise<void> {
    await this.#memory.update(OPEN_ROOM, room);
    this.#attend();
    this.#changed.fire(undefined);
  }

  /** The person has the room before their eyes. */
  isWatched(room: RoomName): boolean {
    return room === this.openRoom && this.#visiblePages.size > 0 && vscode.window.state.focused;
  }

  /** A page that shows the chat came into sight or went out of it. */
  setPageVisible(page: object, visible: boolean): void {
    if (visible) this.#visiblePages.add(page);
    else this.#visiblePages.delete(page);
    this.#attend();
  }

  /** Of all pages of this window that can be seen, it is the one that was seen first. */
  isFirstVisible(page: object): boolean {
    const [first] = this.#visiblePages;
    return first === page;
  }

  /** What was typed last in any window and not sent. */
  get drafts(): readonly Draft[] {
    return this.#drafts.with(this.#feed?.drafts() ?? new Map());
  }

  /** Somebody typed in a page of this window. */
  setDraft({ room, text, time = Date.now() }: Draft, from: object): void {
    this.#drafts.note(room, text, time);
    this.#feed?.setDraft(room, text);
    this.#draftEvents.fire({ room, text, from });
  }

  /** Reads the key again and starts anew if it is another one, or if told to. Never rejects. */
  reload(force = false): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#key?.apiKey;
      try {
        this.#key = await this.#keys.read();
        this.#keyState = this.#key === undefined ? 'none' : 'known';
        this.#rooms = readRooms(this.hasTestKey);
      } catch {
        this.#keyState = 'unreadable';
        this.#log.error(
          'The secret storage could not be read. Unlock the keychain, then run "Chapi: Read API Key Again".',
        );
      }
      if (!this.#disposed && (force || this.#key?.apiKey !== before || this.#feed === undefined)) await this.#start();
      else this.#changed.fire(undefined);
    });
  }

  /**
   * Asks the service whether it takes the key. Nothing when it does.
   * @throws the address's problem in words when nothing may be sent there
   */
  async checkKey(apiKey: string, signal: AbortSignal): Promise<Fault | undefined> {
    const check = readBaseUrl();
    if (!check.ok) throw new Error(baseUrlText(check));
    return (await this.#engine()).checkKey(check.url, apiKey, signal);
  }

  /** The key was set or removed here: other windows read theirs again, wherever VS Code does not tell them. */
  noteKeyChanged(): void {
    this.#feed?.noteKeyChanged();
  }

  /** Resolves when no start is under way: there is a feed then, or a problem that says why not. */
  settled(): Promise<void> {
    return this.#reloading;
  }

  /**
   * Removes all that is kept on disk. Only when there is no feed that would write it again.
   * @throws when something is left there: what was begun is finished at the next start
   */
  async forgetState(): Promise<void> {
    await this.#reloading;
    await this.#state.remove(() => !this.hasKey && !this.#disposed);
  }

  dispose(): void {
    this.#disposed = true;
    this.#endFeed();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #engine(): Promise<EngineMaker> {
    const { EngineMaker: Maker } = await import('../sync/engine');
    this.#maker ??= new Maker();
    return this.#maker;
  }

  /** One start after the other. A start that fails says so in the log and does not keep the next one from trying. */
  #inTurn(start: () => Promise<void>): Promise<void> {
    this.#reloading = this.#reloading.then(start).catch((error: unknown) => {
      this.#log.error(`The chat could not be started: ${error instanceof Error ? error.message : String(error)}`);
    });
    return this.#reloading;
  }

  #endFeed(): void {
    this.#feed?.dispose();
    this.#feed = undefined;
    this.#account = undefined;
  }

  async #start(): Promise<void> {
    this.#endFeed();
    if (this.#key !== undefined && this.#baseUrl.ok) {
      const { url: baseUrl } = this.#baseUrl;
      const { apiKey } = this.#key;
      const account = { baseUrl, apiKey };
      const maker = await this.#engine();
      const place = await this.#state.open();
      if (this.#disposed) return;
      if (place === undefined) {
        setTimeout(() => void this.reload(), REMOVE_AGAIN_MS).unref();
        return;
      }
      this.#account = account;
      const log = (line: string): void => this.#log.warn(line);
      this.#feed = maker.share({
        baseUrl,
        apiKey,
        random: Math.random,
        newLocalId: randomUUID,
        polling: readPolling(),
        version: this.#version,
        claimsFolder: this.#state.claimsFolder(account, place),
        disk: this.#state.disk,
        openStore: (isHost) => this.#state.openStore(account, place, isHost),
        log,
      });
      this.unsentOfOtherKeys.ask(account, () => this.#account === account);
      this.#feed.subscribe((event) => {
        this.#feedEvents.fire(event);
        if (event.type === 'state') this.#changed.fire(undefined);
        if (event.type === 'keyChanged') void this.reload();
        if (event.type !== 'draft') return;
        this.#drafts.note(event.room, event.text, Date.now());
        this.#draftEvents.fire(event);
      });
      this.#attend();
      this.#feed.setRooms(this.#rooms);
      this.#log.info(`Talking to ${baseUrl}.`);
    }
    this.#changed.fire(undefined);
  }

  #settingsChanged(): void {
    const open = this.openRoom;
    this.#rooms = readRooms(this.hasTestKey);
    // The first of the list, if none was chosen: another order does not open another room.
    if (this.openRoom !== open && this.isKnown(open)) void this.#memory.update(OPEN_ROOM, open);
    const before = this.#baseUrl;
    this.#baseUrl = readBaseUrl();
    if (JSON.stringify(before) !== JSON.stringify(this.#baseUrl)) {
      // Not a byte more to an address that is no longer meant.
      this.#endFeed();
      void this.#inTurn(() => this.#start());
      this.#changed.fire(undefined);
      return;
    }
    this.#feed?.setPolling(readPolling());
    this.#feed?.setRooms(this.#rooms);
    this.#attend();
    this.#changed.fire(undefined);
  }

  #attend(): void {
    this.#feed?.setAttention({
      openRoom: this.openRoom,
      visible: this.#visiblePages.size > 0,
      focused: vscode.window.state.focused,
    });
  }
}

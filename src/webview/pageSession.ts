import { Channel } from '../protocol/channel';
import { hostNoticeGuards } from '../protocol/guards';
import {
  localIdOf,
  type Draft,
  type HostNotices,
  type PageDelta,
  type PageNotices,
  type PageRequests,
  type PageSnapshot,
  type PageStart,
  type PageWants,
} from '../protocol/messages';
import type { HostBridge } from './hostBridge';
import type { SeenPart } from './listReading';
import { SeenTeller } from './seenTeller';
import { withDelta, withSnapshot, type PageModel } from './pageModel';

/** What the page knows so far. */
export interface PageView {
  readonly words: Pick<PageStart, 'strings' | 'locale' | 'systemLocale'> | undefined;
  readonly model: PageModel | undefined;
  /** Why the page could not start. */
  readonly problem?: string;
}

type HostChannel = Channel<PageRequests, PageNotices, Record<string, never>, HostNotices>;

/** The page's side of the conversation with the host: what it knows, and what the person wants. */
export class PageSession {
  readonly #channel: HostChannel;
  readonly #hears = new Set<() => void>();
  #view: PageView = { words: undefined, model: undefined };
  #catchingUp = false;
  #wantsComposer = false;
  #focusComposer: (() => void) | undefined;
  /** The entry that the host wants to be seen, while there is no list that could show it. */
  #revealed: HostNotices['reveal'] | undefined;
  #list: { reveal: (key: string) => void } | undefined;
  readonly #seen = new SeenTeller((seen) => {
    this.#channel.notify('seen', seen);
  });
  readonly #onDraft: (draft: Draft) => void;
  readonly #places: PageWants['places'];

  /**
   * @param onDraft hears what was typed elsewhere
   * @param places where the rooms were being read
   */
  constructor(bridge: HostBridge, onDraft: (draft: Draft) => void, places: PageWants['places']) {
    this.#places = places;
    this.#onDraft = onDraft;
    this.#channel = new Channel(
      (message) => {
        bridge.post(message);
      },
      {
        requestGuards: {},
        noticeGuards: hostNoticeGuards,
        onRequest: {},
        onNotice: {
          snapshot: (snapshot) => {
            this.#take(snapshot);
          },
          delta: (delta) => {
            this.#apply(delta);
          },
          draft: (draft) => {
            this.#onDraft(draft);
          },
          focusComposer: () => {
            this.focusComposer();
          },
          reveal: (wanted) => {
            this.#revealed = wanted;
            this.#reveal();
          },
        },
        onRefused: (why) => {
          console.warn(`Chapi: not understood: ${why}`);
        },
      },
    );
    bridge.listen((message) => {
      this.#channel.receive(message);
    });
  }

  get view(): PageView {
    return this.#view;
  }

  /** Tells the host that the page listens, and takes what it answers. Never rejects. */
  async start(): Promise<void> {
    try {
      const { snapshot, drafts, ...words } = await this.#channel.request('ready', { places: this.#places });
      for (const draft of drafts) this.#onDraft(draft);
      this.#show({ words, model: this.#view.model });
      this.#takeIfNewer(snapshot);
    } catch (error) {
      this.#show({ ...this.#view, problem: error instanceof Error ? error.message : 'unknown error' });
    }
  }

  /** Calls `hear` after every change of the view. */
  subscribe(hear: () => void): () => void {
    this.#hears.add(hear);
    return () => this.#hears.delete(hear);
  }

  /** The composer that takes the keyboard when the host asks for it, also when it asked before there was one. */
  attachComposer(focus: () => void): () => void {
    this.#focusComposer = focus;
    this.#giveComposerFocus();
    return () => {
      if (this.#focusComposer === focus) this.#focusComposer = undefined;
    };
  }

  /** The list of the open room, as long as there is one. */
  attachList(list: { reveal: (key: string) => void } | undefined): void {
    this.#list = list;
    this.#reveal();
  }

  /** Gives the keyboard to the composer, as soon as there is one. */
  focusComposer(): void {
    this.#wantsComposer = true;
    this.#giveComposerFocus();
  }

  /** Resolves once the host keeps the message, rejects when it can't. */
  async send(room: string, text: string): Promise<void> {
    await this.#channel.request('send', { room, text });
  }

  /** The code that is selected in the editor, as the text of a message. */
  selection(): Promise<string | undefined> {
    return this.#channel.request('selection', undefined);
  }

  openFiles(): Promise<readonly string[]> {
    return this.#channel.request('openFiles', undefined);
  }

  retry(key: string): void {
    const localId = localIdOf(key);
    if (localId !== undefined) this.#channel.notify('retry', { localId });
  }

  discard(key: string): void {
    const localId = localIdOf(key);
    if (localId !== undefined) this.#channel.notify('discard', { localId });
  }

  /** Asks for what is older than the first message of the room. */
  loadOlder(): void {
    const { model } = this.#view;
    if (model !== undefined) this.#channel.notify('loadOlder', { room: model.frame.room });
  }

  /** Asks for what may be missing between the messages of the room. */
  loadMissing(): void {
    const { model } = this.#view;
    if (model !== undefined) this.#channel.notify('loadMissing', { room: model.frame.room });
  }

  /** Tells the other windows what was typed here. */
  tellDraft(draft: Draft): void {
    this.#channel.notify('draft', draft);
  }

  copy(text: string): void {
    this.#channel.notify('copy', { text });
  }

  insertCode(text: string): void {
    this.#channel.notify('insertCode', { text });
  }

  openCode(text: string, language: string | undefined): void {
    this.#channel.notify('openCode', language === undefined ? { text } : { text, language });
  }

  /** A part of the open room has been before the person's eyes. */
  seen({ entry, isNewest }: SeenPart): void {
    const { model } = this.#view;
    if (model !== undefined) this.#seen.note(model, entry, isNewest);
  }

  #show(view: PageView): void {
    this.#view = view;
    for (const hear of this.#hears) hear();
  }

  #take(snapshot: PageSnapshot): void {
    this.#show({ ...this.#view, model: withSnapshot(this.#view.model, snapshot) });
  }

  #takeIfNewer(snapshot: PageSnapshot | undefined): void {
    if (snapshot !== undefined && snapshot.version >= (this.#view.model?.version ?? snapshot.version)) {
      this.#take(snapshot);
    }
  }

  #apply(delta: PageDelta): void {
    const { model } = this.#view;
    // Without a model the answer to `ready` is still to come; an old delta is one that a snapshot was faster than.
    if (model === undefined || delta.version <= model.version) return;
    const next = withDelta(model, delta);
    if (next === undefined) void this.#catchUp();
    else this.#show({ ...this.#view, model: next });
  }

  async #catchUp(): Promise<void> {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      this.#takeIfNewer(await this.#channel.request('snapshot', undefined));
    } catch (error) {
      // The next delta does not fit either, and asks again.
      console.warn('Chapi: no snapshot:', error);
    } finally {
      this.#catchingUp = false;
    }
  }

  #reveal(): void {
    const { room, key } = this.#revealed ?? {};
    // The list that is there may still be that of the room before.
    if (key === undefined || this.#list === undefined || this.#view.model?.frame.room !== room) return;
    this.#revealed = undefined;
    this.#list.reveal(key);
  }

  #giveComposerFocus(): void {
    if (!this.#wantsComposer || this.#focusComposer === undefined) return;
    this.#wantsComposer = false;
    this.#focusComposer();
  }
}

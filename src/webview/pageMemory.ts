import { MAX_TEXT_LENGTH } from '../protocol/guards';
import type { Draft, PagePlace, PageState, PageWants } from '../protocol/messages';
import type { HostBridge } from './hostBridge';
import { SendingTexts, type Sending } from './sendingTexts';
import { Unfolded } from './unfolded';

/** Short enough to lose next to nothing in a crash, long enough not to hand over a long draft with every key. */
const SAVE_DELAY_MS = 300;

/** Rooms beyond these lose their place, not their draft: a place is a convenience, a draft is somebody's work. */
const MAX_PLACES = 50;

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function isPlace(value: unknown): value is PagePlace {
  if (typeof value !== 'object' || value === null) return false;
  const { key, offset, depth } = value as { key?: unknown; offset?: unknown; depth?: unknown };
  return (
    typeof key === 'string' &&
    Number.isFinite(offset) &&
    (depth === undefined || (Number.isSafeInteger(depth) && Number(depth) >= 0))
  );
}

/** Where a draft is typed. */
export interface DraftField {
  /** Somebody is typing: what is told from elsewhere must not overwrite it. */
  isTyping(): boolean;
  /** Resolves when no input method is composing in it. */
  composed(): Promise<void>;
  show(text: string): void;
  /** A text that was sent from it stands in it again. */
  sayNotKept(): void;
}

/** What the person did in this page, kept across reloads: drafts, and where the list stood. */
export class PageMemory {
  readonly #bridge: HostBridge;
  readonly #tell: (draft: Draft) => void;
  /** Rooms whose drafts were typed here since the others were told. */
  readonly #untold = new Set<string>();
  readonly #fields = new Map<string, DraftField>();
  readonly #drafts = new Map<string, string>();
  /** When the drafts were typed, in milliseconds since 1970. */
  readonly #draftTimes = new Map<string, number>();
  readonly #sending = new SendingTexts();
  /** Rooms that were left before a text came back to them. */
  readonly #notKept = new Set<string>();
  readonly #places = new Map<string, PagePlace>();
  /** What is unfolded in the messages of all rooms. */
  readonly unfolded: Unfolded;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tell tells the other windows what was typed here */
  constructor(bridge: HostBridge, tell: (draft: Draft) => void = () => undefined) {
    this.#bridge = bridge;
    this.#tell = tell;
    // An older version of the page may have left another shape: take what fits.
    const saved = bridge.loadState() as Partial<Record<keyof PageState, unknown>> | null | undefined;
    for (const [room, draft] of entriesOf(saved?.drafts)) {
      if (typeof draft === 'string') this.#drafts.set(room, draft);
    }
    for (const [room, time] of entriesOf(saved?.draftTimes)) {
      if (typeof time === 'number') this.#draftTimes.set(room, time);
    }
    const unfolded = Array.isArray(saved?.unfolded) ? (saved.unfolded as unknown[]) : [];
    this.unfolded = new Unfolded(
      unfolded.filter((part) => typeof part === 'string'),
      () => {
        this.#saveSoon();
      },
    );
    for (const [room, place] of entriesOf(saved?.places)) {
      if (isPlace(place)) this.#places.set(room, place);
    }
  }

  /** The unsent text of a room, empty when there is none. */
  draft(room: string): string {
    return this.#drafts.get(room) ?? '';
  }

  setDraft(room: string, text: string): void {
    if (text === this.draft(room)) return;
    this.#untold.add(room);
    this.#draftTimes.set(room, Date.now());
    this.#keepDraft(room, text);
  }

  /** What was typed elsewhere, unless somebody is typing in the room here. */
  takeDraft({ room, text, time }: Draft): void {
    const field = this.#fields.get(room);
    const kept = this.#kept(room);
    if (time !== undefined && time < (this.#draftTimes.get(room) ?? 0)) return;
    // One that is too long was told to nobody: what the others have is older.
    if (field?.isTyping() === true || text === kept || kept.length > MAX_TEXT_LENGTH) return;
    this.#untold.delete(room);
    this.#draftTimes.set(room, time ?? Date.now());
    this.#keepDraft(room, text);
    field?.show(text);
  }

  /**
   * Hands over what stands in a room's draft, which is empty from then on. Until the host has answered, the text is kept
   * as if it still stood before the draft: a page that comes back, and other windows, have it twice rather than never.
   * It is in the draft again if the host can't keep it. Never rejects.
   */
  async send(room: string, text: string, hand: () => Promise<void>): Promise<void> {
    const sending = this.#sending.begin(room, text);
    this.setDraft(room, '');
    try {
      await hand();
      this.#sending.end(room, sending);
    } catch {
      await this.#giveBack(room, sending);
    }
    this.#untold.add(room);
    this.#saveSoon();
  }

  /** The field in which a room's draft is typed. Returns what takes it away again. */
  attachField(room: string, field: DraftField): () => void {
    this.#fields.set(room, field);
    if (this.#notKept.delete(room)) field.sayNotKept();
    return () => {
      if (this.#fields.get(room) === field) this.#fields.delete(room);
    };
  }

  /** Where the list of a room stood, if not at its end. */
  place(room: string): PagePlace | undefined {
    return this.#places.get(room);
  }

  /** Where the rooms were being read, for the host to have it ready. */
  wanted(): PageWants['places'] {
    return [...this.#places].flatMap(([room, { key, depth }]) => (depth === undefined ? [] : [{ room, key, depth }]));
  }

  setPlace(room: string, place: PagePlace | undefined): void {
    const known = this.#places.get(room);
    if (known?.key === place?.key && known?.offset === place?.offset) return;
    this.#places.delete(room);
    if (place !== undefined) this.#places.set(room, place);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= MAX_PLACES) break;
      this.#places.delete(oldest);
    }
    this.#saveSoon();
  }

  /** Hands over at once what still waits. To be called when the page may be about to go. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const state: PageState = {
      drafts: Object.fromEntries(
        [...new Set([...this.#sending.rooms, ...this.#drafts.keys()])].map((room) => [room, this.#kept(room)]),
      ),
      draftTimes: Object.fromEntries(this.#draftTimes),
      places: Object.fromEntries(this.#places),
      unfolded: this.unfolded.parts,
    };
    this.#bridge.saveState(state);
    for (const room of this.#untold) {
      const text = this.#kept(room);
      // One that is too long to be sent stays in this page.
      const time = this.#draftTimes.get(room) ?? 0;
      if (text.length <= MAX_TEXT_LENGTH) this.#tell({ room, text, time });
    }
    this.#untold.clear();
  }

  /** What is typed in a room and not kept by the host: nothing of it may be lost. */
  #kept(room: string): string {
    return this.#sending.before(room, this.draft(room));
  }

  async #giveBack(room: string, sending: Sending): Promise<void> {
    await this.#fields.get(room)?.composed();
    const text = this.#sending.giveBack(room, sending, this.draft(room));
    this.#keepDraft(room, text);
    const field = this.#fields.get(room);
    field?.show(text);
    if (field === undefined) this.#notKept.add(room);
    else field.sayNotKept();
  }

  #keepDraft(room: string, text: string): void {
    if (text === '') this.#drafts.delete(room);
    else this.#drafts.set(room, text);
    this.#saveSoon();
  }

  #saveSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, SAVE_DELAY_MS);
  }
}

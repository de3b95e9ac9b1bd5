import { MAX_TEXT_LENGTH } from '../protocol/guards';
import type { Draft, PagePlace, PageState, PageWants } from '../protocol/messages';
import type { HostBridge } from './hostBridge';

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
  show(text: string): void;
}

/** What the person did in this page, kept across reloads: drafts, and where the list stood. */
export class PageMemory {
  readonly #bridge: HostBridge;
  readonly #tell: (draft: Draft) => void;
  /** Rooms whose drafts were typed here since the others were told. */
  readonly #untold = new Set<string>();
  readonly #fields = new Map<string, DraftField>();
  readonly #drafts = new Map<string, string>();
  readonly #places = new Map<string, PagePlace>();
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
    this.#keepDraft(room, text);
  }

  /** What was typed elsewhere, unless somebody is typing in the room here. */
  takeDraft({ room, text }: Draft): void {
    const field = this.#fields.get(room);
    if (field?.isTyping() === true || text === this.draft(room)) return;
    this.#untold.delete(room);
    this.#keepDraft(room, text);
    field?.show(text);
  }

  /** The field in which a room's draft is typed. Returns what takes it away again. */
  attachField(room: string, field: DraftField): () => void {
    this.#fields.set(room, field);
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
      drafts: Object.fromEntries(this.#drafts),
      places: Object.fromEntries(this.#places),
    };
    this.#bridge.saveState(state);
    for (const room of this.#untold) {
      const text = this.draft(room);
      // One that is too long to be sent stays in this page.
      if (text.length <= MAX_TEXT_LENGTH) this.#tell({ room, text });
    }
    this.#untold.clear();
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

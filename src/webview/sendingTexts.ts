/** A text that was sent. */
export interface Sending {
  readonly text: string;
}

function lines(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

/** The texts that were sent from here and of which the host has not said yet whether it keeps them, by room, in order. */
export class SendingTexts {
  readonly #open = new Map<string, Sending[]>();
  /** Those that were given back while others were still open. */
  readonly #back = new WeakSet<Sending>();

  get rooms(): Iterable<string> {
    return this.#open.keys();
  }

  begin(room: string, text: string): Sending {
    const sending = { text };
    this.#open.set(room, [...(this.#open.get(room) ?? []), sending]);
    return sending;
  }

  /** The host keeps it. */
  end(room: string, sending: Sending): void {
    this.#leave(room, (other) => other !== sending);
  }

  /** What would be lost if the page went now: a room's draft behind all that is not kept yet. */
  before(room: string, draft: string): string {
    const texts = (this.#open.get(room) ?? []).filter((sending) => !this.#back.has(sending)).map(({ text }) => text);
    return lines(...texts, draft);
  }

  /**
   * The host can't keep it: it belongs to the draft again.
   *
   * @returns the draft with the text in front; behind those that were sent before it and that came back before it
   */
  giveBack(room: string, sending: Sending, draft: string): string {
    const open = this.#open.get(room) ?? [];
    const earlier = open.slice(0, open.indexOf(sending)).filter((other) => this.#back.has(other));
    const front = lines(...earlier.map(({ text }) => text));
    this.#back.add(sending);
    this.#leave(room, () => true);
    if (front !== '' && `${draft}\n`.startsWith(`${front}\n`)) {
      return lines(front, sending.text, draft.slice(front.length + 1));
    }
    return lines(sending.text, draft);
  }

  /** Lets go of some, and of all once none is open any more. */
  #leave(room: string, stays: (sending: Sending) => boolean): void {
    const left = (this.#open.get(room) ?? []).filter(stays);
    if (left.every((sending) => this.#back.has(sending))) this.#open.delete(room);
    else this.#open.set(room, left);
  }
}

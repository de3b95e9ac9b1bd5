import type { Clock } from '../chapi/clock';
import type { RoomName } from '../chat/message';
import type { Attention } from './feed';

/** What a change of attention asks for. */
export interface AttentionChange {
  /** Rooms that somebody looks at who did not before, or not with the keyboard. */
  readonly cameIntoSight: readonly RoomName[];
  /** A window has the keyboard, and none had it before. */
  readonly gotFocus: boolean;
}

/** Where the attention of all windows is, taken together: for each room, the most attentive window counts. */
export class Attentions {
  readonly #clock: Clock;
  #all: readonly Attention[] = [];
  #focusLostAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#focusLostAt = clock.monotonic();
  }

  /** A chat can be seen in some window. */
  get visible(): boolean {
    return this.#all.some(({ visible }) => visible);
  }

  /** Milliseconds since no window has the keyboard; 0 while one has it. */
  get unfocusedMs(): number {
    return hasFocus(this.#all) ? 0 : this.#clock.monotonic() - this.#focusLostAt;
  }

  /** Some window shows the room. */
  isInSight(room: RoomName): boolean {
    return this.#all.some((attention) => sees(attention, room));
  }

  /** Some window that has the keyboard shows the room. */
  isFocused(room: RoomName): boolean {
    return this.#all.some((attention) => attention.focused && sees(attention, room));
  }

  /** Takes the attention of all windows as it is now. */
  replace(all: readonly Attention[]): AttentionChange {
    const hadFocus = hasFocus(this.#all);
    const open = [...new Set(all.flatMap(({ openRoom }) => (openRoom === undefined ? [] : [openRoom])))];
    const before = new Map(open.map((room) => [room, [this.isInSight(room), this.isFocused(room)]] as const));
    this.#all = all;
    if (hadFocus && !hasFocus(all)) this.#focusLostAt = this.#clock.monotonic();
    const cameIntoSight = open.filter((room) => {
      const [wasInSight = false, wasFocused = false] = before.get(room) ?? [];
      return (this.isInSight(room) && !wasInSight) || (this.isFocused(room) && !wasFocused);
    });
    return { cameIntoSight, gotFocus: hasFocus(all) && !hadFocus };
  }
}

function hasFocus(all: readonly Attention[]): boolean {
  return all.some(({ focused }) => focused);
}

function sees({ visible, openRoom }: Attention, room: RoomName): boolean {
  return visible && openRoom === room;
}

import type { Clock } from '../chapi/clock';
import type { RoomName } from '../chat/message';
import { Attentions, type AttentionChange } from './attentions';
import { backgroundSpacing, nextDelay } from './cadence';
import type { Attention, PollingSettings } from './feed';
import type { RoomSync } from './roomSync';

/** Says when rooms are due, by where the attention is, how quiet they are, and how the last poll went. */
export class PollTiming {
  readonly #clock: Clock;
  readonly #attentions: Attentions;
  /** When somebody last wrote, by room, in monotonic milliseconds. */
  readonly #activeAt = new Map<RoomName, number>();
  #polling: PollingSettings;

  constructor(clock: Clock, polling: PollingSettings) {
    this.#clock = clock;
    this.#attentions = new Attentions(clock);
    this.#polling = polling;
  }

  setPolling(polling: PollingSettings): void {
    this.#polling = polling;
  }

  /** Takes the attention of all windows as it is now. */
  attend(attentions: readonly Attention[]): AttentionChange {
    return this.#attentions.replace(attentions);
  }

  isInSight(room: RoomName): boolean {
    return this.#attentions.isInSight(room);
  }

  /** Notes that somebody writes in the room now. */
  noteActivity(room: RoomName): void {
    this.#activeAt.set(room, this.#clock.monotonic());
  }

  /** Notes when somebody last wrote in the room, in milliseconds since 1970. */
  noteLastActivity(room: RoomName, atMs: number): void {
    const agoMs = Math.max(0, this.#clock.now() - atMs);
    this.#activeAt.set(room, this.#clock.monotonic() - agoMs);
  }

  /**
   * Milliseconds from the end of a poll of the room to the next one.
   * @param random from 0 to 1
   */
  delayAfter(room: RoomName, sync: RoomSync | undefined, random: number): number {
    return nextDelay(
      {
        inSight: this.#attentions.isInSight(room),
        focused: this.#attentions.isFocused(room),
        unfocusedMs: this.#attentions.unfocusedMs,
        quietMs: this.#clock.monotonic() - (this.#activeAt.get(room) ?? -Infinity),
        faultsInARow: sync?.faultsInARow ?? 0,
        activeMs: this.#polling.activeSeconds * 1000,
        backgroundMs: this.#polling.backgroundSeconds * 1000,
        ...(sync?.fault === undefined ? {} : { lastFault: sync.fault }),
      },
      random,
    );
  }

  /** The shortest time between two polls of rooms out of sight, in milliseconds. */
  backgroundSpacing(): number {
    return backgroundSpacing(this.#attentions.visible, this.#polling.backgroundSeconds * 1000);
  }
}

import { VirtualClock } from '../virtualClock';
import { LifeService } from './lifeService';
import { LifeUser } from './lifeUser';

/** How much is kept after a week in a busy room. */
export interface WeekReport {
  readonly said: number;
  /** Entries of the room that are shown, at most at any time. */
  readonly shown: number;
  /** Characters on disk, at most at any time. */
  readonly onDisk: number;
  /** Timers that are set, at most at any time when nothing happens. */
  readonly timers: number;
}

const MINUTE = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE;

/** Talk comes in bursts. */
const BURST = 70;
const BURST_EVERY_MS = 35 * MINUTE;

/** Seconds from poll to poll. */
const POLLING = 60;

/** Lives a week of one machine in one busy room. */
export async function liveAWeek(seed: number): Promise<WeekReport> {
  const clock = new VirtualClock();
  const script = { seed, traits: {}, rooms: [{ room: '', history: 60 }], machines: [{ skewMs: 0 }], events: [] };
  const service = new LifeService(clock, script);
  const user = new LifeUser({ clock, service, script, sent: [], violations: [] }, 0);
  user.calm(POLLING, POLLING);
  let [said, shown, onDisk, timers] = [0, 0, 0, 0];
  for (let at = 0, burst = 0; at < WEEK_MS; at += BURST_EVERY_MS, burst++) {
    for (let count = 0; count < BURST; count++, said++) service.say('', `message ${said}`, said % 3);
    user.do({ do: 'send', room: '', text: `own message ${burst}` });
    await clock.advance(BURST_EVERY_MS);
    if (burst % 3 === 0) user.do({ do: 'markRead', room: '' });
    shown = Math.max(shown, user.entries('').length);
    onDisk = Math.max(onDisk, user.disk.size);
    timers = Math.max(timers, clock.pendingTimers);
  }
  user.switchOff();
  return { said, shown, onDisk, timers };
}

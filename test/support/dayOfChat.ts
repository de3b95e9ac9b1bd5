import type { HttpRequest } from '../../src/chapi/transport';
import { DEFAULT_ROOM } from '../../src/chat/message';
import { seededRandom } from '../sandbox/seededRandom';
import type { Loss, Way } from './serviceTransport';
import { StartedEngine } from './startEngine';

/** What a day is like. */
export interface DayOptions {
  readonly seed: number;
  /** All that is said, own messages included. */
  readonly messages: number;
}

/** What a window saw of a day, and what there was to see. */
export interface DayReport {
  /** The texts that the service has in the end, oldest first. */
  readonly truth: readonly string[];
  /** The texts that are shown in the end, oldest first. */
  readonly shown: readonly string[];
  readonly written: readonly string[];
  /** Ids of others' messages that were announced, in the order of announcement. */
  readonly announced: readonly string[];
  /** Ids of others' messages. */
  readonly ofOthers: readonly string[];
  /** When a look at the list found it out of order, with a message twice, or without one that had been there. */
  readonly offences: readonly string[];
  readonly requests: number;
  /** Requests that were lost, refused or answered with something else. */
  readonly disturbed: number;
}

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/** So many times a day the network is away, for up to so long. */
const OUTAGES = 12;
const LONGEST_OUTAGE_MS = 20 * MINUTE_MS;

/** Of so many requests, one is disturbed. */
const ONE_DISTURBED_OF = 40;

/** How many of the messages are written here. */
const OWN_SHARE = 0.1;

/** Messages come in bursts, as talk does: so many in one, a few seconds apart. */
const LONGEST_BURST = 60;
const BURST_PAUSE_MS = 8000;

const disturbances: readonly (NonNullable<ReturnType<NonNullable<Way['instead']>>> | NonNullable<Loss>)[] = [
  { status: 500, body: '{}' },
  { status: 502, body: '<html><body>Bad Gateway</body></html>' },
  { status: 503, body: '' },
  { status: 408, body: '' },
  { status: 429, body: '{}' },
  { status: 429, body: '{}', retryAfter: '7' },
  {
    status: 500,
    body: '{"fault":{"detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}',
  },
  { status: 401, body: '{}' },
  { status: 200, body: '<html><body>Sign in</body></html>' },
  { status: 200, body: '[{"authorUser": {"na' },
  { status: 200, body: '' },
  { lost: 'request', code: 'ECONNREFUSED' },
  { lost: 'request', code: 'ECONNRESET' },
  { lost: 'answer', code: 'ECONNRESET' },
  { lost: 'answer', code: 'ERR_STREAM_PREMATURE_CLOSE' },
];

/** Lives a day of one room in virtual time, with the real engine, random talk and random faults. */
export async function liveADay({ seed, messages }: DayOptions): Promise<DayReport> {
  const random = seededRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  let disturbed = 0;
  let isCalm = false;
  const outages = Array.from({ length: OUTAGES }, () => {
    const start = random() * (DAY_MS - LONGEST_OUTAGE_MS);
    return { start, end: start + random() * LONGEST_OUTAGE_MS };
  });
  const pick = (): (typeof disturbances)[number] | undefined => {
    if (isCalm || whole(ONE_DISTURBED_OF) > 0) return undefined;
    disturbed++;
    return disturbances[whole(disturbances.length)];
  };
  /** Asked twice of each request: how it is lost, then what answers it. */
  const fates = new WeakMap<HttpRequest, (typeof disturbances)[number] | undefined>();
  const fateOf = (request: HttpRequest): (typeof disturbances)[number] | undefined => {
    if (!fates.has(request)) fates.set(request, pick());
    return fates.get(request);
  };
  const way: Way = {
    latencyMs: () => 20 + random() * 150,
    loss: (request) => {
      const now = day.clock.monotonic();
      if (outages.some(({ start, end }) => now >= start && now < end)) return { lost: 'request', code: 'ENETUNREACH' };
      const fate = fateOf(request);
      return fate !== undefined && 'lost' in fate ? fate : undefined;
    },
    instead: (request) => {
      const fate = fateOf(request);
      return fate !== undefined && 'status' in fate ? fate : undefined;
    },
  };
  const day = new StartedEngine({}, way);
  const { clock, engine } = day;
  const offences: string[] = [];
  const written: string[] = [];
  const seenBefore = new Set<string>();

  const lookAtList = (): void => {
    const entries = day.entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
    const ids = new Set(entries.map(({ id }) => id));
    const at = `at ${Math.round(clock.monotonic() / 1000)} s`;
    if (ids.size < entries.length) offences.push(`twice ${at}`);
    const inOrder = entries.every(({ timestamp }, index) => timestamp >= (entries[index - 1]?.timestamp ?? 0));
    if (!inOrder) offences.push(`out of order ${at}`);
    for (const id of seenBefore) if (!ids.has(id)) offences.push(`gone ${at}`);
    for (const id of ids) seenBefore.add(id);
  };

  await clock.advance(1000);
  let said = 0;
  while (said < messages) {
    const burst = Math.min(1 + whole(LONGEST_BURST), messages - said);
    for (let index = 0; index < burst; index++, said++) {
      const text = `message ${said} of the day`;
      if (random() < OWN_SHARE) {
        written.push(text);
        await engine.send(DEFAULT_ROOM, text);
      } else {
        day.say(text);
      }
      await clock.advance(random() * BURST_PAUSE_MS);
    }
    // The person looks away now and then, and comes back.
    const isLooking = random() < 0.6;
    engine.setAttention({ openRoom: DEFAULT_ROOM, visible: isLooking, focused: isLooking || random() < 0.5 });
    if (isLooking) engine.markRead(DEFAULT_ROOM);
    lookAtList();
    const left = DAY_MS - clock.monotonic();
    const burstsLeft = Math.max(1, (messages - said) / (LONGEST_BURST / 2));
    await clock.advance(Math.max(0, (left - (messages - said) * (BURST_PAUSE_MS / 2)) / burstsLeft) * 2 * random());
  }
  isCalm = true;
  outages.length = 0;
  await clock.advance(10 * MINUTE_MS);
  lookAtList();
  const ofOthers = day.messages.filter(({ text }) => !written.includes(text)).map(({ id }) => id);
  engine.dispose();
  return {
    truth: day.truth,
    shown: day.texts,
    written,
    announced: day.announced,
    ofOthers,
    offences,
    requests: day.seen.length,
    disturbed,
  };
}

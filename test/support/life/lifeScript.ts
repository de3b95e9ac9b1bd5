/** How a service changes the texts that it is given, beside escaping them. */
export const TEXT_CHANGES = ['nfc', 'trim', 'blanks', 'entities', 'links', 'emoji', 'cut', 'lineEnds'] as const;
export type TextChange = (typeof TEXT_CHANGES)[number];

/**
 * What the documentation leaves open, as one service does it. A trait that is absent is off, so that a script can be
 * made smaller by leaving traits out. Rates are from 0 to 1, for each request or message.
 */
export interface ServiceTraits {
  /** Texts come back with `&lt;` for `<`. */
  readonly escapes?: true;
  readonly textChange?: TextChange;
  /** `pageSize` counts the messages of all rooms; those of other rooms are left out afterwards. */
  readonly limitBeforeFilter?: true;
  /** The most messages that an answer holds. */
  readonly pageCap?: number;
  readonly oldestFirst?: true;
  /** An answer holds the messages that arrived last, in the order of arrival, instead of those with the newest timestamps. */
  readonly byArrival?: true;
  /** Timestamps are cut to so many milliseconds: many are equal. */
  readonly coarseMs?: number;
  /** How many messages get a timestamp of up to {@link LATE_MS} earlier. */
  readonly lateStamps?: number;
  /** How many messages get a timestamp an hour ahead. */
  readonly futureStamps?: number;
  /** What `ts` means; absent: it is ignored. */
  readonly ts?: 'since' | 'before';
  /** Each answer is given by one of two replicas, each so many milliseconds behind at most. */
  readonly replicaLagMs?: number;
  /** How many messages are stored late, and how late at most, in milliseconds. */
  readonly slowPosts?: number;
  readonly slowPostMs?: number;
  /** The answer to a slow POST comes at once, before the message is stored. */
  readonly answersEarly?: true;
  readonly lostAnswers?: number;
  readonly lostRequests?: number;
  readonly etag?: true;
  /** Each room counts its messages from 1. */
  readonly idsPerRoom?: true;
  /** Colleagues and this key all bear the same author. */
  readonly oneAuthor?: true;
  readonly limiter?: 'window' | 'spacing';
  /** The status of a refusal by the limiter: 429 when absent. */
  readonly refusesWith500?: true;
  /** Refusals ask for a wait of so many seconds. */
  readonly retryAfterSeconds?: number;
  /** How many requests are answered with 503 and a `Retry-After`. */
  readonly busy?: number;
  /** How many GETs are answered with too few messages, or none. */
  readonly garbage?: number;
}

/** The largest distance of a late timestamp from the time, in milliseconds. */
export const LATE_MS = 120_000;

/** What happens in a life. `at`: milliseconds since its beginning. Messages are named by their place from the newest, 0. */
export type LifeEvent = { readonly at: number } & (
  | { readonly do: 'say'; readonly room: string; readonly who: number; readonly text: string; readonly count?: number }
  | { readonly do: 'edit'; readonly room: string; readonly place: number; readonly text: string }
  | { readonly do: 'delete'; readonly room: string; readonly place: number; readonly count: number }
  | ({ readonly machine: number } & MachineEvent)
);

/** What happens on a machine: what its user does, or what befalls it. Durations in milliseconds. */
export type MachineEvent =
  | { readonly do: 'send'; readonly room: string; readonly text: string }
  | { readonly do: 'retry' | 'discard' | 'loadMissing' }
  | { readonly do: 'markRead'; readonly room: string; readonly upTo?: number }
  | { readonly do: 'open' | 'loadOlder' | 'removeRoom' | 'addRoom'; readonly room: string }
  | { readonly do: 'restart' | 'takeOver'; readonly kill: boolean; readonly downMs: number }
  | { readonly do: 'sleep'; readonly ms: number; readonly clockStops: boolean }
  | { readonly do: 'offline'; readonly ms: number }
  | {
      readonly do: 'diskFault';
      readonly op: 'read' | 'write';
      readonly code: string;
      /** How long each call fails; 0: only the next one does. */
      readonly ms: number;
    };

/** A whole life: the same script always goes the same way. */
export interface LifeScript {
  /** For what is drawn while the life is lived, such as which answer is lost. */
  readonly seed: number;
  readonly traits: ServiceTraits;
  /** The name of each room, and how many messages it has at the beginning. */
  readonly rooms: readonly { readonly room: string; readonly history: number }[];
  /** One a machine: how far its wall clock is ahead, in milliseconds. */
  readonly machines: readonly { readonly skewMs: number }[];
  readonly events: readonly LifeEvent[];
}

/** The script as text, an event a line, that {@link parseScript} reads. */
export function printScript({ events, ...head }: LifeScript): string {
  return [JSON.stringify(head), ...events.map((event) => JSON.stringify(event))].join('\n');
}

/** Reads what {@link printScript} wrote. Throws when it is none. */
export function parseScript(text: string): LifeScript {
  const [head, ...events] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
  return { ...(head as Omit<LifeScript, 'events'>), events: events as readonly LifeEvent[] };
}

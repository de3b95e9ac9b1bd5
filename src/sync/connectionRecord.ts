import type { EndedCall } from '../chapi/client';
import type { Clock } from '../chapi/clock';
import { PRIORITIES, type Priority } from '../chapi/requestBudget';
import type { Fault } from '../chat/fault';
import type { Message } from '../chat/message';
import { learnServiceTime, serviceNow, type ServiceTime } from './serviceTime';

/** How some requests ended: as they should, with a "no" of the service, or without a proper answer. */
export interface RequestCount {
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
}

/** How late messages were seen here, in milliseconds after their timestamps. */
export interface MessageDelays {
  readonly count: number;
  readonly lastMs: number;
  readonly medianMs: number;
  readonly longestMs: number;
}

/** What the record tells. Serialisable; milliseconds throughout. */
export interface ConnectionSummary {
  /** Since the last answer that was as it should be. Absent: there was none. */
  readonly lastSuccessMs?: number;
  readonly lastMinute: Readonly<Record<Priority, RequestCount>>;
  /** From a request's start to the end of its answer, the median over the last minute. */
  readonly answerMs?: number;
  /** Oldest first, `chartStepMs` each; the last one ends now. */
  readonly chart: readonly RequestCount[];
  readonly chartStepMs: number;
  /** What went wrong within the time of the chart, newest first. */
  readonly troubles: readonly { readonly agoMs: number; readonly priority: Priority; readonly fault: Fault }[];
  /** Of the last messages that came while somebody listened here. Absent: none came. */
  readonly delays?: MessageDelays;
  /** How far this machine's clock is ahead of the service's. Absent: the answers bear no `Date`. */
  readonly clock?: { readonly aheadMs: number; readonly toleranceMs: number };
}

interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

interface RecordedCall extends Moment {
  readonly priority: Priority;
  readonly fault: Fault | undefined;
  readonly tookMs: number;
}

const MINUTE_MS = 60_000;
const CHART_STEP_MS = 10_000;
const CHART_STEPS = 30;
const MOST_TROUBLES = 10;
const MOST_DELAYS = 50;

/** The budget allows five requests a second: more than the chart's time can hold is never kept. */
const MOST_CALLS = 5 * ((CHART_STEP_MS * CHART_STEPS) / 1000);

/** Remembers how the last requests went and how late the last messages came. Holds no text, no key and no room. */
export class ConnectionRecord {
  readonly #clock: Clock;
  #calls: readonly RecordedCall[] = [];
  #delays: readonly number[] = [];
  #lastSuccess: Moment | undefined;
  #serviceTime: ServiceTime | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request ended. */
  noteCall({ priority, fault, startedAt, endedAt, serviceDate }: EndedCall): void {
    const now = this.#now();
    this.#calls = [...this.#calls, { ...now, priority, fault, tookMs: endedAt - startedAt }].slice(-MOST_CALLS);
    if (fault !== undefined) return;
    this.#lastSuccess = now;
    // The Date of a sign-in page, or of a gateway that failed, is not the service's.
    if (serviceDate === undefined) return;
    this.#serviceTime = learnServiceTime(this.#serviceTime, { startedAt, endedAt, serviceDate });
  }

  /** Messages came that were written while somebody listened here. */
  noteArrivals(messages: readonly Message[]): void {
    const now =
      this.#serviceTime === undefined ? this.#clock.now() : serviceNow(this.#serviceTime, this.#clock.monotonic()).ms;
    // Within the tolerance, a message can seem to come before it was written.
    const delays = messages.map(({ timestamp }) => Math.max(0, now - timestamp / 1000));
    this.#delays = [...this.#delays, ...delays].slice(-MOST_DELAYS);
  }

  /** The service's milliseconds since 1970; `undefined` while no answer has told. */
  get serviceNow(): number | undefined {
    return this.#serviceTime && serviceNow(this.#serviceTime, this.#clock.monotonic()).ms;
  }

  summary(): ConnectionSummary {
    const calls = this.#calls.map((call) => ({ ...call, agoMs: this.#since(call) }));
    const lastMinute = calls.filter(({ agoMs }) => agoMs < MINUTE_MS);
    const answerMs = median(lastMinute.filter(({ fault }) => fault === undefined).map(({ tookMs }) => tookMs));
    const chart = Array.from({ length: CHART_STEPS }, (_, step) => {
      const stepsAgo = CHART_STEPS - 1 - step;
      return count(calls.filter(({ agoMs }) => Math.floor(agoMs / CHART_STEP_MS) === stepsAgo));
    });
    const troubles = calls
      .flatMap(({ agoMs, priority, fault }) => (fault === undefined ? [] : [{ agoMs, priority, fault }]))
      .filter(({ agoMs }) => agoMs < CHART_STEPS * CHART_STEP_MS)
      .slice(-MOST_TROUBLES)
      .reverse();
    const byPriority = PRIORITIES.map((priority) => [
      priority,
      count(lastMinute.filter((call) => call.priority === priority)),
    ]);
    const delays = this.#messageDelays();
    const clock = this.#clockAhead();
    return {
      lastMinute: Object.fromEntries(byPriority) as Record<Priority, RequestCount>,
      chart,
      chartStepMs: CHART_STEP_MS,
      troubles,
      ...(this.#lastSuccess === undefined ? {} : { lastSuccessMs: this.#since(this.#lastSuccess) }),
      ...(answerMs === undefined ? {} : { answerMs }),
      ...(delays === undefined ? {} : { delays }),
      ...(clock === undefined ? {} : { clock }),
    };
  }

  #now(): Moment {
    return { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }

  /** The monotonic clock may stand still while the machine sleeps, the wall clock may be set back: the longer one holds. */
  #since(moment: Moment): number {
    const now = this.#now();
    return Math.max(now.monotonic - moment.monotonic, now.wall - moment.wall);
  }

  #messageDelays(): MessageDelays | undefined {
    const lastMs = this.#delays.at(-1);
    const medianMs = median(this.#delays);
    if (lastMs === undefined || medianMs === undefined) return undefined;
    return { count: this.#delays.length, lastMs, medianMs, longestMs: Math.max(...this.#delays) };
  }

  #clockAhead(): ConnectionSummary['clock'] {
    if (this.#serviceTime === undefined) return undefined;
    const { ms, toleranceMs } = serviceNow(this.#serviceTime, this.#clock.monotonic());
    return { aheadMs: this.#clock.now() - ms, toleranceMs };
  }
}

function count(calls: readonly { readonly fault: Fault | undefined }[]): RequestCount {
  const kinds = calls.map(({ fault }) => outcomeOf(fault));
  const of = (kind: keyof RequestCount): number => kinds.filter((other) => other === kind).length;
  return { answered: of('answered'), refused: of('refused'), failed: of('failed') };
}

function outcomeOf(fault: Fault | undefined): keyof RequestCount {
  switch (fault?.kind) {
    case undefined:
      return 'answered';
    case 'unauthorized':
    case 'forbidden':
    case 'noSuchRoom':
    case 'throttled':
      return 'refused';
    case 'server':
    case 'network':
    case 'timeout':
    case 'badAnswer':
    case 'tooLarge':
      return 'failed';
  }
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

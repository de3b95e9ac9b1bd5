/**
 * Where the service's clock stands: what has to be added to this machine's monotonic milliseconds to get the service's
 * milliseconds since 1970, at least and at most.
 */
export interface ServiceTime {
  readonly least: number;
  readonly most: number;
}

/** The `Date` of an answer tells whole seconds: RFC 9110, 5.6.7. */
const RESOLUTION_MS = 1000;

/**
 * Learns from one answer. The service wrote its `Date` at some moment between the request's start and the answer's end:
 * that leaves a range, and what all answers leave together is soon narrower than a second. An answer that contradicts what
 * was known (the machine slept, a clock was set) starts anew.
 * @param answer monotonic milliseconds of this machine, and milliseconds since 1970 of the service
 */
export function learnServiceTime(
  before: ServiceTime | undefined,
  answer: { readonly startedAt: number; readonly endedAt: number; readonly serviceDate: number },
): ServiceTime {
  const least = answer.serviceDate - answer.endedAt;
  const most = answer.serviceDate + RESOLUTION_MS - answer.startedAt;
  if (before === undefined) return { least, most };
  const narrowed = { least: Math.max(least, before.least), most: Math.min(most, before.most) };
  return narrowed.least <= narrowed.most ? narrowed : { least, most };
}

/** The service's milliseconds since 1970, most likely, and how far off that may be to both sides. */
export function serviceNow(
  { least, most }: ServiceTime,
  monotonicMs: number,
): { readonly ms: number; readonly toleranceMs: number } {
  return { ms: monotonicMs + (least + most) / 2, toleranceMs: (most - least) / 2 };
}

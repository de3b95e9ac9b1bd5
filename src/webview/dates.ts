/** How the page writes dates and times. All take milliseconds since 1970 and give `''` for what is no date. */
export interface DateWords {
  /** Local time of day. */
  readonly time: (milliseconds: number) => string;
  /** The same without the half of the day, for where there is no room and the whole of it stands nearby. */
  readonly hours: (milliseconds: number) => string;
  /** The local day, in full. */
  readonly day: (milliseconds: number) => string;
  /** Day and time, to the second. */
  readonly full: (milliseconds: number) => string;
  /** For machines, in UTC. */
  readonly iso: (milliseconds: number) => string;
}

/** The far ends of a JavaScript date: beyond them formatting throws. */
const LAST_MILLISECOND = 8.64e15;

function knownLocale(locale: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return undefined;
  }
}

/**
 * The locale that dates are written for. English is what VS Code speaks where nobody chose: it says nothing of the person's
 * calendar and clock, which are those of their system, in English words.
 * @param display the language of the page, as a BCP 47 tag
 * @param systems what is known of the person's system, the best first
 */
export function personsLocale(display: string, systems: readonly (string | undefined)[]): string {
  if (knownLocale(display) !== 'en') return display;
  const known = systems.flatMap((system) => knownLocale(system ?? '') ?? []).map((tag) => new Intl.Locale(tag));
  const system = known.find(({ region }) => region !== undefined);
  if (system?.region === undefined) return display;
  if (system.language === 'en') return system.toString();
  // Not every region has its English.
  const { hourCycle } = new Intl.DateTimeFormat(system.toString(), { hour: 'numeric' }).resolvedOptions();
  return new Intl.Locale('en', { region: system.region, ...(hourCycle === undefined ? {} : { hourCycle }) }).toString();
}

/** Made once: what writes a date takes milliseconds to make. */
const made = new Map<string, DateWords>();

/** Dates for a BCP 47 tag; for one that is not valid, in the language of the browser. */
export function dateWords(locale: string): DateWords {
  const words = made.get(locale) ?? makeDateWords(knownLocale(locale));
  made.set(locale, words);
  return words;
}

function makeDateWords(tag: string | undefined): DateWords {
  type Write = (formatter: Intl.DateTimeFormat, milliseconds: number) => string;
  const format = (options: Intl.DateTimeFormatOptions): ((write: Write) => (milliseconds: number) => string) => {
    // Made when it is needed: that takes milliseconds.
    let formatter: Intl.DateTimeFormat | undefined;
    return (write) => (milliseconds) => {
      formatter ??= new Intl.DateTimeFormat(tag, options);
      return Math.abs(milliseconds) <= LAST_MILLISECOND ? write(formatter, milliseconds) : '';
    };
  };
  const whole: Write = (formatter, milliseconds) => formatter.format(milliseconds);
  const withoutHalf: Write = (formatter, milliseconds) =>
    formatter
      .formatToParts(milliseconds)
      .flatMap(({ type, value }) => (type === 'dayPeriod' ? [] : value))
      .join('')
      .trim();
  const clock = format({ hour: 'numeric', minute: '2-digit' });
  return {
    time: clock(whole),
    hours: clock(withoutHalf),
    day: format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })(whole),
    full: format({ dateStyle: 'full', timeStyle: 'medium' })(whole),
    iso: (milliseconds) => (Math.abs(milliseconds) <= LAST_MILLISECOND ? new Date(milliseconds).toISOString() : ''),
  };
}

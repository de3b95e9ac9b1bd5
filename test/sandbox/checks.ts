/** What came from outside is not what it should be. The message is a sentence for the one who sent it. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** An object with fields, or throws {@link BadInput}. */
export function readRecord(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadInput(`${what} must be a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** An object with no fields but those named, or throws {@link BadInput}. */
export function readFields<Name extends string>(
  value: unknown,
  what: string,
  names: readonly Name[],
): Readonly<Partial<Record<Name, unknown>>> {
  const record = readRecord(value, what);
  const stranger = Object.keys(record).find((name) => !(names as readonly string[]).includes(name));
  if (stranger !== undefined) {
    throw new BadInput(`${what} has no field "${stranger}". There are: ${names.join(', ') || 'none'}.`);
  }
  return record as Readonly<Partial<Record<Name, unknown>>>;
}

/** A text, or throws {@link BadInput}. */
export function readText(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new BadInput(`${what} must be a text.`);
  return value;
}

/** True or false, or throws {@link BadInput}. */
export function readFlag(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new BadInput(`${what} must be true or false.`);
  return value;
}

/** A finite number of at least `least`, or throws {@link BadInput}. */
export function readNumber(value: unknown, what: string, least = 0): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw new BadInput(`${what} must be a number of at least ${least}.`);
  }
  return value;
}

/** A whole number of at least `least`, or throws {@link BadInput}. */
export function readWhole(value: unknown, what: string, least = 0): number {
  const number = readNumber(value, what, least);
  if (!Number.isSafeInteger(number)) throw new BadInput(`${what} must be a whole number.`);
  return number;
}

/** One of the choices, or throws {@link BadInput}. */
export function readChoice<const Choice extends string | number>(
  value: unknown,
  what: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new BadInput(`${what} must be one of: ${choices.join(', ')}.`);
  return found;
}

/** What `read` makes of the value, or nothing when there is none. */
export function readOptional<Result>(value: unknown, read: (value: unknown) => Result): Result | undefined {
  return value === undefined ? undefined : read(value);
}

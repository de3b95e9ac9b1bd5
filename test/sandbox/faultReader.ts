import { BadInput, readChoice, readFields, readFlag, readOptional, readRecord, readText, readWhole } from './checks';
import type { Damage, Fault, FaultKind, Obstacle } from './faults';
import { readRetryAfter } from './settings';

/** The fields of each kind of fault, beside those that say what it is meant for. */
const FIELDS: Readonly<Record<FaultKind, readonly string[]>> = {
  status: ['status', 'body', 'contentType', 'headers'],
  throttled: ['status', 'retryAfter'],
  delay: ['ms'],
  hang: [],
  hangAfterAccept: [],
  resetBefore: ['afterStore'],
  resetDuringBody: [],
  cutMidBody: [],
  resetAfterBody: [],
  slowDrip: ['bytes', 'ms'],
  notJson: ['text'],
  html: ['html'],
  huge: ['bytes', 'declareLength'],
  raw: ['json'],
};

function readStatus(value: unknown): number {
  const status = readWhole(value, 'status', 200);
  if (status > 599) throw new BadInput('status must be from 200 to 599.');
  return status;
}

function readHeaders(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(readRecord(value, 'headers'));
  return Object.fromEntries(entries.map(([name, text]) => [name, readText(text, `headers.${name}`)]));
}

/** Fields that hold `undefined` are left out, so that spreading them sets nothing. */
function present<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

function readKind(kind: FaultKind, fields: Readonly<Record<string, unknown>>): Obstacle | Damage {
  const field = <Result>(name: string, read: (value: unknown, what: string) => Result): Result | undefined =>
    readOptional(fields[name], (value) => read(value, name));
  switch (kind) {
    case 'status': {
      const optional = { body: field('body', readText), contentType: field('contentType', readText) };
      return {
        kind,
        status: readStatus(fields['status']),
        ...present({ ...optional, headers: field('headers', readHeaders) }),
      };
    }
    case 'throttled': {
      const status = field('status', (value) => readChoice(value, 'status', [429, 500]));
      return { kind, ...present({ status, retryAfter: field('retryAfter', readRetryAfter) }) };
    }
    case 'delay':
      return { kind, ms: readWhole(fields['ms'], 'ms') };
    case 'resetBefore':
      return { kind, afterStore: field('afterStore', readFlag) ?? false };
    case 'slowDrip':
      return { kind, bytes: readWhole(fields['bytes'], 'bytes', 1), ms: readWhole(fields['ms'], 'ms') };
    case 'notJson':
      return { kind, ...present({ text: field('text', readText) }) };
    case 'html':
      return { kind, ...present({ html: field('html', readText) }) };
    case 'huge': {
      const bytes = readWhole(fields['bytes'], 'bytes', 2);
      return { kind, bytes, ...present({ declareLength: field('declareLength', readFlag) }) };
    }
    case 'raw':
      return { kind, json: readText(fields['json'], 'json') };
    case 'hang':
    case 'hangAfterAccept':
    case 'resetDuringBody':
    case 'cutMidBody':
    case 'resetAfterBody':
      return { kind };
  }
}

/** Reads a fault from JSON that nobody has checked. Throws {@link BadInput} with a sentence. */
export function readFault(value: unknown): Fault {
  const record = readRecord(value, 'The fault');
  const kind = readChoice(record['kind'], 'kind', Object.keys(FIELDS) as FaultKind[]);
  readFields(record, `A fault of the kind "${kind}"`, ['kind', 'match', 'times', ...FIELDS[kind]]);
  const match = readOptional(record['match'], (asked) => {
    const { method, room } = readFields(asked, 'match', ['method', 'room']);
    return present({
      method: readOptional(method, (given) => readChoice(given, 'match.method', ['GET', 'POST'])),
      room: readOptional(room, (given) => readText(given, 'match.room')),
    });
  });
  const times = readOptional(record['times'], (asked) =>
    asked === 'always' || asked === Infinity ? ('always' as const) : readWhole(asked, 'times', 1),
  );
  return { ...readKind(kind, record), ...present({ match, times }) };
}

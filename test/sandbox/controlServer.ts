import { readFields, readFlag, readOptional, readText, readWhole, BadInput } from './checks';
import type { SandboxControl } from './control';
import { readFault } from './faultReader';
import type { Fault } from './faults';
import type { RequestRecord } from './requestLog';
import type { StoredMessage } from './rooms';
import { readSettings, type Settings } from './settings';

/** Where the control side lives, when it is served. */
export const CONTROL_PATH = '/_control';

type Room = { readonly room?: string };

/** The calls of the control side over HTTP: `POST /_control/NAME` with the parameters as JSON. */
export interface ControlCalls {
  say: { readonly params: Room & { author: string; text: string; timestamp?: number }; readonly result: StoredMessage };
  edit: { readonly params: { readonly id: string; readonly text: string }; readonly result: StoredMessage };
  remove: { readonly params: { readonly id: string }; readonly result: null };
  makeRoom: { readonly params: { readonly name: string; readonly private?: boolean }; readonly result: null };
  invite: { readonly params: { readonly room: string }; readonly result: null };
  seedDocumentedExample: { readonly params: Record<string, never>; readonly result: null };
  seed: { readonly params: Room & { readonly count: number }; readonly result: null };
  listMessages: { readonly params: Room; readonly result: readonly StoredMessage[] };
  configure: { readonly params: Partial<Settings>; readonly result: null };
  requests: { readonly params: Record<string, never>; readonly result: readonly RequestRecord[] };
  clearRequests: { readonly params: Record<string, never>; readonly result: null };
  addFault: { readonly params: Fault; readonly result: null };
  clearFaults: { readonly params: Record<string, never>; readonly result: null };
}

type Handlers = {
  readonly [Name in keyof ControlCalls]: (control: SandboxControl, params: unknown) => ControlCalls[Name]['result'];
};

function readRoom(value: unknown): Room {
  const room = readOptional(value, (given) => readText(given, 'room'));
  return room === undefined ? {} : { room };
}

/** The in-process call behind each name, with its parameters checked. */
const handlers: Handlers = {
  say: (control, params) => {
    const { room, author, text, timestamp } = readFields(params, 'say', ['room', 'author', 'text', 'timestamp']);
    return control.say({
      ...readRoom(room),
      author: readText(author, 'author'),
      text: readText(text, 'text'),
      ...(timestamp === undefined ? {} : { timestamp: readWhole(timestamp, 'timestamp') }),
    });
  },
  edit: (control, params) => {
    const { id, text } = readFields(params, 'edit', ['id', 'text']);
    return control.edit(readText(id, 'id'), readText(text, 'text'));
  },
  remove: (control, params) => {
    control.remove(readText(readFields(params, 'remove', ['id']).id, 'id'));
    return null;
  },
  makeRoom: (control, params) => {
    const { name, private: isPrivate } = readFields(params, 'makeRoom', ['name', 'private']);
    control.makeRoom({
      name: readText(name, 'name'),
      private: readOptional(isPrivate, (given) => readFlag(given, 'private')) ?? false,
    });
    return null;
  },
  invite: (control, params) => {
    control.invite(readText(readFields(params, 'invite', ['room']).room, 'room'));
    return null;
  },
  seedDocumentedExample: (control, params) => {
    readFields(params, 'seedDocumentedExample', []);
    control.seedDocumentedExample();
    return null;
  },
  seed: (control, params) => {
    const { room, count } = readFields(params, 'seed', ['room', 'count']);
    control.seed({ ...readRoom(room), count: readWhole(count, 'count') });
    return null;
  },
  listMessages: (control, params) => {
    return control.listMessages(readRoom(readFields(params, 'listMessages', ['room']).room).room);
  },
  configure: (control, params) => {
    control.configure(readSettings(params));
    return null;
  },
  requests: (control, params) => {
    readFields(params, 'requests', []);
    return control.requests();
  },
  clearRequests: (control, params) => {
    readFields(params, 'clearRequests', []);
    control.clearRequests();
    return null;
  },
  addFault: (control, params) => {
    control.addFault(readFault(params));
    return null;
  },
  clearFaults: (control, params) => {
    readFields(params, 'clearFaults', []);
    control.clearFaults();
    return null;
  },
};

/** One request to the control side. */
export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Buffer | 'tooLarge';
}

/** A status and what goes into the body as JSON: the result, or `{"error": sentence}`. */
export interface ControlAnswer {
  readonly status: number;
  readonly result: unknown;
}

function isControlCall(name: string): name is keyof ControlCalls {
  return Object.hasOwn(handlers, name);
}

/** Answers one request to the control side. Never throws for anything that may be sent. */
export function answerControl(control: SandboxControl, request: ControlRequest): ControlAnswer {
  const fail = (status: number, error: string): ControlAnswer => ({ status, result: { error } });
  const name = request.path.slice(`${CONTROL_PATH}/`.length);
  if (!isControlCall(name)) return fail(404, `There is no such call. There are: ${Object.keys(handlers).join(', ')}.`);
  if (request.method !== 'POST') return fail(405, 'The control side takes POST only.');
  // A web page of somebody else cannot send this type across origins without asking first, and nobody says yes.
  if (request.contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    return fail(415, 'Send the parameters as JSON, with the header "content-type: application/json".');
  }
  if (request.body === 'tooLarge') return fail(413, 'The body is too large.');
  try {
    return { status: 200, result: handlers[name](control, JSON.parse(request.body.toString() || '{}')) };
  } catch (error) {
    if (error instanceof BadInput) return fail(400, error.message);
    if (error instanceof SyntaxError) return fail(400, `The body is no JSON: ${error.message}`);
    throw error;
  }
}

import { request, type Agent } from 'node:http';
import type { Sandbox } from '../../sandbox/sandbox';

/** One whole answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
}

/** What is sent; the key of the sandbox unless another one, or none, is given. */
export interface Call {
  readonly method?: string;
  /** Below the base address. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

/** Makes one request over a connection of its own. Rejects when there is no whole answer. */
export async function call(sandbox: Sandbox, options: Call = {}): Promise<Reply> {
  const { method = 'GET', path = '/messages', query = {}, key = sandbox.key, body, agent, signal } = options;
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const url = `${sandbox.baseUrl}${path}${parameters.size > 0 ? `?${parameters.toString()}` : ''}`;
  return await new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent: agent ?? false,
      headers: { ...(key === null ? {} : { 'x-api-key': key }), ...options.headers },
      ...(signal === undefined ? {} : { signal }),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() });
      });
    });
    sent.end(body);
  });
}

/** Sends a message as the guide does. */
export async function send(sandbox: Sandbox, messageRaw: string, room?: string, options: Call = {}): Promise<Reply> {
  const headers = { 'content-type': 'application/json' };
  return await call(sandbox, { method: 'POST', headers, ...options, body: JSON.stringify({ messageRaw, room }) });
}

/** A message of a page, as far as the tests look at it. */
export interface Listed {
  readonly id: string;
  readonly timestamp: number;
  readonly parsed: string;
  readonly authorUser: { readonly name: string };
}

/** A page of messages. */
export async function list(sandbox: Sandbox, query: Call['query'] = {}): Promise<readonly Listed[]> {
  const reply = await call(sandbox, { query });
  if (reply.status !== 200) throw new Error(`expected a page, got ${reply.status}`);
  return JSON.parse(reply.text) as readonly Listed[];
}

/** The texts of a page. */
export async function texts(sandbox: Sandbox, query: Call['query'] = {}): Promise<readonly string[]> {
  return (await list(sandbox, query)).map(({ parsed }) => parsed);
}

/** What a channel carries: requests with their answers, and notices without. */
export interface RequestTable {
  [method: string]: { readonly params: unknown; readonly result: unknown };
}
export type NoticeTable = object;

/** Checks and narrows what came from the other side, or throws. The other side is not trusted. */
export type Guards<Table> = { readonly [Method in keyof Table]: (value: unknown) => Table[Method] };
type ParamsOf<Table extends object> = {
  [Method in keyof Table]: Table[Method] extends { readonly params: infer Params } ? Params : never;
};
type ResultOf<Entry> = Entry extends { readonly result: infer Result } ? Result : never;

type RequestHandlers<Requests extends object> = {
  readonly [Method in keyof Requests]: (
    params: ParamsOf<Requests>[Method],
  ) => Promise<ResultOf<Requests[Method]>> | ResultOf<Requests[Method]>;
};
type NoticeHandlers<Notices> = { readonly [Method in keyof Notices]: (params: Notices[Method]) => void };

/** What one end of a channel answers and listens to. */
export interface ChannelEnd<InRequests extends object, InNotices extends object> {
  readonly requestGuards: Guards<ParamsOf<InRequests>>;
  readonly noticeGuards: Guards<InNotices>;
  readonly onRequest: RequestHandlers<InRequests>;
  readonly onNotice: NoticeHandlers<InNotices>;
  /** Something came that no guard lets in, or a handler threw. */
  readonly onRefused: (why: string) => void;
}

type Envelope =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: unknown }
  | { readonly type: 'notice'; readonly method: string; readonly params: unknown };

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type, id, method } = value as { type: unknown; id?: unknown; method?: unknown };
  const hasId = typeof id === 'number' && Number.isSafeInteger(id);
  switch (type) {
    case 'request':
      return hasId && typeof method === 'string';
    case 'result':
    case 'failure':
      return hasId;
    case 'notice':
      return typeof method === 'string';
    default:
      return false;
  }
}

function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error ? error.message : 'unknown error';
}

/**
 * One end of a two-way channel over anything that posts messages; both ends use it with the tables swapped.
 * A handler that throws answers with a failure, and disposing fails what is still open: no request waits for ever.
 */
export class Channel<
  OutRequests extends object,
  OutNotices extends object,
  InRequests extends object,
  InNotices extends object,
> {
  readonly #post: (message: unknown) => void;
  readonly #end: ChannelEnd<InRequests, InNotices>;
  readonly #open = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #lastId = 0;
  #disposed = false;

  constructor(post: (message: unknown) => void, end: ChannelEnd<InRequests, InNotices>) {
    this.#post = post;
    this.#end = end;
  }

  /** Asks the other side. Rejects when it fails or when this end is disposed. */
  request<Method extends keyof OutRequests & string>(
    method: Method,
    params: ParamsOf<OutRequests>[Method],
  ): Promise<ResultOf<OutRequests[Method]>> {
    if (this.#disposed) return Promise.reject(new Error('The channel is closed.'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      try {
        this.#send({ type: 'request', id, method, params });
      } catch (error) {
        this.#open.delete(id);
        throw error;
      }
    });
  }

  /** Tells the other side, without an answer. */
  notify<Method extends keyof OutNotices & string>(method: Method, params: OutNotices[Method]): void {
    if (!this.#disposed) this.#send({ type: 'notice', method, params });
  }

  /** Takes one message that came from the other side, whatever it is. */
  receive(message: unknown): void {
    if (this.#disposed) return;
    if (!isEnvelope(message)) {
      this.#end.onRefused('not an envelope');
      return;
    }
    switch (message.type) {
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        break;
      case 'notice':
        this.#hear(message.method, message.params);
        break;
      case 'result':
        this.#open.get(message.id)?.resolve(message.result as never);
        this.#open.delete(message.id);
        break;
      case 'failure':
        this.#open.get(message.id)?.reject(new Error(reasonOf(message.message)));
        this.#open.delete(message.id);
        break;
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const { reject } of this.#open.values()) reject(new Error('The channel is closed.'));
    this.#open.clear();
  }

  #send(envelope: Envelope): void {
    this.#post(envelope);
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    try {
      if (!Object.hasOwn(this.#end.onRequest, method)) throw new Error(`No such request: ${method}`);
      const name = method as keyof InRequests;
      const result = await this.#end.onRequest[name](this.#end.requestGuards[name](params));
      if (!this.#disposed) this.#send({ type: 'result', id, result });
    } catch (error) {
      const why = reasonOf(error);
      this.#end.onRefused(`${method}: ${why}`);
      if (!this.#disposed) this.#send({ type: 'failure', id, message: why });
    }
  }

  #hear(method: string, params: unknown): void {
    try {
      if (!Object.hasOwn(this.#end.onNotice, method)) throw new Error('no such notice');
      const name = method as keyof InNotices;
      this.#end.onNotice[name](this.#end.noticeGuards[name](params));
    } catch (error) {
      this.#end.onRefused(`${method}: ${reasonOf(error)}`);
    }
  }
}

import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Locator, Page, Route } from 'playwright-core';
import { Channel } from '../../../src/protocol/channel';
import { pageNoticeGuards, pageRequestGuards } from '../../../src/protocol/guards';
import type {
  Draft,
  HostNotices,
  PageDelta,
  PageNotices,
  PageRequests,
  PageSnapshot,
  PageState,
  PageWants,
} from '../../../src/protocol/messages';
import { strings } from './builders';
import { ORIGIN, servePage } from './pageFiles';
import type { ThemeName } from './themes';

/** A picture. */
const PICTURE = {
  contentType: 'image/svg+xml',
  body: '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>',
};

export interface ChatPageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the screen for each of the page's: 4 is what somebody sees who zooms to 400 %. */
  readonly scale?: number;
  /** What the host answers to `ready`; absent: it has no snapshot yet. */
  readonly snapshot?: PageSnapshot | undefined;
  /** Why the host can't answer `ready`. */
  readonly failure?: string;
  /** What the page finds as its state of an earlier run. */
  readonly state?: unknown;
  readonly locale?: string;
  /** The addresses of pictures that can be fetched. */
  readonly pictures?: readonly string[];
  /** What was typed in other windows before. */
  readonly drafts?: readonly Draft[];
}

interface HeardNotice {
  readonly method: keyof PageNotices;
  readonly params: unknown;
}

type NoRequests = Record<string, never>;
type HostChannel = Channel<NoRequests, HostNotices, PageRequests, PageNotices>;

/** What stands in for VS Code in the page. It is handed to the page as source, and so can use nothing from here. */
function standIn(initialState: string | undefined): void {
  const stored = (): string | undefined => sessionStorage.getItem('state') ?? initialState;
  const host = window as unknown as {
    toHost(message: unknown): void;
    violated(what: string): void;
    acquireVsCodeApi: unknown;
  };
  let acquired = false;
  host.acquireVsCodeApi = () => {
    if (acquired) throw new Error('An instance of the VS Code API has already been acquired');
    acquired = true;
    return {
      postMessage: (message: unknown) => {
        // As in VS Code, what can't be cloned is refused.
        host.toHost(structuredClone(message));
      },
      getState: () => {
        const state = stored();
        return state === undefined ? undefined : (JSON.parse(state) as unknown);
      },
      setState: (state: unknown) => {
        sessionStorage.setItem('state', JSON.stringify(state));
      },
    };
  };
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    host.violated(`${violatedDirective}: ${blockedURI}`);
  });
}

/** The built page in a real browser, and a host that speaks the real protocol with it. */
export class ChatPage {
  readonly page: Page;
  /** Everything that must not happen: policy violations, requests, errors, what the host did not let in. */
  readonly offences: string[] = [];
  readonly notices: HeardNotice[] = [];
  /** The scripts that it loaded, in order. */
  readonly scripts: string[] = [];
  /** The page's requests, in order. */
  readonly requests: (keyof PageRequests)[] = [];
  /** What the page asked for to go on where it was. */
  readonly wants: PageWants[] = [];
  readonly fetchedPictures: { readonly url: string; readonly referrer: string | undefined }[] = [];
  readonly #pictures: ReadonlySet<string>;
  /** What the page said was typed. */
  readonly drafts: Draft[] = [];
  readonly sent: { readonly room: string; readonly text: string }[] = [];
  /** What the host says is selected, and open, in the editor. */
  selection: string | undefined;
  openFiles: readonly string[] = [];
  /** How the host answers a `send`; to be replaced. */
  onSend: () => Promise<void> = () => Promise.resolve();
  /** What the host answers to `ready` and `snapshot`. */
  snapshot: PageSnapshot | undefined;
  readonly #context: BrowserContext;
  readonly #channel: HostChannel;

  private constructor(
    context: BrowserContext,
    page: Page,
    { snapshot, locale = 'en-US', failure, drafts = [], pictures = [] }: ChatPageOptions,
  ) {
    this.#pictures = new Set(pictures);
    this.#context = context;
    this.page = page;
    this.snapshot = snapshot;
    const answer = (): PageSnapshot | undefined => this.snapshot;
    const hear =
      (method: keyof PageNotices) =>
      (params: unknown): void => {
        this.notices.push({ method, params });
      };
    this.#channel = new Channel<NoRequests, HostNotices, PageRequests, PageNotices>(
      (message) => {
        this.#post(message);
      },
      {
        requestGuards: pageRequestGuards,
        noticeGuards: pageNoticeGuards,
        onRequest: {
          ready: (wants) => {
            this.wants.push(wants);
            this.requests.push('ready');
            if (failure !== undefined) throw new Error(failure);
            return { strings, locale, snapshot: answer(), drafts };
          },
          snapshot: () => {
            this.requests.push('snapshot');
            return answer();
          },
          selection: () => this.selection,
          openFiles: () => this.openFiles,
          send: async ({ room, text }) => {
            this.requests.push('send');
            this.sent.push({ room, text });
            await this.onSend();
            return undefined;
          },
        },
        onNotice: {
          retry: hear('retry'),
          discard: hear('discard'),
          seen: hear('seen'),
          copy: hear('copy'),
          insertCode: hear('insertCode'),
          openCode: hear('openCode'),
          draft: (draft) => this.drafts.push(draft),
          loadOlder: hear('loadOlder'),
          loadMissing: hear('loadMissing'),
        },
        onRefused: (why) => {
          // A test that lets the host fail wants that.
          if (!why.startsWith('send: ') && failure === undefined) this.offences.push(`refused: ${why}`);
        },
      },
    );
  }

  /** Opens the page and waits until the host has answered it. */
  static async open(browser: Browser, options: ChatPageOptions = {}): Promise<ChatPage> {
    const { theme = 'dark', width = 320, height = 600, scale = 1 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      timezoneId: 'UTC',
      reducedMotion: 'no-preference',
    });
    const page = await context.newPage();
    const chat = new ChatPage(context, page, options);
    await context.exposeFunction('toHost', (message: unknown) => {
      chat.#channel.receive(message);
    });
    await context.exposeFunction('violated', (what: string) => {
      chat.offences.push(`policy: ${what}`);
    });
    await context.addInitScript(standIn, options.state === undefined ? undefined : JSON.stringify(options.state));
    await context.route('**', (route) => chat.#serve(route, theme));
    page.on('pageerror', (error) => chat.offences.push(`error: ${error.message}`));
    page.on('console', (said) => {
      if (said.type() === 'error') chat.offences.push(`console: ${said.text()}`);
    });
    page.on('dialog', (dialog) => {
      chat.offences.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(ORIGIN);
    await page.locator('.page').waitFor();
    return chat;
  }

  get log(): Locator {
    return this.page.getByRole('log');
  }

  get articles(): Locator {
    return this.page.getByRole('article');
  }

  get composer(): Locator {
    return this.page.getByRole('textbox');
  }

  get sendButton(): Locator {
    return this.page.getByRole('button', { name: 'Send', exact: true });
  }

  get jump(): Locator {
    return this.page.getByRole('button', { name: 'Jump to latest' });
  }

  /** Somebody typed in another window. */
  async tellDraft(draft: Draft): Promise<void> {
    this.#channel.notify('draft', draft);
    await this.settle();
  }

  /** Shows another snapshot, and waits until the page has it. */
  async show(snapshot: PageSnapshot): Promise<void> {
    this.snapshot = snapshot;
    this.#channel.notify('snapshot', snapshot);
    await this.settle();
  }

  /** Sends a delta, and waits until the page has it. */
  async change(delta: PageDelta): Promise<void> {
    this.#channel.notify('delta', delta);
    await this.settle();
  }

  async focusComposer(): Promise<void> {
    this.#channel.notify('focusComposer', undefined);
    await this.settle();
  }

  /** Anything at all to the page, as if it came from the host. */
  async raw(message: unknown): Promise<void> {
    this.#post(message);
    await this.settle();
  }

  /** Waits until what was posted so far is heard, rendered, laid out and observed by the page. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))));
        }),
    );
  }

  /** What the page has kept with `setState`. */
  state(): Promise<PageState | undefined> {
    return this.page.evaluate(() => {
      const stored = sessionStorage.getItem('state');
      return stored === null ? undefined : (JSON.parse(stored) as PageState);
    });
  }

  /** The parameters of every notice of one kind, in order. */
  heard<Method extends keyof PageNotices>(method: Method): PageNotices[Method][] {
    return this.notices.filter((notice) => notice.method === method).map(({ params }) => params as PageNotices[Method]);
  }

  /** Pretends that the page is visible or not. */
  async setVisible(visible: boolean): Promise<void> {
    await this.page.evaluate((now) => {
      Object.defineProperty(document, 'visibilityState', {
        get: () => (now ? 'visible' : 'hidden'),
        configurable: true,
      });
      document.dispatchEvent(new Event('visibilitychange'));
    }, visible);
    await this.settle();
  }

  /** Fails if anything happened that must not. */
  async close(): Promise<void> {
    await this.#context.close();
    assert.deepEqual(this.offences, []);
  }

  #post(message: unknown): void {
    void this.page
      .evaluate((data) => {
        window.postMessage(data, window.origin);
      }, message)
      .catch((error: unknown) => this.offences.push(`post: ${String(error)}`));
  }

  async #serve(route: Route, theme: ThemeName): Promise<void> {
    const { url, isImage, referrer } = requestOf(route);
    if (isImage) {
      this.fetchedPictures.push({ url, referrer });
      return route.fulfill(this.#pictures.has(url) ? PICTURE : { contentType: 'text/plain', body: 'gone' });
    }
    const name = await servePage(route, theme);
    if (name === undefined) {
      if (!url.endsWith('.map')) this.offences.push(`request: ${url}`);
    } else if (name.endsWith('.js')) {
      this.scripts.push(name);
    }
  }
}

function requestOf(route: Route): { url: string; isImage: boolean; referrer: string | undefined } {
  const request = route.request();
  return { url: request.url(), isImage: request.resourceType() === 'image', referrer: request.headers()['referer'] };
}

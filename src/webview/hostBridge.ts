/** What VS Code gives a page to reach its extension. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

/** The page's only way out: messages to and from the host, and what the page keeps for itself across reloads. */
export interface HostBridge {
  post(message: unknown): void;
  listen(hear: (message: unknown) => void): void;
  /** What `saveState` was last given, by an earlier run of this page too, or `undefined`. Not trusted to have its shape. */
  loadState(): unknown;
  saveState(state: unknown): void;
}

/** The bridge that VS Code offers. It can be taken once per page: a second call throws. */
export function connectToHost(): HostBridge {
  const host = acquireVsCodeApi();
  return {
    post: (message) => {
      host.postMessage(message);
    },
    listen: (hear) => {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        hear(event.data);
      });
    },
    loadState: () => host.getState(),
    saveState: (state) => {
      host.setState(state);
    },
  };
}

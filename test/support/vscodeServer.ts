import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, startChild, type Child } from './childProcesses';
import { temporaryFolder } from './cleanup';
import type { VsCodeInstall } from './vscodeInstall';

/** What a VS Code is started with. */
export interface VsCodeOptions {
  readonly install: VsCodeInstall;
  /** Packaged extensions (`.vsix`) to install before the start. */
  readonly extensions?: readonly string[];
  /** Called once the extensions are installed, with the folder that holds them. */
  readonly onInstalled?: (extensionsFolder: string) => Promise<void>;
  /** An unpacked extension to run from its folder, as F5 does. */
  readonly extensionDevelopmentPath?: string;
  /** A CommonJS module that exports `run(): Promise<void>`, run inside the extension host once a page is open. */
  readonly extensionTestsPath?: string;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** Settings of the scope `machine` hold for every window only from here. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** The folder to open; none when absent. */
  readonly folder?: string;
  /** Added to the environment, which extension hosts inherit. */
  readonly env?: Readonly<Record<string, string>>;
  /** False: folders are not trusted until the person says so. */
  readonly trust?: boolean;
  /** A port on the loopback address; any free one when absent. */
  readonly port?: number;
}

/** A VS Code that a browser can open. */
export interface VsCodeServer {
  readonly version: string;
  /** Ready to be opened: with the folder, and with the tests to run if there are any. */
  readonly url: string;
  /** Holds `data/User` (settings, state, extension storage), `data/Machine` and `data/logs`. */
  readonly dataDir: string;
  /** All that the server has printed so far. */
  readonly logs: () => string;
  /** Ends it and removes its folders. */
  readonly stop: () => Promise<void>;
  /** Settles when the server ends, for whatever reason. */
  readonly ended: Promise<unknown>;
}

const START_TIMEOUT_MS = 60_000;
const INSTALL_TIMEOUT_MS = 60_000;

/** What would cover the window, ask questions, or reach for the network. */
const quietSettings: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** The longest path of a folder that VS Code's sockets can lie in: Linux allows 107 bytes for the whole. */
const MAX_SOCKET_FOLDER = 50;

/**
 * This process's environment without what belongs to a VS Code it may itself run in, and without a person's own key.
 * VS Code leaves its sockets behind; they go to `home`, which is removed.
 */
function cleanEnvironment(home: string, added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const sockets = home.length <= MAX_SOCKET_FOLDER ? { TMPDIR: home, XDG_RUNTIME_DIR: home } : {};
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|CHAPI_API_KEY$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...sockets, ...added };
}

function writeJson(file: string, value: unknown): Promise<void> {
  return mkdir(path.dirname(file), { recursive: true }).then(() => writeFile(file, JSON.stringify(value, null, 2)));
}

/** `--enable-smoke-test-driver` makes the server heed the payload of the address. */
function addressOf(port: number, options: VsCodeOptions): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  if (options.folder !== undefined) url.searchParams.set('folder', options.folder);
  const payload: [string, string][] = [];
  if (options.extensionDevelopmentPath !== undefined) {
    payload.push(['extensionDevelopmentPath', `vscode-remote://remote${options.extensionDevelopmentPath}`]);
  }
  if (options.extensionTestsPath !== undefined) {
    payload.push(['extensionTestsPath', `vscode-remote://remote${options.extensionTestsPath}`]);
  }
  if (payload.length > 0) {
    url.searchParams.set('payload', JSON.stringify([...payload, ['skipWelcome', 'true']]));
  }
  return url.href;
}

async function listeningPort(server: Child): Promise<number> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  const ended = server.ended.then(
    () => true,
    () => true,
  );
  for (;;) {
    const port = /Extension host agent listening on (\d+)/.exec(server.output())?.[1];
    if (port !== undefined) return Number(port);
    if ((await Promise.race([ended, sleep(50, false)])) || Date.now() > deadline) {
      throw new Error(`VS Code's server did not start. It said:\n${server.output().slice(-2000)}`);
    }
  }
}

/** Until the page itself is served: the port is open before the server can answer. */
async function untilAnswering(url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const status = await fetch(url).then(
      async (answer) => (await answer.text(), answer.status),
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`VS Code's server does not answer (last status: ${status}).`);
    await sleep(100);
  }
}

/** Starts a VS Code with empty folders of its own, on the loopback address. Settles when its page can be opened. */
export async function startVsCode(options: VsCodeOptions): Promise<VsCodeServer> {
  const { install } = options;
  const { folder: home, remove } = temporaryFolder('vscode');
  const dataDir = path.join(home, 'server');
  const extensionsFolder = path.join(home, 'extensions');
  const common = [
    path.join(install.folder, 'out', 'server-main.js'),
    '--accept-server-license-terms',
    ...['--server-data-dir', dataDir],
    ...['--extensions-dir', extensionsFolder],
  ];
  const env = cleanEnvironment(home, options.env);
  await writeJson(path.join(dataDir, 'data', 'User', 'settings.json'), { ...quietSettings, ...options.userSettings });
  await writeJson(path.join(dataDir, 'data', 'Machine', 'settings.json'), options.machineSettings ?? {});
  try {
    if (options.extensions !== undefined && options.extensions.length > 0) {
      const args = options.extensions.flatMap((vsix) => ['--install-extension', vsix]);
      const result = await runCommand(install.node, [...common, ...args], { env, timeoutMs: INSTALL_TIMEOUT_MS });
      if (result.code !== 0) {
        throw new Error(`VS Code ${install.version} did not install the extension. It said:\n${result.output}`);
      }
    }
    await options.onInstalled?.(extensionsFolder);
    const server = startChild(
      install.node,
      [
        ...common,
        ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
        ...['--without-connection-token', '--telemetry-level', 'off'],
        ...(options.trust === false ? [] : ['--disable-workspace-trust']),
        ...(options.extensionDevelopmentPath === undefined ? [] : ['--enable-smoke-test-driver']),
      ],
      { env },
    );
    const stop = async (): Promise<void> => {
      await server.stop();
      await remove();
    };
    try {
      const url = addressOf(await listeningPort(server), options);
      await untilAnswering(url);
      const ended = server.ended.catch(() => undefined);
      return { version: install.version, url, dataDir, logs: server.output, stop, ended };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

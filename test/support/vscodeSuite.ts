import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { keepEvidence } from './artifacts';
import { openContext } from './browserContext';
import { packagedExtension } from './checkout';
import { launchBrowser } from './chromium';
import { temporaryFolder } from './cleanup';
import { addPseudoLanguage, type PSEUDO_LANGUAGE } from './pseudoLanguage';
import { fillSampleFolder } from './sampleFolder';
import { ensureVsCode, type VsCodeVersion } from './vscodeInstall';
import { startVsCode, type VsCodeOptions, type VsCodeServer } from './vscodeServer';
import { Workbench } from './workbench';

/** What a suite starts VS Code with, beside the packaged extension and a sample folder. */
export type SuiteOptions = Pick<VsCodeOptions, 'userSettings' | 'machineSettings' | 'env' | 'trust'> & {
  /** The display language: the pseudo language, which the extension is taught once it is installed. */
  readonly language?: typeof PSEUDO_LANGUAGE;
  /** Pixels per CSS pixel: 2 for pictures. */
  readonly scale?: number;
  /** What the folder itself wants: its `.vscode/settings.json`. */
  readonly folderSettings?: Readonly<Record<string, unknown>>;
};

const SETUP_TIMEOUT_MS = 180_000;

/** The VS Code that end-to-end tests run in: `CHAPI_TEST_VSCODE`, else the current one. */
export function testedVersion(): VsCodeVersion {
  return process.env['CHAPI_TEST_VSCODE'] === '1.100' ? '1.100' : '1.139';
}

/**
 * For use inside `describe`: starts a VS Code with the packaged extension installed and opens a window before the first
 * test, ends both after the last, and keeps a picture and the server's log of every test that fails. Gives the window;
 * `options` is asked late, so that it can name what an earlier `before` has started.
 */
export function useWorkbench(options: () => SuiteOptions = () => ({})): () => Workbench {
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  let server: VsCodeServer | undefined;
  let workbench: Workbench | undefined;
  let remove: (() => Promise<void>) | undefined;

  const evidence = async (title: string): Promise<void> => {
    console.log(await keepEvidence(`${testedVersion()} ${title}`, context?.pages()[0], server));
  };

  before('start VS Code', async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    const { scale, folderSettings, language, ...started } = options();
    const sample = temporaryFolder('sample');
    remove = sample.remove;
    await fillSampleFolder(sample.folder, folderSettings);
    const install = await ensureVsCode(testedVersion());
    const teach = async (folder: string): Promise<void> => {
      const name = (await readdir(folder)).find((entry) => entry.startsWith('chapi.chapi-chat-'));
      if (name === undefined) throw new Error('The extension is not installed.');
      await addPseudoLanguage(path.join(folder, name));
    };
    server = await startVsCode({
      install,
      extensions: [packagedExtension],
      folder: sample.folder,
      ...(language === undefined ? {} : { onInstalled: teach }),
      ...started,
    });
    browser = await launchBrowser();
    context = await openContext(browser, server.url, {
      ...(scale === undefined ? {} : { scale }),
      ...(language === undefined ? {} : { language }),
    });
    try {
      workbench = await Workbench.open(context, server);
    } catch (error) {
      await evidence('start VS Code');
      throw error;
    }
  });

  afterEach('keep evidence', async function () {
    if (this.currentTest?.state !== 'failed') return;
    await evidence(this.currentTest.fullTitle());
  });

  after('end VS Code', async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    await browser?.close();
    await server?.stop();
    await remove?.();
  });

  return () => {
    if (workbench === undefined) throw new Error('The window is there only while tests run.');
    return workbench;
  };
}

import { openContext } from '../support/browserContext';
import { packagedExtension } from '../support/checkout';
import { launchBrowser } from '../support/chromium';
import { temporaryFolder } from '../support/cleanup';
import { expectSoon } from '../support/expectSoon';
import { fillSampleFolder } from '../support/sampleFolder';
import { ensureVsCode, type VsCodeVersion } from '../support/vscodeInstall';
import { startVsCode } from '../support/vscodeServer';
import { Workbench } from '../support/workbench';
import { EMPTY_EXTENSION_ID, EMPTY_STATUS_ITEM, makeEmptyExtension } from './emptyExtension';
import { readActivationTime, type ActivationTime } from './startupPerformance';

const RUNS = 7;

/** Milliseconds to activate (load code and call activate), one number a run. */
export interface ActivationMeasurement {
  readonly ours: readonly number[];
  readonly empty: readonly number[];
  /** The median of ours by the median of the empty one. */
  readonly ratio: number;
}

/** The middle one of an odd number of numbers, the upper middle one of an even number. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function total({ loadCode, callActivate }: ActivationTime): number {
  return loadCode + callActivate;
}

async function readPerformancePage(workbench: Workbench): Promise<string> {
  await workbench.runCommand('Developer: Startup Performance');
  await workbench.page.locator('.tab.active[data-resource-name="Startup Performance"]').waitFor();
  // The editor renders only the lines in sight, so that the whole text is copied.
  const copy = async (): Promise<string> => {
    await workbench.page.locator('.editor-instance .view-lines').last().click();
    await workbench.page.keyboard.press('ControlOrMeta+a');
    await workbench.page.keyboard.press('ControlOrMeta+c');
    return workbench.page.evaluate(() => navigator.clipboard.readText());
  };
  return expectSoon(copy, (text) => text.includes('Call Activate'), 'the Startup Performance page to be filled');
}

/**
 * Activation time of the packaged extension and of one that does nothing but register a webview view and a status bar
 * item, installed side by side, as VS Code itself counts it; each run is a new window with a new extension host.
 * `environment` goes to the extension host.
 */
export async function measureActivation(
  version: VsCodeVersion,
  environment: Readonly<Record<string, string>> = {},
): Promise<ActivationMeasurement> {
  const { folder, remove } = temporaryFolder('bench');
  const ours: number[] = [];
  const empty: number[] = [];
  try {
    await fillSampleFolder(folder);
    const install = await ensureVsCode(version);
    const extensions = [packagedExtension, await makeEmptyExtension(folder)];
    // A closed port: activation must not wait for the service, and nothing here may speak to the real one.
    const machineSettings = { 'chapi.apiBaseUrl': 'http://127.0.0.1:9/' };
    const server = await startVsCode({ install, extensions, folder, machineSettings, env: environment });
    const browser = await launchBrowser();
    try {
      // The first window also fills the caches of the browser and of the disk, so that it is not counted.
      for (let run = 0; run <= RUNS; run++) {
        const context = await openContext(browser, server.url);
        await context.grantPermissions(['clipboard-read', 'clipboard-write']);
        const workbench = await Workbench.open(context, server);
        await workbench.waitUntilActive();
        await workbench.page.locator(`[id="${EMPTY_STATUS_ITEM}"]`).waitFor();
        const page = await readPerformancePage(workbench);
        if (run > 0) {
          ours.push(total(readActivationTime(page, 'chapi.chapi-chat')));
          empty.push(total(readActivationTime(page, EMPTY_EXTENSION_ID)));
        }
        await context.close();
      }
    } finally {
      await browser.close();
      await server.stop();
    }
  } finally {
    await remove();
  }
  return { ours, empty, ratio: median(ours) / median(empty) };
}

/**
 * `npm run test:desktop`: the host tests in desktop VS Codes that `@vscode/test-electron` downloads, the oldest that the
 * extension supports and the newest. Without a display, run it by `xvfb-run -a`.
 */
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { checkoutFolder } from './checkout';
import { cleanUp, temporaryFolder } from './cleanup';
import { fillSampleFolder } from './sampleFolder';
import { trustEnvironment } from './trustedHost';

async function main(): Promise<void> {
  const { folder: sample } = temporaryFolder('desktop');
  await fillSampleFolder(sample);
  const trust = trustEnvironment(temporaryFolder('trust').folder);
  for (const version of ['1.100.0', 'stable']) {
    console.log(`\n── host, desktop VS Code ${version}`);
    await runTests({
      version,
      extensionDevelopmentPath: checkoutFolder,
      extensionTestsPath: path.join(checkoutFolder, 'dist', 'test', 'host', 'index.js'),
      extensionTestsEnv: trust,
      launchArgs: [sample, '--disable-workspace-trust', '--disable-extensions', '--skip-welcome'],
    });
  }
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(() => void cleanUp());

/**
 * `npm start`: a sandbox with colleagues who talk, and a VS Code with this extension that is already in the room.
 * A desktop VS Code if there is one, else VS Code's server, to be opened in a browser. Runs until Ctrl+C.
 */
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutFolder } from './checkout';
import { cleanUp, expectSignals, isCleaningUp, temporaryFolder } from './cleanup';
import { findDesktopCode, openDesktopCode } from './desktopCode';
import { packageExtension } from './packageExtension';
import { fillSampleFolder } from './sampleFolder';
import { startSandboxProcess, type SandboxProcess } from './sandboxProcess';
import { ensureVsCode } from './vscodeInstall';
import { startVsCode } from './vscodeServer';

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`"${text}" is no port. Give a number from 1 to 65535: npm start -- --port 8123`);
  }
  return port;
}

function checkFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(
        new Error(`Port ${port} cannot be used, it may be taken. Choose another: npm start -- --port ${port + 1}`),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** Settles when the window is closed. */
async function startDesktop(command: string, sandbox: SandboxProcess, folder: string): Promise<unknown> {
  const window = await openDesktopCode({
    command,
    extensionDevelopmentPath: checkoutFolder,
    folder,
    settings: { 'chapi.apiBaseUrl': sandbox.baseUrl, 'workbench.startupEditor': 'readme' },
    env: { CHAPI_API_KEY: sandbox.key },
  });
  console.log('VS Code opens. Click the Chapi icon in its activity bar. Ctrl+C here ends everything.');
  return window.ended;
}

/** Settles when the server ends. */
async function startServer(sandbox: SandboxProcess, home: string, port: number | undefined): Promise<unknown> {
  const vsix = path.join(home, 'chapi-chat.vsix');
  const [install] = await Promise.all([ensureVsCode('1.139'), packageExtension(checkoutFolder, vsix)]);
  const server = await startVsCode({
    install,
    extensions: [vsix],
    folder: path.join(home, 'sample'),
    userSettings: { 'workbench.startupEditor': 'readme' },
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    env: { CHAPI_API_KEY: sandbox.key },
    ...(port === undefined ? {} : { port }),
  });
  console.log(`\nVS Code is ready: ${server.url}`);
  console.log(
    'Open this address in a browser and click the Chapi icon in the activity bar. Ctrl+C here ends everything.',
  );
  return server.ended;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  const port = readPort(values.port);
  if (port !== undefined) await checkFree(port);
  expectSignals();
  const { folder: home } = temporaryFolder('start');
  const sample = path.join(home, 'sample');
  await fillSampleFolder(sample);
  const sandbox = await startSandboxProcess();
  const desktop = port === undefined ? findDesktopCode() : undefined;
  const closed = desktop === undefined ? startServer(sandbox, home, port) : startDesktop(desktop, sandbox, sample);
  const lost = sandbox.process.ended.then(() => {
    throw new Error(`The sandbox ended. It said:\n${sandbox.process.output().slice(-2000)}`);
  });
  await Promise.race([closed, lost]);
}

main()
  .then(cleanUp)
  .catch(async (error: unknown) => {
    // After Ctrl+C, things end because we end them.
    if (!isCleaningUp()) console.error(error instanceof Error ? error.message : error);
    await cleanUp();
    process.exitCode = 1;
  });

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runCommand } from './childProcesses';

/** One version of an npm package, by the hash of its tarball. */
export interface PinnedPackage {
  /** Name and version: `name@1.2.3`. */
  readonly spec: string;
  /** `sha512-` and the base64 hash, as npm writes it. */
  readonly integrity: string;
}

const NPM_TIMEOUT_MS = 10 * 60_000;
const TAR_TIMEOUT_MS = 5 * 60_000;

/** npm tells what went wrong first and gives advice afterwards. */
function firstErrors(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('npm warn'));
  return lines.slice(0, 4).join('\n');
}

async function npm(args: readonly string[], cwd: string, doing: string): Promise<void> {
  const result = await runCommand('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    timeoutMs: NPM_TIMEOUT_MS,
  });
  if (result.code === 0) return;
  const why = result.timedOut ? 'It did not end in time.' : firstErrors(result.output);
  throw new Error(
    `${doing} did not succeed. Check that this machine reaches its npm registry ("npm ping") and run the command again.\n${why}`,
  );
}

/**
 * Downloads a package, checks that it is the pinned one, and unpacks `inside` of it (a path in the tarball, such as
 * `package/bin`) to `target`. Nothing of the package is run.
 */
export async function unpackPackage(pinned: PinnedPackage, inside: string, target: string): Promise<void> {
  const download = `${target}.download`;
  await rm(download, { recursive: true, force: true });
  await mkdir(download, { recursive: true });
  await npm(['pack', pinned.spec, '--pack-destination', download], download, `Downloading ${pinned.spec} from npm`);
  const [name] = await readdir(download);
  if (name === undefined) throw new Error(`npm downloaded nothing for ${pinned.spec}. Run the command again.`);
  const tarball = path.join(download, name);
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== pinned.integrity) {
    throw new Error(
      `${pinned.spec} is not the package it should be: expected ${pinned.integrity}, got ${integrity}. Do not use it; look at where npm downloads from.`,
    );
  }
  await mkdir(target, { recursive: true });
  const depth = inside.split('/').length;
  const args = ['-xzf', tarball, '-C', target, `--strip-components=${depth}`, inside];
  const result = await runCommand('tar', args, { timeoutMs: TAR_TIMEOUT_MS });
  if (result.code !== 0) throw new Error(`Unpacking ${pinned.spec} did not succeed.\n${firstErrors(result.output)}`);
  await rm(download, { recursive: true, force: true });
}

/** Installs what the package.json (and the lock beside it) in `folder` needs at run time. No install script is run. */
export async function installDependencies(folder: string): Promise<void> {
  await npm(['install', '--omit=dev'], folder, `Installing the dependencies in ${path.basename(folder)}`);
}

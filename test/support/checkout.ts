import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

function findCheckout(): string {
  // Bundles lie at different depths under dist/test; only the checkout's root has the lockfile beside the build script.
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (['esbuild.js', 'package-lock.json'].every((name) => existsSync(path.join(folder, name)))) return folder;
  }
  return process.cwd();
}

/** The root of this checkout. */
export const checkoutFolder: string = findCheckout();

/** What tests and `npm start` fetch and keep between runs. Not in git. */
export const cacheFolder: string = path.join(checkoutFolder, '.vscode-test');

/** What `npm run package` makes: what a person installs. */
export const packagedExtension: string = path.join(checkoutFolder, 'dist', 'chapi-chat.vsix');

/**
 * The bundles of all tests under `test/<folder>`, sorted. Starts from the sources, so that a bundle whose source is gone
 * does not run. Throws when a source has no bundle.
 */
export function bundledTests(folder: string): string[] {
  const sources = path.join(checkoutFolder, 'test', folder);
  const names = existsSync(sources) ? readdirSync(sources, { recursive: true, encoding: 'utf8' }) : [];
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => {
      const bundle = path.join(checkoutFolder, 'dist', 'test', folder, name.replace(/\.ts$/, '.js'));
      if (!existsSync(bundle)) throw new Error(`${bundle} is missing. Run "node esbuild.js tests" first.`);
      return bundle;
    });
}

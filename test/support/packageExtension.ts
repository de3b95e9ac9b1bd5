import path from 'node:path';
import { checkoutFolder } from './checkout';
import { runCommand } from './childProcesses';

const TIMEOUT_MS = 120_000;

/** Packages the built extension in `source` as `file` (a `.vsix`). Rejects with what the packager said. */
export async function packageExtension(source: string, file: string, options: readonly string[] = []): Promise<void> {
  const vsce = path.join(checkoutFolder, 'node_modules', '@vscode', 'vsce', 'vsce');
  const result = await runCommand(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '--no-rewrite-relative-links', '--out', file, ...options],
    {
      cwd: source,
      timeoutMs: TIMEOUT_MS,
    },
  );
  if (result.code !== 0) throw new Error(`The extension in ${source} could not be packaged:\n${result.output}`);
}

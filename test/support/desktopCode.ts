import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startChild, type Child } from './childProcesses';
import { onEnd, temporaryFolder } from './cleanup';

/** What a desktop VS Code is started with. */
export interface DesktopOptions {
  readonly command: string;
  readonly extensionDevelopmentPath: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** The `code` command of a desktop VS Code that could open a window here, if there is one. */
export function findDesktopCode(): string | undefined {
  // In the terminal of a remote window, `code` opens files in that window and takes no folders of its own.
  if (process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return undefined;
  const hasDisplay = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '');
  if (process.platform === 'linux' && !hasDisplay) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}

/** The window's own process leaves the group of the `code` command; it writes its id down beside its settings. */
function endWindow(userData: string): void {
  try {
    process.kill(Number(readFileSync(path.join(userData, 'code.lock'), 'utf8')), 'SIGTERM');
  } catch {
    // It has ended already.
  }
}

/** Opens a window with settings and extensions of its own. Its process ends when the window is closed. */
export async function openDesktopCode(options: DesktopOptions): Promise<Child> {
  const { folder: home } = temporaryFolder('desktop');
  const userData = path.join(home, 'user-data');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await writeFile(path.join(userData, 'User', 'settings.json'), JSON.stringify(options.settings, null, 2));
  const args = [
    `--extensionDevelopmentPath=${options.extensionDevelopmentPath}`,
    `--user-data-dir=${userData}`,
    `--extensions-dir=${path.join(home, 'extensions')}`,
    '--disable-workspace-trust',
    '--skip-welcome',
    '--new-window',
    '--wait',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    options.folder,
  ];
  const env = { ...process.env, ...options.env };
  const child =
    process.platform === 'win32'
      ? startChild('cmd.exe', ['/d', '/c', options.command, ...args], { env })
      : startChild(options.command, args, { env });
  const end = (): void => endWindow(userData);
  onEnd(end, end);
  return child;
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageExtension } from '../support/packageExtension';

/** The id of the extension that does nothing. */
export const EMPTY_EXTENSION_ID = 'chapi-bench.empty';
/** Its item in the status bar: it is active when this is there. */
export const EMPTY_STATUS_ITEM = `${EMPTY_EXTENSION_ID}.empty.status`;

const manifest = {
  name: 'empty',
  publisher: 'chapi-bench',
  version: '1.0.0',
  engines: { vscode: '^1.100.0' },
  main: './extension.js',
  activationEvents: ['onStartupFinished'],
  contributes: {
    viewsContainers: { panel: [{ id: 'empty', title: 'Empty', icon: 'icon.svg' }] },
    views: { empty: [{ id: 'empty.view', name: 'Empty', type: 'webview', icon: 'icon.svg' }] },
  },
};

const code = `'use strict';
const vscode = require('vscode');
exports.activate = (context) => {
  const view = { resolveWebviewView: (page) => { page.webview.html = ''; } };
  const item = vscode.window.createStatusBarItem('empty.status', vscode.StatusBarAlignment.Left);
  item.text = 'empty';
  item.show();
  context.subscriptions.push(item, vscode.window.registerWebviewViewProvider('empty.view', view));
};
`;

/**
 * Makes the packaged extension that ours is compared with, in `folder`: it registers a webview view and a status bar
 * item and does nothing else. Gives its `.vsix`.
 */
export async function makeEmptyExtension(folder: string): Promise<string> {
  const source = path.join(folder, 'empty');
  await mkdir(source, { recursive: true });
  await writeFile(path.join(source, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(source, 'extension.js'), code);
  await writeFile(path.join(source, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>');
  const file = path.join(folder, 'empty.vsix');
  await packageExtension(source, file, ['--allow-missing-repository', '--skip-license']);
  return file;
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { checkoutFolder } from '../support/checkout';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('activation', () => {
  it('is known to VS Code by its id and activates', async () => {
    const extension = vscode.extensions.getExtension('chapi.chapi-chat');
    assert.ok(extension, 'the extension is not there');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that the manifest promises', async () => {
    const manifest = JSON.parse(readFileSync(path.join(checkoutFolder, 'package.json'), 'utf8')) as Manifest;
    const promised = manifest.contributes.commands.map(({ command }) => command);
    assert.ok(promised.length > 0);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      promised.filter((command) => !registered.has(command)),
      [],
    );
  });
});

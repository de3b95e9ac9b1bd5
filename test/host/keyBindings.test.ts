import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { expectSoon } from '../support/expectSoon';

interface KeyBinding {
  readonly key: string;
  readonly command: string;
}

interface Contributed extends KeyBinding {
  readonly mac: string;
  readonly when: string;
}

/** What VS Code itself and its own extensions bind, and what this extension adds to it. */
async function defaultKeyBindings(): Promise<readonly KeyBinding[]> {
  await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
  const text = await expectSoon(
    () => Promise.resolve(vscode.window.activeTextEditor?.document.getText() ?? ''),
    (all) => all.includes('chapi.openChat'),
    'the list of default key bindings',
  );
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  return [...text.matchAll(/^\{ "key": "([^"]+)",\s+"command": "([^"]+)"/gm)].map(([, key = '', command = '']) => ({
    key: key.replaceAll('\\\\', '\\'),
    command,
  }));
}

describe('key bindings', () => {
  const contributed = (): readonly Contributed[] =>
    (
      vscode.extensions.getExtension('chapi.chapi-chat')?.packageJSON as {
        readonly contributes: { readonly keybindings: readonly Contributed[] };
      }
    ).contributes.keybindings;

  it('collide with nothing that VS Code binds', async () => {
    const all = await defaultKeyBindings();
    const ours = all.filter(({ command }) => command.startsWith('chapi.'));
    const others = all.filter(({ command }) => !command.startsWith('chapi.'));
    assert.ok(others.length > 500, `${String(others.length)} read`);
    assert.ok(
      others.some(({ key }) => key === 'ctrl+k ctrl+s' || key === 'cmd+k cmd+s'),
      'chords are read',
    );
    assert.deepEqual(
      ours.map(({ command }) => command).sort(),
      contributed()
        .map(({ command }) => command)
        .sort(),
    );
    for (const { key } of ours) {
      // Ctrl+K alone is bound in a few editors of VS Code's; the chords that begin with it give way there, its own too.
      const collides = others.filter((other) => other.key === key || other.key.startsWith(`${key} `));
      assert.deepEqual(collides, [], key);
    }
  });

  it('are chords that no keyboard layout types with, the same on each system', () => {
    for (const { key, mac } of contributed()) {
      // Ctrl+Alt is AltGr on Windows: it types characters.
      assert.match(key, /^ctrl\+k (shift\+)?[a-z]$/);
      assert.equal(mac, key.replace('ctrl', 'cmd'));
    }
  });

  it('do nothing where there is no key', () => {
    for (const { when } of contributed()) assert.match(when, /^chapi\.hasKey\b/);
  });
});

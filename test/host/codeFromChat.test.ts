import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { insertCode, openCode } from '../../src/editor/codeFromChat';

describe('code from the chat', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('opens as a file in its language, by the name that people give it', async () => {
    for (const [given, language] of [
      ['ts', 'typescript'],
      ['YML', 'yaml'],
      ['sh', 'shellscript'],
      ['python', 'python'],
      ['klingon', 'plaintext'],
      [undefined, 'plaintext'],
    ] as const) {
      await openCode('line 1\nline 2', given);
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.languageId, language, given);
      assert.equal(document.getText(), 'line 1\nline 2');
      assert.ok(document.isUntitled);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });

  it('takes the place of every selection, and can be undone in one step', async () => {
    await openCode('one two one', 'plaintext');
    const editor = vscode.window.activeTextEditor!;
    editor.selections = [new vscode.Selection(0, 0, 0, 3), new vscode.Selection(0, 8, 0, 11)];
    await insertCode('new');
    assert.equal(editor.document.getText(), 'new two new');
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'one two one');
  });

  it('opens where there is no editor to insert it into', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await insertCode('alone');
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'alone');
  });
});

import * as vscode from 'vscode';

/** What people write after a fence for languages that VS Code knows by another name. */
const ALIASES: Readonly<Record<string, string>> = {
  bash: 'shellscript',
  'c#': 'csharp',
  'c++': 'cpp',
  cs: 'csharp',
  docker: 'dockerfile',
  golang: 'go',
  js: 'javascript',
  jsx: 'javascriptreact',
  kt: 'kotlin',
  md: 'markdown',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'shellscript',
  shell: 'shellscript',
  ts: 'typescript',
  tsx: 'typescriptreact',
  yml: 'yaml',
  zsh: 'shellscript',
};

/** Opens code as a new, unsaved file, in its language if VS Code knows that. */
export async function openCode(content: string, language = 'plaintext'): Promise<void> {
  const name = language.toLowerCase();
  const wanted = ALIASES[name] ?? name;
  const known = await vscode.languages.getLanguages();
  const document = await vscode.workspace.openTextDocument({
    content,
    language: known.includes(wanted) ? wanted : 'plaintext',
  });
  await vscode.window.showTextDocument(document);
}

/** Puts code in the place of what is selected in the editor, and gives it the keyboard; without an editor, opens it. */
export async function insertCode(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor === undefined) {
    await openCode(text);
    return;
  }
  const isDone = await editor.edit((change) => {
    for (const selection of editor.selections) change.replace(selection, text);
  });
  if (!isDone) {
    await openCode(text, editor.document.languageId);
    return;
  }
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

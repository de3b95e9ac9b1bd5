import * as vscode from 'vscode';
import { selectionMessage, type CodeSelection } from '../chat/codeSelection';

/** More open files than these are not offered. */
const MAX_FILES = 200;

/** What is selected in the active editor, each piece with its place. Line ends at a line's start leave that line out. */
export function currentSelections(): readonly CodeSelection[] {
  // Where the chat itself is the active editor, the code stands beside it.
  const editor =
    vscode.window.activeTextEditor ??
    vscode.window.visibleTextEditors.find(({ selections }) => selections.some(({ isEmpty }) => !isEmpty));
  if (editor === undefined) return [];
  const { document, selections } = editor;
  return selections
    .filter(({ isEmpty }) => !isEmpty)
    .map((selection) => ({
      text: document.getText(selection),
      languageId: document.languageId,
      path: shareablePath(document.uri),
      startLine: selection.start.line + 1,
      endLine: selection.end.character === 0 ? selection.end.line : selection.end.line + 1,
    }));
}

/** What is selected, as the text of a message; nothing when nothing is. */
export function selectionText(comment?: string): string | undefined {
  const selections = currentSelections();
  if (selections.length === 0) return undefined;
  return selections
    .map((selection, index) => selectionMessage(selection, index === 0 ? comment : undefined))
    .join('\n\n');
}

/** The files in the editor's tabs, as they may be named in a chat, in the order of the tabs. */
export function openFiles(): readonly string[] {
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  const paths = inputs.flatMap((input) => (input instanceof vscode.TabInputText ? [shareablePath(input.uri)] : []));
  return [...new Set(paths)].filter((path) => path !== '').slice(0, MAX_FILES);
}

/** The path within the workspace; of other files only the name, because the rest is nobody's business in a chat. */
function shareablePath(uri: vscode.Uri): string {
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) return vscode.workspace.asRelativePath(uri);
  return uri.path.split('/').at(-1) ?? '';
}

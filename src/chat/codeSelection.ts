/** A piece of a file, as a person selected it. */
export interface CodeSelection {
  /** The lines as they stand in the file. */
  readonly text: string;
  /** VS Code's name of the language, such as `typescript`; `plaintext` when there is none. */
  readonly languageId: string;
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  /** Counted from 1. */
  readonly startLine: number;
  /** Counted from 1, the last line included. */
  readonly endLine: number;
}

/** `path:12-34`, or `path:12` for one line. */
export function lineReference({ path, startLine, endLine }: Omit<CodeSelection, 'text' | 'languageId'>): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

/** The selection as a message: an optional comment, where it stands, and the code in a fence that the code cannot close. */
export function selectionMessage(selection: CodeSelection, comment?: string): string {
  const longestRun = Math.max(0, ...Array.from(selection.text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longestRun + 1));
  const language = selection.languageId === 'plaintext' ? '' : selection.languageId.replace(/[\s`]/g, '');
  const code = selection.text.replaceAll('\r\n', '\n').replace(/\n$/, '');
  const lines = [oneLine(lineReference(selection)), fence + language, code, fence];
  const said = comment?.trim();
  return (said ? [said, ...lines] : lines).join('\n');
}

/** A file's name is not the person's own words: it can't be let to begin a line of its own in the message. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029`]/g, '\uFFFD');
}

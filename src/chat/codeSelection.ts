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

/** Code in a fence that the code cannot close. The language is VS Code's name of it. */
export function fenced(text: string, languageId: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  const language = languageId === 'plaintext' ? '' : languageId.replace(/[\s`]/g, '');
  const code = text.replaceAll('\r\n', '\n').replace(/\n$/, '');
  return [fence + language, code, fence].join('\n');
}

/** The selection as a message: an optional comment, where it stands, and the code in a fence that the code cannot close. */
export function selectionMessage(selection: CodeSelection, comment?: string): string {
  const lines = [oneLine(lineReference(selection)), fenced(selection.text, selection.languageId)];
  const said = comment?.trim();
  return (said ? [said, ...lines] : lines).join('\n');
}

/** A file's name is not the person's own words: it can't be let to begin a line of its own in the message, or a fence. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029`]|^[ \t]*~(?=~~)/g, '\uFFFD');
}

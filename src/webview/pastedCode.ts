import { fenced } from '../chat/codeSelection';
import { fencePlaces } from '../chat/fences';

/** What VS Code's editors put beside a copied text. */
const EDITOR_DATA = 'vscode-editor-data';

const MAX_LANGUAGE_LENGTH = 40;

function languageOf(editorData: string): string | undefined {
  try {
    const { mode } = JSON.parse(editorData) as { readonly mode?: unknown };
    return typeof mode === 'string' && mode.length <= MAX_LANGUAGE_LENGTH ? mode : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text ends within a block of code that is still open. */
export function isInFence(before: string): boolean {
  return fencePlaces(before).at(-1)?.isClosed === false;
}

/**
 * What to paste in place of lines that were copied from an editor: the same in a fence, with its language. Nothing for
 * a piece of a line, for what comes from elsewhere, and within a fence: that is pasted as it is.
 */
export function pastedCode(
  clipboard: Pick<DataTransfer, 'getData'> | null,
  field: Pick<HTMLTextAreaElement, 'value' | 'selectionStart' | 'selectionEnd'>,
): string | undefined {
  const text = clipboard?.getData('text/plain') ?? '';
  const language = languageOf(clipboard?.getData(EDITOR_DATA) ?? '');
  if (language === undefined || !text.replace(/\r?\n$/, '').includes('\n')) return undefined;
  const before = field.value.slice(0, field.selectionStart);
  if (isInFence(before)) return undefined;
  const after = field.value.slice(field.selectionEnd);
  const begin = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${begin}${fenced(text, language)}${after.startsWith('\n') ? '' : '\n'}`;
}

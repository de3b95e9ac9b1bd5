/** More lines than this take a browser seconds to insert as if they were typed, four times as long for twice as many. */
const MAX_TYPED_LINES = 100;

/** As a browser's parser of HTML gives it back, character for character. In a field of plain text nothing else comes of it. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * Puts a text where the caret is. It is heard as input and can be undone: only what a browser's command puts in can.
 * The command for text is slow with many lines. The one for HTML is not, and a field of text takes only the text of it.
 */
export function insertText(field: HTMLTextAreaElement, text: string): void {
  // A field holds no others.
  const plain = text.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD');
  if (plain.split('\n', MAX_TYPED_LINES + 1).length <= MAX_TYPED_LINES) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- No other way in can be undone.
    document.execCommand('insertText', false, plain);
    return;
  }
  const { value, selectionStart, selectionEnd } = field;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- No other way in can be undone.
  document.execCommand('insertHTML', false, escaped(plain));
  const wanted = value.slice(0, selectionStart) + plain + value.slice(selectionEnd);
  if (field.value === wanted) return;
  // A browser that has no such command, or that reads spaces in its own way.
  field.value = wanted;
  field.setSelectionRange(selectionStart + plain.length, selectionStart + plain.length);
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
}

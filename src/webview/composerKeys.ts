import type { SentHistory } from './sentHistory';

/** What browsers report for a key that an input method has taken, some without `isComposing`. */
const TAKEN_BY_INPUT_METHOD = 229;

/** The part of a keyboard event that tells. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** Whether an input method has taken the key. */
export function isForInputMethod({ isComposing, keyCode }: KeyPress): boolean {
  return isComposing || keyCode === TAKEN_BY_INPUT_METHOD;
}

/**
 * Whether a key press means "send". Ctrl+Enter and Cmd+Enter always do. Of Enter and Shift+Enter one does, by setting,
 * and the other one breaks the line.
 */
export function meansSend(event: KeyPress, sendOnEnter: boolean): boolean {
  if (event.key !== 'Enter' || isForInputMethod(event)) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return event.shiftKey !== sendOnEnter && !event.altKey;
}

/** Whether a key press leads to the messages: Ctrl+Up, or Cmd+Up, as in VS Code's own chat. */
export function meansToRead(event: KeyPress): boolean {
  if (event.key !== 'ArrowUp' || event.shiftKey || event.altKey || isForInputMethod(event)) return false;
  return event.ctrlKey || event.metaKey;
}

/** What the arrow keys put into the box: Up brings back what was sent before, Down gives the empty box back. */
export function walk(
  event: KeyPress,
  current: string,
  history: SentHistory,
  earlier: () => readonly string[],
): string | undefined {
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || isForInputMethod(event)) return undefined;
  if (event.key === 'ArrowUp') return history.back(current, earlier);
  return event.key === 'ArrowDown' ? history.forth(current) : undefined;
}

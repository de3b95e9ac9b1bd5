import type { RefObject, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import {
  completionQuery,
  fenceLanguages,
  fileReference,
  ranked,
  type Completion,
  type CompletionQuery,
} from './completion';
import { useLazyPart } from './lazyScripts';

const LIST_ID = 'completions';
const optionId = (index: number): string => `completion-${index}`;

/** Where completions come from. */
export interface CompletionSources {
  /** The names of people, those who spoke last first. */
  readonly names: () => readonly string[];
  /** The files that are open in the editor. */
  readonly openFiles: () => Promise<readonly string[]>;
}

/** What a composer does with completions. */
export interface CompletionControl {
  /** The text or the caret changed. */
  readonly look: () => void;
  /** Whether the key was for the list. */
  readonly takesKey: (event: KeyboardEvent) => boolean;
  readonly close: () => void;
  /** What the field says of the list. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly list: VNode | undefined;
}

interface Shown extends CompletionQuery {
  /** Absent: none is chosen, so that Enter is not for the list. */
  readonly chosen: number | undefined;
}

/** A number behind `#` is one of an issue more often than of a file: there, nothing is chosen until somebody does. */
function firstChosen({ kind }: CompletionQuery): number | undefined {
  return kind === 'file' ? undefined : 0;
}

/** Offers to complete what is written in a field, in a list above it. */
export function useCompletion(
  field: RefObject<HTMLTextAreaElement | null>,
  { names, openFiles }: CompletionSources,
  label: string,
): CompletionControl {
  const [shown, setShown] = useState<Shown>();
  const [files, setFiles] = useState<readonly string[]>([]);
  /** Where the list was closed by hand: it stays closed there. */
  const closedAt = useRef<number>(undefined);
  const emoji = useLazyPart('emoji', shown?.kind === 'emoji');
  const isFile = shown?.kind === 'file';

  useEffect(() => {
    if (!isFile) return undefined;
    let isWanted = true;
    openFiles().then(
      (found) => {
        if (isWanted) setFiles(found);
      },
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [isFile]);

  const items = useMemo((): readonly Completion[] => {
    if (shown === undefined) return [];
    const { kind, query } = shown;
    switch (kind) {
      case 'mention':
        return ranked(names(), (name) => name, query).map((name) => ({ label: name, insert: `@${name} ` }));
      case 'emoji':
        return ranked(Object.entries(emoji ?? {}), ([name]) => name, query).map(([name, character]) => ({
          label: `${character} :${name}:`,
          insert: character,
        }));
      case 'language':
        return ranked(fenceLanguages, (name) => name, query).map((name) => ({ label: name, insert: `${name}\n` }));
      case 'file':
        return ranked(files, (path) => path, query).map((path) => ({ label: path, insert: fileReference(path) }));
    }
  }, [shown?.kind, shown?.query, emoji, files]);

  const close = (): void => {
    setShown(undefined);
  };

  const look = (): void => {
    const textarea = field.current;
    if (textarea === null) return;
    const { value, selectionStart, selectionEnd } = textarea;
    const query = selectionStart === selectionEnd ? completionQuery(value, selectionStart) : undefined;
    if (query === undefined || query.start !== closedAt.current) closedAt.current = undefined;
    const isClosed = query !== undefined && query.start === closedAt.current;
    setShown((before) => {
      if (query === undefined || isClosed) return undefined;
      return before?.start === query.start && before.query === query.query
        ? before
        : { ...query, chosen: firstChosen(query) };
    });
  };

  const accept = (index: number): void => {
    const textarea = field.current;
    const item = items[index];
    if (textarea === null || item === undefined || shown === undefined) return;
    textarea.focus();
    textarea.setSelectionRange(shown.start, textarea.selectionStart);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- No other way in can be undone. It is heard as input.
    document.execCommand('insertText', false, item.insert);
    close();
  };

  const takesKey = (event: KeyboardEvent): boolean => {
    if (shown === undefined || items.length === 0 || event.isComposing) return false;
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    const { chosen } = shown;
    switch (event.key) {
      case 'ArrowDown':
        setShown({ ...shown, chosen: chosen === undefined ? 0 : (chosen + 1) % items.length });
        return true;
      case 'ArrowUp':
        setShown({ ...shown, chosen: ((chosen ?? 0) + items.length - 1) % items.length });
        return true;
      case 'Enter':
        if (chosen === undefined) return false;
        accept(chosen);
        return true;
      case 'Tab':
        accept(chosen ?? 0);
        return true;
      case 'Escape':
        closedAt.current = shown.start;
        close();
        return true;
      default:
        return false;
    }
  };

  if (shown === undefined || items.length === 0) {
    return { look, takesKey, close, attributes: {}, list: undefined };
  }
  const list = (
    <ul id={LIST_ID} class="completions" role="listbox" aria-label={label}>
      {items.map((item, index) => (
        <li
          key={item.label}
          id={optionId(index)}
          role="option"
          aria-selected={index === shown.chosen}
          onMouseDown={(event) => {
            // The field keeps the keyboard.
            event.preventDefault();
            accept(index);
          }}
        >
          {visibleText(item.label)}
        </li>
      ))}
    </ul>
  );
  const attributes = {
    'aria-controls': LIST_ID,
    ...(shown.chosen === undefined ? {} : { 'aria-activedescendant': optionId(shown.chosen) }),
  };
  return { look, takesKey, close, attributes, list };
}

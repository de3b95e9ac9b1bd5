import type { RefObject, VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import {
  completionQuery,
  fileReference,
  isChosenAtOnce,
  rankedEmoji,
  rankedLanguages,
  rankedNames,
  type Completion,
  type CompletionQuery,
} from './completion';
import { isForInputMethod } from './composerKeys';
import { insertText } from './insertText';
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
  /** The one that somebody went to. */
  readonly picked?: number;
}

function isSame(left: CompletionQuery, right: CompletionQuery | undefined): boolean {
  return left.kind === right?.kind && left.start === right.start && left.query === right.query;
}

/** What can be completed where the caret stands. */
function queryAtCaret({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): CompletionQuery | undefined {
  return selectionStart === selectionEnd ? completionQuery(value, selectionStart) : undefined;
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
  const isShown = shown !== undefined;

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
        return rankedNames(names(), query).map((name) => ({ label: name, insert: `@${name} ` }));
      case 'emoji':
        return rankedEmoji(emoji ?? {}, query).map(([name, character]) => ({
          label: `${character} :${name}:`,
          insert: character,
        }));
      case 'language':
        return rankedLanguages(query).map((name) => ({ label: name, insert: `${name}\n` }));
      case 'file':
        return rankedNames(files, query).map((path) => ({ label: path, insert: fileReference(path) }));
    }
  }, [shown?.kind, shown?.query, emoji, files]);

  const [first] = items;
  const atOnce = shown !== undefined && first !== undefined && isChosenAtOnce(shown, first.label) ? 0 : undefined;
  /** Absent: none is chosen, so that Enter is not for the list. */
  const chosen = shown?.picked ?? atOnce;

  useLayoutEffect(() => {
    if (chosen !== undefined) document.getElementById(optionId(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen, items]);

  const close = (): void => {
    closedAt.current = undefined;
    setShown(undefined);
  };

  const look = (): void => {
    if (field.current === null) return;
    const query = queryAtCaret(field.current);
    if (query?.start !== closedAt.current) closedAt.current = undefined;
    const isClosed = query !== undefined && query.start === closedAt.current;
    setShown((before) => {
      if (query === undefined || isClosed) return undefined;
      return before !== undefined && isSame(before, query) ? before : query;
    });
  };

  // A list that is open goes with the caret. One that is not is opened by typing only: a caret that is moved through a
  // text with the arrow keys must not be caught by it.
  useEffect(() => {
    if (!isShown) return undefined;
    const follow = (): void => {
      if (document.activeElement === field.current) look();
    };
    document.addEventListener('selectionchange', follow);
    return () => {
      document.removeEventListener('selectionchange', follow);
    };
  }, [isShown]);

  /** Whether the list still is for what stands before the caret: browsers say late that a caret moved. */
  const isCurrent = (): boolean =>
    shown !== undefined && field.current !== null && isSame(shown, queryAtCaret(field.current));

  const accept = (index: number): void => {
    const textarea = field.current;
    const item = items[index];
    if (textarea !== null && item !== undefined && shown !== undefined && isCurrent()) {
      textarea.focus();
      textarea.setSelectionRange(shown.start, textarea.selectionEnd);
      insertText(textarea, item.insert);
    }
    close();
  };

  const takesKey = (event: KeyboardEvent): boolean => {
    if (shown === undefined || items.length === 0 || isForInputMethod(event)) return false;
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    if (!isCurrent()) {
      close();
      return false;
    }
    switch (event.key) {
      case 'ArrowDown':
        setShown({ ...shown, picked: chosen === undefined ? 0 : (chosen + 1) % items.length });
        return true;
      case 'ArrowUp':
        setShown({ ...shown, picked: ((chosen ?? 0) + items.length - 1) % items.length });
        return true;
      case 'Enter':
        if (chosen === undefined) return false;
        accept(chosen);
        return true;
      case 'Tab':
        accept(chosen ?? 0);
        return true;
      case 'Escape':
        close();
        closedAt.current = shown.start;
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
          aria-selected={index === chosen}
          onMouseDown={(event) => {
            // The field keeps the keyboard.
            event.preventDefault();
            if (event.button === 0) accept(index);
          }}
        >
          {visibleText(item.label)}
        </li>
      ))}
    </ul>
  );
  const attributes = {
    'aria-controls': LIST_ID,
    ...(chosen === undefined ? {} : { 'aria-activedescendant': optionId(chosen) }),
  };
  return { look, takesKey, close, attributes, list };
}

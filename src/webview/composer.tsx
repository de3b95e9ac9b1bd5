import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_TEXT_LENGTH } from '../protocol/guards';
import type { PageStrings } from '../protocol/messages';
import { meansSend, walk } from './composerKeys';
import { Icon } from './icons';
import { insertText } from './insertText';
import type { DraftField } from './pageMemory';
import { pastedCode } from './pastedCode';
import { SentHistory } from './sentHistory';
import { useCompletion, type CompletionSources } from './useCompletion';
import { fill } from './words';

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

export interface ComposerProps {
  /** The room as a person reads it. */
  readonly title: string;
  readonly sendOnEnter: boolean;
  readonly strings: PageStrings;
  /** What this person wrote here before, the newest first. */
  readonly earlier: () => readonly string[];
  readonly sources: CompletionSources;
  /** The code that is selected in the editor, as text. */
  readonly selection: () => Promise<string | undefined>;
  /** What stands in it at first. */
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  /** Resolves once the text is kept elsewhere. */
  readonly onSend: (text: string) => Promise<void>;
  /** Takes a function that gives the composer the keyboard; returns one that takes it back. */
  readonly attach: (focus: () => void) => () => void;
  /** Takes the field, for what is typed in other windows; returns what takes it back. */
  readonly attachField: (field: DraftField) => () => void;
}

/**
 * Where a message is written. The text lives in the element, not in a state: typing must not wait for a rendering, and
 * an input method's composition must not be disturbed by one.
 */
export function Composer({
  title,
  sendOnEnter,
  strings,
  earlier,
  sources,
  selection,
  draft,
  onDraft,
  onSend,
  attach,
  attachField,
}: ComposerProps): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const pending = useRef<string>(undefined);
  const history = useRef(new SentHistory());
  const [canSend, setCanSend] = useState(!isBlank(draft));
  const [problem, setProblem] = useState<string>();

  const completion = useCompletion(field, sources, strings.completions);

  const take = (text: string): void => {
    onDraft(text);
    setCanSend(!isBlank(text));
    setProblem(undefined);
  };

  // Before anything is painted: what is typed into the first frame must not be overwritten.
  useLayoutEffect(() => {
    // Set here and not as an attribute, so that a rendering never writes into what is being typed.
    if (field.current !== null) field.current.value = draft;
    const detachField = attachField({
      isTyping: () => document.hasFocus() && document.activeElement === field.current,
      show: (text) => {
        if (field.current !== null) field.current.value = text;
        setCanSend(!isBlank(text));
      },
    });
    const detach = attach(() => {
      window.focus();
      field.current?.focus();
    });
    return () => {
      detachField();
      detach();
    };
  }, []);

  const send = async (): Promise<void> => {
    const textarea = field.current;
    if (textarea === null) return;
    const text = textarea.value;
    // Pressed twice before the first was answered: one message.
    if (isBlank(text) || pending.current === text) return;
    if (text.length > MAX_TEXT_LENGTH) {
      setProblem(fill(strings.tooLong, String(MAX_TEXT_LENGTH)));
      return;
    }
    pending.current = text;
    try {
      await onSend(text);
      if (textarea.value === text) {
        textarea.value = '';
        completion.close();
        take('');
      }
    } catch {
      setProblem(strings.notKept);
    } finally {
      if (pending.current === text) pending.current = undefined;
    }
  };

  const attachSelection = async (): Promise<void> => {
    const textarea = field.current;
    const code = await selection().catch(() => undefined);
    if (textarea === null) return;
    textarea.focus();
    if (code === undefined) {
      setProblem(strings.nothingSelected);
      return;
    }
    const { value, selectionStart, selectionEnd } = textarea;
    const begin = selectionStart === 0 || value[selectionStart - 1] === '\n' ? '' : '\n';
    insertText(textarea, `${begin}${code}${value[selectionEnd] === '\n' ? '' : '\n'}`);
  };

  const name = fill(strings.messageTo, title);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        field.current?.focus();
        void send();
      }}
    >
      {problem !== undefined && (
        <p class="composer-problem" role="alert">
          <Icon name="error" />
          <span>{problem}</span>
        </p>
      )}
      {completion.list}
      <div class="composer-box">
        <button
          type="button"
          class="attach"
          aria-label={strings.attachSelection}
          title={strings.attachSelection}
          onClick={() => void attachSelection()}
        >
          <Icon name="attach" />
        </button>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={name}
          placeholder={name}
          {...completion.attributes}
          aria-autocomplete="list"
          onInput={({ currentTarget }) => {
            take(currentTarget.value);
            completion.look();
          }}
          onBlur={completion.close}
          onClick={completion.look}
          onPaste={(event) => {
            const code = pastedCode(event.clipboardData, event.currentTarget);
            if (code === undefined) return;
            event.preventDefault();
            insertText(event.currentTarget, code);
          }}
          onKeyDown={(event) => {
            if (completion.takesKey(event)) {
              event.preventDefault();
              return;
            }
            if (meansSend(event, sendOnEnter)) {
              event.preventDefault();
              void send();
              return;
            }
            const textarea = event.currentTarget;
            const shown = walk(event, textarea.value, history.current, earlier);
            if (shown === undefined) return;
            event.preventDefault();
            textarea.value = shown;
            textarea.setSelectionRange(shown.length, shown.length);
            take(shown);
          }}
        />
        <button type="submit" class="send" aria-label={strings.send} title={strings.send} disabled={!canSend}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

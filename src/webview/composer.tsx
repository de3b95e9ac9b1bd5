import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_TEXT_LENGTH } from '../protocol/guards';
import type { PageStrings } from '../protocol/messages';
import { meansSend, meansToRead, walk } from './composerKeys';
import { Composition } from './composition';
import type { FocusHandover } from './focusHandover';
import { Icon } from './icons';
import { insertText } from './insertText';
import { hasLongLine } from './longLines';
import type { DraftField } from './pageMemory';
import { pastedCode } from './pastedCode';
import { holdsFilesOnly } from './pastedFiles';
import { SentHistory } from './sentHistory';
import { useCompletion, type CompletionSources } from './useCompletion';
import { fill } from './words';

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

interface Problem {
  readonly text: string;
  /** Stands until what it is about is dealt with, and not only until the next key: a text that came back. */
  readonly lasts: boolean;
  /** It says how to do something; nothing went wrong. */
  readonly isHint: boolean;
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
  /** Whoever hears it keeps the text, and shows it again in the field if it comes back. */
  readonly onSend: (text: string) => void;
  /** The person wants to read: Ctrl+Up, as in VS Code's own chat. */
  readonly onLeave: () => void;
  /** Takes a function that gives the composer the keyboard; returns one that takes it back. */
  readonly attach: (focus: () => void) => () => void;
  /** Takes the field, for what is typed in other windows; returns what takes it back. */
  readonly attachField: (field: DraftField) => () => void;
  readonly handover: FocusHandover;
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
  onLeave,
  attach,
  attachField,
  handover,
}: ComposerProps): VNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const history = useRef(new SentHistory());
  const composition = useRef(new Composition());
  const [canSend, setCanSend] = useState(!isBlank(draft));
  const [problem, setProblem] = useState<Problem>();

  const completion = useCompletion(field, sources, strings.completions);

  const say = (text: string, kind: 'problem' | 'lastingProblem' | 'hint' = 'problem'): void => {
    setProblem({ text, lasts: kind === 'lastingProblem', isHint: kind === 'hint' });
  };

  /** The field has another text now. */
  const look = (text: string): void => {
    field.current?.classList.toggle('unwrapped', hasLongLine(text));
    setCanSend(!isBlank(text));
  };

  const take = (text: string): void => {
    onDraft(text);
    look(text);
    setProblem((before) => (before?.lasts === true && text !== '' ? before : undefined));
  };

  /** The caret and the selection stay where they were, seen from the end. */
  const show = (text: string): void => {
    const textarea = field.current;
    if (textarea === null) return;
    const { value, selectionStart, selectionEnd, selectionDirection } = textarea;
    const moved = text.length - value.length;
    textarea.value = text;
    textarea.setSelectionRange(
      Math.max(0, selectionStart + moved),
      Math.max(0, selectionEnd + moved),
      selectionDirection,
    );
    look(text);
  };

  // Before anything is painted: what is typed into the first frame must not be overwritten.
  useLayoutEffect(() => {
    const textarea = field.current;
    if (textarea === null) return undefined;
    // Set here and not as an attribute, so that a rendering never writes into what is being typed.
    textarea.value = draft;
    look(draft);
    const detachField = attachField({
      isTyping: () => document.hasFocus() && document.activeElement === textarea,
      composed: () => composition.current.over(),
      show,
      sayNotKept: () => {
        say(strings.notKept, 'lastingProblem');
      },
    });
    const detach = attach(() => {
      window.focus();
      textarea.focus();
    });
    const arrived = handover.arrive(textarea);
    return () => {
      arrived();
      handover.leave(textarea);
      detachField();
      detach();
      composition.current.end();
    };
  }, []);

  const send = (): void => {
    const textarea = field.current;
    if (textarea === null) return;
    const text = textarea.value;
    if (isBlank(text)) return;
    if (text.length > MAX_TEXT_LENGTH) {
      say(fill(strings.tooLong, String(MAX_TEXT_LENGTH)));
      return;
    }
    // Emptied at once: what is typed from now on is another message, and Enter pressed twice sends one.
    textarea.value = '';
    completion.close();
    look('');
    setProblem(undefined);
    onSend(text);
  };

  const attachSelection = async (): Promise<void> => {
    const textarea = field.current;
    const code = await selection().catch(() => undefined);
    // Another room is shown by now: the code was not meant for it.
    if (textarea?.isConnected !== true) return;
    textarea.focus();
    if (code === undefined) {
      say(strings.nothingSelected, 'hint');
      return;
    }
    setProblem((before) => (before?.isHint === true ? undefined : before));
    const { value, selectionStart, selectionEnd } = textarea;
    const begin = selectionStart === 0 || value[selectionStart - 1] === '\n' ? '' : '\n';
    insertText(textarea, `${begin}${code}${value[selectionEnd] === '\n' ? '' : '\n'}`);
  };

  const refuseFiles = (event: Event, data: DataTransfer | null): boolean => {
    if (!holdsFilesOnly(data)) return false;
    event.preventDefault();
    return true;
  };

  const name = fill(strings.messageTo, title);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        field.current?.focus();
        send();
      }}
    >
      {problem !== undefined && (
        <p class={problem.isHint ? 'composer-problem hint' : 'composer-problem'} role="alert">
          <Icon name={problem.isHint ? 'info' : 'error'} />
          <span>{problem.text}</span>
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
          onBeforeInput={({ data, currentTarget }) => {
            // A paste is laid out before it is heard as input.
            if (hasLongLine(data ?? '')) currentTarget.classList.add('unwrapped');
          }}
          onInput={({ currentTarget }) => {
            take(currentTarget.value);
            completion.look();
          }}
          onBlur={completion.close}
          onClick={completion.look}
          onCompositionStart={() => {
            composition.current.begin();
          }}
          onCompositionEnd={() => {
            composition.current.end();
          }}
          onDragOver={(event) => {
            refuseFiles(event, event.dataTransfer);
          }}
          onDrop={(event) => {
            if (refuseFiles(event, event.dataTransfer)) say(strings.textOnly, 'hint');
          }}
          onPaste={(event) => {
            if (refuseFiles(event, event.clipboardData)) {
              say(strings.textOnly, 'hint');
              return;
            }
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
              // A key that is held down repeats: what it was pressed for is done.
              if (!event.repeat) send();
              return;
            }
            if (event.key === 'Escape') setProblem((before) => (before?.lasts === true ? before : undefined));
            if (meansToRead(event)) {
              event.preventDefault();
              onLeave();
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

import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import { Composer } from './composer';
import { ConnectionBanner } from './connectionBanner';
import { dateWords } from './dates';
import type { MessageActions } from './messageEntry';
import { MessageList } from './messageList';
import type { PageMemory } from './pageMemory';
import type { PageSession, PageView } from './pageSession';
import { fill } from './words';

function useView(session: PageSession): PageView {
  const [view, setView] = useState(session.view);
  useEffect(() => {
    const update = (): void => {
      setView(session.view);
    };
    // Something may have come between the first rendering and now.
    update();
    return session.subscribe(update);
  }, [session]);
  return view;
}

/** Why there is no chat, in the person's language. All other words come with the answer that failed; these, with the HTML. */
function startFailure(problem: string): string {
  const template = document.getElementById('app')?.dataset['startFailure'];
  return template === undefined ? problem : fill(template, problem);
}

/** The whole page: connection, messages, composer. */
export function Page({ session, memory }: { readonly session: PageSession; readonly memory: PageMemory }): VNode {
  const { words, model, problem } = useView(session);
  const jumpToLatest = useRef<() => void>(undefined);
  const locale = words?.locale ?? '';
  const dates = useMemo(() => dateWords(locale), [locale]);
  const actions = useMemo<MessageActions>(
    () => ({
      retry: (key) => {
        session.retry(key);
      },
      discard: (key) => {
        session.discard(key);
      },
      copy: (text) => {
        session.copy(text);
      },
    }),
    [session],
  );

  if (words === undefined || model === undefined) {
    return (
      <main class="page">
        {problem === undefined ? (
          <h1 class="note">{words?.strings.loading}</h1>
        ) : (
          <p role="alert">{startFailure(problem)}</p>
        )}
      </main>
    );
  }
  const { strings } = words;
  const { room, connection, sendOnEnter } = model.frame;
  const title = visibleText(model.frame.title);
  return (
    <main class="page">
      <h1 class="unseen">{title}</h1>
      <ConnectionBanner connection={connection} />
      <MessageList
        key={`list ${room}`}
        model={model}
        strings={strings}
        dates={dates}
        actions={actions}
        place={memory.place(room)}
        onPlace={(place) => {
          memory.setPlace(room, place);
        }}
        onLoadOlder={() => {
          session.loadOlder();
        }}
        onLoadMissing={() => {
          session.loadMissing();
        }}
        onSeen={() => {
          session.seen();
        }}
        attach={(jump) => {
          jumpToLatest.current = jump;
        }}
      />
      <Composer
        key={`composer ${room}`}
        title={title}
        sendOnEnter={sendOnEnter}
        strings={strings}
        draft={memory.draft(room)}
        onDraft={(text) => {
          memory.setDraft(room, text);
        }}
        onSend={async (text) => {
          jumpToLatest.current?.();
          await session.send(room, text);
        }}
        attach={(focus) => session.attachComposer(focus)}
        attachField={(field) => memory.attachField(room, field)}
      />
    </main>
  );
}

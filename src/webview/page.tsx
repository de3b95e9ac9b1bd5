import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { knownNames } from '../chat/mentions';
import { visibleText } from '../chat/visibleText';
import type { PageStrings } from '../protocol/messages';
import { Composer } from './composer';
import { ConnectionBanner } from './connectionBanner';
import { dateWords, personsLocale } from './dates';
import { FocusHandover } from './focusHandover';
import type { MessageActions } from './messageEntry';
import { MessageList, type ListControl } from './messageList';
import type { PageMemory } from './pageMemory';
import type { PageModel } from './pageModel';
import { ReadingContext, type Reading } from './reading';
import type { PageSession, PageView } from './pageSession';
import type { CompletionSources } from './useCompletion';
import { earlierTexts } from './sentHistory';
import { UnfoldedContext } from './unfolded';
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

/** The same object as long as nothing in it changes: every text is read anew when it does. */
function useReading(session: PageSession, strings: PageStrings | undefined, model: PageModel | undefined): Reading {
  const names = model?.authors;
  const mine = model?.frame.mentionNames.join('\n') ?? '';
  return useMemo<Reading>(
    () => ({
      strings: strings ?? ({} as PageStrings),
      mentionAt: knownNames([...(names ?? [])], mine.split('\n')),
      copy: (text) => {
        session.copy(text);
      },
      insertCode: (text) => {
        session.insertCode(text);
      },
      openCode: (text, language) => {
        session.openCode(text, language);
      },
    }),
    [session, strings, names, mine],
  );
}

/** Whether the page has been painted since there is something to show. */
function usePainted(isThere: boolean): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    if (!isThere) return;
    requestAnimationFrame(() => {
      setTimeout(() => {
        setPainted(true);
      });
    });
  }, [isThere]);
  return isPainted;
}

/** The names of others who spoke in the room, the last first. */
function knownPeople(model: PageModel | undefined): readonly string[] {
  const names = new Set<string>();
  for (const { own, authorName } of model?.entries.toReversed() ?? []) if (!own) names.add(authorName);
  return [...names];
}

/** Why there is no chat, in the person's language. All other words come with the answer that failed; these, with the HTML. */
function startFailure(problem: string): string {
  const template = document.getElementById('app')?.dataset['startFailure'];
  return template === undefined ? problem : fill(template, problem);
}

/** The whole page: connection, messages, composer. */
export function Page({ session, memory }: { readonly session: PageSession; readonly memory: PageMemory }): VNode {
  const { words, model, problem } = useView(session);
  const list = useRef<ListControl>(undefined);
  const { locale = '', systemLocale } = words ?? {};
  const allDates = useMemo(
    () => dateWords(personsLocale(locale, [systemLocale, ...navigator.languages])),
    [locale, systemLocale],
  );
  const isPainted = usePainted(words !== undefined && model !== undefined);
  // Nobody points at a message before it is painted, and each way of writing a date takes milliseconds to make.
  const dates = useMemo(() => (isPainted ? allDates : { ...allDates, full: () => '' }), [allDates, isPainted]);
  const handover = useMemo(() => new FocusHandover(), []);
  const actions = useMemo<MessageActions>(
    () => ({
      retry: (key) => {
        session.retry(key);
      },
      discard: (key) => {
        session.discard(key);
      },
    }),
    [session],
  );

  const sources = useMemo<CompletionSources>(
    () => ({
      names: () => knownPeople(session.view.model),
      openFiles: () => session.openFiles(),
    }),
    [session],
  );
  const reading = useReading(session, words?.strings, model);

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
    <ReadingContext.Provider value={reading}>
      <UnfoldedContext.Provider value={memory.unfolded}>
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
            onSeen={(seen) => {
              session.seen(seen);
            }}
            attach={(control) => {
              list.current = control;
              session.attachList(control);
            }}
            onLeave={() => {
              session.focusComposer();
            }}
          />
          <Composer
            key={`composer ${room}`}
            title={title}
            sendOnEnter={sendOnEnter}
            strings={strings}
            earlier={() => earlierTexts(session.view.model?.entries ?? [])}
            sources={sources}
            selection={() => session.selection()}
            draft={memory.draft(room)}
            onDraft={(text) => {
              memory.setDraft(room, text);
            }}
            onSend={(text) => {
              list.current?.jumpToLatest();
              void memory.send(room, text, () => session.send(room, text));
            }}
            onLeave={() => {
              list.current?.focus();
            }}
            attach={(focus) => session.attachComposer(focus)}
            attachField={(field) => memory.attachField(room, field)}
            handover={handover}
          />
        </main>
      </UnfoldedContext.Provider>
    </ReadingContext.Provider>
  );
}

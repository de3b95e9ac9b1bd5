import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import type { PageStrings } from '../protocol/messages';
import type { PageSession } from './pageSession';
import { countOfNews } from './words';

/** More messages at once than this are told by their number: nobody listens to ten. */
const MAX_TOLD = 3;

/** The beginning of a message tells whether to read it. */
const MAX_TEXT_LENGTH = 300;

/** Sentences that stand there longer than this many newer ones are taken away: they have long been said. */
const MAX_KEPT = 6;

interface Sentence {
  readonly number: number;
  readonly text: string;
}

/**
 * Says new messages to those who listen, each once. Not the list itself: what is drawn there is often nothing new.
 * Nothing is said where another page of the same window says it, or where the person wants quiet.
 */
export function Announcer({
  session,
  strings,
}: {
  readonly session: PageSession;
  readonly strings: PageStrings;
}): VNode {
  const [sentences, setSentences] = useState<readonly Sentence[]>([]);
  useEffect(() => {
    let told = session.view.model;
    return session.subscribe(() => {
      const { model } = session.view;
      // A view can change without its model: the same news are not told again.
      if (model === undefined || model === told) return;
      told = model;
      if (model.news.length === 0 || !model.frame.announces) return;
      const texts =
        model.news.length > MAX_TOLD
          ? [countOfNews(model.news.length, strings)]
          : model.news.map(({ authorName, text }) => visibleText(`${authorName}: ${text.slice(0, MAX_TEXT_LENGTH)}`));
      setSentences((before) => {
        const next = (before.at(-1)?.number ?? 0) + 1;
        return [...before, ...texts.map((text, index) => ({ number: next + index, text }))].slice(-MAX_KEPT);
      });
    });
  }, [session, strings]);
  return (
    <div class="unseen" aria-live="polite" aria-relevant="additions">
      {sentences.map(({ number, text }) => (
        <p key={number}>{text}</p>
      ))}
    </div>
  );
}

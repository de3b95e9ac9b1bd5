import type { ComponentChildren, VNode } from 'preact';
import { useContext, useMemo, useRef } from 'preact/hooks';
import { markupOf } from '../chat/blockMarkup';
import { splitFences } from '../chat/fences';
import { visibleText } from '../chat/visibleText';
import { Chunked } from './chunked';
import { CodeBlock } from './codeBlock';
import { foldedText } from './fold';
import { FoldButton } from './foldButton';
import { useLazyPart } from './lazyScripts';
import { isAddress, splitLinks } from './links';
import { blocksView } from './markupView';
import { ReadingContext } from './reading';
import { useUnfolded } from './unfolded';

/** A longer text is one that a machine wrote: it is laid out piece by piece, with addresses and fences only. */
const MAX_MARKUP = 20_000;

/** A long text with more blocks of code than this is a flood of fences and stays text: each is a handful of elements. */
const MAX_SEGMENTS = 400;

/** More links than this in one long text are a flood and stay text: every link is an element. */
const MAX_LINKS = 500;

/** How long the text is beside its blocks of code. */
function runningLength(text: string): number {
  if (text.length <= MAX_MARKUP) return text.length;
  const segments = splitFences(text);
  // Each block of code is a handful of elements: a flood of them is as much work as a long text.
  if (segments.length > MAX_SEGMENTS) return text.length;
  return segments.reduce((length, segment) => length + (segment.kind === 'text' ? segment.text.length : 0), 0);
}

const shortcode = /:[a-z0-9_+-]{1,40}:/;

function longText(text: string): ComponentChildren {
  let linksLeft = MAX_LINKS;
  const write = (piece: string): ComponentChildren =>
    splitLinks(visibleText(piece), linksLeft).map(({ text: shown, isLink }) => {
      if (!isLink) return shown;
      linksLeft--;
      return (
        <a href={shown} dir="ltr">
          {shown}
        </a>
      );
    });
  const segments = splitFences(text);
  if (segments.length > MAX_SEGMENTS) {
    return (
      <div class="text">
        <Chunked text={text} write={write} />
      </div>
    );
  }
  return segments.map((segment, index) =>
    segment.kind === 'code' ? (
      <CodeBlock code={segment.text} language={segment.language} info={segment.info} part={`.${index}`} />
    ) : (
      <div class="text">
        <Chunked text={segment.text} write={write} />
      </div>
    ),
  );
}

/** What a message says: running text and blocks of code, folded when it is long. Nothing in it is ever taken as HTML. */
export function MessageText({ text }: { readonly text: string }): VNode {
  const { strings, mentionAt } = useContext(ReadingContext);
  const [isUnfolded, toggle] = useUnfolded('text');
  const folded = useMemo(() => foldedText(text), [text]);
  const body = useRef<HTMLDivElement>(null);
  const isWhole = isUnfolded || folded === undefined;
  const shown = isWhole ? text : folded;
  const emoji = useLazyPart('emoji', shortcode.test(shown));
  // What was read is kept, not the elements: a kept element would keep the whole page as it was when it was made.
  const read = useMemo(() => {
    if (runningLength(shown) > MAX_MARKUP) return undefined;
    const emojiOf = (name: string): string | undefined =>
      emoji !== undefined && Object.hasOwn(emoji, name) ? emoji[name] : undefined;
    return markupOf(shown, { splitLinks, isAddress, mentionAt, emojiOf });
  }, [shown, mentionAt, emoji]);
  const blocks = read === undefined ? longText(shown) : blocksView(read);
  return (
    <div class="body">
      <div ref={body} class={isWhole ? 'blocks' : 'blocks folded'}>
        {blocks}
      </div>
      {folded !== undefined && (
        <FoldButton label={strings.showAll} isUnfolded={isUnfolded} content={body} onToggle={toggle} />
      )}
    </div>
  );
}

import type { ComponentChildren, VNode } from 'preact';
import { useContext, useMemo, useRef, useState } from 'preact/hooks';
import { splitFences, type Segment } from '../chat/fences';
import { visibleText } from '../chat/visibleText';
import type { PageStrings } from '../protocol/messages';
import { Chunked } from './chunked';
import { CodeBlock } from './codeBlock';
import { foldedText } from './fold';
import { HoldInPlace } from './holdInPlace';
import { splitLinks } from './links';

/** A message with more blocks than this is a flood of fences and stays text: every block is a handful of elements. */
const MAX_SEGMENTS = 400;

/** More links than this in one message are a flood and stay text: every link is an element. */
const MAX_LINKS = 500;

/** Without the blank lines at both ends, which the margins of code blocks already are. */
function withoutBlankEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (text.charAt(start) === '\n') start++;
  while (end > start && text.charAt(end - 1) === '\n') end--;
  return text.slice(start, end);
}

function runningText(text: string): ComponentChildren {
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
  return <Chunked text={text} write={write} />;
}

function segmentsOf(text: string): readonly Segment[] {
  const segments = splitFences(text);
  return segments.length > MAX_SEGMENTS ? [{ kind: 'text', text }] : segments;
}

/** What a message says: running text and blocks of code, folded when it is long. Nothing in it is ever taken as HTML. */
export function MessageText({
  text,
  strings,
  onCopy,
}: {
  readonly text: string;
  readonly strings: PageStrings;
  readonly onCopy: (text: string) => void;
}): VNode {
  const [isUnfolded, setUnfolded] = useState(false);
  const folded = useMemo(() => foldedText(text), [text]);
  const holdInPlace = useContext(HoldInPlace);
  const body = useRef<HTMLDivElement>(null);
  const isWhole = isUnfolded || folded === undefined;
  const shown = isWhole ? text : folded;
  const blocks = useMemo(
    () =>
      segmentsOf(shown).map((segment) => {
        if (segment.kind === 'code') {
          return <CodeBlock code={segment.text} language={segment.language} strings={strings} onCopy={onCopy} />;
        }
        const said = withoutBlankEnds(segment.text);
        return said === '' ? undefined : <div class="text">{runningText(said)}</div>;
      }),
    [shown, strings, onCopy],
  );
  return (
    <div class="body">
      <div ref={body} class={isWhole ? 'blocks' : 'blocks folded'}>
        {blocks}
      </div>
      {folded !== undefined && (
        <button
          type="button"
          class="link"
          aria-expanded={isUnfolded}
          onClick={({ currentTarget }) => {
            // Unfolding goes on below what was read; folding leaves the button under the pointer.
            holdInPlace(isUnfolded || body.current === null ? currentTarget : body.current);
            setUnfolded(!isUnfolded);
          }}
        >
          {isUnfolded ? strings.showLess : strings.showAll}
        </button>
      )}
    </div>
  );
}

import type { ComponentChildren, VNode } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import { MAX_LANGUAGE_LENGTH } from '../protocol/guards';
import { Chunked } from './chunked';
import type { HighlightedNode } from './highlighterMain';
import { Icon } from './icons';
import { useLazyPart } from './lazyScripts';
import { ReadingContext } from './reading';

const COPIED_MS = 2_000;

/** Longer code stays in one colour: colouring it would hold up the page. */
const MAX_HIGHLIGHTED = 20_000;

function coloured(nodes: readonly HighlightedNode[]): ComponentChildren {
  return nodes.map((node) =>
    typeof node === 'string' ? node : <span class={node.className}>{coloured(node.children)}</span>,
  );
}

/** A fenced block of code. What is copied, inserted or opened is the code as it was sent, not its visible form. */
export function CodeBlock({ code, language }: { readonly code: string; readonly language: string | undefined }): VNode {
  const { strings, copy, insertCode, openCode } = useContext(ReadingContext);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => {
      setCopied(false);
    }, COPIED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isCopied]);
  const named = language?.slice(0, MAX_LANGUAGE_LENGTH);
  const label = named === undefined ? '' : visibleText(named);
  const isShort = code.length <= MAX_HIGHLIGHTED;
  const highlight = useLazyPart('highlight', isShort && named !== undefined);
  const colours = useMemo(
    () => (named === undefined || !isShort ? undefined : highlight?.(named, visibleText(code))),
    [highlight, named, code, isShort],
  );
  return (
    <div class="code">
      <div class="code-head">
        <bdi class="code-language">{label}</bdi>
        <span class="code-actions">
          <button
            type="button"
            class="quiet"
            aria-label={strings.insertCode}
            title={strings.insertCode}
            onClick={() => {
              insertCode(code);
            }}
          >
            <Icon name="insert" />
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={strings.openCode}
            title={strings.openCode}
            onClick={() => {
              openCode(code, named);
            }}
          >
            <Icon name="file" />
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              copy(code);
              setCopied(true);
            }}
          >
            <Icon name={isCopied ? 'check' : 'copy'} />
            {isCopied ? strings.copied : strings.copy}
          </button>
        </span>
      </div>
      {/* Reachable by keyboard, because it may scroll. */}
      <pre tabIndex={0} role="group" aria-label={label === '' ? strings.code : `${strings.code}: ${label}`}>
        <code>{colours === undefined ? <Chunked text={code} write={visibleText} /> : coloured(colours)}</code>
      </pre>
    </div>
  );
}

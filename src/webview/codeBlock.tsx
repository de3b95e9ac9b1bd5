import type { ComponentChildren, VNode } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import { MAX_LANGUAGE_LENGTH } from '../protocol/guards';
import { Chunked } from './chunked';
import { codeText } from './codeText';
import { foldedCode } from './fold';
import { FoldButton } from './foldButton';
import type { HighlightedNode } from './highlighterMain';
import { Icon } from './icons';
import { useLazyPart } from './lazyScripts';
import { ReadingContext } from './reading';
import { useUnfolded } from './unfolded';
import { fill } from './words';

const COPIED_MS = 2_000;

/** More is not about the code. */
const MAX_INFO = 200;

/** Longer code stays in one colour: colouring it would hold up the page. */
const MAX_HIGHLIGHTED = 20_000;

function coloured(nodes: readonly HighlightedNode[]): ComponentChildren {
  return nodes.map((node) =>
    typeof node === 'string' ? codeText(node) : <span class={node.className}>{coloured(node.children)}</span>,
  );
}

function codePiece(piece: string): ComponentChildren {
  return codeText(visibleText(piece));
}

function lineCount(code: string): number {
  return code.replace(/\n$/, '').split('\n').length;
}

/** A fenced block of code, folded when it is long. What is copied, inserted or opened is the whole code as it was sent. */
export function CodeBlock({
  code,
  language,
  info,
  part,
}: {
  readonly code: string;
  readonly language: string | undefined;
  /** What else its author says about it. */
  readonly info: string | undefined;
  /** Which one it is in its message. */
  readonly part: string;
}): VNode {
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
  const [isUnfolded, toggle] = useUnfolded(`code ${part}`);
  const content = useRef<HTMLPreElement>(null);
  const folded = useMemo(() => foldedCode(code), [code]);
  const shown = isUnfolded ? code : (folded ?? code);
  const isShort = shown.length <= MAX_HIGHLIGHTED;
  const highlight = useLazyPart('highlight', isShort && named !== undefined);
  const colours = useMemo(
    () => (named === undefined || !isShort ? undefined : highlight?.(named, visibleText(shown))),
    [highlight, named, shown, isShort],
  );
  return (
    <div class="code">
      <div class="code-head">
        <span class="code-name">
          <bdi class="code-language">{label}</bdi>
          {info !== undefined && <bdi class="code-info">{` ${visibleText(info.slice(0, MAX_INFO))}`}</bdi>}
        </span>
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
      <pre
        ref={content}
        dir="ltr"
        class={shown === code ? undefined : 'folded'}
        tabIndex={0}
        role="group"
        aria-label={label === '' ? strings.code : `${strings.code}: ${label}`}
      >
        <code>{colours === undefined ? <Chunked text={shown} write={codePiece} /> : coloured(colours)}</code>
      </pre>
      {folded !== undefined && (
        <div class="code-foot">
          <FoldButton
            label={fill(strings.showAllLines, String(lineCount(code)))}
            isUnfolded={isUnfolded}
            content={content}
            onToggle={toggle}
          />
        </div>
      )}
    </div>
  );
}

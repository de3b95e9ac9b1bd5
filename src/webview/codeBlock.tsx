import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { visibleText } from '../chat/visibleText';
import type { PageStrings } from '../protocol/messages';
import { Chunked } from './chunked';
import { Icon } from './icons';

const COPIED_MS = 2_000;
const MAX_LANGUAGE_LENGTH = 40;

/** A fenced block of code. What is copied is the code as it was sent, not its visible form. */
export function CodeBlock({
  code,
  language,
  strings,
  onCopy,
}: {
  readonly code: string;
  readonly language: string | undefined;
  readonly strings: PageStrings;
  readonly onCopy: (text: string) => void;
}): VNode {
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
  const label = language === undefined ? '' : visibleText(language.slice(0, MAX_LANGUAGE_LENGTH));
  return (
    <div class="code">
      <div class="code-head">
        <bdi class="code-language">{label}</bdi>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            onCopy(code);
            setCopied(true);
          }}
        >
          <Icon name={isCopied ? 'check' : 'copy'} />
          {isCopied ? strings.copied : strings.copy}
        </button>
      </div>
      {/* Reachable by keyboard, because it may scroll. */}
      <pre tabIndex={0} role="group" aria-label={label === '' ? strings.code : `${strings.code}: ${label}`}>
        <code>
          <Chunked text={code} write={visibleText} />
        </code>
      </pre>
    </div>
  );
}

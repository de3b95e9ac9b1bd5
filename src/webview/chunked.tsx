import type { ComponentChildren, VNode } from 'preact';
import { splitChunks } from './chunks';

/** A text of any length that is laid out only where it is in view. `write` makes elements or text of a piece. */
export function Chunked({
  text,
  write,
}: {
  readonly text: string;
  readonly write: (piece: string) => ComponentChildren;
}): VNode {
  const chunks = splitChunks(text);
  if (chunks.length === 1) return <>{write(text)}</>;
  return (
    <>
      {chunks.map((chunk) => (
        <span class="chunk">{write(chunk)}</span>
      ))}
    </>
  );
}

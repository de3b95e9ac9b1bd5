import type { RefObject, VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { HoldInPlace } from './holdInPlace';
import { ReadingContext } from './reading';

/** Unfolds what is shown in part, and folds it again. The list stays where the person reads. */
export function FoldButton({
  label,
  isUnfolded,
  content,
  onToggle,
}: {
  /** What unfolding promises. */
  readonly label: string;
  readonly isUnfolded: boolean;
  readonly content: RefObject<HTMLElement | null>;
  readonly onToggle: () => void;
}): VNode {
  const { strings } = useContext(ReadingContext);
  const holdInPlace = useContext(HoldInPlace);
  return (
    <button
      type="button"
      class="link"
      aria-expanded={isUnfolded}
      onClick={({ currentTarget }) => {
        // Unfolding goes on below what was read; folding leaves the button under the pointer.
        holdInPlace(isUnfolded || content.current === null ? currentTarget : content.current);
        onToggle();
      }}
    >
      {isUnfolded ? strings.showLess : label}
    </button>
  );
}

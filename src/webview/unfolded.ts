import { createContext, type Context } from 'preact';
import { useContext, useState } from 'preact/hooks';

/** More are not kept: who unfolds so much finds the first ones folded again. */
const MAX_KEPT = 200;

/** What the person has unfolded in the page: it stays so while it is not drawn, and after a reload. */
export class Unfolded {
  readonly #parts: Set<string>;
  readonly #onChange: () => void;

  constructor(parts: Iterable<string> = [], onChange: () => void = () => undefined) {
    this.#parts = new Set(parts);
    this.#onChange = onChange;
  }

  get parts(): readonly string[] {
    return [...this.#parts];
  }

  has(part: string): boolean {
    return this.#parts.has(part);
  }

  set(part: string, isUnfolded: boolean): void {
    this.#parts.delete(part);
    if (isUnfolded) this.#parts.add(part);
    for (const oldest of this.#parts) {
      if (this.#parts.size <= MAX_KEPT) break;
      this.#parts.delete(oldest);
    }
    this.#onChange();
  }
}

/** One for the whole page. */
export const UnfoldedContext: Context<Unfolded> = createContext(new Unfolded());

/** The key of the message in which something can be unfolded. */
export const FoldedIn: Context<string> = createContext('');

/** Whether a part of a message is unfolded, and what folds or unfolds it. `part` tells it from the message's other parts. */
export function useUnfolded(part: string): readonly [boolean, () => void] {
  const unfolded = useContext(UnfoldedContext);
  const id = `${useContext(FoldedIn)} ${part}`;
  const [isUnfolded, setUnfolded] = useState(() => unfolded.has(id));
  return [
    isUnfolded,
    () => {
      unfolded.set(id, !isUnfolded);
      setUnfolded(!isUnfolded);
    },
  ];
}

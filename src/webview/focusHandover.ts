/** Hands the keyboard from the composer of one room to that of the next, which takes its place. */
export class FocusHandover {
  #isOpen = false;

  /** A field goes, and is still in the page. */
  leave(field: HTMLElement | null): void {
    this.#isOpen = field !== null && document.activeElement === field;
  }

  /**
   * Another one has come. It gets the keyboard if the last had it and nothing else has it now. If the page has not got it,
   * as while a room is picked from a list of VS Code's, then when the page gets it: a page must not take it from there.
   *
   * @returns what must be called when it goes
   */
  arrive(field: HTMLElement): () => void {
    if (!this.#isOpen) return () => undefined;
    this.#isOpen = false;
    const take = (): void => {
      if (document.activeElement === document.body || document.activeElement === null) field.focus();
    };
    if (document.hasFocus()) {
      take();
      return () => undefined;
    }
    window.addEventListener('focus', take, { once: true });
    return () => {
      window.removeEventListener('focus', take);
    };
  }
}

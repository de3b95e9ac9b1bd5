/** Whether an input method is composing in a field. Its text must not be set then: what is composed would be lost. */
export class Composition {
  readonly #waiting: (() => void)[] = [];
  #isOn = false;

  begin(): void {
    this.#isOn = true;
  }

  /** It is over, or the field is gone. */
  end(): void {
    this.#isOn = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves when none is going on. */
  over(): Promise<void> {
    return this.#isOn ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }
}

/**
 * Prints the output of tiers that run beside each other as if they ran one after the other: the first that has not
 * ended yet is shown live, line by line, the others are kept back until it is their turn.
 */
export class TierPrinter {
  readonly #print: (line: string) => void;
  readonly #waiting: { readonly name: string; text: string; done: boolean; begun: boolean }[];

  constructor(names: readonly string[], print: (line: string) => void) {
    this.#print = print;
    this.#waiting = names.map((name) => ({ name, text: '', done: false, begun: false }));
  }

  /** Adds output of one tier, in pieces of any size. */
  write(name: string, text: string): void {
    const tier = this.#waiting.find((other) => other.name === name);
    if (tier === undefined) return;
    tier.text += text;
    this.#flush();
  }

  /** Nothing more will come from this tier. */
  end(name: string): void {
    const tier = this.#waiting.find((other) => other.name === name);
    if (tier === undefined) return;
    tier.done = true;
    this.#flush();
  }

  #flush(): void {
    for (let tier = this.#waiting[0]; tier !== undefined; tier = this.#waiting[0]) {
      if (!tier.begun) this.#print(`\n── ${tier.name} ${'─'.repeat(Math.max(0, 60 - tier.name.length))}`);
      tier.begun = true;
      const lines = tier.text.split('\n');
      tier.text = lines.pop() ?? '';
      for (const line of lines) this.#print(line);
      if (!tier.done) return;
      if (tier.text !== '') this.#print(tier.text);
      this.#waiting.shift();
    }
  }
}

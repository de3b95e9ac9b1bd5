interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** What will happen in virtual time, soonest first: a binary heap. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;

  /** Something happens then; what was planned first comes first at equal times. */
  at(time: number, happen: () => void): void {
    const event = { at: time, order: this.#order++, happen };
    let place = this.#heap.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      this.#heap[place] = above;
      place = parent;
    }
    this.#heap[place] = event;
  }

  /** Lets time pass until then. */
  run(until: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= until; next = this.#heap[0]) {
      this.#removeFirst();
      next.happen();
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      this.#heap[place] = child;
      place = child === right ? 2 * place + 2 : 2 * place + 1;
    }
    this.#heap[place] = last;
  }
}

function isBefore(left: Event, right: Event): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

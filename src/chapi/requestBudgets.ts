import type { Clock } from './clock';
import { RequestBudget } from './requestBudget';

/** So many keys are remembered: those that somebody tried are few. */
const MOST_BUDGETS = 8;

/**
 * One request budget for each key at each address. The service limits a key (its "things you should know" page), so that
 * what one key was refused says nothing of another; and whoever asks with the same key shares its budget and its pauses,
 * however often the chat starts anew.
 */
export class RequestBudgets {
  readonly #clock: Clock;
  /** The one that was asked for last stands last. */
  readonly #budgets = new Map<string, RequestBudget>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The budget of that key at that address. */
  of(baseUrl: string, apiKey: string): RequestBudget {
    const name = JSON.stringify([baseUrl, apiKey]);
    const budget = this.#budgets.get(name) ?? new RequestBudget(this.#clock);
    this.#budgets.delete(name);
    this.#budgets.set(name, budget);
    const [oldest] = this.#budgets.keys();
    if (this.#budgets.size > MOST_BUDGETS && oldest !== undefined) this.#budgets.delete(oldest);
    return budget;
  }
}

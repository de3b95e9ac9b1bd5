import * as vscode from 'vscode';
import { engineName } from '../store/layout';
import type { OtherKeys } from '../store/otherKeys';
import { codeOf } from '../sync/disk';
import { LATE_WRITES_MS, type Account, type StateFolder } from './stateFolder';

/** What the user wants done with what was written with another key. */
export type UnsentChoice = 'move' | 'discard' | 'keep';

/** Engines of a key that has just changed end within so long, and leave what is unsent: tries, and milliseconds between them. */
const TRIES = 20;
const TRY_EVERY_MS = 500;

/** Two keys are two people: what was written with one is sent with another only if the user says so. */
export class UnsentOfOtherKeys {
  readonly #state: StateFolder;
  readonly #log: (line: string) => void;

  constructor(state: StateFolder, log: (line: string) => void) {
    this.#state = state;
    this.#log = log;
  }

  /** Asks before another key is set. `undefined`: the user would rather keep the present one. */
  async askBefore(count: number): Promise<UnsentChoice | undefined> {
    const move = vscode.l10n.t('Send with the New Key');
    const keep = vscode.l10n.t('Keep for the Old Key');
    const discard = vscode.l10n.t('Discard');
    const chosen = await vscode.window.showWarningMessage(
      count === 1
        ? vscode.l10n.t('1 message that you wrote with the present key is not sent yet. What should become of it?')
        : vscode.l10n.t(
            '{0} messages that you wrote with the present key are not sent yet. What should become of them?',
            count,
          ),
      { modal: true, detail: vscode.l10n.t('Kept messages are sent when the old key is set again.') },
      move,
      keep,
      discard,
    );
    return chosen === move ? 'move' : chosen === keep ? 'keep' : chosen === discard ? 'discard' : undefined;
  }

  /** Does what the user has chosen for the messages of the account before. Waits for engines that still have them. Never rejects. */
  async settle(before: Account, now: Account | undefined, choice: UnsentChoice): Promise<void> {
    if (now === undefined || now.apiKey === before.apiKey || now.baseUrl !== before.baseUrl) return;
    await this.#withOthers(now, (others) => this.#settle(others, engineName(before.baseUrl, before.apiKey), choice));
  }

  /**
   * Asks for what waits under other keys, once those who may still have it have ended: another window may have changed the
   * key, or one may have had that of the environment. Of all windows one asks, once. Never rejects.
   */
  ask(account: Account, isStillCurrent: () => boolean): void {
    void this.#withOthers(account, (others) => others.forgetAsked());
    setTimeout(() => {
      if (isStillCurrent()) void this.#withOthers(account, (others) => this.#askFor(others));
    }, LATE_WRITES_MS).unref();
  }

  async #askFor(others: OtherKeys): Promise<void> {
    for (const { key, count } of await others.unsent()) {
      if (!(await others.mayAsk(key))) continue;
      const move = vscode.l10n.t('Send with This Key');
      const keep = vscode.l10n.t('Keep for the Old Key');
      const discard = vscode.l10n.t('Discard');
      const chosen = await vscode.window.showWarningMessage(
        count === 1
          ? vscode.l10n.t('1 message that you wrote with another API key is not sent. What should become of it?')
          : vscode.l10n.t(
              '{0} messages that you wrote with another API key are not sent. What should become of them?',
              count,
            ),
        move,
        keep,
        discard,
      );
      if (chosen === move) await this.#settle(others, key, 'move');
      if (chosen === discard) await this.#settle(others, key, 'discard');
    }
  }

  async #settle(others: OtherKeys, key: string, choice: UnsentChoice): Promise<void> {
    // It is decided: no other window needs to ask.
    await others.mayAsk(key).catch(() => false);
    if (choice === 'keep') return;
    for (let tries = 0; tries < TRIES; tries++) {
      const { left } = choice === 'move' ? await others.move(key) : await others.discard(key);
      if (left === 0) return;
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
    this.#log('Another window still uses what was written with another key: it stays as it is.');
  }

  async #withOthers(account: Account, work: (others: OtherKeys) => Promise<void>): Promise<void> {
    try {
      const place = await this.#state.open();
      if (place !== undefined) await work(this.#state.otherKeys(account, place));
    } catch (error) {
      this.#log(`What is unsent under another key could not be looked at (${codeOf(error)}).`);
    }
  }
}

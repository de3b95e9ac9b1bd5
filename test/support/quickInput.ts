import type { Locator, Page } from 'playwright-core';
import { expectSoon } from './expectSoon';

/** VS Code's input at the top of the window: the command palette, pick lists, and input boxes. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The whole widget, for what the methods here do not cover. */
  get widget(): Locator {
    return this.#page.locator('.quick-input-widget');
  }

  get #input(): Locator {
    return this.widget.locator('.quick-input-filter input');
  }

  /** Waits until it is open. */
  async waitUntilOpen(): Promise<void> {
    await this.#input.waitFor({ state: 'visible' });
  }

  /** Waits until it is closed. */
  async waitUntilClosed(): Promise<void> {
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Waits until it is closed, or until another one took the place of the one with this text. */
  async waitUntilLeft(typed: string): Promise<void> {
    const read = async (): Promise<string | undefined> =>
      (await this.#input.isVisible()) ? this.#input.inputValue({ timeout: 1000 }).catch(() => undefined) : undefined;
    await expectSoon(read, (value) => value !== typed, 'the input to close');
  }

  /** Replaces what is typed. Rejects when the input is closed meanwhile, or does not open. */
  async type(text: string, timeout = 30_000): Promise<void> {
    await this.#input.waitFor({ state: 'visible', timeout });
    await this.#input.fill(text, { timeout });
  }

  /** What is typed. */
  async value(): Promise<string> {
    await this.waitUntilOpen();
    return this.#input.inputValue();
  }

  /** Whether what is typed is shown as dots. */
  async isPassword(): Promise<boolean> {
    await this.waitUntilOpen();
    return (await this.#input.getAttribute('type')) === 'password';
  }

  /** What stands below the input: the prompt, or in its place what is wrong with the text. */
  async message(): Promise<string> {
    await this.waitUntilOpen();
    return (await this.widget.locator('.quick-input-message').innerText()).trim();
  }

  /** Waits until the text below the input matches. Rejects with what it is instead. */
  async waitForMessage(pattern: RegExp): Promise<string> {
    return expectSoon(
      () => this.message(),
      (text) => pattern.test(text),
      `a message like ${String(pattern)}`,
    );
  }

  /** The entries of a pick list that are on screen, each with its label alone. */
  async labels(): Promise<string[]> {
    const labels = await this.#rows.locator('.label-name').allInnerTexts();
    return labels.map((label) => label.trim());
  }

  get #rows(): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row');
  }

  /** Waits for the entry with this label and takes it. */
  async pick(label: string): Promise<void> {
    await this.waitUntilOpen();
    const row = this.#row(label);
    await row.waitFor({ state: 'visible' });
    await row.click();
  }

  #row(label: string): Locator {
    return this.#rows.filter({ has: this.#page.locator('.label-name').getByText(label, { exact: true }) }).first();
  }

  /** Whether an entry with this label comes up within `timeoutMs`. */
  async offers(label: string, timeoutMs: number): Promise<boolean> {
    return this.#row(label)
      .waitFor({ state: 'visible', timeout: timeoutMs })
      .then(
        () => true,
        () => false,
      );
  }

  /** Presses Enter. The input may stay open: see {@link waitForMessage}. */
  async accept(): Promise<void> {
    await this.waitUntilOpen();
    await this.#input.press('Enter');
  }

  /** Presses Escape. */
  async cancel(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.waitUntilClosed();
  }
}

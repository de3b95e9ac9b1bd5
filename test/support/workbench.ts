import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { artifactFile } from './artifacts';
import { expectSoon } from './expectSoon';
import { QuickInput } from './quickInput';
import type { VsCodeServer } from './vscodeServer';

const EXTENSION_ID = 'chapi.chapi-chat';

/** Milliseconds from opening the address to a window with its extensions on a busy machine. */
const START_TIMEOUT_MS = 60_000;
const PALETTE_TRY_MS = 3000;
const CLICK_TIMEOUT_MS = 3000;
const PALETTE_TIMEOUT_MS = 30_000;

/** Where a chat page is shown. */
export type ChatPlace = 'sidebar' | 'editor';

/** A VS Code window in a browser, as a person uses it. */
export class Workbench {
  readonly page: Page;
  readonly server: VsCodeServer;
  readonly quickInput: QuickInput;

  private constructor(page: Page, server: VsCodeServer) {
    this.page = page;
    this.server = server;
    this.quickInput = new QuickInput(page);
  }

  /** Opens a window and waits until it can be used. */
  static async open(context: BrowserContext, server: VsCodeServer): Promise<Workbench> {
    const workbench = new Workbench(await context.newPage(), server);
    await workbench.page.goto(server.url);
    await workbench.waitUntilReady();
    return workbench;
  }

  /** Waits until the window's parts are there. Extensions may still be starting: see {@link waitUntilActive}. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: START_TIMEOUT_MS });
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: START_TIMEOUT_MS });
  }

  /** Waits until the extension has put its item into the status bar: it is active then. */
  async waitUntilActive(): Promise<void> {
    await this.statusBarItem().waitFor({ timeout: START_TIMEOUT_MS });
  }

  /** Runs a command by its whole title as the palette shows it, such as `Chapi: Open Chat`. */
  async runCommand(title: string): Promise<void> {
    const deadline = Date.now() + PALETTE_TIMEOUT_MS;
    for (;;) {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInput.type(`>${title}`, PALETTE_TRY_MS);
      } catch (error) {
        // What was done last may take the keyboard only now, and with it the palette away.
        if (Date.now() > deadline) throw error;
        continue;
      }
      if (await this.quickInput.offers(title, PALETTE_TRY_MS)) {
        await this.quickInput.pick(title);
        // The command may open an input of its own: until then, the palette is still there.
        return this.quickInput.waitUntilLeft(`>${title}`);
      }
      // The palette is a picture of the moment when it was opened; a command that became available later is not in it.
      const labels = await this.quickInput.labels();
      await this.quickInput.cancel();
      if (Date.now() > deadline) throw new Error(`The palette has no "${title}". It has: ${labels.join(', ')}.`);
    }
  }

  /** Whether the palette offers a command now. */
  async hasCommand(title: string): Promise<boolean> {
    await this.page.keyboard.press('F1');
    await this.quickInput.type(`>${title}`);
    const isOffered = await this.quickInput.offers(title, PALETTE_TRY_MS);
    await this.quickInput.cancel();
    return isOffered;
  }

  /** A view container's button in the activity bar. */
  activityButton(title = 'Chapi'): Locator {
    const label = this.page.locator(`.action-label[aria-label^="${title}"]`);
    return this.page.locator('.part.activitybar .action-item').filter({ has: label }).first();
  }

  /** Shows a view container by its button in the activity bar, unless it is shown already. */
  async openContainer(title = 'Chapi'): Promise<void> {
    const button = this.activityButton(title);
    await button.waitFor({ timeout: START_TIMEOUT_MS });
    const isShown = async (): Promise<boolean> => (await button.getAttribute('aria-expanded')) === 'true';
    // A window that is still restoring itself may show the container just before the click, which then hides it again.
    const show = async (): Promise<boolean> => {
      if (!(await isShown())) {
        await button.click();
        await expectSoon(isShown, (shown) => shown, 'it', CLICK_TIMEOUT_MS).catch(() => undefined);
      }
      return isShown();
    };
    await expectSoon(show, (shown) => shown, `the container ${title} to be shown`);
  }

  /** The number on a view container's button; empty when there is none. */
  async activityBadge(title = 'Chapi'): Promise<string> {
    const badge = this.activityButton(title).locator('.badge-content');
    return (await badge.isVisible()) ? (await badge.innerText()).trim() : '';
  }

  /** Everything that stands in the sidebar. */
  get sidebar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** An item of the extension in the status bar. VS Code names the element by the extension's and the item's id. */
  statusBarItem(id = 'chapi.status'): Locator {
    return this.page.locator(`[id="${EXTENSION_ID}.${id}"]`);
  }

  /** The messages of the notifications that are on screen. */
  async notifications(): Promise<string[]> {
    const messages = await this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
    return messages.map((message) => message.trim());
  }

  /** Closes all notifications. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /**
   * The frame with the chat page, once its composer is there. A frame is gone after its view was hidden or the window
   * was reloaded: ask again then.
   */
  async chatFrame(place: ChatPlace = 'sidebar'): Promise<Frame> {
    const look = async (): Promise<Frame | undefined> => {
      for (const frame of this.page.frames()) {
        if (!(await this.#isChatIn(frame, place))) continue;
        // The frame may go away while we look.
        const hasComposer = await frame
          .getByRole('textbox')
          .first()
          .isVisible()
          .catch(() => false);
        if (hasComposer) return frame;
      }
      return undefined;
    };
    const frame = await expectSoon(look, (found) => found !== undefined, `a chat page with a composer in the ${place}`);
    if (frame === undefined) throw new Error(`There is no chat page in the ${place}.`);
    return frame;
  }

  /**
   * VS Code puts a page's content into a frame of its own inside the frame that guards it, and lays both over the place
   * where the page belongs; only where they lie tells which place that is.
   */
  async #isChatIn(frame: Frame, place: ChatPlace): Promise<boolean> {
    const guard = frame.parentFrame();
    if (guard === null || !frame.url().includes('fake.html')) return false;
    if (!guard.url().includes(`extensionId=${EXTENSION_ID}`)) return false;
    try {
      const page = await (await guard.frameElement()).boundingBox();
      const area = await this.page.locator(`.part.${place}`).boundingBox();
      if (page === null || area === null) return false;
      const middle = { x: page.x + page.width / 2, y: page.y + page.height / 2 };
      const isWithin = middle.x > area.x && middle.x < area.x + area.width;
      return isWithin && middle.y > area.y && middle.y < area.y + area.height;
    } catch {
      return false;
    }
  }

  /** Opens a file of the folder by its name and waits until it is shown. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+p');
    await this.quickInput.type(name);
    await this.quickInput.pick(name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** Selects whole lines, counted from 1, in the active editor. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.quickInput.type(`:${first}`);
    await this.quickInput.accept();
    await this.quickInput.waitUntilClosed();
    for (let line = first; line < last; line++) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
    const position = this.page.locator('[id="status.editor.selection"]');
    await expectSoon(
      () => position.innerText(),
      (text) => text.includes('selected'),
      'the lines to be selected',
    );
  }

  /** Changes settings as somebody does who edits the file. `undefined` takes a setting out. */
  async setSettings(changes: Readonly<Record<string, unknown>>, scope: 'User' | 'Machine' = 'User'): Promise<void> {
    const file = path.join(this.server.dataDir, 'data', scope, 'settings.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...settings, ...changes }, null, 2));
  }

  /** Reloads the window by its command, so that everything in it ends and starts as it does for a person. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: START_TIMEOUT_MS });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.waitUntilReady();
  }

  /** Keeps a picture of the window among the artifacts and gives its file. */
  async screenshot(name: string): Promise<string> {
    const file = artifactFile(name, 'png');
    await this.page.screenshot({ path: file });
    return file;
  }
}

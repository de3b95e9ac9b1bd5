import assert from 'node:assert/strict';
import type { Frame, Locator } from 'playwright-core';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { plainWords, pseudo, PSEUDO_LANGUAGE } from '../support/pseudoLanguage';
import { useWorkbench } from '../support/vscodeSuite';

/** Names without a letter of the alphabet: whatever has one is the extension's. */
const ROOM = '开发';
const OTHER_ROOM = '测试';
const MY_NAME = '安';
const LOOK_TIMEOUT_MS = 45_000;

/** Names, which are the same in every language, and the words of dates, which the browser translates. */
const NAMES = /\b(Chapi|CHAPI|API|8x8|Work|CHAPI_API_KEY|chapi\.\w+)\b|\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/g;
const MONTHS = /\b(January|February|March|April|May|June|July|August|September|October|November|December)\b/g;

/** Every text that a person sees or hears in a frame: its text nodes, and what names or explains an element. */
function textsOf(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const texts: string[] = [document.title];
    for (const element of document.body.querySelectorAll('*')) {
      if (['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
      for (const name of ['aria-label', 'aria-description', 'aria-roledescription', 'title', 'placeholder', 'alt']) {
        texts.push(element.getAttribute(name) ?? '');
      }
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? '');
    }
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  });
}

function assertTranslated(texts: readonly string[], where: string): void {
  assert.ok(texts.length > 0, `nothing in ${where}`);
  const left = texts.filter((text) => plainWords(text.replace(NAMES, '').replace(MONTHS, '')).length > 0);
  assert.deepEqual([...new Set(left)], [], where);
}

/** Everything that the extension says, in a language that puts an accent on each letter. */
describe('another language', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start({ keys: ['secret_key_of_the_pseudo_language'] });
    for (const name of [ROOM, OTHER_ROOM]) sandbox.control.makeRoom({ name });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    language: PSEUDO_LANGUAGE,
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: {
      'chapi.rooms': [ROOM, OTHER_ROOM, ''],
      'chapi.mentionNames': [MY_NAME],
      'workbench.editor.useModal': 'off',
    },
  }));
  const run = (title: string): Promise<void> => workbench().runCommand(`Chapi: ${pseudo(title)}`);
  const quickInputTexts = async (): Promise<string[]> => {
    const { widget } = workbench().quickInput;
    const placeholder = await widget.locator('.quick-input-filter input').getAttribute('placeholder');
    return [
      placeholder ?? '',
      ...(await widget
        .locator('.quick-input-title, .quick-input-message, .label-name')
        .filter({ visible: true })
        .allInnerTexts()),
    ].map((text) => text.replace(/\(?Press 'Enter'[^)]*\)?/, ''));
  };
  async function tooltipOf(item: Locator): Promise<string[]> {
    await item.hover();
    const hover = workbench().page.locator('.workbench-hover').filter({ visible: true }).first();
    await hover.waitFor();
    const text = await hover.innerText();
    await workbench().page.mouse.move(600, 400);
    return text.split('\n');
  }
  async function textsWithout(elements: Locator, others: string): Promise<string[]> {
    const texts = await elements.evaluateAll(
      (all, selector) =>
        all.map((each) => {
          const copy = each.cloneNode(true) as Element;
          for (const other of copy.querySelectorAll(selector)) other.remove();
          return copy.textContent;
        }),
      others,
    );
    return texts.filter((text) => text.trim() !== '');
  }
  async function rowsOf(view: RegExp): Promise<string[]> {
    const rows = workbench().sidebar.getByRole('tree', { name: view }).getByRole('treeitem');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) =>
      elements.flatMap((element) => [element.getAttribute('aria-label') ?? '', element.textContent]),
    );
  }

  it('welcomes', async () => {
    await workbench().waitUntilActive();
    await workbench().openContainer(pseudo('Chapi'));
    const welcome = workbench().sidebar.locator('.welcome-view-content');
    await welcome.getByRole('button').first().waitFor();
    assertTranslated((await welcome.allInnerTexts()).join('\n').split('\n'), 'the welcome');
    assertTranslated([(await workbench().statusBarItem().getAttribute('aria-label')) ?? ''], 'the status bar');
  });

  it('offers every command', async () => {
    await workbench().page.keyboard.press('F1');
    await workbench().quickInput.type('>Chapi: ');
    assert.ok(await workbench().quickInput.offers(`Chapi: ${pseudo('Set API Key…')}`, LOOK_TIMEOUT_MS));
    // VS Code shows the English title of a command below the translated one.
    const labels = await workbench().quickInput.labels();
    const isPlain = (label: string): boolean => plainWords(label.replace(NAMES, '')).length > 0;
    const [english, translated] = [labels.filter(isPlain), labels.filter((label) => !isPlain(label))];
    assert.ok(translated.length >= 4, labels.join(', '));
    assert.deepEqual(
      english.map((label) => label.replace(/(?<=^Chapi: ).*/, pseudo)),
      translated,
    );
    await workbench().quickInput.cancel();
  });

  it('asks for the key', async () => {
    await run('Set API Key…');
    await workbench().quickInput.waitUntilOpen();
    assertTranslated(await quickInputTexts(), 'the input');
    for (const wrong of ['"with quotes and blanks"', 'wrong_key']) {
      await workbench().quickInput.type(wrong);
      await workbench().quickInput.accept();
      await expectSoon(
        () => workbench().quickInput.message(),
        (message) => message.length > 60,
        'a reason',
        LOOK_TIMEOUT_MS,
      );
      assertTranslated(await quickInputTexts(), wrong);
    }
    await workbench().quickInput.type(sandbox.key);
    await workbench().quickInput.accept();
    await workbench().quickInput.waitUntilClosed();
  });

  it('shows an empty room, and one with messages in each state', async () => {
    const frame = await workbench().chatFrame();
    await frame.getByText(pseudo('No messages yet. Write the first one.')).waitFor();
    assertTranslated(await textsOf(frame), 'an empty room');
    sandbox.control.say({ room: ROOM, author: '安娜', text: '你好\n```\n' + '一\n'.repeat(60) + '```' });
    await frame.getByText('你好').waitFor();
    const composer = frame.getByRole('textbox');
    await composer.fill('好');
    await composer.press('Enter');
    await frame.locator('[data-state="sent"][data-message-id]').waitFor();
    assertTranslated(await textsOf(frame), 'messages');
    sandbox.control.addFault({ kind: 'status', status: 403, match: { method: 'POST' } });
    await composer.fill('不');
    await composer.press('Enter');
    await frame.locator('[data-state="failed"]').waitFor();
    assertTranslated(await textsOf(frame), 'a message that is not sent');
    await workbench().screenshot('pseudo language');
    await frame
      .locator('[data-state="failed"]')
      .getByRole('button', { name: pseudo('Discard') })
      .click();
  });

  it('shows rooms with what is unread, and what is wrong', async () => {
    sandbox.control.say({ room: OTHER_ROOM, author: '安娜', text: '在吗' });
    await expectSoon(
      () => rowsOf(/./),
      (rows) => rows.some((row) => row.includes(OTHER_ROOM) && row.includes('1')),
      'an unread message',
      LOOK_TIMEOUT_MS,
    );
    assertTranslated(await rowsOf(/./), 'the rooms');
    sandbox.control.addFault({ kind: 'status', status: 500, times: Infinity });
    const frame = await workbench().chatFrame();
    await expectSoon(
      () => frame.getByRole('status').first().innerText(),
      (text) => text.includes('500'),
      'the banner',
      LOOK_TIMEOUT_MS,
    );
    assertTranslated(await textsOf(frame), 'the banner');
    assertTranslated([(await workbench().statusBarItem().getAttribute('aria-label')) ?? ''], 'the status bar');
    await run('Show Connection Details');
    const findDetails = async (): Promise<Frame | undefined> => {
      for (const other of workbench()
        .page.frames()
        .filter((one) => one.url().includes('fake.html'))) {
        const heading = other.getByRole('heading', { name: pseudo('Connection Details') });
        if (await heading.isVisible().catch(() => false)) return other;
      }
      return undefined;
    };
    const details = await expectSoon(findDetails, (found) => found !== undefined, 'the details', LOOK_TIMEOUT_MS);
    // What somebody who reads a bug report wants as it is.
    const asItIs = /^(VS Code|http\.\w+|override|[\d.]+, \S+, \w+ \w+)$/;
    assertTranslated(
      (await textsOf(details!)).filter((text) => !asItIs.test(text)),
      'the connection details',
    );
    sandbox.control.clearFaults();
  });

  it('asks for rooms', async () => {
    await run('Add Room…');
    await workbench().quickInput.waitUntilOpen();
    assertTranslated(await quickInputTexts(), 'adding');
    await workbench().quickInput.type(ROOM);
    await expectSoon(quickInputTexts, (texts) => texts.some((text) => text.length > 20), 'a reason');
    assertTranslated(await quickInputTexts(), 'a room that is there already');
    await workbench().quickInput.cancel();
    await run('Switch Room…');
    await expectSoon(quickInputTexts, (texts) => texts.some((text) => text.includes(ROOM)), 'the rooms');
    assertTranslated(await quickInputTexts(), 'switching');
    await workbench().quickInput.cancel();
  });

  it('asks for a message, and for how long to be quiet', async () => {
    await run('Send Message…');
    await expectSoon(quickInputTexts, (texts) => texts.some((text) => text.includes(ROOM)), 'the room');
    assertTranslated(await quickInputTexts(), 'sending');
    await workbench().quickInput.cancel();
    await run('Pause Notifications…');
    await expectSoon(quickInputTexts, (texts) => texts.length > 4, 'the pauses');
    assertTranslated(await quickInputTexts(), 'pausing');
    await workbench().quickInput.pick(pseudo('Until Tomorrow'));
    const label = (): Promise<string> => workbench().statusBarItem().getAttribute('aria-label').then(String);
    await expectSoon(label, (text) => text.includes(pseudo('paused until')), 'the pause in the status bar');
    assertTranslated([await label()], 'a pause');
    assertTranslated(await tooltipOf(workbench().statusBarItem()), 'the tooltip of the status bar');
    await run('Pause Notifications…');
    await workbench().quickInput.pick(pseudo('Resume'));
  });

  it('shows rooms that are pinned and muted', async () => {
    for (const title of ['Pin or Unpin Room', 'Mute or Unmute Room']) {
      await run(title);
      await expectSoon(quickInputTexts, (texts) => texts.some((text) => text.includes(ROOM)), 'the rooms');
      assertTranslated(await quickInputTexts(), title);
      await workbench().quickInput.pick(ROOM);
    }
    await expectSoon(
      () => rowsOf(/./),
      (rows) => rows.some((row) => row.includes(pseudo('pinned')) && row.includes(pseudo('muted'))),
      'a room that is pinned and muted',
    );
    assertTranslated(await rowsOf(/./), 'pinned and muted');
    const row = workbench().sidebar.getByRole('treeitem', { name: ROOM });
    assertTranslated(await tooltipOf(row.locator('.label-name')), 'the tooltip of a room');
  });

  it('tells of a mention, and asks for an answer', async () => {
    sandbox.control.say({ room: OTHER_ROOM, author: '安娜', text: `@${MY_NAME} 在吗` });
    const toast = workbench().page.locator('.notification-toast');
    await toast.first().waitFor({ timeout: LOOK_TIMEOUT_MS });
    const texts = await toast.locator('.notification-list-item-message, .monaco-button').allInnerTexts();
    assert.equal(texts.length, 4);
    assertTranslated(texts, 'a notification');
    await toast.getByRole('button', { name: pseudo('Reply'), exact: true }).click();
    await expectSoon(quickInputTexts, (all) => all.some((text) => text.includes(OTHER_ROOM)), 'the room');
    assertTranslated(await quickInputTexts(), 'an answer');
    await workbench().quickInput.cancel();
  });

  it('explains its settings, and the first steps', async () => {
    const { page } = workbench();
    await workbench().runCommand('Preferences: Open Settings (UI)');
    const search = page.locator(
      '.settings-editor .suggest-input-container .inputarea, .settings-editor .native-edit-context',
    );
    await search.first().focus();
    await page.keyboard.insertText('@ext:chapi.chapi-chat');
    const descriptions = page.locator('.settings-editor .setting-item-description');
    await descriptions.filter({ hasText: pseudo('Let screen readers say') }).waitFor();
    // VS Code makes the names of other settings of their ids, and code is code.
    const described = await textsWithout(descriptions, 'a[href^="#"], a[data-href^="#"], code');
    assertTranslated(described, 'the settings');
    await workbench().runCommand('Welcome: Open Walkthrough...');
    await workbench().quickInput.type(pseudo('First Steps'));
    await workbench().quickInput.pick(pseudo('First Steps with Chapi'));
    const steps = page.locator('.getting-started-step');
    await steps.first().waitFor();
    const words = page
      .locator('.gettingStartedSlideDetails')
      .locator('.category-title, .category-description-container, .step-title, .step-description-container');
    // VS Code names the keys of a command in its own words.
    assertTranslated(await textsWithout(words, '.shortcut-message'), 'the first steps');
  });
});

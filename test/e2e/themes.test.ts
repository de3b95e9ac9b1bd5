import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { artifactFile } from '../support/artifacts';
import { checkoutFolder } from '../support/checkout';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { copySmaller } from '../support/smallPicture';
import { useWorkbench } from '../support/vscodeSuite';

/** VS Code's names of the four kinds of themes, and what it calls them on a page's body. */
const themes = [
  ['Dark Modern', 'vscode-dark'],
  ['Light Modern', 'vscode-light'],
  ['Dark High Contrast', 'vscode-high-contrast'],
  ['Light High Contrast', 'vscode-high-contrast-light'],
] as const;

const LOOK_TIMEOUT_MS = 45_000;

/** Pictures of the main states, among the artifacts, to be looked at. */
describe('the four kinds of themes', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    const { control } = sandbox;
    const minute = 60_000_000;
    const start = Date.now() * 1000 - 60 * minute;
    [
      ['Ben Okafor', 'Morning! *Release* is at _four_, ~five~. See https://ci.example/builds/4711 :rocket:'],
      ['Ben Okafor', '- notes\n- icons\n1. first `npm ci`\n> as we said\n@Ann Lee can you check?'],
      ['Chiara Rossi', '```ts\n// the mend\nreturn left.id < right.id ? -1 : 1;\n```'],
      ['Chiara Rossi', 'to be deleted'],
      ['אלון', 'שלום לכולם, הבנייה ירוקה'],
      ['Alice Fox', `A_very_${'long_'.repeat(30)}word`],
    ].forEach(([author = '', text = ''], index) =>
      control.say({ author, text, timestamp: start + index * 4 * minute }),
    );
    control.makeRoom({ name: 'Empty' });
    control.makeRoom({ name: 'Board', private: true });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: {
      'chapi.rooms': ['', 'Empty', 'Board'],
      'chapi.mentionNames': ['Ann Lee'],
      'chapi.polling.backgroundSeconds': 5,
    },
    env: { CHAPI_API_KEY: sandbox.key },
  }));

  const useTheme = async (theme: string, bodyClass: string, chat: Frame): Promise<void> => {
    await workbench().runCommand('Preferences: Color Theme');
    await workbench().quickInput.type(theme);
    await workbench().quickInput.pick(theme);
    await expectSoon(
      () => chat.evaluate(() => document.body.className),
      (classes) => classes.split(' ').includes(bodyClass),
      bodyClass,
    );
  };

  const pictureOfChat = async (name: string): Promise<string> => {
    const file = artifactFile(`theme-${name}-chat`, 'png');
    const view = workbench().sidebar.locator('.pane').filter({ hasText: 'Chat' }).last();
    const { x, y, width, height } = (await view.boundingBox())!;
    await workbench().page.screenshot({ path: file, clip: { x, y, width, height } });
    return file;
  };

  /** One picture of several, for the README. */
  const sideBySide = async (files: readonly string[]): Promise<string> => {
    const page = await workbench().page.context().newPage();
    const images = await Promise.all(files.map((file) => readFile(file, 'base64')));
    await page.setContent(
      `<body style="margin:0;display:inline-flex;gap:8px">${images.map((data) => `<img src="data:image/png;base64,${data}">`).join('')}</body>`,
    );
    await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
    const file = artifactFile('themes', 'png');
    await page.locator('body').screenshot({ path: file, omitBackground: true });
    await page.close();
    return file;
  };

  it('show a conversation, what is being written, an empty room and a refused one', async () => {
    await workbench().page.setViewportSize({ width: 900, height: 900 });
    await workbench().openContainer();
    const chat = await workbench().chatFrame();
    await chat.getByText('to be deleted').waitFor();
    const [gone] = sandbox.control.listMessages().filter(({ text }) => text === 'to be deleted');
    assert.ok(gone);
    sandbox.control.remove(gone.id);
    await chat.getByText('This message was deleted.').waitFor({ timeout: LOOK_TIMEOUT_MS });
    await chat.locator('.hljs-comment').waitFor();
    const pictures: string[] = [];
    for (const [theme, bodyClass] of themes) {
      await useTheme(theme, bodyClass, chat);
      await chat.getByRole('textbox').fill('me too @Ch');
      await chat.getByRole('textbox').press('i');
      await chat.getByRole('option').first().waitFor();
      await workbench().screenshot(`theme-${bodyClass}-conversation`);
      pictures.push(await pictureOfChat(bodyClass));
    }
    const file = await sideBySide(pictures);
    if (process.env['CHAPI_UPDATE_PICTURES'] === '1') {
      await copySmaller(file, path.join(checkoutFolder, 'media', 'themes.png'));
    }
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('Board');
    const board = await workbench().chatFrame();
    await board.getByRole('textbox', { name: 'Message Board' }).fill('is it here?');
    await board.getByRole('textbox').press('Enter');
    await board.getByRole('button', { name: 'Retry' }).waitFor({ timeout: LOOK_TIMEOUT_MS });
    for (const [theme, bodyClass] of themes) {
      await useTheme(theme, bodyClass, board);
      await workbench().screenshot(`theme-${bodyClass}-refused`);
    }
  });
});

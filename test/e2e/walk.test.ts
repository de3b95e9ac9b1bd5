import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Sandbox } from '../sandbox/sandbox';
import { expectSoon } from '../support/expectSoon';
import { findTraces, plantBytes } from '../support/traces';
import { useWorkbench } from '../support/vscodeSuite';

/** Typed and not sent. */
const DRAFT = 'half a sentence, not sent';

/** The whole way of a person with a key, one step after the other: each test goes on where the last one ended. */
describe('from the key to the first message', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start({ limiter: 'spacing' });
    sandbox.control.seedDocumentedExample();
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({ machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl } }));

  const articles = async (): Promise<string[]> =>
    (await workbench().chatFrame()).locator('[data-state]').allInnerTexts();
  const truth = (room?: string): string[] => sandbox.control.listMessages(room).map(({ text }) => text);
  const posts = (): number => sandbox.control.requests().filter(({ method }) => method === 'POST').length;
  const seeArticle = (text: string): Promise<string[]> =>
    expectSoon(articles, (all) => all.filter((one) => one.includes(text)).length === 1, `one message "${text}"`);
  const textsOfSandbox = (text: string) =>
    expectSoon(
      () => truth(),
      (all) => all.includes(text),
      `"${text}" in the room`,
    );

  it('welcomes a person without a key who opens the chat', async () => {
    await workbench().waitUntilActive();
    await workbench().openContainer('Explorer');
    await workbench().runCommand('Chapi: Open Chat');
    await workbench().sidebar.getByRole('button', { name: 'Set API Key' }).click();
    await expectSoon(
      () => workbench().quickInput.isPassword(),
      (isPassword) => isPassword,
      'an input that hides what is typed',
    );
  });

  it('does not take a wrong key, and says why', async () => {
    const { quickInput } = workbench();
    await quickInput.type('test_key_that_is_wrong');
    await quickInput.accept();
    await quickInput.waitForMessage(/refuses this key/);
    await quickInput.type('two words');
    await quickInput.accept();
    await quickInput.waitForMessage(/no key/);
    await workbench().sidebar.getByRole('button', { name: 'Set API Key' }).waitFor();
  });

  it('takes the right key, blanks around it or not, and shows the messages of the documented example', async () => {
    const { quickInput } = workbench();
    await quickInput.type(`  ${sandbox.key} `);
    await quickInput.accept();
    await quickInput.waitUntilClosed();
    for (const text of ['Hello World!', 'i r developer!', 'Hello from Terminal!']) await seeArticle(text);
    const frame = await workbench().chatFrame();
    await frame.getByRole('log', { name: 'Messages in CHAPI sandbox' }).waitFor();
    await workbench().sidebar.getByRole('treeitem', { name: 'CHAPI sandbox' }).waitFor();
  });

  it('sends from the composer, at once on screen and once in the room', async () => {
    const frame = await workbench().chatFrame();
    const composer = frame.getByRole('textbox', { name: 'Message CHAPI sandbox' });
    const before = { truth: truth(), posts: posts() };
    // Nothing is sent for blanks. They would go out first: messages leave in the order in which they were written.
    await composer.fill('   ');
    await composer.press('Enter');
    await composer.fill('first line');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('second line');
    await composer.press('Enter');
    await seeArticle('second line');
    await expectSoon(
      () => frame.locator('[data-state="sent"][data-message-id]').count(),
      (count) => count === 1,
      'the message with its id',
    );
    await seeText(composer, '');
    assert.deepEqual(truth(), [...before.truth, 'first line\nsecond line']);
    assert.equal(posts(), before.posts + 1);
  });

  it('sends from the command Send Message', async () => {
    await workbench().runCommand('Chapi: Send Message…');
    await workbench().quickInput.type('from the command');
    await workbench().quickInput.accept();
    await textsOfSandbox('from the command');
    await seeArticle('from the command');
  });

  it('sends the selection in a fence, with its language and its place', async () => {
    await workbench().openFile('timeline.ts');
    await workbench().selectLines(2, 4);
    await workbench().runCommand('Chapi: Send Selection to Chat');
    const sent = await expectSoon(
      () => truth().find((text) => text.includes('timeline.ts:2-4')),
      (text) => text !== undefined,
      'the selection in the room',
    );
    assert.match(sent ?? '', /^src\/chat\/timeline\.ts:2-4\n```typescript\n[^]+\n```$/);
    await expectSoon(
      async () => (await workbench().chatFrame()).locator('[data-state="sent"] pre').count(),
      (count) => count === 1,
      'the selection as a block of code',
    );
  });

  it('counts on the badge what somebody else writes while the chat is out of sight', async () => {
    await workbench().openContainer('Explorer');
    sandbox.control.say({ author: 'Alice Fox', text: 'Are you there?' });
    sandbox.control.say({ author: 'Alice Fox', text: 'Hello?' });
    await expectSoon(
      () => workbench().activityBadge(),
      (badge) => badge === '2',
      'the badge 2',
      45_000,
    );
    await expectSoon(
      () => workbench().statusBarItem().innerText(),
      (text) => text.includes('2'),
      'the 2 in the status bar',
    );
    assert.deepEqual(await workbench().notifications(), []);
  });

  it('shows where the new messages begin, and takes them for read once they are seen', async () => {
    await workbench().openContainer();
    await seeArticle('Hello?');
    const frame = await workbench().chatFrame();
    await frame.getByRole('separator', { name: 'New messages' }).waitFor();
    await expectSoon(
      () => workbench().activityBadge(),
      (badge) => badge === '',
      'no badge',
    );
  });

  it('adds a room of any name, and talks there', async () => {
    const name = 'R&D #1/ü 🚀';
    await workbench().runCommand('Chapi: Add Room…');
    await workbench().quickInput.type(name);
    await workbench().quickInput.accept();
    const frame = await workbench().chatFrame();
    const composer = frame.getByRole('textbox', { name: `Message ${name}` });
    await composer.waitFor();
    await composer.fill('hello, new room');
    await composer.press('Enter');
    await expectSoon(
      () => sandbox.control.requests().some(({ method, room }) => method === 'POST' && room === name),
      (isSent) => isSent,
      'the message in the new room',
    );
    await seeArticle('hello, new room');
    assert.deepEqual(truth(name), ['hello, new room']);
    await workbench().runCommand('Chapi: Switch Room…');
    await workbench().quickInput.pick('CHAPI sandbox');
    await seeArticle('from the command');
  });

  it('takes a room off the list', async () => {
    const row = workbench().sidebar.getByRole('treeitem', { name: 'R&D #1/ü 🚀' });
    await row.waitFor();
    await workbench().runCommand('Chapi: Remove Room');
    await workbench().quickInput.pick('R&D #1/ü 🚀');
    await row.waitFor({ state: 'detached' });
    await workbench().sidebar.getByRole('treeitem', { name: 'CHAPI sandbox' }).waitFor();
  });

  it('opens the chat by its command, with the keyboard in the composer', async () => {
    await workbench().openContainer('Explorer');
    await workbench().runCommand('Chapi: Open Chat');
    const composer = (await workbench().chatFrame()).getByRole('textbox', { name: 'Message CHAPI sandbox' });
    await expectSoon(
      () => composer.evaluate((element) => element === document.activeElement && document.hasFocus()),
      (hasFocus) => hasFocus,
      'the keyboard in the composer',
    );
    await workbench().page.keyboard.type(DRAFT);
    await seeText(composer, DRAFT);
  });

  it('is all there again after a reload, in an editor tab too', async () => {
    await workbench().runCommand('Chapi: Open Chat in Editor');
    await workbench().chatFrame('editor');
    await workbench().reload();
    await workbench().openContainer();
    for (const text of ['Hello World!', 'second line', 'from the command', 'Hello?']) await seeArticle(text);
    const frame = await workbench().chatFrame('editor');
    await frame.getByText('from the command').waitFor();
    const sidebar = await workbench().chatFrame();
    await seeText(sidebar.getByRole('textbox'), DRAFT);
  });

  it('keeps the key out of settings, storage, log, page and request log', async () => {
    assert.deepEqual(await traces(sandbox.key), []);
  });

  it('would have found it there: what may be read is found in each place', async () => {
    const places = async (text: string): Promise<string> => (await traces(text)).join('\n');
    const ofAddress = await places(sandbox.baseUrl);
    assert.match(ofAddress, /^file data\/Machine\/settings\.json$/m);
    assert.match(ofAddress, /^file data\/logs\/.*Chapi.*\.log$/m);
    const ofMessage = await places('from the command');
    assert.match(ofMessage, /^file data\/User\/globalStorage\/chapi\.chapi-chat\//m);
    assert.match(ofMessage, /^page .*fake\.html$/m);
    assert.match(await places(DRAFT), /^IndexedDB /m);
    assert.match(await places('chat/v1/messages'), /^requests$/m);
    await plantBytes(workbench().page, 'planted as bytes');
    assert.match(await places('planted as bytes'), /^IndexedDB planted files$/m);
  });

  it('shows its log', async () => {
    await workbench().runCommand('Chapi: Show Log');
    const log = workbench().page.locator('.part.panel .view-lines');
    await expectSoon(
      () => log.innerText(),
      (lines) => /Talking.to/.test(lines),
      'the log',
    );
  });

  it('never asked twice within 200 ms', () => {
    const requests = sandbox.control.requests();
    assert.ok(requests.length > 20);
    assert.deepEqual(
      requests.filter(({ refusedByLimiter }) => refusedByLimiter),
      [],
    );
  });

  it('says in an editor tab that there is no key, once it is removed', async () => {
    const frame = await workbench().chatFrame('editor');
    await workbench().runCommand('Chapi: Remove API Key');
    await workbench().sidebar.getByRole('button', { name: 'Set API Key' }).waitFor();
    await frame.getByRole('status').filter({ hasText: 'There is no API key' }).waitFor();
    await frame.locator('[role="log"][aria-busy="false"]').waitFor();
  });

  it('forgets the key, and what was kept with it', async () => {
    assert.deepEqual(await traces(sandbox.key), []);
    const kept = (await traces('from the command')).filter((place) => place.includes('globalStorage'));
    assert.deepEqual(kept, []);
    // The secret storage is sealed as a whole, so that only a start anew shows that the key is gone from it.
    await workbench().reload();
    await workbench().openContainer();
    await workbench().sidebar.getByRole('button', { name: 'Set API Key' }).waitFor();
  });

  /** Waits until exactly this text stands in the composer. */
  async function seeText(composer: Locator, text: string): Promise<void> {
    await expectSoon(
      () => composer.inputValue(),
      (value) => value === text,
      `${JSON.stringify(text)} in the composer`,
    );
  }

  /** Wherever the text can be found: see `findTraces`, and in what the service was asked. */
  async function traces(text: string): Promise<string[]> {
    const found = await findTraces(workbench(), text);
    return JSON.stringify(sandbox.control.requests()).includes(text) ? [...found, 'requests'] : found;
  }
});

import path from 'node:path';
import { checkoutFolder } from '../support/checkout';
import { expectSoon } from '../support/expectSoon';
import { Sandbox } from '../sandbox/sandbox';
import { copySmaller } from '../support/smallPicture';
import { useWorkbench } from '../support/vscodeSuite';

/** What the README shows. `CHAPI_UPDATE_PICTURES=1 npm test -- package e2e-1.139` puts it into `media/`. */
describe('the picture in the README', () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await Sandbox.start();
    const { control } = sandbox;
    const minute = 60_000_000;
    const start = Date.now() * 1000 - 12 * minute;
    const said: readonly (readonly [author: string, text: string])[] = [
      ['Ben Okafor', 'The order was wrong when two messages share a timestamp. This is the mend:'],
      [
        'Ben Okafor',
        '```ts\nif (left.timestamp !== right.timestamp) {\n  return left.timestamp - right.timestamp;\n}\nreturn left.id < right.id ? -1 : 1;\n```',
      ],
      ['Chiara Rossi', 'Nice. Does it say 0 for a message compared with itself?'],
      ['Alice Fox', 'See src/chat/timeline.ts:17, the same question there'],
      ['Ben Okafor', 'Good catch, both of you 👍'],
    ];
    said.forEach(([author, text], index) => control.say({ author, text, timestamp: start + index * 2 * minute }));
    control.makeRoom({ name: 'Backend' });
    control.makeRoom({ name: 'Design reviews' });
  });
  after(() => sandbox.close());

  const workbench = useWorkbench(() => ({
    machineSettings: { 'chapi.apiBaseUrl': sandbox.baseUrl },
    userSettings: {
      'chapi.rooms': ['', 'Backend', 'Design reviews'],
      'chapi.polling.backgroundSeconds': 5,
      'workbench.colorTheme': 'Default Dark Modern',
      'editor.minimap.enabled': false,
    },
    env: { CHAPI_API_KEY: sandbox.key },
  }));

  it('is made of a real VS Code', async () => {
    const { page } = workbench();
    await page.setViewportSize({ width: 1120, height: 700 });
    await workbench().openFile('timeline.ts');
    await workbench().openContainer();
    const frame = await workbench().chatFrame();
    await frame.getByText('Good catch').waitFor();
    await frame.locator('.hljs-keyword').first().waitFor();
    await page.mouse.move(560, 690);
    for (const text of ['Deploying 4.2', 'Done']) sandbox.control.say({ room: 'Backend', author: 'Priya Nair', text });
    await expectSoon(
      () => workbench().activityBadge(),
      (badge) => badge === '2',
      'the badge 2',
    );
    await workbench()
      .sidebar.getByRole('treeitem', { name: /Backend, 2 unread/ })
      .waitFor();
    await frame.getByRole('textbox').fill('I add a test for it');
    const picture = await workbench().screenshot('chat');
    if (process.env['CHAPI_UPDATE_PICTURES'] === '1') {
      await copySmaller(picture, path.join(checkoutFolder, 'media', 'chat.png'));
    }
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkoutFolder } from '../support/checkout';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category?: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command: string; readonly when?: string; readonly group?: string }[]>
    >;
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(path.join(checkoutFolder, name), 'utf8'));

/** These help where nothing else works yet, or not any more. */
const WORK_ALWAYS = [
  'chapi.setApiKey',
  'chapi.readKeyAgain',
  'chapi.openChat',
  'chapi.showConnection',
  'chapi.showLog',
];

/** For the palette: a row's menu says which of the two it does. */
const HAVE_NO_PLACE = ['chapi.toggleMute', 'chapi.togglePin'];

/** Every `chapi.` word of a condition. */
const keysIn = (when: string): readonly string[] => when.match(/chapi\.\w+/g) ?? [];

describe('what package.json contributes', () => {
  const { contributes } = readJson('package.json') as Manifest;
  const texts = readJson('package.nls.json') as Readonly<Record<string, string>>;
  const { commands, menus, viewsWelcome, configuration } = contributes;
  const placed = Object.entries(menus)
    .filter(([menu]) => menu !== 'commandPalette')
    .flatMap(([, entries]) => entries);

  for (const { command, category, icon, enablement } of commands) {
    it(`gives a command all that it needs: ${command}`, () => {
      assert.equal(category, 'Chapi');
      assert.match(icon ?? '', /^\$\([\w-]+\)$/);
      assert.equal(enablement === undefined, WORK_ALWAYS.includes(command));
      assert.equal(
        placed.some((entry) => entry.command === command),
        !HAVE_NO_PLACE.includes(command),
      );
    });
  }

  it('gives each command an icon of its own, but for those that are quiet or pin', () => {
    const icons = commands.map(({ icon }) => icon);
    const twice = icons.filter((icon, index) => icons.indexOf(icon) !== index);
    assert.deepEqual(twice, ['$(bell-slash)', '$(pin)', '$(bell-slash)']);
  });

  it('offers on a row what can be done with the room, once inline and once in the menu', () => {
    const entries = menus['view/item/context'] ?? [];
    const offered = (viewItem: string, isInline: boolean): readonly string[] =>
      entries
        .filter(({ when = '', group = '' }) => group.startsWith('inline') === isInline && isTrue(when, viewItem))
        .map(({ command }) => command.replace('chapi.', ''));
    const isTrue = (when: string, viewItem: string): boolean =>
      when.split(' && ').every((part) => {
        if (part === 'view == chapi.rooms') return true;
        const [, not, pattern] = /^(!?)\(?viewItem =~ \/(\S+)\/\)?$/.exec(part) ?? assert.fail(part);
        return new RegExp(pattern ?? '').test(viewItem) === (not === '');
      });
    const always = (mute: string): readonly string[] => ['sendMessage', mute];
    for (const kind of ['room', 'onlyRoom', 'unlistedRoom']) {
      const others = (pin: string): readonly string[] => (kind === 'room' ? [pin, 'moveRoomUp', 'moveRoomDown'] : []);
      for (const [state, mute, pin] of [
        ['', 'muteRoom', 'pinRoom'],
        ['.pinned', 'muteRoom', 'unpinRoom'],
        ['.muted', 'unmuteRoom', 'pinRoom'],
        ['.pinned.muted', 'unmuteRoom', 'unpinRoom'],
      ] as const) {
        assert.deepEqual(offered(kind + state, true), kind === 'room' ? [mute, pin] : [mute], kind + state);
        const remove = kind === 'room' ? ['removeRoom'] : [];
        assert.deepEqual(
          offered(kind + state, false).toSorted(),
          [...always(mute), ...others(pin), ...remove].toSorted(),
        );
      }
    }
  });

  it('asks only for what the extension tells VS Code', () => {
    const source = readFileSync(path.join(checkoutFolder, 'src/editor/contributions.ts'), 'utf8');
    const known = [...source.slice(source.indexOf('interface ContextKeys')).matchAll(/^ {2}'(chapi\.\w+)': /gm)];
    const names = [...known.map(([, name]) => name), 'chapi.rooms', 'chapi.chat'];
    const conditions = [
      ...placed.map(({ when }) => when ?? ''),
      ...commands.map(({ enablement }) => enablement ?? ''),
      ...viewsWelcome.map(({ when }) => when),
    ];
    for (const key of conditions.flatMap(keysIn)) assert.ok(names.includes(key), key);
  });

  it('says in every empty state of the rooms what to do, with a button that does it', () => {
    const both = [true, false];
    const states = ['', 'noKey', 'keychain', 'address', 'outdated'].flatMap((problem) =>
      both.flatMap((hasKey) => both.map((isWeb) => ({ problem, hasKey, isWeb }))),
    );
    for (const { problem, hasKey, isWeb } of states) {
      const shown = viewsWelcome.filter(({ when }) =>
        when.split(' && ').every((part) => {
          if (part === 'chapi.hasKey') return hasKey;
          if (part === '!chapi.hasKey') return !hasKey;
          if (part === 'isWeb') return isWeb;
          if (part === '!isWeb') return !isWeb;
          const [, operator, value] = /^chapi\.problem (==|!=) (\w+)$/.exec(part) ?? assert.fail(part);
          return (problem === value) === (operator === '==');
        }),
      );
      assert.equal(shown.length, 1, JSON.stringify({ problem, hasKey, isWeb }));
      const contents = texts[shown[0]!.contents.replaceAll('%', '')] ?? '';
      const buttons = [...contents.matchAll(/^\[[^\]]+\]\(command:([\w.]+)[^)]*\)$/gm)].map((match) => match[1] ?? '');
      assert.ok(buttons.length > 0, contents);
      for (const button of buttons) {
        assert.ok(button.startsWith('workbench.action.') || commands.some(({ command }) => command === button), button);
      }
    }
  });

  it('links only to settings and commands that there are', () => {
    for (const [key, text] of Object.entries(texts)) {
      for (const [, setting = ''] of text.matchAll(/`#([\w.]+)#`/g)) {
        assert.ok(setting in configuration.properties, `${key}: ${setting}`);
      }
      for (const [, setting = ''] of text.matchAll(/open\w*Settings\?[^)]*%22(chapi[\w.]+)%22/g)) {
        assert.ok(setting in configuration.properties, `${key}: ${setting}`);
      }
      for (const [, command = ''] of text.matchAll(/\(command:(chapi\.\w+)/g)) {
        assert.ok(
          commands.some((each) => each.command === command),
          `${key}: ${command}`,
        );
      }
    }
  });
});

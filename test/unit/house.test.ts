import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';

/** Each line must be refused in a file of its room: the rules of the house are checks, not wishes. */
const forbidden: readonly (readonly [file: string, line: string])[] = [
  ['src/chat/x.ts', "import '../chapi/client';"],
  ['src/chat/x.ts', "import '../sync/feed';"],
  ['src/chat/x.ts', "import 'node:fs';"],
  ['src/chat/x.ts', "import 'vscode';"],
  ['src/chat/x.ts', 'export const now = Date.now();'],
  ['src/chat/x.ts', 'export const today = new Date();'],
  ['src/chapi/x.ts', "import '../sync/feed';"],
  ['src/chapi/x.ts', "import 'vscode';"],
  ['src/sync/x.ts', "import '../editor/settings';"],
  ['src/sync/x.ts', "import 'node:fs';"],
  ['src/sync/x.ts', "import 'vscode';"],
  ['src/sync/x.ts', 'setTimeout(() => undefined, 1);'],
  ['src/sync/x.ts', 'export const chance = Math.random();'],
  ['src/sync/windows/x.ts', "import '../../editor/settings';"],
  ['src/sync/windows/x.ts', "import 'vscode';"],
  ['src/sync/windows/x.ts', 'setTimeout(() => undefined, 1);'],
  ['src/sync/windows/x.ts', 'export const chance = Math.random();'],
  ['src/store/x.ts', "import '../editor/settings';"],
  ['src/store/x.ts', "import '../chapi/client';"],
  ['src/store/x.ts', "import 'vscode';"],
  ['src/store/x.ts', 'export const now = Date.now();'],
  ['src/store/x.ts', 'setTimeout(() => undefined, 1);'],
  ['src/protocol/x.ts', "import '../chapi/client';"],
  ['src/protocol/x.ts', "import 'node:fs';"],
  ['src/editor/x.ts', "import '../webview/page';"],
  ['src/editor/x.ts', "import 'node-fetch';"],
  ['src/webview/x.ts', "import '../sync/feed';"],
  ['src/webview/x.ts', "import 'node:fs';"],
  ['src/webview/x.ts', "import 'vscode';"],
  ['src/extension.ts', "import './webview/page';"],
];

const allowed: readonly (readonly [file: string, line: string])[] = [
  ['src/chapi/x.ts', "import '../chat/message';"],
  ['src/sync/x.ts', "import '../chapi/client';"],
  ['src/sync/windows/x.ts', "import '../feed'; import '../../chapi/client'; import 'node:net';"],
  ['src/store/x.ts', "import '../sync/stateStore'; import '../chat/outgoing'; import 'node:fs';"],
  ['src/protocol/x.ts', "import '../chat/message';"],
  ['src/editor/x.ts', "import '../sync/feed';"],
  ['src/webview/x.ts', "import '../protocol/messages';"],
];

const houseRules = [
  'no-restricted-imports',
  'no-restricted-globals',
  'no-restricted-properties',
  'no-restricted-syntax',
];

describe('house', () => {
  let eslint: ESLint;

  before(async function () {
    this.timeout(60_000);
    // The rules of the house need no types; without them a file need not exist to be judged.
    eslint = new ESLint({
      ruleFilter: ({ ruleId }) => houseRules.includes(ruleId),
      overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    });
    // The first file loads the linter.
    await breaches('src/chat/x.ts', 'export {};');
  });

  const breaches = async (file: string, line: string): Promise<readonly (string | null)[]> => {
    const [result] = await eslint.lintText(line, { filePath: path.resolve(file) });
    assert.equal(result?.fatalErrorCount, 0, JSON.stringify(result?.messages));
    return result.messages.map(({ ruleId }) => ruleId);
  };

  for (const [file, line] of forbidden) {
    it(`refuses in ${path.dirname(file)}: ${line}`, async () => assert.equal((await breaches(file, line)).length, 1));
  }
  for (const [file, line] of allowed) {
    it(`allows in ${path.dirname(file)}: ${line}`, async () => assert.deepEqual(await breaches(file, line), []));
  }

  it('gives each room the libraries of its kind, and no others', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const kinds = rooms.map(({ name }): [string, unknown, unknown] => {
      const { compilerOptions } = JSON.parse(readFileSync(path.join('src', name, 'tsconfig.json'), 'utf8')) as {
        compilerOptions: { lib: readonly string[]; types: readonly string[] };
      };
      return [name, compilerOptions.lib.includes('DOM'), [...compilerOptions.types].sort()];
    });
    assert.deepEqual(kinds.sort(), [
      ['chapi', false, ['node']],
      ['chat', false, []],
      ['editor', false, ['node', 'vscode']],
      ['protocol', false, []],
      ['store', false, ['node']],
      ['sync', false, ['node']],
      ['webview', true, []],
    ]);
  });

  it('keeps node-fetch in one file', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
    const users = files.filter((file) => /from 'node-fetch'/.test(readFileSync(path.join('src', file), 'utf8')));
    assert.deepEqual(users, [path.join('chapi', 'nodeFetchTransport.ts')]);
  });
});

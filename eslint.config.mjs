import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The house: what each room may import of ours, and whether it may see Node or VS Code.
 * `lib` and `types` of each room's tsconfig.json keep out the rest (the DOM, Node's globals).
 */
const rooms = {
  chat: { mayImport: [] },
  chapi: { mayImport: ['chat'], node: true, clock: true },
  sync: { mayImport: ['chat', 'chapi'] },
  store: { mayImport: ['chat', 'sync'], node: true },
  protocol: { mayImport: ['chat'] },
  editor: { mayImport: ['chat', 'chapi', 'sync', 'store', 'protocol'], node: true, vscode: true, clock: true },
  webview: { mayImport: ['protocol', 'chat'], clock: true },
};

/** In `src/sync/windows/`, where processes talk to each other, Node's own modules are wanted. */
const windowRules = {
  files: ['src/sync/windows/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^\\.\\./\\.\\./(?!(chat|chapi)/)',
            message: 'src/sync may import only: chat, chapi.',
          },
          { regex: '^vscode$', message: 'src/sync knows nothing of VS Code.' },
          { regex: '^node-fetch$', message: 'Only src/chapi speaks HTTP.' },
        ],
      },
    ],
  },
};

const roomRules = Object.entries(rooms).map(([room, { mayImport, node, vscode, clock }]) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^\\.\\./(?!(${[...mayImport, '\\0'].join('|')})/)`,
            message: `src/${room} may import only: ${mayImport.join(', ') || 'nothing of ours'}.`,
          },
          ...(node ? [] : [{ regex: '^node:', message: `src/${room} runs without Node.` }]),
          ...(vscode ? [] : [{ regex: '^vscode$', message: `src/${room} knows nothing of VS Code.` }]),
          ...(room === 'chapi' ? [] : [{ regex: '^node-fetch$', message: 'Only src/chapi speaks HTTP.' }]),
        ],
      },
    ],
    ...(clock
      ? {}
      : {
          'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'fetch'],
          'no-restricted-properties': [
            'error',
            { object: 'Date', property: 'now', message: 'Time is handed in by a Clock.' },
            { object: 'Math', property: 'random', message: 'Chance is handed in.' },
          ],
          'no-restricted-syntax': [
            'error',
            {
              selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
              message: 'Time is handed in by a Clock.',
            },
          ],
        }),
  },
}));

export default tseslint.config(
  { ignores: ['dist/', '.vscode-test/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      curly: ['error', 'multi-line'],
      'no-eval': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
    },
  },
  ...roomRules,
  windowRules,
  {
    files: ['src/extension.ts'],
    rules: {
      'max-lines': ['error', 100],
      'no-restricted-imports': ['error', { patterns: [{ regex: '/webview/', message: 'The page is built apart.' }] }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Assertions speak of what the test has just arranged.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['*.js', '*.mjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  { files: ['*.mjs'], languageOptions: { sourceType: 'module' } },
);

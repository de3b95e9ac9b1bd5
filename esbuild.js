// Builds everything that runs, from one table. Usage: node esbuild.js [target…] [--watch] [--production]
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');
const { thirdPartyNotices } = require('./thirdPartyNotices');

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

/** What is imported when it is needed is a bundle of its own, so that a start of VS Code never reads it. */
const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve(
      { filter: /\/(engine|windowLink|connectionView|commands|notifications)$/ },
      ({ kind, path: imported }) =>
        kind === 'dynamic-import' ? { path: `./${path.basename(imported)}.js`, external: true } : undefined,
    );
  },
};

/** Lines that the problem matcher of .vscode/tasks.json reads. */
const reportToEditor = {
  name: 'report-to-editor',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

const host = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // fetch-blob asks for the polyfill only where there are no web streams; Node has them.
  external: ['vscode', 'web-streams-polyfill/*'],
};

const targets = {
  extension: [
    { ...host, entryPoints: { extension: 'src/extension.ts' }, plugins: [loadedLater] },
    { ...host, entryPoints: { engine: 'src/sync/engine.ts' }, plugins: [loadedLater] },
    { ...host, entryPoints: { windowLink: 'src/sync/windows/windowLink.ts' } },
    { ...host, entryPoints: { connectionView: 'src/editor/connectionView.ts' } },
    { ...host, entryPoints: { commands: 'src/editor/commands.ts' }, plugins: [loadedLater] },
    { ...host, entryPoints: { notifications: 'src/editor/notifications.ts' } },
    {
      platform: 'browser',
      target: 'es2022',
      format: 'iife',
      charset: 'utf8',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      entryPoints: {
        page: 'src/webview/main.tsx',
        connection: 'src/webview/connectionMain.tsx',
        highlight: 'src/webview/highlighterMain.ts',
        emoji: 'src/webview/emojiMain.ts',
      },
    },
  ],
  tests: [
    {
      ...host,
      external: [
        ...host.external,
        'mocha',
        'playwright-core',
        'fast-check',
        'eslint',
        'esbuild',
        '@vscode/test-electron',
      ],
      entryPoints: [
        'test/**/*.test.ts',
        'test/host/index.ts',
        'test/bench/*.ts',
        'test/sandbox/main.ts',
        'test/support/*.ts',
      ],
      outbase: 'test',
      outdir: 'dist/test',
    },
  ],
};

const common = {
  bundle: true,
  outdir: 'dist',
  logLevel: watch ? 'silent' : 'warning',
  sourcemap: production ? false : 'linked',
  minify: production,
  // All licences are in one file, see main().
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};

async function main() {
  const unknown = wanted.filter((name) => !(name in targets));
  if (unknown.length > 0)
    throw new Error(`No such target: ${unknown.join(', ')}. There are: ${Object.keys(targets).join(', ')}`);
  const names = wanted.length > 0 ? wanted : Object.keys(targets);
  const complete = (target) => ({
    ...common,
    ...target,
    plugins: [...(target.plugins ?? []), ...(watch ? [reportToEditor] : [])],
  });
  if (watch) {
    const contexts = await Promise.all(
      names.flatMap((name) => targets[name]).map((target) => esbuild.context(complete(target))),
    );
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  const build = async (name) => {
    const results = await Promise.all(targets[name].map((target) => esbuild.build(complete(target))));
    const metafiles = results.map(({ metafile }) => metafile);
    // Tests are not shipped.
    if (name === 'extension') {
      fs.writeFileSync(path.join('dist', 'ThirdPartyNotices.txt'), thirdPartyNotices(metafiles));
    }
    return metafiles;
  };
  const metafiles = (await Promise.all(names.map(build))).flat();
  if (production) {
    const outputs = Object.assign({}, ...metafiles.map((metafile) => metafile.outputs));
    fs.writeFileSync(
      path.join('dist', 'sizes.json'),
      JSON.stringify(Object.fromEntries(Object.entries(outputs).map(([file, { bytes }]) => [file, bytes])), null, 2),
    );
  }
}

main().catch((error) => {
  // esbuild has already printed its own errors.
  if (!('errors' in error)) console.error(error.message);
  process.exitCode = 1;
});

/**
 * `npm run bench [-- PART…]`: prints what was measured as Markdown tables, with the bars to stay under. The parts are
 * `sizes` and `activation` of the packaged extension, and the programs beside this one by their names; all of them when
 * none is named. Exits with 1 when a size is over its bar; times depend on the machine and are only told.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkoutFolder } from '../support/checkout';
import { runCommand } from '../support/childProcesses';
import { cleanUp } from '../support/cleanup';
import type { VsCodeVersion } from '../support/vscodeInstall';
import { measureActivation, median } from './activation';

const KB = 1000;
const MAX_ACTIVATION_RATIO = 2;
const versions: readonly VsCodeVersion[] = ['1.100', '1.139'];

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly bar: string;
  readonly isMet: boolean | undefined;
}

async function build(command: string, args: readonly string[]): Promise<void> {
  const result = await runCommand(command, args, { cwd: checkoutFolder, timeoutMs: 120_000 });
  if (result.code !== 0) throw new Error(`The extension could not be packaged:\n${result.output}`);
}

/** The size of some files of `dist/` together. */
function sizeRow(names: readonly string[], maxKb: number | undefined): Row {
  const files = names.map((name) => path.join(checkoutFolder, 'dist', name));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const zipped = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  const isZip = names.every((name) => name.endsWith('.vsix'));
  return {
    what: names.join(' + '),
    measured: `${(bytes / KB).toFixed(1)} KB${isZip ? '' : ` (${(zipped / KB).toFixed(1)} KB gzipped)`}`,
    bar: maxKb === undefined ? '' : `≤ ${maxKb} KB`,
    isMet: maxKb === undefined ? undefined : bytes <= maxKb * KB,
  };
}

/** The size of a script as a browser would load it: gzipped. */
function zippedRow(name: string, maxKb: number | undefined): Row {
  const bytes = gzipSync(readFileSync(path.join(checkoutFolder, 'dist', name))).length;
  return {
    what: `${name}, loaded when it is first needed`,
    measured: `${(bytes / KB).toFixed(1)} KB gzipped`,
    bar: maxKb === undefined ? '' : `≤ ${maxKb} KB gzipped`,
    isMet: maxKb === undefined ? undefined : bytes <= maxKb * KB,
  };
}

async function activationRow(version: VsCodeVersion, state: string, env: Record<string, string>): Promise<Row> {
  const { ours, empty, ratio } = await measureActivation(version, env);
  return {
    what: `activation, VS Code ${version}, ${state}`,
    measured: `${ratio.toFixed(2)} × the empty extension (medians ${median(ours)} and ${median(empty)} ms of ${ours.join(', ')} and ${empty.join(', ')})`,
    bar: `≤ ${MAX_ACTIVATION_RATIO} ×`,
    isMet: ratio <= MAX_ACTIVATION_RATIO,
  };
}

function printRow({ what, measured, bar, isMet }: Row): void {
  const verdict = isMet === undefined ? '' : isMet ? 'met' : 'not met';
  console.log(`| ${what} | ${measured} | ${bar} | ${verdict} |`);
}

/** Prints the sizes of what is shipped; tells whether all are below their bars. */
async function printSizes(): Promise<boolean> {
  await build('npm', ['run', '--silent', 'package']);
  const sizes = [
    sizeRow(['extension.js'], undefined),
    sizeRow(['engine.js'], undefined),
    sizeRow(['extension.js', 'engine.js'], 150),
    sizeRow(['commands.js'], undefined),
    sizeRow(['notifications.js'], undefined),
    sizeRow(['page.js'], 60),
    zippedRow('highlight.js', 50),
    zippedRow('emoji.js', undefined),
    sizeRow(['connectionView.js', 'connection.js'], undefined),
    sizeRow(['chapi-chat.vsix'], 400),
  ];
  await build(process.execPath, ['esbuild.js', 'extension']);
  console.log('| what | measured | bar | |\n| --- | --- | --- | --- |');
  for (const row of sizes) printRow(row);
  return sizes.every(({ isMet }) => isMet !== false);
}

async function printActivation(): Promise<void> {
  await build('npm', ['run', '--silent', 'package']);
  await build(process.execPath, ['esbuild.js', 'extension']);
  console.log('| what | measured | bar | |\n| --- | --- | --- | --- |');
  for (const version of versions) {
    printRow(await activationRow(version, 'no key', {}));
    printRow(await activationRow(version, 'with a key', { CHAPI_API_KEY: 'bench' }));
  }
}

const programs = ['page', 'merge', 'sharedKey', 'delivery', 'windows'] as const;

function runProgram(name: string): void {
  const { status } = spawnSync(process.execPath, [path.join(checkoutFolder, 'dist', 'test', 'bench', `${name}.js`)], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`The part ${name} did not come to its end.`);
}

async function main(): Promise<void> {
  const all = ['sizes', 'activation', ...programs];
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}. The parts are ${all.join(', ')}.`);
  for (const part of named.length > 0 ? named : all) {
    console.log(`\n## ${part}\n`);
    if (part === 'sizes') process.exitCode = (await printSizes()) ? 0 : 1;
    else if (part === 'activation') await printActivation();
    else runProgram(part);
  }
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(() => void cleanUp());

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { readCommandLine } from '../../sandbox/commandLine';
import { callControl } from '../../sandbox/controlClient';

/** The bundle of the script stands beside that of this test. */
const SCRIPT = path.join(__dirname, '..', '..', 'sandbox', 'main.js');

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the script; `whenReady` gets its first output and then it is interrupted as Ctrl+C does. */
async function run(flags: readonly string[], whenReady?: (output: string) => Promise<void>): Promise<Run> {
  const script = spawn(process.execPath, [SCRIPT, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  script.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  script.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = once(script, 'close');
  if (whenReady !== undefined) {
    try {
      await Promise.race([once(script.stdout, 'data'), closed]);
      await whenReady(output);
    } finally {
      script.kill('SIGINT');
    }
  }
  await closed;
  return { exitCode: script.exitCode, output, errors };
}

describe('sandbox command', function () {
  // Starting a process takes long on a busy machine.
  this.timeout(30_000);

  it('reads what was asked for', () => {
    assert.deepEqual(readCommandLine([]), {
      help: false,
      json: false,
      lively: false,
      example: false,
      port: 0,
      settings: {},
    });
    const { lively, port, settings } = readCommandLine(
      [
        '--lively --port 8123 --key one --key two --limiter spacing --refusal-status 500 --retry-after 2 --page-cap 10',
        '--ts before --escapes --text-field messageParsed --late-timestamps --etag --trailing-slash with --latency 5',
        '--author-per-key --single-object --order shuffled',
      ].flatMap((flags) => flags.split(' ')),
    );
    assert.deepEqual([lively, port], [true, 8123]);
    assert.deepEqual(settings, {
      keys: ['one', 'two'],
      limiter: 'spacing',
      refusalStatus: 500,
      retryAfter: { seconds: 2 },
      pageCap: 10,
      tsMeaning: 'before',
      escapes: true,
      textField: 'messageParsed',
      lateTimestamps: true,
      etag: true,
      trailingSlash: 'with',
      latencyMs: 5,
      oneAuthor: false,
      singleObject: true,
      order: 'shuffled',
    });
  });

  it('refuses in a sentence what it does not know', () => {
    for (const [flags, why] of [
      [['--loud'], /^Unknown option '--loud'\. See --help for what there is\.$/],
      [['stray'], /^Unexpected argument 'stray'/],
      [['--port'], /--port/],
      [['--port', 'http'], /^--port takes a whole number, not "http"\.$/],
      [['--port', '70000'], /^--port takes a number from 0 to 65535\.$/],
      [['--limiter', 'loose'], /^limiter must be one of: none, window, spacing\.$/],
      [['--refusal-status', '404'], /^refusalStatus must be one of: 429, 500\.$/],
    ] as const) {
      assert.throws(() => readCommandLine(flags), { name: 'BadInput', message: why }, flags.join(' '));
    }
  });

  it('prints its address and key plainly and ends with Ctrl+C', async () => {
    const { exitCode, output, errors } = await run(['--key', 'test_key_mine', '--example'], async (ready) => {
      const address = /^address: (http:\/\/127\.0\.0\.1:\d+\/chat\/api\/chat\/v1)$/m.exec(ready)![1]!;
      const key = /^key: (.+)$/m.exec(ready)![1]!;
      assert.equal(key, 'test_key_mine');
      const response = await fetch(`${address}/messages`, { headers: { 'x-api-key': key } });
      assert.equal(((await response.json()) as unknown[]).length, 3);
    });
    assert.deepEqual([exitCode, errors], [0, '']);
    assert.match(output, /Ctrl\+C/);
  });

  it('prints one line of JSON for scripts, with the control side', async () => {
    const { exitCode, output } = await run(['--json', '--lively'], async (ready) => {
      const { controlUrl } = JSON.parse(ready) as { controlUrl: string };
      assert.ok((await callControl(controlUrl, 'listMessages', { room: 'Backend' })).length > 20);
    });
    assert.equal(exitCode, 0);
    assert.deepEqual(Object.keys(JSON.parse(output) as object), ['baseUrl', 'key', 'controlUrl']);
    assert.equal(output.indexOf('\n'), output.length - 1);
  });

  it('explains itself, and exits with 2 for an unknown flag', async () => {
    const [help, unknown] = await Promise.all([run(['--help']), run(['--loud'])]);
    assert.equal(help.exitCode, 0);
    assert.match(help.output, /--limiter KIND/);
    assert.deepEqual([unknown.exitCode, unknown.output], [2, '']);
    assert.equal(unknown.errors, "Unknown option '--loud'. See --help for what there is.\n");
  });
});

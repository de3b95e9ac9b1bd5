import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { runCommand, startChild } from '../../support/childProcesses';
import { expectSoon } from '../../support/expectSoon';

const forever = 'setInterval(() => {}, 1000);';

/** Whether somebody listens on a port of this machine. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('child processes', () => {
  it('gives the output and the exit code of a command', async () => {
    const code = 'console.log("out"); console.error("err"); process.exitCode = 3;';
    const result = await runCommand(process.execPath, ['-e', code], { timeoutMs: 10_000 });
    assert.equal(result.code, 3);
    assert.match(result.output, /out/);
    assert.match(result.output, /err/);
    assert.equal(result.timedOut, false);
  });

  it('ends a command that takes too long', async () => {
    const result = await runCommand(process.execPath, ['-e', forever], { timeoutMs: 1 });
    assert.equal(result.timedOut, true);
    assert.equal(result.code, undefined);
  });

  it('rejects when there is no such command', async () => {
    await assert.rejects(runCommand('chapi-no-such-command', [], { timeoutMs: 10_000 }), /ENOENT/);
  });

  it('ends the children of a child too', async () => {
    const grandchild = `
      const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
        console.log('port ' + server.address().port);
      });`;
    const parent = `
      require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' });
      ${forever}`;
    const child = startChild(process.execPath, ['-e', parent]);
    const told = await expectSoon(child.output, (text) => /port \d+\n/.test(text), 'the port of the grandchild');
    const port = Number(/\d+/.exec(told)?.[0]);
    assert.equal(await isListening(port), true);
    await child.stop();
    // The system closes the port of a killed process a moment after the process is gone.
    await expectSoon(
      () => isListening(port),
      (isThere) => !isThere,
      'nobody at the port',
    );
  }).timeout(30_000);
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, readdir, stat } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import path from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { FramedSocket } from '../../../src/sync/windows/framedSocket';
import { introduce } from '../../../src/sync/windows/handshake';
import { PROTOCOL } from '../../../src/sync/windows/windowMessages';
import { runCommand } from '../../support/childProcesses';
import { expectSoon } from '../../support/expectSoon';
import { WindowsHere, type TestWindow } from '../../support/hostedWindow';

const ME = { protocol: PROTOCOL, version: '0.1.0' };
const PRESENCE = {
  rooms: [''],
  attention: { visible: false, focused: false },
  polling: { activeSeconds: 1, backgroundSeconds: 15 },
};

/** So fast that nobody waits long for a limit, and slow enough for an honest handshake on a busy machine. */
const SPEED = 4;

function frame(value: unknown): Buffer {
  const body = typeof value === 'string' ? Buffer.from(value) : Buffer.from(JSON.stringify(value));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

function request(id: number, method: string, params: unknown): Buffer {
  return frame({ jsonrpc: '2.0', id, method, params });
}

describe('whoever connects to the host', () => {
  let here: WindowsHere;
  let host: TestWindow;
  let address: string;
  let token: Buffer;

  before(async () => {
    here = await WindowsHere.start(SPEED);
    host = here.open();
    await here.goesOn(host);
    const claim = await here.claim();
    address = claim.address;
    token = Buffer.from(claim.token, 'base64');
  });
  after(() => here.close());

  /** Connects. Whatever the host does to the connection is no error of the test. */
  function reach(): Socket {
    return createConnection(address).on('error', () => undefined);
  }

  /** A window that has proved who it is. */
  async function member(): Promise<Socket> {
    const socket = reach();
    const framed = new FramedSocket(socket, 4096);
    await introduce(framed, token, ME);
    return socket;
  }

  /** Resolves when the host has closed the connection and said why, and its engine goes on. */
  async function isShutOut(socket: Duplex, why: RegExp): Promise<void> {
    await expectSoon(
      () => host.log.filter((line) => why.test(line)).length,
      (count) => count === 1,
      `one log line like ${why}`,
    );
    socket.resume();
    await expectSoon(
      () => socket.closed,
      (closed) => closed,
      'the connection to be closed',
    );
    await here.goesOn(host);
    (host.log as string[]).length = 0;
  }

  it('finds its way only as the user: everything is for the owner alone', async () => {
    if (process.platform === 'win32') return;
    const modes = [
      here.claimsFolder,
      path.dirname(address),
      ...(await readdir(here.claimsFolder)).map((name) => path.join(here.claimsFolder, name)),
    ];
    for (const file of modes) assert.equal((await stat(file)).mode & 0o077, 0, file);
    assert.ok(Buffer.byteLength(address) <= 103);
  });

  it('is stopped by the system when it is another user', async function () {
    if (process.getuid?.() !== 0) {
      console.log('      Skipped: only root can act as another user.');
      this.skip();
    }
    const asNobody = (script: string): ReturnType<typeof runCommand> =>
      runCommand('su', ['nobody', '-s', '/bin/sh', '-c', `cd / && exec '${process.execPath}' -e "${script}"`], {
        timeoutMs: 20_000,
      });
    const knock = `require('net').connect('${address}').on('connect', () => console.log('in')).on('close', () => console.log('closed')).on('error', (e) => console.log(e.code))`;
    assert.match((await asNobody(knock)).output, /EACCES/);
    const claim = path.join(here.claimsFolder, (await readdir(here.claimsFolder))[0]!);
    const peek = `try { require('fs').readFileSync('${claim}'); console.log('read') } catch (e) { console.log(e.code) }`;
    assert.match((await asNobody(peek)).output, /EACCES/);
    // Even where somebody has opened the folder, the token keeps strangers out.
    await chmod(path.dirname(address), 0o755);
    await chmod(address, 0o777);
    const push = `const s = require('net').connect('${address}'); s.on('connect', () => s.write(Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{}')]))).on('close', () => console.log('closed')).on('error', (e) => console.log(e.code)).resume()`;
    try {
      assert.match((await asNobody(push)).output, /closed/);
    } finally {
      await chmod(path.dirname(address), 0o700);
    }
    await isShutOut(reach().destroy(), /no introduction/);
  });

  it('is shut out with a wrong token', async () => {
    const socket = reach();
    const framed = new FramedSocket(socket, 4096);
    await assert.rejects(introduce(framed, randomBytes(32), ME), /left/);
    await isShutOut(socket, /a wrong proof/);
  });

  it('knows a host that does not have the token', async () => {
    const [near, far] = duplexPair();
    const impostor = new FramedSocket(far, 4096);
    const say = (value: object): void => impostor.send(Buffer.from(JSON.stringify(value)));
    const number = (): string => randomBytes(32).toString('base64');
    say({ ...ME, nonce: number() });
    impostor.setHearer(() => say({ proof: number() }));
    await assert.rejects(introduce(new FramedSocket(near, 4096), token, ME), /a wrong proof/);
  });

  it('is shut out when it repeats a recorded handshake', async () => {
    const genuine = reach();
    const said: Uint8Array[] = [];
    const [near, far] = duplexPair();
    far.on('data', (bytes: Buffer) => {
      said.push(bytes);
      genuine.write(bytes);
    });
    genuine.on('data', (bytes: Buffer) => far.write(bytes));
    await introduce(new FramedSocket(near, 4096), token, ME);
    genuine.destroy();
    await expectSoon(
      () => genuine.closed,
      (closed) => closed,
      'the genuine one to be gone',
    );
    const replay = reach();
    replay.write(Buffer.concat(said));
    await isShutOut(replay, /a wrong proof/);
  });

  it('is shut out when it says nothing', async () => {
    await isShutOut(reach(), /no proof in time/);
  });

  it('is shut out when it sends garbage, before its proof and after it', async () => {
    for (const [bytes, why] of [
      [Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /a frame of 1195725856 bytes/],
      [Buffer.alloc(64), /an empty frame/],
      [frame('no JSON'), /garbage/],
      [frame('null'), /garbage/],
      [frame({ nonce: 'short', protocol: 1, version: '' }), /no introduction/],
      [frame({ nonce: randomBytes(32).toString('base64'), protocol: PROTOCOL, version: '0' }), /a wrong proof/],
    ] as const) {
      const socket = reach();
      socket.write(bytes);
      await isShutOut(socket, why);
    }
    for (const [bytes, why] of [
      [frame('no JSON'), /garbage/],
      [frame({ hello: 'there' }), /garbage/],
      [request(1, 'dance', {}), /a wrong message dance: not known/],
      [request(1, '__proto__', {}), /a wrong message __proto__: not known/],
      [request(1, 'hello', { presence: 1 }), /a wrong message hello: expected/],
      [
        request(1, 'intend', { type: 'send', room: '', text: 'x', localId: '../../x', again: false }),
        /a wrong message intend: expected a local id/,
      ],
    ] as const) {
      const socket = await member();
      socket.write(bytes);
      await isShutOut(socket, why);
    }
  });

  it('is shut out when it announces a frame of 100 MB, before the frame has come', async () => {
    for (const socket of [reach(), await member()]) {
      const header = Buffer.alloc(4);
      header.writeUInt32BE(100 * 1024 * 1024);
      socket.write(header);
      await isShutOut(socket, /a frame of 104857600 bytes/);
    }
  });

  it('is shut out when it floods the host with messages, or with requests that take long', async () => {
    const fast = await member();
    fast.write(Buffer.concat(Array.from({ length: 2000 }, (_, id) => request(id, 'ping', null))));
    await isShutOut(fast, /a flood of messages/);
    here.sandbox.configure({ latencyMs: 3000 });
    const slow = await member();
    slow.write(request(0, 'hello', { presence: PRESENCE, wants: [], drafts: [], announced: [] }));
    for (let id = 1; id < 300 && !slow.closed; id++) {
      slow.write(request(id, 'intend', { type: 'refresh' }));
      if (id % 50 === 0) await sleep(300);
    }
    here.sandbox.configure({ latencyMs: 0 });
    await isShutOut(slow, /a flood of requests/);
  });

  it('is shut out when it takes nothing of what it is told', async () => {
    const socket = await member();
    const wants = [{ room: '', count: 1000 }];
    socket.write(request(0, 'hello', { presence: PRESENCE, wants, drafts: [], announced: [] }));
    socket.pause();
    for (let count = 0; count < 40; count++) {
      here.sandbox.control.say({ author: 'Alice Fox', text: `${count} ${'long '.repeat(40_000)}` });
    }
    await isShutOut(socket, /it takes nothing/);
  });

  it('leaves room for honest windows, however many come', async () => {
    const crowd = Array.from({ length: 300 }, () => reach());
    await here.goesOn(host);
    const window = here.open();
    for (const socket of crowd) socket.destroy();
    await here.goesOn(window);
    window.feed.dispose();
    await here.goesOn(host);
  });
});

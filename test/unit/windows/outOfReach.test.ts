import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { engineName } from '../../../src/store/layout';
import { findPlace } from '../../../src/store/place';
import { ANSWER_MS, connect } from '../../../src/sync/windows/socketPlace';
import { expectSoon } from '../../support/expectSoon';
import { WindowsHere } from '../../support/hostedWindow';
import { testDisk } from '../../support/testDisk';
import { VirtualClock } from '../../support/virtualClock';
import { WindowProcess } from '../../support/windows';

const isWindows = process.platform === 'win32';

function addressOf(folder: string, name: string): string {
  return isWindows ? `\\\\.\\pipe\\chapi-test-${path.basename(folder)}-${name}` : path.join(folder, name);
}

describe('a host that is out of reach', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'chapi-reach-'))));
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

  it('because its queue is full is waited for no longer than two seconds', async function () {
    if (isWindows) this.skip();
    // It listens, and never accepts a connection.
    const address = addressOf(folder, 's');
    const script = `require('net').createServer().listen({ path: '${address}', backlog: 1 }, () => { console.log('listening'); for (;;); })`;
    const frozen = spawn(process.execPath, ['-e', script]);
    const waiting: Socket[] = [];
    try {
      await once(createInterface({ input: frozen.stdout }), 'line');
      for (let count = 0; count < 5; count++) waiting.push(createConnection(address).on('error', () => undefined));
      const clock = new VirtualClock();
      const outcomes: string[] = [];
      const ended = connect(address, clock).catch((error: unknown) => outcomes.push((error as { code: string }).code));
      await clock.advance(ANSWER_MS - 100);
      assert.deepEqual(outcomes, []);
      for (let count = 0; count < 100 && outcomes.length === 0; count++) await clock.advance(100);
      await ended;
      assert.deepEqual(outcomes, ['ETIMEDOUT']);
    } finally {
      for (const socket of waiting) socket.destroy();
      frozen.kill('SIGKILL');
    }
  });

  it('because it accepts connections and says nothing is followed by the next', async () => {
    const here = await WindowsHere.start(4);
    const address = addressOf(folder, 'mute');
    const seen = new Set<Socket>();
    const mute = createServer((socket) => void seen.add(socket)).listen(address);
    try {
      await once(mute, 'listening');
      await mkdir(here.claimsFolder, { recursive: true });
      const claim = { protocol: 1, version: '0', address, token: 'x', pid: process.pid };
      await writeFile(path.join(here.claimsFolder, 'host-7'), JSON.stringify(claim));
      const windows = [1, 2, 3, 4].map(() => here.open());
      await Promise.all(windows.map((window) => here.goesOn(window)));
      assert.deepEqual(await readdir(here.claimsFolder), ['host-8'], 'the claims are read again before the next');
      assert.equal(here.mostHosts, 1);
      assert.equal(seen.size, windows.length, 'each asked once');
    } finally {
      await here.close();
      for (const socket of seen) socket.destroy();
      mute.close();
    }
  });

  it('because it was stopped, with its queue full, is followed by the next, and joins that when it goes on', async function () {
    if (isWindows) this.skip();
    this.timeout(60_000);
    const here = await WindowsHere.start(4);
    const { baseUrl, key } = here.sandbox;
    const open = (name: string): WindowProcess =>
      new WindowProcess({ baseUrl, key, folder: here.folder, name, speed: 4 });
    const first = open('first');
    const crowd: Socket[] = [];
    const others: WindowProcess[] = [];
    try {
      await first.ready();
      const { address } = await here.claim();
      first.signal('SIGSTOP');
      for (let count = 0; count < 600; count++) crowd.push(createConnection(address).on('error', () => undefined));
      for (const name of ['second', 'third', 'fourth', 'fifth']) others.push(open(name));
      await Promise.all(others.map((window) => window.ready()));
      here.sandbox.control.say({ author: 'Alice Fox', text: 'said meanwhile' });
      const all = [first, ...others];
      const show = (windows: readonly WindowProcess[]): Promise<unknown> =>
        expectSoon(
          () => windows.filter(({ texts }) => !texts.includes('said meanwhile')).map(({ name }) => name),
          ({ length }) => length === 0,
          'all to show it',
        );
      await show(others);
      assert.equal((await here.claim()).address === address, false);
      for (const socket of crowd) socket.destroy();
      first.signal('SIGCONT');
      await show(all);
      for (const window of others) {
        const alone = window.of('log').filter(({ line }) => line.includes('for itself alone'));
        assert.deepEqual(alone, [], window.name);
      }
    } finally {
      for (const socket of crowd) socket.destroy();
      await Promise.all([first, ...others].map((window) => window.end()));
      await here.close();
    }
  });

  it('because it is on another machine is left in peace: each machine hosts for itself, and nothing is lost', async function () {
    this.timeout(60_000);
    const here = await WindowsHere.start();
    const { baseUrl, key } = here.sandbox;
    const open = (name: string, machine: string): WindowProcess =>
      new WindowProcess({ baseUrl, key, folder: here.folder, name, machine, speed: 4 });
    const windows = [open('a1', 'a'), open('b1', 'b'), open('a2', 'a'), open('b2', 'b')];
    try {
      await Promise.all(windows.map((window) => window.ready()));
      for (let count = 0; count < 10; count++) {
        for (const window of windows) window.tell({ send: `${window.name} says ${count}` });
        await expectSoon(
          () => here.sandbox.control.listMessages().length,
          (said) => said === 4 * (count + 1),
          'all of a round',
        );
      }
      await expectSoon(
        () => windows.map(({ texts, pending }) => [texts.length, pending.length]),
        (seen) => seen.every(([shown, pending]) => shown === 40 && pending === 0),
        'all windows to show forty messages',
      );
      const hosts = path.join(here.folder, 'hosts', engineName(baseUrl, key));
      assert.deepEqual((await readdir(hosts)).sort(), ['a', 'b']);
      for (const machine of ['a', 'b']) assert.deepEqual(await readdir(path.join(hosts, machine)), ['host-1'], machine);
      const texts = here.sandbox.control.listMessages().map(({ text }) => text);
      assert.equal(new Set(texts).size, 40, 'none twice');
    } finally {
      await Promise.all(windows.map((window) => window.end()));
      await here.close();
    }
  });
});

describe('a place', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'chapi-place-'))));
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

  const at = async (forPlace: string, forMachine: string): ReturnType<typeof findPlace> => {
    const folders = [forPlace, forMachine].map((name) => path.join(folder, name));
    for (const name of folders) await mkdir(name, { recursive: true });
    return findPlace(testDisk, { forPlace: [folders[0]!], forMachine: [folders[1]!] });
  };

  it('is the same for all that start at once, and stays', async () => {
    const places = await Promise.all(Array.from({ length: 20 }, () => at('tmp', 'var')));
    for (const place of [...places, await at('tmp', 'var')]) assert.deepEqual(place, places[0]);
    assert.deepEqual(
      (await readdir(path.join(folder, 'tmp'))).map((name) => name.startsWith('chapi-place-')),
      [true],
      'nothing else is left there',
    );
  });

  it('is another one with another temporary folder, on the same machine or on another', async () => {
    const here = await at('tmp', 'var');
    const afterStart = await at('tmp-cleared', 'var');
    const container = await at('tmp-of-container', 'var-of-container');
    assert.equal(afterStart.machine, here.machine);
    assert.notEqual(afterStart.place, here.place);
    assert.notEqual(container.machine, here.machine);
    assert.notEqual(container.place, here.place);
  });

  it('is known even where nothing can be written', async () => {
    const nowhere = { forPlace: [path.join(folder, 'no')], forMachine: [path.join(folder, 'no')] };
    assert.deepEqual(await findPlace(testDisk, nowhere), await findPlace(testDisk, nowhere));
  });
});
